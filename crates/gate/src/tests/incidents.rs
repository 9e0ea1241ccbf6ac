//! Incidents: what is reported stays sealed, the log answers whom someone has touched, and every step has its entry.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Action, Incident, Outcome, Scope, SubjectId,
    incident::{Actor, Countdown, How, Notice, Part, Reach, Risk, Step, Unfit},
};
use jiff::{SignedDuration, Timestamp};

use super::world::{Process, World};
use crate::{Caller, GateError, KeyRequest, NewIncident, Report, ScopeQuestion, Scoped};

fn report() -> Report {
    let what_happened = "Somebody in a hurry left a key on a screen".to_owned();
    Report { what_happened, reported_by: Some("Grace from the second floor".to_owned()) }
}

async fn opened(process: &Process, caller: &Caller) -> Incident {
    let new = NewIncident { report: report(), aware_at: None };
    process.open_incident(caller, &new, None).await.unwrap()
}

/// Whoever holds a new key of an account.
async fn holder(process: &Process, of: &Caller) -> Caller {
    let request = KeyRequest { name: "server", scopes: Scope::ALL, expires_at: None };
    let made = process.create_key(of, of.account_id(), &request, None).await.unwrap();
    process.authenticate(&made.secret.unwrap()).await.unwrap()
}

async fn ask(process: &Process, caller: &Caller, person: SubjectId, category: &str) {
    process.rule(caller, person, category, "support", None).await.unwrap();
}

fn question(actor: Actor, from: Timestamp, until: Timestamp) -> ScopeQuestion {
    ScopeQuestion { actor, from, until, after: None, limit: 100 }
}

fn by(caller: &Caller) -> Actor {
    Actor::Key(caller.key.unwrap())
}

async fn scoped(process: &Process, caller: &Caller, incident: &Incident, question: &ScopeQuestion) -> Scoped {
    process.scope_incident(caller, incident.id, question).await.unwrap()
}

fn ids(scoped: &Scoped) -> Vec<SubjectId> {
    scoped.people.iter().map(|touched| touched.subject).collect()
}

/// A time that holds all that has happened so far.
fn so_far(world: &World) -> (Timestamp, Timestamp) {
    let now = world.ambient.clock.now();
    (now - SignedDuration::from_hours(24 * 365), now + SignedDuration::from_secs(1))
}

#[tokio::test]
async fn a_report_opens_for_its_account_with_an_entry_and_is_stored_sealed() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    let incident = opened(&process, &client).await;
    let before = process.entries().await;
    let (read, said, entry) = process.read_incident(&client, incident.id).await.unwrap();
    assert_eq!((read, said), (incident.clone(), report()));
    assert_eq!(process.entries().await, before + 1);
    let detail = process.open_entry(&client, entry, None).await.unwrap().unwrap();
    assert_eq!((detail.action, detail.outcome), (Action::IncidentRead, Outcome::Allowed));
    for stranger in [&process.operator, &process.client().await] {
        let found = process.incident(stranger, incident.id).await;
        assert!(matches!(found, Err(GateError::NotFound("incident"))), "{found:?}");
        let read = process.read_incident(stranger, incident.id).await;
        assert!(matches!(read, Err(GateError::NotFound("incident"))), "{read:?}");
        assert_eq!(process.incidents(stranger, None, 9).await.unwrap(), []);
    }
    let text = String::from_utf8_lossy(&incident.report);
    assert!(!text.contains("screen") && !text.contains("Grace"));
    process.rotate_account(&process.operator, client.account_id()).await.unwrap();
    assert_eq!(
        process.read_incident(&client, incident.id).await.unwrap().1,
        report(),
        "under the key before"
    );
}

#[tokio::test]
async fn whom_a_key_touched_is_answered_and_nobody_else() {
    let world = World::new().await;
    let process = world.open().await;
    let (thief, other) =
        (holder(&process, &process.operator).await, holder(&process, &process.operator).await);
    let (mut people, mut expected) = (Vec::new(), BTreeSet::new());
    for number in 0..40 {
        let person = process.person().await.id;
        people.push(person);
        ask(&process, &other, person, "email").await;
        if number % 3 == 0 {
            ask(&process, &thief, person, "email").await;
            ask(&process, &thief, person, "full_name").await;
            expected.insert(person);
        }
    }
    world.pass(SignedDuration::from_mins(30));
    ask(&process, &thief, people[1], "email").await;
    let theft = world.ambient.clock.now();
    world.pass(SignedDuration::from_mins(30));
    // Refused: nothing was learned of this one.
    ask(&process, &thief, people[2], "ip_address").await;
    let incident = opened(&process, &process.operator).await;
    let (first, until) = so_far(&world);

    let early = scoped(&process, &process.operator, &incident, &question(by(&thief), first, theft)).await;
    assert_eq!(ids(&early), expected.iter().copied().collect::<Vec<_>>());
    let Reach { done, refused, people: count, categories, purposes, .. } = early.scope.reach;
    assert_eq!((done, refused, count), (28, 0, 14));
    assert_eq!(categories, BTreeMap::from([("email".to_owned(), 14), ("full_name".to_owned(), 14)]));
    assert_eq!(purposes, BTreeMap::from([("support".to_owned(), 28)]));

    let all = scoped(&process, &process.operator, &incident, &question(by(&thief), first, until)).await;
    expected.insert(people[1]);
    assert_eq!(ids(&all), expected.iter().copied().collect::<Vec<_>>());
    assert_eq!((all.scope.reach.done, all.scope.reach.refused), (29, 1));
    let late = scoped(&process, &process.operator, &incident, &question(by(&thief), theft, until)).await;
    assert_eq!((ids(&late), late.people[0].first_at), (vec![people[1]], theft));
    let never = question(by(&thief), first, first + SignedDuration::from_hours(1));
    assert_eq!(scoped(&process, &process.operator, &incident, &never).await.scope.reach, Reach::default());

    let stored = process.incident(&process.operator, incident.id).await.unwrap();
    assert_eq!(stored.state.scopes()[1], all.scope);
    let detail = process.open_entry(&process.operator, all.entry, None).await.unwrap().unwrap();
    assert_eq!(detail.action, Action::IncidentScoped);
    assert_eq!(detail.concerned.unwrap().people, 15);
}

