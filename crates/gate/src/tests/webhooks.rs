use domain::{
    Event, EventId, EventKind, Webhook,
    webhook::{Failure, PATIENCE, WebhookState},
};
use jiff::SignedDuration;

use super::world::{Process, World};
use crate::{GateError, NewWebhook};

const EVERYTHING: NewWebhook = NewWebhook { url: String::new(), kinds: Vec::new() };

async fn webhook(process: &Process) -> Webhook {
    let new = NewWebhook { url: "https://example.com/hook".to_owned(), ..EVERYTHING };
    process.create_webhook(&process.operator, &new, None).await.unwrap().0
}

/// Something that is told.
async fn something(process: &Process) {
    let subject = process.person().await;
    process.erase(&process.operator, subject.id).await.unwrap();
    while process.advance_log().await.unwrap() > 0 {}
}

async fn events(process: &Process) -> Vec<Event> {
    process.events(&process.operator, None, 100).await.unwrap()
}

/// Delivers all that is due to somebody who takes everything; the events, in the order in which they came.
async fn delivered(process: &Process) -> Vec<Event> {
    let mut came = Vec::new();
    while let Some(webhook) = process.due_webhooks(9).await.unwrap().into_iter().next() {
        let Some((standing, delivery)) = process.next_delivery(webhook).await.unwrap() else { continue };
        process.delivery_ended(standing, &delivery.event, Ok(())).await.unwrap().unwrap();
        came.push(delivery.event);
    }
    came
}

#[tokio::test]
async fn who_fails_for_days_is_given_up_told_of_and_taken_up_again() {
    let world = World::new().await;
    let process = world.open().await;
    let mut webhook = webhook(&process).await;
    something(&process).await;
    let (begun, mut attempts) = (webhook.due_at, 0);
    while webhook.is_active() {
        let due = process.due_webhooks(9).await.unwrap().pop().expect("it is due again");
        let (standing, delivery) = process.next_delivery(due).await.unwrap().unwrap();
        assert!(delivery.signature.starts_with("v1,") && delivery.body.contains("subject.erased"));
        let ended = process.delivery_ended(standing, &delivery.event, Err(Failure::NoConnection)).await;
        webhook = ended.unwrap().unwrap();
        attempts += 1;
        assert_eq!(process.due_webhooks(9).await.unwrap(), [], "not before its time");
        let wait = webhook.due_at.duration_since(world.ambient.clock.now());
        assert!(wait <= SignedDuration::from_hours(24));
        world.pass(wait);
    }
    let WebhookState::Disabled { at, failure } = webhook.state else { panic!("{webhook:?}") };
    assert!(at.duration_since(begun) >= PATIENCE && failure == Failure::NoConnection);
    assert!((17..40).contains(&attempts), "{attempts}");
    while process.advance_log().await.unwrap() > 0 {}
    let told = events(&process).await;
    let given_up = told.last().unwrap();
    assert_eq!(given_up.told.kind, EventKind::WebhookDisabled);
    assert_eq!(given_up.told.facts.webhook, Some(webhook.id));
    assert_eq!(process.due_webhooks(9).await.unwrap(), [], "nothing is sent to who is given up");
    process.replay_webhook(&process.operator, webhook.id, None).await.unwrap();
    assert_eq!(delivered(&process).await, told, "nothing that was not delivered is lost");
}

#[tokio::test]
async fn what_was_sent_and_not_noted_is_sent_again_as_the_same() {
    let world = World::new().await;
    let process = world.open().await;
    webhook(&process).await;
    something(&process).await;
    for (step, unheard) in [(0, false), (0, true)] {
        let due = process.due_webhooks(9).await.unwrap().pop().unwrap();
        let (standing, delivery) = process.next_delivery(due).await.unwrap().unwrap();
        world.faults.end_after(step, unheard);
        let ended = process.delivery_ended(standing, &delivery.event, Ok(())).await;
        assert!(matches!(ended, Err(GateError::Unavailable(_))), "{ended:?}");
        world.faults.clear();
        let again = delivered(&process).await;
        assert_eq!(again.first().map(|event| event.id), (!unheard).then_some(delivery.event.id));
        something(&process).await;
    }
}

#[tokio::test]
async fn of_two_who_deliver_at_once_one_moves_on() {
    let world = World::new().await;
    let [one, other] = world.open_two().await;
    let made = webhook(&one).await;
    something(&one).await;
    let mut both = Vec::new();
    for process in [&one, &other] {
        let due = process.due_webhooks(9).await.unwrap().pop().unwrap();
        both.push(process.next_delivery(due).await.unwrap().unwrap());
    }
    assert_eq!(both[0].1.event.id, both[1].1.event.id);
    let (second, first) = (both.pop().unwrap(), both.pop().unwrap());
    assert!(one.delivery_ended(first.0, &first.1.event, Ok(())).await.unwrap().is_some());
    // Whoever comes later, with whatever news, changes nothing.
    let late = other.delivery_ended(second.0, &second.1.event, Err(Failure::Gone)).await.unwrap();
    assert_eq!(late, None);
    let stands = one.webhook(&one.operator, made.id).await.unwrap();
    assert!(stands.is_active() && stands.delivered == Some(first.1.event.id));
}

#[tokio::test]
async fn what_is_not_wanted_is_passed_over_and_secrets_outlive_a_rotation_of_keys() {
    let world = World::new().await;
    let process = world.open().await;
    let new = NewWebhook { kinds: vec![EventKind::WebhookTest], ..EVERYTHING };
    let (made, secret) = process.create_webhook(&process.operator, &new, None).await.unwrap();
    assert!(secret.unwrap().starts_with("whsec_"));
    something(&process).await;
    assert_eq!(delivered(&process).await, []);
    assert_eq!(process.due_webhooks(9).await.unwrap(), [], "nothing waits any more");
    process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    process.test_webhook(&process.operator, made.id).await.unwrap();
    while process.advance_log().await.unwrap() > 0 {}
    let came = delivered(&process).await;
    assert_eq!(came.iter().map(|event| event.told.kind).collect::<Vec<_>>(), [EventKind::WebhookTest]);
}

#[tokio::test]
async fn events_of_ninety_days_are_kept() {
    let world = World::new().await;
    let process = world.open().await;
    something(&process).await;
    world.pass_days(89);
    process.forget_events().await.unwrap();
    let [kept] = &events(&process).await[..] else { panic!("it is kept") };
    something(&process).await;
    world.pass_days(2);
    process.forget_events().await.unwrap();
    let left = events(&process).await;
    assert_eq!(left.len(), 1);
    // What is forgotten is still a place to read on from.
    assert_eq!(process.events(&process.operator, Some(kept.id), 9).await.unwrap(), left);
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_nothing_up() {
    let world = World::new().await;
    let process = world.open().await;
    webhook(&process).await;
    world.pass_days(1);
    something(&process).await;
    assert_eq!(delivered(&process).await.len(), 1);
    world.pass_days(-2);
    something(&process).await;
    assert_eq!(delivered(&process).await.len(), 1);
}

#[tokio::test]
async fn no_event_has_a_place_after_the_last() {
    let world = World::new().await;
    let process = world.open().await;
    something(&process).await;
    let last = EventId { ordinal: u32::MAX, ..events(&process).await[0].id };
    assert_eq!(process.events(&process.operator, Some(last), 9).await.unwrap(), []);
}
