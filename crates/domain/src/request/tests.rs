//! Whatever happens to a request, it ends once, its clock never loses time, and nobody gets in unproved.

use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::{
    woken::{LONGEST_PAUSE, PATIENCE},
    *,
};
use crate::case::Case;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn request(received: Timestamp, months: i64) -> Request {
    Request {
        id: RequestId::from_bytes([1; 16]),
        account: AccountId::from_bytes([2; 16]),
        passed_on_by: None,
        is_taken_over: false,
        right: Right::Access,
        channel: Channel::Page,
        record: None,
        requester: Some(SubjectId::from_bytes([3; 16])),
        identifiers: vec![Identifier::new("email".to_owned()), Identifier::new("phone".to_owned())],
        subjects: Vec::new(),
        terms: Terms::new(received, Span::new().months(months), Some(Span::new().months(2))),
        state: RequestState::Verifying,
        tasks: Vec::new(),
        redactions: Vec::new(),
        steps: vec![Step { at: received, what: What::Received }],
        told: None,
        claim: None,
        assigned_to: None,
        version: 1,
    }
}

fn open(received: &str) -> Request {
    request(at(received), 1).about(vec![SubjectId::from_bytes([4; 16])], at(received)).unwrap()
}

#[test]
fn whoever_sees_to_a_request_changes_nothing_of_what_the_person_is_told() {
    let to = Some(SubjectId::from_bytes([9; 16]));
    let before = request(Timestamp::UNIX_EPOCH, 1);
    let assigned = before.clone().assigned(to).unwrap();
    assert_eq!((assigned.assigned_to, assigned.version), (to, before.version + 1));
    assert_eq!((&assigned.steps, &assigned.state), (&before.steps, &before.state));
    assert_eq!(assigned.withdrawn(Timestamp::UNIX_EPOCH).unwrap().assigned(None), Err(NotNow::Closed));
}

#[test]
fn a_month_from_the_end_of_january_is_the_end_of_february() {
    for (received, due) in [
        ("2027-01-31T09:30:00Z", "2027-02-28T09:30:00Z"),
        ("2028-01-31T09:30:00Z", "2028-02-29T09:30:00Z"),
        ("2028-02-29T00:00:00Z", "2028-03-29T00:00:00Z"),
        ("2026-12-31T23:59:59Z", "2027-01-31T23:59:59Z"),
    ] {
        assert_eq!(open(received).terms.due_at(), at(due), "{received}");
    }
    // Two more months are counted from there, not from a day that was cut off.
    let extended = open("2027-01-31T09:30:00Z").extended(at("2027-02-01T00:00:00Z")).unwrap();
    assert_eq!(extended.terms.due_at(), at("2027-04-28T09:30:00Z"));
}

#[test]
fn time_is_taken_once_and_not_too_late() {
    let taken = open("2027-03-01T00:00:00Z").extended(at("2027-04-01T00:00:00Z")).unwrap();
    assert_eq!(taken.extended(at("2027-04-02T00:00:00Z")), Err(NotNow::NotExtensible));
    let late = open("2027-03-01T00:00:00Z").extended(at("2027-04-01T00:00:01Z"));
    assert_eq!(late, Err(NotNow::NotExtensible));
}

#[test]
fn a_pause_gives_back_what_it_took_and_no_more() {
    let request = open("2027-03-01T00:00:00Z");
    let due = request.terms.due_at();
    let paused = request.paused(at("2027-03-10T00:00:00Z")).unwrap();
    assert_eq!(
        paused.terms.reached(at("2029-01-01T00:00:00Z")),
        None,
        "nothing is told while it stands still"
    );
    assert_eq!(paused.clone().fulfilled(at("2027-03-11T00:00:00Z"), Answer::Done), Err(NotNow::Paused));
    assert_eq!(paused.clone().paused(at("2027-03-11T00:00:00Z")), Err(NotNow::Paused));
    let set_back = paused.clone().resumed(at("2027-03-09T00:00:00Z")).unwrap();
    assert_eq!(set_back.terms.due_at(), due, "a clock that was set back takes nothing");
    let resumed = paused.resumed(at("2027-03-15T00:00:00Z")).unwrap();
    assert_eq!(resumed.terms.due_at(), due + SignedDuration::from_hours(5 * 24));
    assert_eq!(resumed.resumed(at("2027-03-16T00:00:00Z")), Err(NotNow::NotPaused));
}

