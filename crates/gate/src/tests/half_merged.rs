//! What happens while two subjects become one: nothing goes early, nothing that is over comes back, and an erasure of the one
//! is an erasure of the other.

use domain::{Action, CaseKind, Hold, SubjectId, SubjectState, Trigger, Unmergeable};

use super::{
    children::named,
    erasure::{certificate, finish},
    holds::{on, policy, why},
    merging::{held, said, two},
    triggers::{policy as of_visits, pull, take_back},
    world::{Process, World},
};
use crate::GateError;

/// A process that finds a merge which has begun, and nothing else.
async fn half_way(world: &World, process: Process, (one, other): (SubjectId, SubjectId)) -> Process {
    world.faults.end_after(1, false);
    process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap_err();
    drop(process);
    world.pass(jiff::SignedDuration::from_mins(2));
    world.open().await
}

async fn go_on(process: &Process) {
    while process.wake(10).await.unwrap() > 0 {}
    while process.settle_triggers(10).await.unwrap() > 0 {}
}

async fn state(process: &Process, subject: SubjectId) -> Option<SubjectState> {
    process.stores.data.subject(subject).await.unwrap().map(|(subject, _)| subject.state)
}

#[tokio::test]
async fn the_later_visit_counts_from_the_beginning_of_a_merge() {
    let world = World::under(&of_visits()).await;
    let process = world.open().await;
    let (one, other) = (process.person().await.id, process.person().await.id);
    process.message(one, "of the one").await;
    process.message(other, "of the other").await;
    world.pass_days(300);
    pull(&process, one, Trigger::Visits, process.ambient().clock.now()).await.unwrap();
    let process = half_way(&world, process, (one, other)).await;
    process.settle_triggers(10).await.unwrap();
    world.pass_days(70);
    assert_eq!(process.expire(10).await.unwrap(), 0, "of either, as both were here");
    pull(&process, other, Trigger::Visits, process.ambient().clock.now()).await.unwrap();
    world.pass_days(300);
    // The other was here since, and what is not moved yet waits for that.
    assert_eq!(process.expire(10).await.unwrap(), 0);
    go_on(&process).await;
    assert_eq!(held(&process, other).await.len(), 2);
    world.pass_days(66);
    assert_eq!(process.expire(10).await.unwrap(), 2);
}

#[tokio::test]
async fn what_was_over_before_a_merge_stays_over() {
    let world = World::under(&of_visits()).await;
    let process = world.open().await;
    let (one, other) = (process.person().await.id, process.person().await.id);
    process.message(one, "over").await;
    world.pass_days(300);
    process.message(one, "not over").await;
    world.pass_days(66);
    pull(&process, other, Trigger::Visits, process.ambient().clock.now()).await.unwrap();
    process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
    let texts = held(&process, other).await;
    assert!(texts.len() == 1 && texts[0].contains("not over"), "{texts:?}");
    go_on(&process).await;
    assert_eq!((held(&process, other).await, process.expire(10).await.unwrap()), (texts, 1));
}

#[tokio::test]
async fn an_account_that_was_closed_for_one_of_them_is_not_forgotten() {
    let world = World::under(&of_visits()).await;
    let process = world.open().await;
    let (one, other) = (process.person().await.id, process.person().await.id);
    process.profile(one, "ada@example.org").await;
    let now = process.ambient().clock.now();
    let merge = async || process.merge_subjects(&process.operator, (one, other), &said()).await;
    for closed in [one, other] {
        pull(&process, closed, Trigger::Account, now).await.unwrap();
        let refused = merge().await;
        assert!(matches!(refused, Err(GateError::Unmergeable(Unmergeable::Ended))), "{refused:?}");
        take_back(&process, closed).await.unwrap();
    }
    for closed in [one, other] {
        pull(&process, closed, Trigger::Account, now).await.unwrap();
    }
    merge().await.unwrap();
    go_on(&process).await;
    world.pass_days(32);
    assert_eq!(process.expire(10).await.unwrap(), 1);
}

