//! Links: a visitor and a person are tied while both say yes to it, and nothing ties them afterwards.

use domain::{About, Subject, SubjectId, Told, choice::Method};
use serde_json::json;

use super::{
    visits::{Browser, browser, page, settle, site},
    world::{Process, World},
};
use crate::{Caller, Fields, GateError, NewChoice, NewRecord, NewSubject, Stored};

const POLICY: &str = include_str!("../../../../policies/influxis-2018.toml");
const YES: [(&str, bool); 2] = [("statistics", true), ("linking", true)];

async fn person(process: &Process) -> SubjectId {
    let new = NewSubject { role: "client".to_owned(), region: None, age: Told::OfAge };
    process.create_subject(&process.operator, &new, None).await.unwrap().0.id
}

async fn says(process: &Process, subject: SubjectId, is_yes: bool) {
    let new = NewChoice {
        about: About::Purpose("linking".to_owned()),
        is_yes,
        method: Method::Click,
        text: Some("May we tie your visits to you?".to_owned()),
        language: None,
    };
    process.choose(&process.operator, subject, &new).await.unwrap();
}

async fn link(process: &Process, person: SubjectId, visitor: &str) -> Result<Stored, GateError> {
    process.link_visitor(&process.operator, "website", (person, visitor)).await
}

/// Somebody who agreed, with a browser that agreed and was here.
async fn tied(process: &Process) -> (SubjectId, Browser, Stored) {
    let mut ada = browser("192.0.2.1");
    ada.says_of(process, &YES).await;
    let person = person(process).await;
    says(process, person, true).await;
    let stored = link(process, person, ada.cookie.as_deref().unwrap()).await.unwrap();
    (person, ada, stored)
}

async fn visitor(process: &Process) -> Subject {
    let all = process.list_subjects(&process.operator, None, 99).await.unwrap();
    all.into_iter().find(|one| one.role == "visitor").unwrap()
}

async fn links(process: &Process, person: SubjectId) -> usize {
    process.links_of(&process.operator, person, "linking").await.unwrap().len()
}

fn is_refused<T>(outcome: &Result<T, GateError>) -> bool {
    matches!(outcome, Err(GateError::Refused { .. }))
}

#[tokio::test]
async fn a_link_takes_a_yes_of_both() {
    for (by_visitor, by_person) in [(false, false), (true, false), (false, true), (true, true)] {
        let world = World::under(POLICY).await;
        let process = world.open().await;
        let mut ada = browser("192.0.2.1");
        ada.says_of(&process, &[("statistics", true), ("linking", by_visitor)]).await;
        let person = person(&process).await;
        says(&process, person, by_person).await;
        let made = link(&process, person, ada.cookie.as_deref().unwrap()).await;
        assert_eq!(made.is_ok(), by_visitor && by_person);
        assert_eq!(is_refused(&made), !(by_visitor && by_person));
    }
}

#[tokio::test]
async fn the_visits_are_read_through_the_link_under_its_purpose_alone() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (person, ada, _) = tied(&process).await;
    ada.hits(&process, page(1, "/prices")).await;
    world.pass_days(1);
    settle(&process).await;
    let read =
        async |purpose: &str| process.linked_visits(&process.operator, person, purpose, (None, 9)).await;
    let visits = read("linking").await.unwrap();
    assert_eq!(visits.len(), 1);
    assert!(visits[0].fields.reveal()["pages"].as_str().unwrap().starts_with("/prices"));
    assert!(is_refused(&read("marketing").await), "a link is not read for another purpose");
    let found = process.links_of(&process.operator, person, "linking").await.unwrap();
    assert_eq!(found[0].site.as_deref(), Some("website"));
    assert_eq!(found[0].visitor, Some(visitor(&process).await.id));
}

#[tokio::test]
async fn visits_from_before_the_yes_are_not_read_through_it() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says(&process, true).await;
    ada.hits(&process, page(1, "/before")).await;
    world.pass_days(1);
    settle(&process).await;
    ada.says_of(&process, &YES).await;
    ada.hits(&process, page(2, "/after")).await;
    world.pass_days(1);
    settle(&process).await;
    let person = person(&process).await;
    says(&process, person, true).await;
    link(&process, person, ada.cookie.as_deref().unwrap()).await.unwrap();
    let visits = process.linked_visits(&process.operator, person, "linking", (None, 9)).await.unwrap();
    let opened = visits.iter().filter_map(|visit| visit.fields.reveal().get("pages")?.as_str());
    assert_eq!(opened.map(|pages| pages.contains("/after")).collect::<Vec<_>>(), [true]);
}

