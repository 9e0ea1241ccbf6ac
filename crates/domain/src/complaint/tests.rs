//! Whatever happens to a complaint, nobody judges in their own cause, and it is closed only when all is done.

use jiff::{SignedDuration, Span};
use proptest::prelude::*;

use super::*;
use crate::{case::Case, id::KeyId, terms::Milestone};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn mark(name: &str) -> Mark {
    Mark(name.to_owned())
}

fn hand(name: &str) -> Hand {
    Hand { staff: mark(name), key: Some(KeyId::from_bytes([1; 16])) }
}

fn received(matter: Matter) -> Complaint {
    let received = at("2027-03-01T00:00:00Z");
    Complaint {
        id: ComplaintId::from_bytes([1; 16]),
        account: AccountId::from_bytes([2; 16]),
        matter,
        channel: Channel::Post,
        subject: SubjectId::from_bytes([3; 16]),
        record: RecordId::from_bytes([4; 16]),
        record_type: "complaint".to_owned(),
        about: vec![Party::Staff(mark("eve")), Party::Key(KeyId::from_bytes([9; 16]))],
        owner: None,
        acknowledge: Watched::new(received, Span::new().days(10)),
        answer: Watched::new(received, Span::new().days(30)),
        appeal: Terms::new(received, Span::new().days(20), None),
        decisions: Vec::new(),
        remedies: Vec::new(),
        incident: None,
        state: ComplaintState::Received,
        steps: vec![Step { at: received, what: What::Received }],
        version: 1,
    }
}

fn decision(by: &str, outcome: Outcome, now: &str) -> Decision {
    Decision { at: at(now), outcome, by: mark(by), entries: Vec::new(), clauses: vec![1] }
}

/// Owned by Bob since the third of March.
fn owned() -> Complaint {
    let day = at("2027-03-03T00:00:00Z");
    received(Matter::Complaint).acknowledged(day).unwrap().assigned(mark("bob"), &hand("ann"), day).unwrap()
}

fn decided(outcome: Outcome) -> Complaint {
    owned().decided(decision("bob", outcome, "2027-03-10T00:00:00Z"), &hand("bob")).unwrap()
}

#[test]
fn nobody_sees_to_a_complaint_about_themselves() {
    let now = at("2027-03-03T00:00:00Z");
    let complaint = received(Matter::Complaint).acknowledged(now).unwrap();
    let assign = |to: &str, by: &Hand| complaint.clone().assigned(mark(to), by, now).err();
    assert_eq!(assign("eve", &hand("ann")), Some(NotNow::Concerned));
    assert_eq!(assign("bob", &hand("eve")), Some(NotNow::Concerned));
    let under_suspicion = Hand { key: Some(KeyId::from_bytes([9; 16])), ..hand("bob") };
    assert_eq!(assign("bob", &under_suspicion), Some(NotNow::Concerned));
    assert_eq!(assign("bob", &hand("ann")), None);
    let by_eve = decision("eve", Outcome::Rejected, "2027-03-10T00:00:00Z");
    assert_eq!(owned().decided(by_eve, &hand("eve")), Err(NotNow::Concerned));
}

#[test]
fn an_appeal_goes_to_another_one_and_no_further() {
    let now = at("2027-03-20T00:00:00Z");
    let appealed = decided(Outcome::Rejected).appealed(now, now).unwrap();
    assert_eq!((appealed.owner.clone(), appealed.due_at()), (None, Some(now + days(30))));
    let anew = |by: &str| decision(by, Outcome::Rejected, "2027-03-25T00:00:00Z");
    assert_eq!(appealed.clone().decided(anew("cyd"), &hand("cyd")), Err(NotNow::NotOwned));
    let to_bob = appealed.clone().assigned(mark("bob"), &hand("ann"), now);
    assert_eq!(to_bob, Err(NotNow::DecidedBefore));
    let owned = appealed.assigned(mark("cyd"), &hand("ann"), now).unwrap();
    assert_eq!(owned.clone().decided(anew("bob"), &hand("bob")), Err(NotNow::DecidedBefore));
    let closed = owned.decided(anew("cyd"), &hand("cyd")).unwrap();
    assert_eq!(closed.state.as_str(), "closed");
    assert_eq!(closed.clone().appealed(now, now), Err(NotNow::NoAppeal));
    assert_eq!(closed.withdrawn(now), Err(NotNow::Closed));
}