#[tokio::test]
async fn people_are_named_page_by_page_and_the_counts_stay_the_same() {
    let world = World::new().await;
    let process = world.open().await;
    let thief = holder(&process, &process.operator).await;
    let mut expected = Vec::new();
    for _ in 0..25 {
        expected.push(process.person().await.id);
    }
    // Twice, so that the same person comes again after others were pushed out of the page.
    for person in expected.iter().chain(&expected) {
        ask(&process, &thief, *person, "email").await;
    }
    expected.sort_unstable();
    let incident = opened(&process, &process.operator).await;
    let (from, until) = so_far(&world);
    let (mut named, mut after) = (Vec::new(), None);
    loop {
        let question = ScopeQuestion { after, limit: 10, ..question(by(&thief), from, until) };
        let page = scoped(&process, &process.operator, &incident, &question).await;
        assert_eq!((page.scope.reach.people, page.scope.reach.done), (25, 50));
        assert!(page.people.iter().all(|touched| touched.entries == 2));
        after = page.people.last().map(|last| last.subject);
        named.extend(ids(&page));
        if !page.has_more {
            break;
        }
    }
    assert_eq!(named, expected);
    let stored = process.incident(&process.operator, incident.id).await.unwrap();
    assert_eq!(stored.state.scopes().len(), 1, "further pages are of the same answer");
}

#[tokio::test]
async fn entries_of_the_erased_are_counted_and_nothing_is_told_of_them() {
    let world = World::new().await;
    let process = world.open().await;
    let thief = holder(&process, &process.operator).await;
    let (kept, erased) = (process.person().await.id, process.person().await.id);
    let begun = world.ambient.clock.now();
    world.pass(SignedDuration::from_hours(1));
    let from = world.ambient.clock.now();
    for person in [kept, erased] {
        for _ in 0..3 {
            ask(&process, &thief, person, "email").await;
        }
    }
    let until = from + SignedDuration::from_secs(1);
    let incident = opened(&process, &process.operator).await;
    let question = question(by(&thief), from, until);
    let before = scoped(&process, &process.operator, &incident, &question).await;
    assert_eq!((before.scope.reach.people, before.scope.reach.unopenable), (2, 0));
    world.pass(SignedDuration::from_hours(1));
    process.erase(&process.operator, erased).await.unwrap();
    for rows_are_gone in [false, true] {
        if rows_are_gone {
            while process.finish_erasures(99).await.unwrap() > 0 {}
        }
        let after = scoped(&process, &process.operator, &incident, &question).await;
        assert_eq!((ids(&after), after.scope.reach.people, after.scope.reach.unopenable), (vec![kept], 1, 3));
    }
    let earlier = ScopeQuestion { from: begun, until: begun + SignedDuration::from_secs(1), ..question };
    let earlier = scoped(&process, &process.operator, &incident, &earlier).await;
    assert_eq!(earlier.scope.reach.unopenable, 1, "the entry of their creation");
}

#[tokio::test]
async fn the_operator_learns_how_many_people_of_clients_are_concerned_and_not_who() {
    let world = World::new().await;
    let process = world.open().await;
    let (client, another) = (process.client().await, process.client().await);
    let thief = holder(&process, &client).await;
    for _ in 0..3 {
        let person = process.person_for(&client, "end_user").await.id;
        ask(&process, &thief, person, "email").await;
    }
    let (from, until) = so_far(&world);
    let question = question(by(&thief), from, until);
    let own = opened(&process, &client).await;
    let of_client = scoped(&process, &client, &own, &question).await;
    assert_eq!((of_client.people.len(), of_client.scope.reaches_clients()), (3, false));
    let of_operator = opened(&process, &process.operator).await;
    let answer = scoped(&process, &process.operator, &of_operator, &question).await;
    assert_eq!(ids(&answer), []);
    assert_eq!(answer.scope.reach.clients, BTreeMap::from([(client.account_id(), 3)]));
    assert!(answer.scope.reaches_clients());
    let every_key = ScopeQuestion { actor: Actor::Account(client.account_id()), ..question.clone() };
    let every = scoped(&process, &process.operator, &of_operator, &every_key).await;
    assert_eq!(every.scope.reach.people, 3);

    let foreign = opened(&process, &another).await;
    for question in [question, every_key] {
        let asked = process.scope_incident(&another, foreign.id, &question).await;
        assert!(matches!(asked, Err(GateError::NotFound("key" | "account"))), "{asked:?}");
        let asked = process.scope_incident(&another, own.id, &question).await;
        assert!(matches!(asked, Err(GateError::NotFound("incident"))), "{asked:?}");
    }
    let nowhen = ScopeQuestion {
        from: until,
        ..ScopeQuestion { actor: Actor::System, from, until, after: None, limit: 9 }
    };
    let asked = process.scope_incident(&another, foreign.id, &nowhen).await;
    assert!(matches!(asked, Err(GateError::Malformed(_))), "{asked:?}");
}

