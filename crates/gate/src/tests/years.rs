//! Years of a small world, many times over: whatever people ask, whoever holds what, and wherever a process ends, no hold is
//! violated, no deadline passes unreported, nobody who was erased returns, and nothing is kept past its clock.

use std::collections::{HashMap, HashSet};

use domain::{
    ErasureState, Hold, RecordId, Request, Right, SubjectId, SubjectState,
    id::RequestId,
    request::{Channel, Milestone},
};

use super::{
    choices_of_a_seed::Choices,
    world::{POLICY, Process, World},
};
use crate::{Determination, Fulfilment, GateError, Named, NewHold, NewRequest};

/// How many lives; `BAILEE_LIVES` tries others, from the one that `BAILEE_LIFE` names.
const LIVES: u64 = 12;
/// How many things happen in one, some days apart.
const LENGTH: usize = 70;

/// The policy of the world with requests, and an exception that someone must determine.
fn policy() -> String {
    let added = r#"
[exceptions.fraud]
label = "fraud under investigation"
records = ["message"]
ground = "investigating fraud"
retention = "archive"
determined_by = "the custodian"
review = "P6M"

[purposes.requests]
label = "answering requests"
dpv = "dpv:RightsFulfillment"
basis = "legal_obligation"
roles = ["client", "end_user"]
[records.request]
label = "requests"
roles = ["client", "end_user"]
purposes = ["requests"]
retention = "archive"
[records.request.fields]
email = { category = "email" }
message = { category = "message_text", type = "text" }
[requests]
record = "request"
purpose = "requests"
package = "P7D"
unanswered = "alarm"

[recipients.helpdesk]"#;
    POLICY
        .replacen("\n[recipients.helpdesk]", added, 1)
        .replacen(
            "purposes = [\"support\"]\nretention = \"account\"",
            "purposes = [\"support\", \"requests\"]\nretention = \"account\"",
            1,
        )
        .replacen("exceptions = [\"network\"]", "exceptions = [\"network\", \"fraud\"]", 1)
        .replacen(
            "We hold {{records.profile}},",
            "We hold {{records.profile}}, {{records.request}} for {{purposes.requests}},",
            1,
        )
        .replacen(
            "we keep {{exceptions.network}}",
            "we keep {{exceptions.network}} and {{exceptions.fraud}}",
            1,
        )
}

/// What has been acknowledged.
#[derive(Default)]
struct Known {
    people: Vec<SubjectId>,
    /// Messages, and whose they are.
    messages: HashMap<RecordId, SubjectId>,
    /// Holds that stand.
    holds: HashMap<SubjectId, Vec<Hold>>,
    requests: Vec<RequestId>,
    erased: HashSet<SubjectId>,
    deleted: HashSet<RecordId>,
}

fn why() -> Determination {
    Determination { by: Some("the custodian".to_owned()), because: "a reason".to_owned() }
}