#[test]
fn a_decision_can_be_appealed_in_its_time_also_by_a_letter_that_is_entered_later() {
    let end = at("2027-03-30T00:00:00Z");
    let complaint = decided(Outcome::Rejected);
    assert_eq!(complaint.due_at(), Some(end));
    let (woken, closed) = complaint.clone().woken(end).unwrap();
    assert_eq!((woken, closed.state), (Woken::Settled, ComplaintState::Closed { at: end }));
    assert_eq!(closed.clone().appealed(end, end), Err(NotNow::NoAppeal));
    let in_time = closed.appealed(end - days(1), end + days(2)).unwrap();
    assert!(in_time.is_open());
    let early = complaint.appealed(at("2027-03-09T00:00:00Z"), at("2027-03-10T00:00:00Z")).unwrap();
    assert_eq!(early.due_at(), Some(at("2027-03-10T00:00:00Z") + days(30)), "not before the decision");
}

#[test]
fn what_is_upheld_is_closed_when_it_is_remedied() {
    let end = at("2027-03-30T00:00:00Z");
    let upheld = decided(Outcome::Upheld);
    let (_, settled) = upheld.woken(end).unwrap();
    assert_eq!((settled.state.as_str(), settled.is_overdue(end)), ("settled", false));
    assert!(settled.is_overdue(at("2027-04-10T00:00:00Z")), "somebody must say what is done");
    let remedy = Remedy::new(mark("eve"), end + days(5));
    let due = settled.remedy_due(remedy.clone(), &hand("bob"), end).unwrap();
    let (woken, told) = due.clone().woken(end + days(5)).unwrap();
    assert_eq!((woken, told.filing().wake_at), (Woken::Unremedied, None));
    assert!(told.is_overdue(end + days(6)));
    assert_eq!(due.clone().remedied(0, &hand("eve"), end), Err(NotNow::Concerned));
    let closed = due.remedied(0, &hand("bob"), end).unwrap();
    assert_eq!(closed.state, ComplaintState::Closed { at: end });
    assert_eq!(closed.remedied(0, &hand("bob"), end), Err(NotNow::NoSuchRemedy));
    let rejected = decided(Outcome::Rejected).remedy_due(remedy, &hand("bob"), end);
    assert_eq!(rejected, Err(NotNow::NothingToRemedy));
}

#[test]
fn what_was_done_before_an_appeal_does_not_remedy_what_is_found_then() {
    let day = |day: i64| at("2027-03-10T00:00:00Z") + days(day);
    let remedy = |due| Remedy::new(mark("bob"), due);
    let partly = decided(Outcome::Partly).remedy_due(remedy(day(5)), &hand("bob"), day(1)).unwrap();
    let done = partly.remedied(0, &hand("bob"), day(2)).unwrap().appealed(day(3), day(3)).unwrap();
    let owned = done.assigned(mark("cyd"), &hand("ann"), day(4)).unwrap();
    let anew = Decision { at: day(5), ..decision("cyd", Outcome::Upheld, "2027-03-15T00:00:00Z") };
    let upheld = owned.decided(anew, &hand("cyd")).unwrap();
    assert_eq!(upheld.state.as_str(), "settled");
    let more = upheld.remedy_due(remedy(day(9)), &hand("cyd"), day(6)).unwrap();
    assert!(!more.remedied(1, &hand("cyd"), day(7)).unwrap().is_open());
}

