use proptest::prelude::*;

use super::*;
use crate::{audit::EntryId, event::Facts};

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn event(index: u64) -> Event {
    let account = AccountId::from_bytes([1; 16]);
    let told = NewEvent { account, kind: EventKind::SubjectErased, at: time(0), facts: Facts::default() };
    let id = EventId { entry: EntryId { bundle: 9, position: 0 }, ordinal: 0 };
    Event { id, place: Place { index, ordinal: 0 }, told }
}

fn webhook() -> Webhook {
    Webhook {
        id: WebhookId::from_bytes([2; 16]),
        account: AccountId::from_bytes([1; 16]),
        url: "https://example.com/hook".to_owned(),
        kinds: Vec::new(),
        created_at: time(0),
        secret: Sealed(vec![1]),
        former: None,
        state: WebhookState::Active,
        from: Place::default(),
        delivered: None,
        failures: 0,
        failing_since: None,
        due_at: time(0),
        last: None,
        version: 1,
    }
}

#[test]
fn it_reads_back() {
    let written =
        webhook().rotated(Sealed(vec![0, 255]), time(1)).failed(event(3).id, Failure::Status5xx, time(2), 7);
    let text = serde_json::to_string(&written).unwrap();
    assert_eq!(serde_json::from_str::<Webhook>(&text).unwrap(), written);
}

#[test]
fn the_secret_before_signs_for_a_day() {
    let rotated = webhook().rotated(Sealed(vec![2]), time(0));
    let all = |at| rotated.secrets(at).map(|sealed| sealed.0[0]).collect::<Vec<_>>();
    assert_eq!(all(time(0)), [2, 1]);
    assert_eq!(all(time(24 * 3_600 - 1)), [2, 1]);
    assert_eq!(all(time(24 * 3_600)), [2]);
    let again = rotated.rotated(Sealed(vec![3]), time(1));
    assert_eq!(again.secrets(time(2)).map(|sealed| sealed.0[0]).collect::<Vec<_>>(), [3, 2]);
}

#[test]
fn what_it_wants_is_what_it_named() {
    let told =
        |kind, webhook| NewEvent { kind, facts: Facts { webhook, ..Facts::default() }, ..event(1).told };
    let some = Webhook { kinds: vec![EventKind::HoldPlaced], ..webhook() };
    assert!(webhook().wants(&told(EventKind::ChoiceChanged, None)));
    assert!(some.wants(&told(EventKind::HoldPlaced, None)));
    assert!(!some.wants(&told(EventKind::ChoiceChanged, None)));
    assert!(some.wants(&told(EventKind::BackupRestored, None)));
    assert!(some.wants(&told(EventKind::WebhookTest, Some(some.id))));
    assert!(!webhook().wants(&told(EventKind::WebhookTest, Some(WebhookId::from_bytes([9; 16])))));
}

#[test]
fn one_that_is_gone_is_given_up_at_once_and_taken_up_by_a_replay() {
    let gone = webhook().failed(event(3).id, Failure::Gone, time(5), 0);
    assert_eq!(gone.state, WebhookState::Disabled { at: time(5), failure: Failure::Gone });
    let again = gone.replayed(Place { index: 2, ordinal: 0 });
    assert!(again.is_active() && again.due_at == DUE_AT_ONCE && again.failures == 0);
}

#[test]
fn a_server_that_was_off_has_tried_nothing() {
    let mut webhook = webhook();
    for second in [0, 6 * 24 * 3_600] {
        webhook = webhook.failed(event(3).id, Failure::Timeout, time(second), 0);
    }
    assert!(webhook.is_active());
}

proptest! {
    #[test]
    fn attempts_never_lie_further_apart_than_a_day(failures: u32, dice: u64) {
        let waits = delay(failures, dice);
        prop_assert!(waits <= LONGEST_DELAY);
        prop_assert!(waits >= SignedDuration::from_millis(500));
        let (least, next) = (delay(failures, 0), delay(failures.saturating_add(1), 0));
        prop_assert!(least <= next && waits >= least);
    }

    /// Whatever the dice, a receiver that always fails is given up after five days, and before six and a half.
    #[test]
    fn who_always_fails_is_given_up_after_days(seed: u64) {
        let (mut webhook, mut dice) = (webhook(), seed);
        while webhook.is_active() {
            let at = webhook.due_at;
            prop_assert!(at <= time(156 * 3_600));
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            webhook = webhook.failed(event(3).id, Failure::NoConnection, at, dice);
        }
        let since = webhook.failing_since.unwrap();
        prop_assert!(webhook.last.unwrap().at.duration_since(since) >= PATIENCE);
        prop_assert_eq!(webhook.from, Place::default());
    }

    /// Delivered or not, it never goes back and never passes over what did not arrive.
    #[test]
    fn it_goes_on_only_by_what_arrived(steps in proptest::collection::vec(any::<bool>(), 1..40)) {
        let (mut webhook, mut next) = (webhook(), 0);
        for (arrived, second) in steps.into_iter().zip(1..) {
            webhook = if arrived {
                next += 1;
                webhook.delivered(&event(next - 1), time(second))
            } else {
                webhook.failed(event(next).id, Failure::Status4xx, time(second), 1)
            };
            let from = if next == 0 { Place::default() } else { Place { index: next - 1, ordinal: 1 } };
            prop_assert_eq!(webhook.from, from);
            prop_assert_eq!(webhook.failures == 0, arrived);
        }
    }
}