/// What may be answered by a world in which someone was erased, something is frozen, or a step comes too late.
fn unless_refused<T>(outcome: Result<T, GateError>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(GateError::Gone(_) | GateError::NotFound(_) | GateError::Frozen(_) | GateError::NotNow(_)) => {
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// One thing that happens.
async fn live(process: &Process, known: &mut Known, choices: &mut Choices) {
    let person = known.people[choices.below(known.people.len())];
    match choices.below(12) {
        0 => known.people.push(process.person().await.id),
        1..=3 => write(process, known, person).await,
        4 => {
            let new = NewHold { subject: person, exception: "fraud".to_owned(), determined: why() };
            if let Some((hold, _)) = unless_refused(process.place_hold(&process.operator, &new, None).await) {
                known.holds.entry(person).or_default().push(hold);
            }
        }
        5 => {
            if let Some(hold) = known.holds.get_mut(&person).and_then(Vec::pop) {
                process.release_hold(&process.operator, hold.id, &why()).await.unwrap();
            }
        }
        6 => {
            if unless_refused(process.erase(&process.operator, person).await).is_some() {
                known.erased.insert(person);
            }
        }
        7 => {
            let mut theirs = known.messages.iter().filter(|(_, owner)| **owner == person).map(|(id, _)| *id);
            if let Some(record) = theirs.next()
                && unless_refused(process.delete_record(&process.operator, record, None).await).is_some()
            {
                known.deleted.insert(record);
            }
        }
        8 | 9 => ask(process, known, choices, person).await,
        _ => answer(process, known, choices).await,
    }
}

async fn write(process: &Process, known: &mut Known, person: SubjectId) {
    let new = super::world::new_record("message", serde_json::json!({ "body": "hello" }));
    let stored = process.create_record(&process.operator, person, "support", &new, None).await;
    if let Some(stored) = unless_refused(stored) {
        known.messages.insert(stored.record.id, person);
    }
}

async fn ask(process: &Process, known: &mut Known, choices: &mut Choices, person: SubjectId) {
    let right = [Right::Access, Right::Erasure, Right::Restriction][choices.below(3)];
    let named = match choices.below(2) {
        0 => Named::Vouched(person, why()),
        _ => Named::By(vec![("email".to_owned(), "ada@example.org".to_owned())]),
    };
    let new = NewRequest {
        right,
        channel: Channel::Post,
        received_at: None,
        named,
        client: None,
        message: Some("please".to_owned()),
        scan: None,
    };
    if right == Right::Restriction {
        // The policy of this world grants no such right.
        let refused = process.open_request(&process.operator, &new, None).await;
        assert!(matches!(
            refused,
            Err(GateError::Malformed(_) | GateError::Gone(_) | GateError::NotFound(_))
        ));
    } else if let Some((request, _)) =
        unless_refused(process.open_request(&process.operator, &new, None).await)
    {
        known.requests.push(request.id);
    }
}

/// Something is done about a request.
async fn answer(process: &Process, known: &mut Known, choices: &mut Choices) {
    if known.requests.is_empty() {
        return;
    }
    let id = known.requests[choices.below(known.requests.len())];
    let operator = &process.operator;
    let before = process.request(operator, id).await.unwrap();
    let how = Fulfilment { decision: why(), ..Fulfilment::default() };
    let moved = match choices.below(6) {
        0 => process.extend_request(operator, id, &why()).await,
        1 => process.pause_request(operator, id, &why()).await,
        2 => process.resume_request(operator, id).await,
        3 => process.withdraw_request(operator, id).await,
        4 => process.refuse_request(operator, id, None, &why()).await,
        _ => process.fulfil_request(operator, id, &how).await,
    };
    let Some((after, _)) = unless_refused(moved) else { return };
    if after.state.as_str() == "fulfilled" {
        assert!(!before.subjects.is_empty() && before.is_open(), "nothing is done for who proved nothing");
        if after.right == Right::Erasure {
            known.erased.extend(&after.subjects);
        }
    }
}

/// The jobs run to their end.
async fn settle(process: &Process) {
    // What one has done can be work for another: a package whose time is over no longer keeps what it is about.
    loop {
        let expired = process.expire(50).await.unwrap();
        let woken = process.wake(50).await.unwrap();
        if expired + woken + process.finish_erasures(50).await.unwrap() == 0 {
            break;
        }
    }
    process.finish_leftovers().await.unwrap();
    while process.advance_log().await.unwrap() > 0 {}
}

async fn check(process: &Process, known: &Known, life: &str) {
    let now = process.ambient().clock.now();
    for (record, person) in &known.messages {
        let held = process.stores.data.record(*record).await.unwrap();
        let freezes = process.stores.data.subject(*person).await.unwrap().map(|(subject, _)| subject.freezes);
        // Of someone who was erased while nothing of theirs was there, a hold finds nothing to keep.
        let is_nobody = freezes.is_none() && held.is_none();
        let is_frozen = freezes.is_some_and(|freezes| freezes.on("message").is_some());
        let is_held = known.holds.get(person).is_some_and(|holds| !holds.is_empty());
        assert!(is_frozen || !is_held || is_nobody, "{life}: a hold on {person} was forgotten");
        match held {
            Some(held) => {
                assert!(!known.deleted.contains(record), "{life}: {record} came back");
                let over = held.record.metadata.expires_at.is_some_and(|end| end <= now);
                assert!(is_frozen || !over, "{life}: {record} was kept past its clock");
                assert!(is_held || !known.erased.contains(person), "{life}: {record} outlived an erasure");
            }
            None => assert!(known.deleted.contains(record) || !was_held_throughout(known, *record), "{life}"),
        }
        if known.erased.contains(person) {
            let read = process.read(*record).await;
            assert!(matches!(read, Err(GateError::Gone(_) | GateError::NotFound(_))), "{life}: {read:?}");
        }
    }
    for person in &known.erased {
        let erasure = process.stores.data.erasure_of(*person).await.unwrap();
        let done = erasure.is_some_and(|erasure| matches!(erasure.state, ErasureState::Purged { .. }));
        assert!(done, "{life}: the erasure of {person} was not finished");
        let left = process.stores.data.subject(*person).await.unwrap();
        assert!(left.is_none_or(|(left, _)| left.state == SubjectState::Erased), "{life}: {person} returned");
    }
    for request in &known.requests {
        let request: Request = process.request(&process.operator, *request).await.unwrap();
        let is_late = request.is_open() && !request.terms.is_paused() && request.terms.due_at() <= now;
        assert!(!is_late || request.told == Some(Milestone::Due), "{life}: {} is late unseen", request.id);
    }
}

/// Whether a record must still be there: someone holds it who did before it could go.
fn was_held_throughout(known: &Known, record: RecordId) -> bool {
    let person = known.messages[&record];
    let held = known.holds.get(&person).is_some_and(|holds| !holds.is_empty());
    held && !known.erased.contains(&person) && !known.deleted.contains(&record) && {
        // One that expired before the first hold that stands went rightly.
        let placed = known.holds[&person].iter().map(|hold| hold.placed_at).min();
        placed.is_some_and(|placed| made_at(record) + jiff::SignedDuration::from_hours(365 * 24) > placed)
    }
}

/// When an id was made: its first six bytes are milliseconds.
fn made_at(record: RecordId) -> jiff::Timestamp {
    let bytes = record.as_bytes();
    let milliseconds = bytes[..6].iter().fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
    jiff::Timestamp::from_millisecond(milliseconds).unwrap()
}

#[tokio::test]
async fn years_of_requests_and_holds_violate_nothing() {
    let asked = |name| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let (first, lives) = (asked("BAILEE_LIFE").unwrap_or(0), asked("BAILEE_LIVES").unwrap_or(LIVES));
    for number in first..first + lives {
        let world = World::under(&policy()).await;
        let (mut known, mut choices) = (Known::default(), Choices(number));
        let mut process = world.open().await;
        known.people.push(process.person().await.id);
        for step in 0..LENGTH {
            let life = format!("life {number}, step {step}");
            live(&process, &mut known, &mut choices).await;
            world.pass_days(i64::try_from(choices.below(20)).unwrap());
            if choices.below(8) == 0 {
                // The process ends somewhere in its jobs, and another one begins.
                world.faults.end_after(i64::try_from(choices.below(6)).unwrap(), choices.below(2) == 0);
                let _ended = process.expire(50).await;
                let _ended = process.wake(50).await;
                let _ended = process.finish_erasures(50).await;
                world.faults.clear();
                drop(process);
                process = world.open().await;
            }
            settle(&process).await;
            check(&process, &known, &life).await;
        }
    }
}