#[test]
fn a_question_is_only_answered() {
    let answer = |outcome| decision("bob", outcome, "2027-03-02T00:00:00Z");
    let question = received(Matter::Question);
    let wrong = question.clone().decided(answer(Outcome::Upheld), &hand("bob"));
    assert_eq!(wrong, Err(NotNow::WrongOutcome));
    let answered = question.decided(answer(Outcome::Answered), &hand("bob")).unwrap();
    assert_eq!(answered.state.as_str(), "closed");
    let now = at("2027-03-02T00:00:00Z");
    assert_eq!(answered.appealed(now, now), Err(NotNow::NoAppeal));
    assert_eq!(owned().decided(answer(Outcome::Answered), &hand("bob")), Err(NotNow::WrongOutcome));
    let early = received(Matter::Complaint).decided(answer(Outcome::Rejected), &hand("bob"));
    assert_eq!(early, Err(NotNow::NotAcknowledged));
}

#[test]
fn an_allegation_opens_one_incident() {
    let (incident, now) = (IncidentId::from_bytes([5; 16]), at("2027-03-02T00:00:00Z"));
    let escalated = received(Matter::Allegation).escalated(incident, &hand("bob"), now).unwrap();
    assert_eq!(escalated.incident, Some(incident));
    assert_eq!(escalated.escalated(incident, &hand("bob"), now), Err(NotNow::NoIncident));
    let complaint = received(Matter::Complaint).escalated(incident, &hand("bob"), now);
    assert_eq!(complaint, Err(NotNow::NoIncident));
}

#[test]
fn its_words_stay_while_it_is_open() {
    let complaint = received(Matter::Complaint);
    let freeze = complaint.freeze().unwrap();
    assert!(freeze.names("complaint") && !freeze.names("order"), "{freeze:?}");
    assert_eq!(freeze.until, at("2027-03-11T00:00:00Z"));
    let withdrawn = complaint.withdrawn(at("2027-03-02T00:00:00Z")).unwrap();
    assert_eq!((withdrawn.freeze(), Case::of(&withdrawn).unwrap().wake_at), (None, None));
}

#[test]
fn both_clocks_are_told_from_receipt() {
    let mut told = Vec::new();
    let mut complaint = received(Matter::Complaint);
    while let Some(wake) = complaint.filing().wake_at {
        let (woken, after) = complaint.woken(wake).unwrap();
        told.push((woken, after.steps.last().unwrap().at));
        complaint = after;
    }
    let day = |day: i64| at("2027-03-01T00:00:00Z") + days(day);
    assert_eq!(
        told,
        [
            (Woken::Unacknowledged(Milestone::Half), day(5)),
            (Woken::Unacknowledged(Milestone::FourFifths), day(8)),
            (Woken::Unacknowledged(Milestone::Due), day(10)),
            (Woken::Unanswered(Milestone::Half), day(15)),
            (Woken::Unanswered(Milestone::FourFifths), day(24)),
            (Woken::Unanswered(Milestone::Due), day(30)),
        ]
    );
    assert!(complaint.is_open() && complaint.is_overdue(day(31)));
}

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// Something that is tried with a complaint.
#[derive(Debug, Clone)]
enum Try {
    Acknowledge,
    Assign(Mark, Hand),
    Decide(Outcome, Hand),
    Appeal,
    Remedy(Hand),
    Remedied(usize, Hand),
    Withdraw,
    Wait(i64),
}

