use proptest::prelude::*;

use super::*;
use crate::{case::Case, request::Milestone};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_900_000_000 + seconds).unwrap()
}

fn message(template: Template) -> Message {
    Message {
        id: MessageId::from_bytes([1; 16]),
        account: AccountId::from_bytes([2; 16]),
        subject: Some(SubjectId::from_bytes([3; 16])),
        template,
        about: Some(Topic::Request(RequestId::from_bytes([4; 16]))),
        to: Address::Identifier { request: RequestId::from_bytes([4; 16]), place: 0 },
        since: at(0),
        is_counted: false,
        state: MessageState::Waiting { attempts: 0, next_at: at(0), why: None },
        version: 1,
    }
}

#[test]
fn a_message_is_tried_by_one_at_a_time() {
    let begun = message(Template::Received).begun(at(0)).unwrap();
    assert_eq!(begun.clone().begun(at(59)), None, "whoever tries it has a minute");
    let again = begun.begun(at(60)).unwrap();
    assert_eq!(again.filing().wake_at, Some(at(180)));
    assert_eq!(again.version, 3);
}

#[test]
fn a_sent_message_is_closed_for_good_and_then_forgotten() {
    let sent = message(Template::Received).begun(at(0)).unwrap().sent(at(1));
    let case = Case::of(&sent).unwrap();
    assert_eq!((case.is_open, case.wake_at, case.read::<Message>()), (false, None, Some(sent.clone())));
    assert_eq!(case.due_at, Some(at(1) + REMEMBERED));
    assert_eq!(sent.clone().begun(at(999_999_999)), None);
    assert_eq!(sent.retried(at(2)), None);
}

#[test]
fn a_failed_message_is_tried_anew_when_someone_says_so() {
    let failed = message(Template::Received).failed(at(9), Unsent::Refused);
    assert_eq!(failed.clone().begun(at(10)), None);
    let again = failed.retried(at(10)).unwrap();
    assert_eq!(again.gives_up_at(), at(10) + PATIENCE);
    assert!(again.begun(at(10)).is_some());
}

#[test]
fn a_code_is_not_sent_after_its_day() {
    let code = message(Template::Code { number: 1 });
    assert!(code.clone().begun(at(24 * 3_600 - 1)).is_some());
    assert!(code.is_over(at(24 * 3_600)));
    assert_eq!(code.begun(at(24 * 3_600)), None);
    assert!(message(Template::Received).begun(at(24 * 3_600)).is_some());
}

#[test]
fn every_template_is_read_back() {
    let milestone = Milestone::Half;
    for template in [
        Template::Code { number: 3 },
        Template::Paused,
        Template::RequestClock { milestone },
        Template::IncidentClock { milestone },
        Template::PolicyChange,
        Template::MustAccept,
        Template::InvitedElsewhere,
        Template::Address,
        Template::AddressChanged,
        Template::PasskeyCopied,
    ] {
        let text = serde_json::to_string(&message(template)).unwrap();
        assert!(text.contains(template.as_str()), "{text}");
        assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), message(template));
    }
}

proptest! {
    /// However often and whenever it is tried, it is tried within the hour again, never twice at a time, and no longer than
    /// it may be.
    #[test]
    fn attempts_grow_apart_up_to_an_hour(late in proptest::collection::vec(0_i64..600, 1..400)) {
        let (mut message, mut now, mut pause) = (message(Template::Extended), at(0), SignedDuration::ZERO);
        for late in late {
            let Some(begun) = message.clone().begun(now) else {
                prop_assert!(message.is_over(now));
                return Ok(());
            };
            let MessageState::Waiting { next_at, .. } = begun.state else { panic!("it waits") };
            prop_assert!(next_at.duration_since(now) >= pause && next_at.duration_since(now) <= LONGEST_PAUSE);
            pause = next_at.duration_since(now);
            message = begun.put_off(Unsent::Unreachable);
            now = next_at + SignedDuration::from_secs(late);
        }
        prop_assert!(now.duration_since(at(0)) <= PATIENCE + LONGEST_PAUSE + LONGEST_PAUSE);
    }
}
