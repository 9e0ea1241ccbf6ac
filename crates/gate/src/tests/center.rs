//! People in the privacy center: by whose link they are in, how far they reach, and what the log says of it.

use domain::{Action, Address, Outcome, Right, SubjectId, message::Topic, request::What, staff::Browser};
use jiff::SignedDuration;
use serde_json::json;

use super::world::{Process, World, new_record, new_subject};
use crate::{GateError, NewChoice, Oneself, Patch, Says};

const REFERENCE: &str = include_str!("../../../../policies/influxis-2018.toml");
const ADA: &str = "ada@example.com";

async fn client(process: &Process, email: &str) -> SubjectId {
    let (subject, ..) =
        process.create_subject(&process.operator, &new_subject("client"), None).await.unwrap();
    let profile = new_record("client_profile", json!({ "full_name": "Ada Lovelace", "email": email }));
    process.create_record(&process.operator, subject.id, "orders", &profile, None).await.unwrap();
    subject.id
}

async fn ask(process: &Process, email: &str) {
    process.ask_for_link(&process.operator.account, email).await.unwrap();
}

/// The links that wait to be mailed, as a mailbox gets them.
async fn mailed(process: &Process) -> Vec<String> {
    let mut links = Vec::new();
    for message in process.due_messages(100).await.unwrap() {
        if !matches!(message.about, Some(Topic::Link(_))) {
            continue;
        }
        assert!(matches!(message.to, Address::Record { .. }), "it names where the address stands");
        let Some(letter) = process.begin_message(message).await.unwrap() else { continue };
        if let Says::Link(secret, _) = &letter.says {
            links.push(secret.reveal().clone());
        }
        process.end_message(letter.message, Ok(())).await.unwrap();
    }
    links
}

async fn come_in(process: &Process, email: &str) -> (Oneself, String) {
    ask(process, email).await;
    let link = mailed(process).await.pop().unwrap();
    process.open_link(&link, 0, Browser::Firefox).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_link_opens_once_and_soon_and_who_is_not_known_leaves_no_name() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let ada = client(&process, ADA).await;
    for nobody in ["nobody@example.com", "no address", ""] {
        let before = process.entries().await;
        ask(&process, nobody).await;
        assert!(process.entries().await > before, "that it was asked stands in the log");
    }
    assert!(mailed(&process).await.is_empty());
    let hers = process.entries_of(&process.operator, ada, None, 50).await.unwrap();
    assert!(hers.iter().all(|one| one.detail.action != Action::LinkAsked), "nothing of it under her name");
    ask(&process, ADA).await;
    world.pass(SignedDuration::from_mins(15));
    assert!(mailed(&process).await.is_empty(), "a link whose time is over is not sent");
    ask(&process, ADA).await;
    ask(&process, ADA).await;
    let links = mailed(&process).await;
    for link in &links {
        assert_eq!(process.let_in_by(link).await.unwrap().len(), 1, "each opens by itself");
        assert!(process.open_link(link, 0, Browser::Other).await.unwrap().is_some());
        assert!(process.open_link(link, 0, Browser::Other).await.unwrap().is_none());
    }
    ask(&process, ADA).await;
    let link = mailed(&process).await.remove(0);
    world.pass(SignedDuration::from_mins(15));
    assert!(process.open_link(&link, 0, Browser::Other).await.unwrap().is_none(), "too late");
    let hers = process.entries_of(&process.operator, ada, None, 50).await.unwrap();
    let started = hers.iter().filter(|one| one.detail.action == Action::SessionStarted).count();
    assert_eq!(started, 2);
    assert!(hers.iter().all(|one| one.detail.outcome == Outcome::Allowed));
}

#[tokio::test]
async fn a_link_does_not_go_to_whoever_has_the_record_by_then() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let ada = client(&process, ADA).await;
    let record = process.store.records(ada, None, 1).await.unwrap().remove(0).id;
    let moves_to = async |email: &str| {
        let patch = Patch { version: None, fields: super::world::object(json!({ "email": email })) };
        process.update_record(&process.operator, record, "orders", &patch).await.unwrap();
    };
    ask(&process, " Ada@Example.com").await;
    moves_to("eve@example.com").await;
    assert!(mailed(&process).await.is_empty(), "it is another’s address by now");
    moves_to(ADA).await;
    ask(&process, " Ada@Example.com").await;
    assert_eq!(mailed(&process).await.len(), 1, "however it was typed");
}

#[tokio::test]
async fn links_are_counted_by_themselves_and_keep_nothing_else_from_being_told() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    client(&process, ADA).await;
    let mut sent = 0;
    for _ in 0..30 {
        ask(&process, ADA).await;
        sent += mailed(&process).await.len();
    }
    assert_eq!(sent, 20);
    let (right, channel) = (Right::Access, domain::request::Channel::Post);
    let named = crate::Named::By(vec![("email".to_owned(), ADA.to_owned())]);
    let new = crate::NewRequest {
        right,
        channel,
        received_at: None,
        named,
        client: None,
        message: None,
        scan: None,
    };
    process.open_request(&process.operator, &new, None).await.unwrap();
    let receipt = process.due_messages(100).await.unwrap().remove(0);
    assert!(process.begin_message(receipt).await.unwrap().is_some(), "a receipt is told all the same");
}