#[tokio::test]
async fn what_was_left_is_erased_at_once_wherever_it_stops() {
    let world = World::new().await;
    for step in 0.. {
        assert!(step < 40, "the work never comes to its end");
        let process = world.open().await;
        let (one, other) = two(&process).await;
        let process = half_way(&world, process, (one, other)).await;
        process.erase(&process.operator, other).await.unwrap();
        world.faults.end_after(step, false);
        let _ = process.wake(10).await;
        let ended = world.faults.clear();
        assert_ne!(state(&process, one).await, Some(SubjectState::Active), "step {step}");
        drop(process);
        let process = world.open().await;
        go_on(&process).await;
        finish(&process).await;
        assert_eq!((state(&process, one).await, state(&process, other).await), (None, None));
        if !ended {
            break;
        }
    }
}

#[tokio::test]
async fn what_was_left_of_a_child_is_erased_without_a_name_or_an_exception() {
    let world = World::new().await;
    for is_purged in [false, true] {
        let process = world.open().await;
        let (one, other) = two(&process).await;
        process.access_log(one).await;
        let process = half_way(&world, process, (one, other)).await;
        process.discover_child(&process.operator, other).await.unwrap();
        if is_purged {
            finish(&process).await;
        }
        let before = named(&process).await.len();
        go_on(&process).await;
        let erasure = process.stores.data.erasure_of(one).await.unwrap().unwrap();
        let certificate = certificate(&erasure);
        assert_eq!((certificate.subject, certificate.kept.len()), (None, 0));
        finish(&process).await;
        assert_eq!(state(&process, one).await, None);
        for (action, subject, note) in named(&process).await.split_off(before) {
            let names = note.is_some_and(|note| note.contains(&one.to_string()));
            assert!(subject.is_none() && !names && action != Action::MergeEnded, "{action:?}");
        }
    }
}

#[tokio::test]
async fn what_a_hold_keeps_of_the_one_it_keeps_of_what_was_left() {
    let world = World::under(&policy()).await;
    let process = world.open().await;
    let (one, other) = two(&process).await;
    let process = half_way(&world, process, (one, other)).await;
    let (placed, _) = process.place_hold(&process.operator, &on(other), None).await.unwrap();
    process.erase(&process.operator, other).await.unwrap();
    go_on(&process).await;
    finish(&process).await;
    let counts = process.stores.data.type_counts(one).await.unwrap();
    assert_eq!(
        counts.iter().map(|count| (&*count.record_type, count.records)).collect::<Vec<_>>(),
        [("message", 3)]
    );
    // It is a hold of its own, which is looked at again as the other one is.
    let holds = process.stores.data.cases_about(CaseKind::Hold, one).await.unwrap();
    let [hold] = &holds.iter().map(|case| case.read::<Hold>().unwrap()).collect::<Vec<_>>()[..] else {
        panic!("{holds:?}")
    };
    assert_eq!((hold.state, hold.subject), (placed.state, one));
    for hold in [hold.id, placed.id] {
        process.release_hold(&process.operator, hold, &why()).await.unwrap();
    }
    go_on(&process).await;
    assert_eq!((state(&process, one).await, state(&process, other).await), (None, None));
}

#[tokio::test]
async fn the_clock_takes_up_a_large_merge_a_few_steps_at_a_time() {
    let world = World::new().await;
    let process = world.open().await;
    let (one, other) = (process.person().await.id, process.person().await.id);
    for number in 0..210 {
        process.message(one, &format!("number {number}")).await;
    }
    let process = half_way(&world, process, (one, other)).await;
    assert_eq!(process.wake(10).await.unwrap(), 1);
    let left = process.stores.data.records(one, None, 99).await.unwrap().len();
    assert_eq!(left, 10, "others have their turn before the rest");
    go_on(&process).await;
    let counts = process.stores.data.type_counts(other).await.unwrap();
    assert_eq!(counts[0].records, 210);
}