/// How a link ends.
#[derive(Debug, Clone, Copy)]
enum End {
    PersonSaysNo,
    VisitorSaysNo,
    VisitorForgets,
    PersonIsErased,
    VisitorIsErased,
    Ended,
}

#[tokio::test]
async fn once_it_ends_nothing_that_is_left_ties_the_two() {
    use End::*;
    for end in [PersonSaysNo, VisitorSaysNo, VisitorForgets, PersonIsErased, VisitorIsErased, Ended] {
        let world = World::under(POLICY).await;
        let process = world.open().await;
        let (person, mut ada, stored) = tied(&process).await;
        let visitor = visitor(&process).await.id;
        let slot = async |class: &str| {
            let found = process.stores.data.subject(person).await.unwrap();
            let keys = found.map(|(_, keys)| keys).unwrap_or_default();
            keys.into_iter().find(|key| key.class == class).map(|key| key.slot)
        };
        let before = slot("visit_links").await.expect("a link has a key of its own");
        match end {
            PersonSaysNo => says(&process, person, false).await,
            VisitorSaysNo => ada.says_of(&process, &[("statistics", true), ("linking", false)]).await,
            VisitorForgets => ada.says(&process, false).await,
            PersonIsErased => drop(process.erase(&process.operator, person).await.unwrap()),
            VisitorIsErased => drop(process.erase(&process.operator, visitor).await.unwrap()),
            Ended => drop(process.end_link(&process.operator, stored.record.id).await.unwrap()),
        }
        process.finish_erasures(9).await.unwrap();
        assert!(process.stores.data.record(stored.record.id).await.unwrap().is_none(), "{end:?}");
        assert_eq!(slot("visit_links").await, None, "{end:?}");
        let left = process.stores.keys.read(before).await.unwrap();
        assert!(!matches!(left, store::key_store::Slot::Live(_)), "the key of the link is there: {end:?}");
        assert!(left_of(&process, (person, visitor)).await.is_empty(), "{end:?}");
    }
}

/// What a full read with every key that is left finds of one of two in what is held of the other.
async fn left_of(process: &Process, (person, visitor): (SubjectId, SubjectId)) -> Vec<String> {
    let mut found = Vec::new();
    for (of, other) in [(person, visitor), (visitor, person)] {
        let Some((subject, _)) = process.stores.data.subject(of).await.unwrap() else { continue };
        let other = other.to_string();
        let rows = process.stores.data.records(of, None, 99).await.unwrap();
        assert!(rows.iter().all(|record| record.record_type != "visit_link"));
        if subject.state != domain::SubjectState::Active {
            continue;
        }
        for opened in process.list_held(&process.operator, of, "requests", None, 99).await.unwrap() {
            found.extend(Some(format!("{:?}", opened.fields.reveal())).filter(|text| text.contains(&other)));
        }
        for entry in process.entries_of(&process.operator, of, None, 99).await.unwrap() {
            let text = serde_json::to_string(&entry.detail).unwrap();
            found.extend(Some(text).filter(|text| text.contains(&other)));
        }
    }
    let operator = process.operator.account_id();
    let keys = process.gate.keyring.account(operator).unwrap();
    for (name, value) in
        [("visitor_identifier", visitor.to_string()), ("visitor_identifier", person.to_string())]
    {
        let tag = keys.blind_index(name, value.as_bytes());
        let rows = process.stores.data.lookup(operator, &tag, 9).await.unwrap();
        found.extend(rows.iter().map(|row| format!("{row:?}")));
    }
    found
}

#[tokio::test]
async fn of_two_links_one_ends_and_the_other_stays_under_another_key() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (person, _, first) = tied(&process).await;
    let mut phone = browser("192.0.2.2");
    phone.says_of(&process, &YES).await;
    let second = link(&process, person, phone.cookie.as_deref().unwrap()).await.unwrap();
    let slot = async || {
        let (_, keys) = process.stores.data.subject(person).await.unwrap().unwrap();
        keys.into_iter().find(|key| key.class == "visit_links").unwrap().slot
    };
    let before = slot().await;
    process.end_link(&process.operator, first.record.id).await.unwrap();
    assert_ne!(slot().await, before);
    let left = process.stores.keys.read(before).await.unwrap();
    assert!(!matches!(left, store::key_store::Slot::Live(_)), "what was sealed with it opens yet");
    let found = process.links_of(&process.operator, person, "linking").await.unwrap();
    assert_eq!(found.iter().map(|link| link.opened.record.id).collect::<Vec<_>>(), [second.record.id]);
    assert!(found[0].visitor.is_some(), "the other link opens");
    assert!(matches!(
        process.end_link(&process.operator, first.record.id).await,
        Err(GateError::NotFound("link"))
    ));
}