fn tries() -> impl Strategy<Value = Try> {
    let name = prop::sample::select(vec!["ann", "bob", "cyd", "eve"]);
    let somebody = name.clone().prop_map(hand);
    let outcome =
        prop::sample::select(vec![Outcome::Upheld, Outcome::Partly, Outcome::Rejected, Outcome::Answered]);
    prop_oneof![
        Just(Try::Acknowledge),
        (name, somebody.clone()).prop_map(|(to, by)| Try::Assign(mark(to), by)),
        (outcome, somebody.clone()).prop_map(|(outcome, by)| Try::Decide(outcome, by)),
        Just(Try::Appeal),
        somebody.clone().prop_map(Try::Remedy),
        (0_usize..3, somebody).prop_map(|(place, by)| Try::Remedied(place, by)),
        (0..10_u8).prop_map(|one| if one == 0 { Try::Withdraw } else { Try::Wait(i64::from(one)) }),
    ]
}

fn tried(complaint: Complaint, one: Try, now: Timestamp) -> Result<Complaint, NotNow> {
    match one {
        Try::Acknowledge => complaint.acknowledged(now),
        Try::Assign(to, by) => complaint.assigned(to, &by, now),
        Try::Decide(outcome, by) => {
            let by_whom = by.staff.clone();
            let decision =
                Decision { at: now, outcome, by: by_whom, entries: Vec::new(), clauses: Vec::new() };
            complaint.decided(decision, &by)
        }
        Try::Appeal => complaint.appealed(now, now),
        Try::Remedy(by) => complaint.remedy_due(Remedy::new(by.staff.clone(), now + days(3)), &by, now),
        Try::Remedied(place, by) => complaint.remedied(place, &by, now),
        Try::Withdraw => complaint.withdrawn(now),
        Try::Wait(_) => complaint.woken(now).map(|(_, after)| after).ok_or(NotNow::Closed),
    }
}

fn assert_sound(complaint: &Complaint) {
    let eve = mark("eve");
    assert_ne!(complaint.owner, Some(eve.clone()));
    assert!(complaint.decisions.iter().all(|decision| decision.by != eve));
    if let [first, second] = &complaint.decisions[..] {
        assert_ne!(first.by, second.by);
    }
    assert!(complaint.decisions.len() <= 2);
    let (case, is_open) = (Case::of(complaint).unwrap(), complaint.is_open());
    assert_eq!(case.read::<Complaint>().as_ref(), Some(complaint));
    assert_eq!((case.due_at.is_some(), complaint.freeze().is_some()), (is_open, is_open));
    assert!(is_open || case.wake_at.is_none());
    if let (ComplaintState::Closed { .. }, Some(last)) = (complaint.state, complaint.decisions.last()) {
        assert!(complaint.remedies.iter().all(|remedy| remedy.done_at.is_some()));
        assert!(!last.outcome.asks_for_remedy() || !complaint.remedies.is_empty());
    }
}

proptest! {
    #[test]
    fn whatever_is_tried_it_stays_sound(
        matter in prop::sample::select(vec![Matter::Complaint, Matter::Question, Matter::Allegation]),
        all in prop::collection::vec(tries(), 1..60),
    ) {
        let mut complaint = received(matter);
        let mut now = at("2027-03-01T00:00:00Z");
        for one in all {
            if let Try::Wait(some) = one {
                now += days(some);
            }
            let before = complaint.version;
            if let Ok(after) = tried(complaint.clone(), one, now) {
                prop_assert_eq!(after.version, before + 1);
                complaint = after;
            }
            assert_sound(&complaint);
        }
    }

    #[test]
    fn the_clock_comes_to_rest(matter in prop::sample::select(vec![Matter::Complaint, Matter::Question]), all in prop::collection::vec(tries(), 1..30)) {
        let mut complaint = received(matter);
        let now = at("2027-03-01T00:00:00Z");
        for one in all {
            complaint = tried(complaint.clone(), one, now).unwrap_or(complaint);
        }
        let later = now + days(4_000);
        let mut woken = 0;
        while let Some((_, after)) = complaint.clone().woken(later) {
            complaint = after;
            woken += 1;
            prop_assert!(woken < 40, "{complaint:?}");
        }
        prop_assert!(complaint.filing().wake_at.is_none_or(|wake| wake > later));
    }
}
