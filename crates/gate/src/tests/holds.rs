//! Holds: nothing that they name goes, whatever happens at the same moment, until they are released.

use std::sync::Arc;

use domain::{ErasureState, Hold, SubjectId};
use serde_json::json;

use super::world::{POLICY, Process, World};
use crate::{Determination, GateError, NewHold};

/// The policy of the world, where someone can determine that messages must be kept.
pub(super) fn policy() -> String {
    let exception = r#"
[exceptions.fraud]
label = "fraud under investigation"
records = ["message"]
ground = "investigating fraud"
retention = "archive"
determined_by = "the custodian"
review = "P6M"

[recipients.helpdesk]"#;
    POLICY
        .replacen("\n[recipients.helpdesk]", exception, 1)
        .replacen("exceptions = [\"network\"]", "exceptions = [\"network\", \"fraud\"]", 1)
        .replacen(
            "we keep {{exceptions.network}}",
            "we keep {{exceptions.network}} and {{exceptions.fraud}}",
            1,
        )
}

pub(super) fn on(subject: SubjectId) -> NewHold {
    NewHold { subject, exception: "fraud".to_owned(), determined: why() }
}

pub(super) fn why() -> Determination {
    Determination { by: Some("the custodian".to_owned()), because: "a report".to_owned() }
}

async fn place(process: &Process, subject: SubjectId) -> Hold {
    process.place_hold(&process.operator, &on(subject), None).await.unwrap().0
}

/// Places one just before the next commit.
fn place_between(world: &World, process: &Process, subject: SubjectId) {
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(0, async move {
        gate.place_hold(&operator, &on(subject), None).await.unwrap();
    });
}

#[tokio::test]
async fn what_is_held_does_not_expire_until_it_is_released() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    let hold = place(&process, person.id).await;
    world.pass_days(800);
    assert_eq!(process.expire(10).await.unwrap(), 0);
    assert_eq!(process.read(record).await.unwrap(), json!({ "body": "hello" }));
    // Its review is overdue, which is said once; it stands all the same.
    assert_eq!((process.wake(10).await.unwrap(), process.wake(10).await.unwrap()), (1, 0));
    assert_eq!(process.expire(10).await.unwrap(), 0);
    process.release_hold(&process.operator, hold.id, &why()).await.unwrap();
    assert!(matches!(process.read(record).await, Err(GateError::Gone("record"))));
    assert_eq!(process.expire(10).await.unwrap(), 1);
}

#[tokio::test]
async fn a_hold_placed_at_the_same_moment_is_not_overlooked() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    place_between(&world, &process, person.id);
    let deleted = process.delete_record(&process.operator, record, None).await;
    assert!(matches!(deleted, Err(GateError::Frozen(_))), "{deleted:?}");

    let person = process.person().await;
    process.message(person.id, "hello").await;
    place_between(&world, &process, person.id);
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    let ErasureState::Shredded(certificate) = erasure.state else { unreachable!("{erasure:?}") };
    assert_eq!(certificate.kept.len(), 1, "{certificate:?}");

    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    world.pass_days(366);
    place_between(&world, &process, person.id);
    process.expire(10).await.unwrap();
    assert!(process.stores.data.record(record).await.unwrap().is_some());
}

#[tokio::test]
async fn two_holds_keep_what_one_releases() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let person = process.person().await;
    let record = process.message(person.id, "hello").await;
    let holds = [place(&process, person.id).await, place(&process, person.id).await];
    process.erase(&process.operator, person.id).await.unwrap();
    while process.finish_erasures(10).await.unwrap() > 0 {}
    process.release_hold(&process.operator, holds[0].id, &why()).await.unwrap();
    assert!(process.stores.data.record(record).await.unwrap().is_some());
    process.release_hold(&process.operator, holds[1].id, &why()).await.unwrap();
    assert!(process.stores.data.subject(person.id).await.unwrap().is_none(), "nothing is left of them");
}

#[tokio::test]
async fn a_release_that_was_cut_short_is_finished_by_the_clock() {
    let world = World::under(&policy()).await;
    for unheard in [false, true] {
        for step in 0.. {
            assert!(step < 40, "the work never comes to its end");
            let process = world.open().await;
            let person = process.person().await;
            process.message(person.id, "hello").await;
            let hold = place(&process, person.id).await;
            process.erase(&process.operator, person.id).await.unwrap();
            while process.finish_erasures(10).await.unwrap() > 0 {}
            world.faults.end_after(step, unheard);
            let outcome = process.release_hold(&process.operator, hold.id, &why()).await;
            let ended = world.faults.clear();
            // What comes after the release itself is the clock's to finish, and no failure.
            assert!(ended || outcome.is_ok(), "step {step}: {outcome:?}");
            drop(process);
            let process = world.open().await;
            if process.hold(&process.operator, hold.id).await.unwrap().freeze().is_some() {
                process.release_hold(&process.operator, hold.id, &why()).await.unwrap();
            }
            while process.wake(10).await.unwrap() > 0 {}
            process.finish_leftovers().await.unwrap();
            let left = process.stores.data.subject(person.id).await.unwrap();
            assert!(left.is_none(), "step {step}: {left:?}");
            if !ended {
                break;
            }
        }
    }
}