#[tokio::test]
async fn a_visitor_is_one_persons_and_nobody_is_named_by_what_is_not_theirs() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (_, ada, stored) = tied(&process).await;
    let other = person(&process).await;
    says(&process, other, true).await;
    let cookie = ada.cookie.clone().unwrap();
    assert!(matches!(link(&process, other, &cookie).await, Err(GateError::Exists)));
    let mut forged = cookie.clone().into_bytes();
    forged[1] ^= 1;
    let forged = String::from_utf8(forged).unwrap();
    for nobody in ["", "x", &"A".repeat(75), &forged, &visitor(&process).await.id.to_string()] {
        assert!(
            matches!(link(&process, other, nobody).await, Err(GateError::NotFound("visitor"))),
            "{nobody}"
        );
    }
    let client = process.client().await;
    let theirs = process.link_visitor(&client, "website", (other, &cookie)).await;
    assert!(matches!(theirs, Err(GateError::NotFound("site"))));
    assert!(matches!(process.end_link(&client, stored.record.id).await, Err(GateError::NotFound("link"))));
    // A link that is sent as a record proves nothing.
    let fields: Fields = [("visitor_identifier".to_owned(), json!(visitor(&process).await.id.to_string()))]
        .into_iter()
        .collect();
    let sent = NewRecord {
        record_type: "visit_link".to_owned(),
        fields,
        collected_for: Vec::new(),
        source: domain::Source::Account,
    };
    let made = process.create_record(&process.operator, other, "linking", &sent, None).await;
    assert!(matches!(made, Err(GateError::Malformed(_))), "{made:?}");
    assert_eq!(links(&process, other).await, 0);
}

#[tokio::test]
async fn two_who_are_tied_to_a_visitor_at_once_are_not_both() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says_of(&process, &YES).await;
    let (one, other) = (person(&process).await, person(&process).await);
    says(&process, one, true).await;
    says(&process, other, true).await;
    let cookie = ada.cookie.clone().unwrap();
    let both = [one, other].map(|person| link(&process, person, &cookie));
    let made = futures_util::future::join_all(both).await;
    let held = links(&process, one).await + links(&process, other).await;
    assert!(held <= 1, "{held} of {made:?}");
    assert_eq!(made.iter().filter(|one| one.is_ok()).count(), held);
}

#[tokio::test]
async fn a_token_names_a_visitor_for_some_minutes_and_on_its_own_site() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says(&process, true).await;
    let token = async |browser: &Browser| {
        process.visitor_token(&site(&process), browser.cookie.as_deref().unwrap()).await.unwrap()
    };
    assert_eq!(token(&ada).await, None, "who did not say yes is not handed on");
    ada.says_of(&process, &YES).await;
    let named = token(&ada).await.unwrap();
    let person = person(&process).await;
    says(&process, person, true).await;
    let mut forged = named.clone().into_bytes();
    forged[25] ^= 1;
    let forged = String::from_utf8(forged).unwrap();
    assert!(matches!(link(&process, person, &forged).await, Err(GateError::NotFound("visitor"))));
    world.pass(jiff::SignedDuration::from_mins(11));
    assert!(matches!(link(&process, person, &named).await, Err(GateError::NotFound("visitor"))));
    let named = token(&ada).await.unwrap();
    link(&process, person, &named).await.unwrap();
    assert_eq!(links(&process, person).await, 1);
}

#[tokio::test]
async fn a_person_ends_their_own_link_and_no_other() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (person, _, stored) = tied(&process).await;
    let somebody = self::person(&process).await;
    let as_person = |subject| Caller { person: Some(subject), ..process.operator.clone() };
    let others = process.end_link(&as_person(somebody), stored.record.id).await;
    assert!(matches!(others, Err(GateError::NotFound("link"))));
    process.end_link(&as_person(person), stored.record.id).await.unwrap();
    assert_eq!(links(&process, person).await, 0);
}