#[test]
fn each_part_of_the_time_is_told_once() {
    let told = |request: &Request, now: &str| request.clone().woken(at(now)).map(|(woken, _)| woken);
    let fresh = open("2027-04-01T00:00:00Z");
    assert_eq!(told(&fresh, "2027-04-15T23:59:59Z"), None);
    assert_eq!(told(&fresh, "2027-04-16T00:00:00Z"), Some(Woken::Told(Milestone::Half)));
    assert_eq!(fresh.filing().wake_at, Some(at("2027-04-16T00:00:00Z")));
    // Whoever slept through some of it is told the last.
    assert_eq!(told(&fresh, "2027-04-26T00:00:00Z"), Some(Woken::Told(Milestone::FourFifths)));
    let (_, half) = fresh.woken(at("2027-04-16T00:00:00Z")).unwrap();
    assert_eq!(told(&half, "2027-04-17T00:00:00Z"), None);
    let (_, due) = half.woken(at("2027-05-01T00:00:00Z")).unwrap();
    assert_eq!(
        (due.is_open(), due.filing().wake_at),
        (true, None),
        "it is overdue, and still to be answered"
    );
    assert_eq!(due.paused(at("2027-05-02T00:00:00Z")), Err(NotNow::TooLate), "its clock is stopped no more");
}

#[test]
fn an_unproved_one_lapses_and_never_at_once() {
    let (woken, told) = request(at("2027-04-01T00:00:00Z"), 1).woken(at("2027-05-01T00:00:00Z")).unwrap();
    assert_eq!(woken, Woken::Told(Milestone::Due));
    let (woken, lapsed) = told.woken(at("2027-05-01T00:00:00Z")).unwrap();
    assert_eq!((woken, lapsed.state.as_str(), lapsed.version), (Woken::Lapsed, "lapsed", 3));
    // A letter that was entered when its time was over leaves time to show who wrote it.
    let entered = at("2027-05-10T00:00:00Z");
    let mut late = request(at("2027-04-01T00:00:00Z"), 1);
    late.steps.push(Step { at: entered, what: What::CodeSent });
    let (_, told) = late.woken(entered).unwrap();
    assert_eq!(told.filing().wake_at, Some(entered + PATIENCE));
    assert_eq!(told.clone().woken(entered + PATIENCE - SignedDuration::from_secs(1)), None);
    assert_eq!(told.woken(entered + PATIENCE).unwrap().0, Woken::Lapsed);
}

#[test]
fn a_pause_ends_by_itself() {
    let paused = open("2027-04-01T00:00:00Z").paused(at("2027-04-10T00:00:00Z")).unwrap();
    let end = at("2027-04-10T00:00:00Z") + LONGEST_PAUSE;
    assert_eq!(paused.filing().wake_at, Some(end));
    let (woken, resumed) = paused.woken(end).unwrap();
    assert_eq!((woken, resumed.terms.is_paused()), (Woken::Resumed, false));
    assert_eq!(resumed.terms.due_at(), at("2027-05-01T00:00:00Z") + LONGEST_PAUSE);
}

#[test]
fn while_it_is_being_answered_nothing_else_is_done() {
    let now = at("2027-04-10T00:00:00Z");
    let claimed = open("2027-04-01T00:00:00Z").claimed("this".to_owned()).unwrap();
    assert_eq!(claimed.clone().claimed("that".to_owned()), Err(NotNow::BeingAnswered));
    assert_eq!(claimed.clone().claimed("this".to_owned()), Ok(claimed.clone()), "the same goes on");
    assert_eq!(claimed.clone().withdrawn(now), Err(NotNow::BeingAnswered));
    assert_eq!(claimed.clone().refused(now, None), Err(NotNow::BeingAnswered));
    assert_eq!(claimed.clone().paused(now), Err(NotNow::BeingAnswered));
    assert!(claimed.clone().given_up().withdrawn(now).is_ok());
    assert_eq!(claimed.fulfilled(now, Answer::Done).unwrap().claim, None);
}