#[tokio::test]
async fn every_step_has_its_entry_and_none_is_skipped() {
    let world = World::new().await;
    let process = world.open().await;
    let mut incident = opened(&process, &process.operator).await;
    let now = world.ambient.clock.now();
    let told = |part| Step::Tell(part, Notice { at: now, how: How::Sent });
    for (step, action) in [
        (Step::Assess(Risk::High), Action::IncidentAssessed),
        (told(Part::Authority), Action::IncidentNotified),
        (told(Part::Persons), Action::IncidentNotified),
        (Step::Close, Action::IncidentClosed),
        (Step::Reopen, Action::IncidentReopened),
    ] {
        let before = process.entries().await;
        incident = process.move_incident(&process.operator, incident.id, &step).await.unwrap();
        assert_eq!(process.entries().await, before + 1);
        let detail =
            process.open_entry(&process.operator, incident.entry.unwrap(), None).await.unwrap().unwrap();
        assert_eq!((detail.action, detail.clause.is_some()), (action, true));
        assert!(detail.note.unwrap().starts_with(&incident.id.to_string()));
    }
    let before = process.entries().await;
    let refused = process.move_incident(&process.operator, incident.id, &Step::Close).await;
    assert!(matches!(refused, Err(GateError::Unfit(Unfit::State("open")))), "{refused:?}");
    assert_eq!(process.entries().await, before);
}

#[tokio::test]
async fn many_questions_at_once_are_answered_one_after_the_other() {
    let world = World::new().await;
    let process = world.open().await;
    let thief = holder(&process, &process.operator).await;
    let person = process.person().await.id;
    ask(&process, &thief, person, "email").await;
    let incident = opened(&process, &process.operator).await;
    let (from, until) = so_far(&world);
    let question = question(by(&thief), from, until);
    let asked = (0..8).map(|_| scoped(&process, &process.operator, &incident, &question));
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(ids(&answer), [person]);
    }
    let stored = process.incident(&process.operator, incident.id).await.unwrap();
    assert_eq!(stored.state.scopes().len(), 8);
}

#[tokio::test]
async fn two_processes_take_one_step_after_the_other() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let incident = opened(&one, &one.operator).await;
    one.move_incident(&one.operator, incident.id, &Step::Assess(Risk::Likely)).await.unwrap();
    let now = world.ambient.clock.now();
    let told = Step::Tell(Part::Authority, Notice { at: now, how: How::Sent });
    let outcomes = tokio::join!(
        one.move_incident(&one.operator, incident.id, &told),
        other.move_incident(&other.operator, incident.id, &told),
    );
    let outcomes = [outcomes.0, outcomes.1];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let closed = other.move_incident(&other.operator, incident.id, &Step::Close).await.unwrap();
    assert_eq!((closed.version, closed.state.is_closed()), (4, true));
}

#[tokio::test]
async fn a_clock_runs_for_every_incident_that_is_not_closed() {
    let world = World::new().await;
    let process = world.open().await;
    let client = process.client().await;
    opened(&process, &client).await;
    world.pass(SignedDuration::from_hours(60));
    let aware_at = Some(world.ambient.clock.now() - SignedDuration::from_hours(73));
    let new = NewIncident { report: report(), aware_at };
    let late = process.open_incident(&process.operator, &new, None).await.unwrap();
    let standing = async || {
        let unclosed = process.unclosed_incidents().await.unwrap();
        unclosed.into_iter().map(|(_, countdown)| countdown).collect::<Vec<_>>()
    };
    let expected = [Countdown::Warning { hours_left: 12 }, Countdown::Overdue { hours_over: 1 }];
    assert_eq!(standing().await, expected);
    process.move_incident(&process.operator, late.id, &Step::Assess(Risk::Unlikely)).await.unwrap();
    process.move_incident(&process.operator, late.id, &Step::Close).await.unwrap();
    assert_eq!(standing().await, expected[..1]);
    let in_future =
        NewIncident { aware_at: Some(world.ambient.clock.now() + SignedDuration::from_secs(1)), ..new };
    let refused = process.open_incident(&client, &in_future, None).await;
    assert!(matches!(refused, Err(GateError::Malformed(_))), "{refused:?}");
}