#[tokio::test]
async fn a_person_reaches_what_is_theirs_and_nothing_else() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let ada = client(&process, ADA).await;
    let eve = client(&process, "eve@example.com").await;
    let hers = process.store.records(ada, None, 10).await.unwrap().remove(0).id;
    let (oneself, _) = come_in(&process, "eve@example.com").await;
    let caller = &oneself.caller;
    assert_eq!(oneself.subject(), eve);
    let missing = |error: Option<GateError>| matches!(error, Some(GateError::NotFound(_)));
    let about = domain::About::Purpose("marketing".to_owned());
    let method = domain::choice::Method::Click;
    let no = NewChoice { about, is_yes: false, method, text: None, language: None };
    let patch = Patch { version: None, fields: super::world::object(json!({ "full_name": "Eve" })) };
    assert!(missing(process.list_held(caller, ada, "requests", None, 10).await.err()));
    assert!(missing(process.read_record(caller, hers, "requests", None).await.err()));
    assert!(missing(process.update_record(caller, hers, "requests", &patch).await.err()));
    assert!(missing(process.entries_of(caller, ada, None, 10).await.err()));
    assert!(missing(process.choose(caller, ada, &no).await.err()));
    assert!(missing(process.erase(caller, ada).await.err()));
    let request = {
        let (hers, _) = come_in(&process, ADA).await;
        process.ask_for(&hers, Right::Access, None).await.unwrap()
    };
    assert!(missing(process.request(caller, request.id).await.err()));
    assert!(missing(process.withdraw_request(caller, request.id).await.err()));
    assert!(missing(process.fetch_own_package(&oneself, request.id).await.err()));
    let queue: Vec<domain::Request> = process.queue(caller, true, None, 10).await.unwrap();
    assert!(queue.is_empty(), "nor what others wait for");
    assert!(process.list_held(caller, eve, "requests", None, 10).await.is_ok());
    let entries = process.entries_of(caller, eve, None, 10).await.unwrap();
    let read = entries.iter().find(|one| one.detail.action == Action::SubjectRead).unwrap();
    assert!(read.detail.by_person && read.detail.actor.is_none() && read.detail.staff.is_none());
}

#[tokio::test]
async fn what_is_asked_for_names_the_proved_address_and_asking_twice_is_one_request() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let ada = client(&process, ADA).await;
    let (oneself, _) = come_in(&process, ADA).await;
    let asked = process.ask_for(&oneself, Right::Erasure, Some("All of it".to_owned())).await.unwrap();
    let again = process.ask_for(&oneself, Right::Erasure, None).await.unwrap();
    assert_eq!((asked.id, asked.subjects.as_slice()), (again.id, [ada].as_slice()));
    assert!(asked.is_proved_by_code(0) && asked.steps.iter().any(|step| step.what == What::Verified));
    assert_ne!(asked.requester, Some(ada), "her words outlive her keys");
    let other = process.ask_for(&oneself, Right::Restriction, None).await.unwrap();
    assert_ne!(other.id, asked.id);
}

#[tokio::test]
async fn nobody_stays_in_who_is_erased_or_merged_or_has_gone_out() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let is_in = async |cookie: &str| process.person_signed_in(cookie).await.unwrap().is_some();
    let ada = client(&process, ADA).await;
    let (oneself, cookie) = come_in(&process, ADA).await;
    let (_, other) = come_in(&process, ADA).await;
    assert!(
        is_in(&cookie).await && process.signed_in(&cookie).await.unwrap().is_none(),
        "not in the console"
    );
    process.end_session(&oneself.caller, &oneself.session, oneself.session.id).await.unwrap();
    assert!(!is_in(&cookie).await && is_in(&other).await);
    ask(&process, ADA).await;
    let link = mailed(&process).await.remove(0);
    process.erase(&process.operator, ada).await.unwrap();
    assert!(!is_in(&other).await, "with an open session");
    assert!(process.let_in_by(&link).await.unwrap().is_empty(), "with a link that was sent before");
    assert!(process.open_link(&link, 0, Browser::Other).await.unwrap().is_none());
    ask(&process, ADA).await;
    assert!(mailed(&process).await.is_empty());
}

#[tokio::test]
async fn a_certificate_is_had_by_its_own_link_only() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    client(&process, ADA).await;
    let (oneself, _) = come_in(&process, ADA).await;
    let asked = process.ask_for(&oneself, Right::Erasure, None).await.unwrap();
    let link = process.certificate_link(&asked).await.unwrap();
    assert_eq!(process.certificates_by(&link).await.unwrap().unwrap().1.len(), 0, "nothing is erased yet");
    process.fulfil_request(&process.operator, asked.id, &crate::Fulfilment::default()).await.unwrap();
    assert_eq!(process.certificates_by(&link).await.unwrap().unwrap().1.len(), 1);
    let forged = format!("{}{}", &link[..32], "0".repeat(64));
    for nothing in [forged.as_str(), "5e", "", &"0".repeat(96)] {
        assert!(process.certificates_by(nothing).await.unwrap().is_none(), "{nothing}");
    }
}