#[test]
fn what_a_package_needs_stays_until_it_is_fetched_or_its_time_is_over() {
    let now = at("2027-04-10T00:00:00Z");
    let fulfilled =
        open("2027-04-01T00:00:00Z").fulfilled(now, Answer::package(now, Span::new().days(7))).unwrap();
    assert_eq!(fulfilled.freeze().unwrap().until, at("2027-04-17T00:00:00Z"));
    assert_eq!(fulfilled.clone().fetched(now).unwrap().freeze(), None);
    let (woken, over) = fulfilled.woken(at("2027-04-17T00:00:00Z")).unwrap();
    assert_eq!((woken, over.freeze(), over.filing().wake_at), (Woken::PackageOver, None, None));
}

#[test]
fn a_code_is_tried_five_times_and_lives_a_day() {
    let now = at("2027-03-01T00:00:00Z");
    let sent = request(now, 1).code_sent(0, "hash".to_owned(), now).unwrap();
    let mut guessed = sent.clone();
    for _ in 0..CODE_ATTEMPTS {
        let Ok(Tried::Wrong(next)) = guessed.code_tried(0, now, |_| false) else { panic!("guessed") };
        guessed = next;
    }
    assert!(matches!(guessed.code_tried(0, now, |_| true), Ok(Tried::Wrong(_))), "it is used up");
    let late = now + SignedDuration::from_hours(24);
    assert!(matches!(sent.clone().code_tried(0, late, |_| true), Ok(Tried::Wrong(_))), "it is too old");
    assert!(matches!(sent.clone().code_tried(1, now, |_| true), Ok(Tried::Wrong(_))), "none was sent there");
    assert_eq!(sent.clone().code_tried(2, now, |_| true), Err(NotNow::NoSuchIdentifier));
    let Ok(Tried::Right(proved)) = sent.clone().code_tried(0, now, |hash| hash == "hash") else { panic!() };
    assert_eq!(proved.identifiers.iter().map(Identifier::is_proved).collect::<Vec<_>>(), [true, false]);
    assert_eq!(proved.code_tried(0, now, |_| true), Err(NotNow::NoSuchIdentifier), "a link is good once");

    let mut sent = sent;
    for _ in 1..CODES {
        sent = sent.code_sent(0, "next".to_owned(), now).unwrap();
    }
    assert_eq!(sent.code_sent(0, "more".to_owned(), now), Err(NotNow::NoMoreCodes));
}

#[test]
fn a_package_is_fetched_once_within_its_time() {
    let now = at("2027-03-02T00:00:00Z");
    let answer = Answer::package(now, Span::new().days(7));
    let fulfilled = open("2027-03-01T00:00:00Z").fulfilled(now, answer).unwrap();
    let late = fulfilled.clone().fetched(at("2027-03-09T00:00:00Z"));
    assert_eq!(late, Err(NotNow::NoPackage));
    let fetched = fulfilled.fetched(at("2027-03-08T23:59:59Z")).unwrap();
    assert_eq!(fetched.clone().fetched(at("2027-03-08T23:59:59Z")), Err(NotNow::NoPackage));
    let again = fetched.reissued(at("2027-04-01T00:00:00Z"), Span::new().days(7)).unwrap();
    assert!(again.fetched(at("2027-04-07T00:00:00Z")).is_ok());
    assert_eq!(open("2027-03-01T00:00:00Z").fetched(now), Err(NotNow::NoPackage));
}

#[test]
fn a_request_waits_for_every_system() {
    let now = at("2027-03-02T00:00:00Z");
    let task = Task { system: "crm".to_owned(), done_at: None };
    let request = Request { tasks: vec![task], ..open("2027-03-01T00:00:00Z") };
    assert_eq!(request.clone().fulfilled(now, Answer::Done), Err(NotNow::TasksLeft));
    assert_eq!(request.clone().task_done("erp", now), Err(NotNow::NoSuchTask));
    let done = request.task_done("crm", now).unwrap();
    assert_eq!(done.clone().task_done("crm", now), Err(NotNow::NoSuchTask));
    assert!(done.fulfilled(now, Answer::Done).is_ok());
}

#[derive(Debug, Clone, Copy)]
enum Act {
    SendCode,
    Guess(bool),
    ByHand,
    About,
    Extend,
    Pause,
    Resume,
    Wake,
    Fulfil,
    Refuse,
    Withdraw,
    Duplicate,
    Fetch,
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let act = prop_oneof![
        Just(Act::SendCode),
        any::<bool>().prop_map(Act::Guess),
        Just(Act::ByHand),
        Just(Act::About),
        Just(Act::Extend),
        Just(Act::Pause),
        Just(Act::Resume),
        Just(Act::Wake),
        Just(Act::Fulfil),
        Just(Act::Refuse),
        Just(Act::Withdraw),
        Just(Act::Duplicate),
        Just(Act::Fetch),
    ];
    proptest::collection::vec((act, 0_i64..2_000_000), 0..40)
}

