//! Keys that one process moves while another erases, destroys, opens, or ends it.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{
    rotation::{bound_to, fingerprints, no_key_has_a_copy},
    world::{Process, World},
};
use crate::{Gate, GateError};

/// The steps of a rotation of one page, counted from none: the new version, the lease, the condemning, the filling, the
/// binding, the destruction of what is left, its release.
const STEPS: std::ops::Range<u32> = 1..7;

/// Longer than any lease.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);

fn rotation(process: &Process) -> impl Future<Output = Result<u64, GateError>> + Send + 'static {
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    async move { gate.rotate_account(&operator, operator.account_id()).await }
}

/// Wherever a rotation is when its process ends, no copy is left of a key that another process has certified as
/// destroyed, not even until someone tidies up.
#[tokio::test]
async fn nobody_copies_the_key_of_someone_whom_another_process_erases() {
    for step in STEPS {
        for further in 0..3 {
            let world = World::new().await;
            let [one, other] = world.open_two().await;
            let person = one.person().await;
            one.message(person.id, "hello").await;
            let before = fingerprints(&one).await;
            let (gate, operator) = (Arc::clone(&other.gate), other.operator.clone());
            let faults = Arc::clone(&world.faults);
            world.faults.interpose(step, async move {
                gate.erase(&operator, person.id).await.unwrap();
                faults.end_after(further, false);
            });
            drop(rotation(&one).await);
            assert!(!world.faults.is_waiting(), "step {step}");
            world.faults.clear();
            other.refresh().await.unwrap();
            let alive = bound_to(&before, &fingerprints(&other).await);
            assert_eq!(alive, 0, "step {step}, {further} further: a key of the erased person lives");
        }
    }
}

/// The other way round: whatever an erasure has done when another process rotates.
#[tokio::test]
async fn an_erasure_overtaken_by_another_process_rotating_leaves_no_copy() {
    for step in 0..3 {
        let world = World::new().await;
        let [one, other] = world.open_two().await;
        let person = one.person().await;
        let record = one.message(person.id, "hello").await;
        let before = fingerprints(&one).await;
        let rotating = rotation(&other);
        world.faults.interpose(step, async move {
            rotating.await.unwrap();
        });
        one.erase(&one.operator, person.id).await.unwrap();
        assert!(!world.faults.is_waiting());
        assert_eq!(bound_to(&before, &fingerprints(&one).await), 0, "step {step}");
        assert!(matches!(other.read(record).await, Err(GateError::Gone(_))));
    }
}

/// A process that is only paused may fill the slots that it has condemned long after its lease is over.
#[tokio::test]
async fn a_process_that_opens_forgets_no_slot_that_a_paused_one_may_fill() {
    for step in STEPS {
        let world = World::new().await;
        let [one, _other] = world.open_two().await;
        let person = one.person().await;
        let record = one.message(person.id, "hello").await;
        let (stores, ambient, root) = (one.stores.clone(), world.ambient.clone(), Arc::clone(&world.root));
        let (clock, faults) = (Arc::clone(&world.clock), Arc::clone(&world.faults));
        world.faults.interpose(step, async move {
            clock.forward(PAUSE);
            drop(Gate::open(stores, ambient, root).await.unwrap());
            // And ends as soon as it has filled them.
            faults.end_after(1, false);
        });
        drop(rotation(&one).await);
        assert!(!world.faults.is_waiting(), "step {step}");
        world.faults.clear();
        world.pass(PAUSE);
        let third = world.process(one.stores.clone()).await;
        no_key_has_a_copy(&third).await;
        third.read(record).await.unwrap();
        assert!(third.stores.data.condemned_slots(9).await.unwrap().is_empty());
    }
}

/// A rotation that says it is done has moved every key, whoever came in between.
#[tokio::test]
async fn an_overtaken_rotation_goes_on_until_every_key_is_moved() {
    for step in STEPS {
        let world = World::new().await;
        let [one, other] = world.open_two().await;
        for _ in 0..3 {
            let person = one.person().await;
            one.message(person.id, "hello").await;
        }
        let (gate, clock) = (Arc::clone(&other.gate), Arc::clone(&world.clock));
        world.faults.interpose(step, async move {
            clock.forward(PAUSE);
            gate.finish_shredding().await.unwrap();
        });
        assert_eq!(rotation(&one).await.unwrap(), 6, "step {step}");
        for binding in one.stores.data.key_bindings(one.account_id(), None, 99).await.unwrap() {
            assert_eq!(one.gate.keyring.wrapped_under(binding.slot).await.unwrap(), Some(2), "step {step}");
        }
        no_key_has_a_copy(&one).await;
    }
}

#[tokio::test]
async fn two_processes_that_rotate_at_once_leave_each_key_in_one_slot() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let mut records = Vec::new();
    for number in 0..4 {
        let person = one.person().await;
        records.push(one.profile(person.id, &format!("person{number}@example.org")).await);
    }
    let (first, second) = tokio::join!(rotation(&one), rotation(&other));
    assert!(first.is_ok() || second.is_ok());
    for record in records {
        one.read(record).await.unwrap();
        other.read(record).await.unwrap();
    }
    one.finish_shredding().await.unwrap();
    other.finish_shredding().await.unwrap();
    no_key_has_a_copy(&one).await;
}

/// A lease that a wrong clock has taken until next year keeps nobody out until then.
#[tokio::test]
async fn a_lease_taken_by_a_clock_that_was_ahead_does_not_bind() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let lasts = SignedDuration::from_secs(10);
    world.pass_days(365);
    assert!(one.holds_lease("expiry", lasts).await.unwrap());
    world.pass_days(-365);
    assert!(other.holds_lease("expiry", lasts).await.unwrap());
    assert!(!one.holds_lease("expiry", lasts).await.unwrap());
}