fn acted(request: Request, act: Act, now: Timestamp) -> Option<Request> {
    match act {
        Act::SendCode => request.code_sent(0, "hash".to_owned(), now).ok(),
        Act::Guess(is_right) => match request.code_tried(0, now, |_| is_right) {
            Ok(Tried::Right(request)) => request.about(vec![SubjectId::from_bytes([4; 16])], now).ok(),
            Ok(Tried::Wrong(request)) => Some(request),
            Err(_) => None,
        },
        Act::ByHand => {
            request.proved_by_hand(1, now).ok()?.about(vec![SubjectId::from_bytes([5; 16])], now).ok()
        }
        Act::About => request.about(vec![SubjectId::from_bytes([6; 16])], now).ok(),
        Act::Extend => request.extended(now).ok(),
        Act::Pause => request.paused(now).ok(),
        Act::Resume => request.resumed(now).ok(),
        Act::Wake => request.woken(now).map(|(_, request)| request),
        Act::Fulfil => request.fulfilled(now, Answer::package(now, Span::new().days(7))).ok(),
        Act::Refuse => request.refused(now, None).ok(),
        Act::Withdraw => request.withdrawn(now).ok(),
        Act::Duplicate => request.duplicate(RequestId::from_bytes([9; 16]), now).ok(),
        Act::Fetch => request.fetched(now).ok(),
    }
}

proptest! {
    /// Closed is closed; each change is one version at most; a deadline is never brought forward; nothing is fulfilled of
    /// whom nobody proved to be; and a case that was stored reads back.
    #[test]
    fn whatever_happens_a_request_keeps_its_rules(acts in acts(), months in 1_i64..4) {
        let mut now = at("2027-01-30T12:00:00Z");
        let mut request = request(now, months);
        for (act, seconds) in acts {
            now += SignedDuration::from_secs(seconds);
            let before = request.clone();
            let Some(after) = acted(request.clone(), act, now) else { continue };
            let most = if matches!(act, Act::ByHand | Act::Guess(_)) { 2 } else { 1 };
            prop_assert!(after.version <= before.version + most, "{act:?}");
            prop_assert!(after.terms.due_at() >= before.terms.due_at(), "{act:?}");
            if !before.is_open() {
                let of_closed = matches!(act, Act::Fetch | Act::Guess(_) | Act::Wake);
                prop_assert!(of_closed, "{act:?} after {}", before.state.as_str());
                prop_assert_eq!(before.state.as_str(), after.state.as_str());
            }
            if after.state.as_str() == "fulfilled" {
                prop_assert!(!after.subjects.is_empty());
            }
            if after.is_open() && !after.terms.is_paused() {
                // Whatever was not told yet will be.
                let wakes = after.filing().wake_at;
                let is_over = after.told == Some(Milestone::Due) && after.state == RequestState::Open;
                prop_assert_eq!(wakes.is_none(), is_over);
            }
            let case = Case::of(&after).unwrap();
            prop_assert_eq!(case.read::<Request>(), Some(after.clone()));
            request = after;
        }
    }

    /// A calendar month is never longer than 31 days, nor shorter than 28, whenever it begins.
    #[test]
    fn a_deadline_of_months_keeps_to_the_calendar(seconds in 0_i64..4_000_000_000, months in 1_i64..12) {
        let received = Timestamp::from_second(seconds).unwrap();
        let terms = Terms::new(received, Span::new().months(months), None);
        let days = terms.due_at().duration_since(received).as_hours() / 24;
        prop_assert!((28 * months..=31 * months).contains(&days), "{days}");
        let (was, is) = (received.to_zoned_datetime(TimeZone::UTC), terms.due_at().to_zoned_datetime(TimeZone::UTC));
        prop_assert!(is.day() == was.day() || (is.day() < was.day() && is.day() >= 28), "{was} {is}");
        prop_assert_eq!(is.time(), was.time());
        let parts = [Milestone::Half, Milestone::FourFifths, Milestone::Due].map(|part| terms.at(part));
        prop_assert!(received < parts[0] && parts[0] < parts[1] && parts[1] < parts[2]);
    }
}
