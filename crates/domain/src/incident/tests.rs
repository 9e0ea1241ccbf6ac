//! What holds of every incident, whichever steps it takes.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::id::KeyId;

fn at(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH.saturating_add(SignedDuration::from_hours(hours)).unwrap()
}

fn incident() -> Incident {
    Incident {
        id: IncidentId::from_bytes([1; 16]),
        account: AccountId::from_bytes([2; 16]),
        version: 1,
        opened_at: at(2),
        aware_at: at(1),
        state: State::Open(Open::default()),
        report: Vec::new(),
        entry: None,
    }
}

fn scope(of_clients: u64) -> Scope {
    let clients = BTreeMap::from([(AccountId::from_bytes([3; 16]), of_clients)]);
    let reach = Reach { people: of_clients, clients, ..Reach::default() };
    let actor = Actor::Key(KeyId::from_bytes([4; 16]));
    Scope { at: at(3), actor, from: at(0), until: at(1), reach }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let part = prop::sample::select(Part::ALL.to_vec());
    let how =
        prop::sample::select(vec![How::Sent, How::Sent, How::Unintelligible, How::Averted, How::Public]);
    let risk = prop::sample::select(vec![Risk::Unlikely, Risk::Likely, Risk::High]);
    let step = prop_oneof![
        (0..3_u64).prop_map(|people| Step::Scope(Box::new(scope(people)))),
        risk.prop_map(Step::Assess),
        (part, how, 0..9_i64).prop_map(|(part, how, hour)| Step::Tell(part, Notice { at: at(hour), how })),
        Just(Step::Close),
        Just(Step::Close),
        Just(Step::Reopen),
    ];
    prop::collection::vec(step, 0..24)
}

/// Takes the steps that it can take.
fn taken(steps: Vec<Step>) -> Vec<Incident> {
    let mut all = vec![incident()];
    for step in steps {
        let last = all.last().unwrap().clone();
        all.extend(last.take(step, at(8)));
    }
    all
}

proptest! {
    #[test]
    fn what_is_closed_owes_nobody_anything(steps in steps()) {
        for incident in taken(steps) {
            if let State::Closed(closed) = &incident.state {
                prop_assert_eq!(closed.assessed.owed().count(), 0);
                prop_assert!(closed.assessed.risk < Risk::Likely || incident.state.told().contains_key(&Part::Authority));
            }
        }
    }

    #[test]
    fn nothing_that_was_found_or_told_is_forgotten(steps in steps()) {
        for pair in taken(steps).windows(2) {
            let (before, after) = (&pair[0], &pair[1]);
            prop_assert_eq!(after.version, before.version + 1);
            prop_assert_eq!((after.id, after.account, after.aware_at), (before.id, before.account, before.aware_at));
            prop_assert!(after.state.scopes().starts_with(before.state.scopes()));
            for (part, notice) in before.state.told() {
                prop_assert_eq!(after.state.told().get(part), Some(notice));
            }
        }
    }

    #[test]
    fn nobody_but_the_people_is_left_untold(steps in steps()) {
        for incident in taken(steps) {
            for (part, notice) in incident.state.told() {
                prop_assert!(*part == Part::Persons || notice.how == How::Sent);
                prop_assert!(notice.at >= incident.aware_at);
            }
        }
    }

    #[test]
    fn every_state_is_stored_and_read_back(steps in steps()) {
        for incident in taken(steps) {
            let text = serde_json::to_string(&incident.state).unwrap();
            prop_assert_eq!(serde_json::from_str::<State>(&text).unwrap(), incident.state);
        }
    }

    #[test]
    fn the_clock_only_ever_runs_out(aware in 0..1_000_000_i64, seconds in 0..500_000_i64, later in 0..500_000_i64) {
        let aware = Timestamp::from_second(aware).unwrap();
        let moment = |seconds| aware.saturating_add(SignedDuration::from_secs(seconds)).unwrap();
        let (now, then) = (moment(seconds), moment(seconds + later));
        let left = |countdown| match countdown {
            Countdown::Running { hours_left } | Countdown::Warning { hours_left } => hours_left,
            Countdown::Overdue { hours_over } => -hours_over,
            other => panic!("{other:?} while nobody was told"),
        };
        let (first, second) = (countdown(aware, None, true, now), countdown(aware, None, true, then));
        prop_assert!(left(first) >= left(second));
        prop_assert_eq!(matches!(first, Countdown::Overdue { .. }), now > due_at(aware));
        prop_assert_eq!(countdown(aware, Some(now), true, then) == Countdown::Met, now <= due_at(aware));
    }
}

#[test]
fn seventy_two_hours_are_not_three_days_of_a_calendar() {
    // The night in which clocks went forward in Berlin.
    let aware: Timestamp = "2026-03-28T12:00:00+01:00".parse().unwrap();
    let berlin = due_at(aware).to_zoned_datetime(TimeZone::fixed(jiff::tz::offset(2)));
    assert_eq!(berlin.datetime().to_string(), "2026-03-31T13:00:00");
}

#[test]
fn hours_are_whole_and_never_more_than_there_are() {
    let aware = at(0);
    for (seconds, expected) in [
        (0, Countdown::Running { hours_left: 72 }),
        (1, Countdown::Running { hours_left: 71 }),
        (48 * 3_600 - 1, Countdown::Running { hours_left: 24 }),
        (48 * 3_600, Countdown::Warning { hours_left: 24 }),
        (72 * 3_600 - 1, Countdown::Warning { hours_left: 0 }),
        (72 * 3_600, Countdown::Warning { hours_left: 0 }),
        (72 * 3_600 + 1, Countdown::Overdue { hours_over: 1 }),
        (73 * 3_600, Countdown::Overdue { hours_over: 1 }),
        (73 * 3_600 + 1, Countdown::Overdue { hours_over: 2 }),
    ] {
        let now = aware.saturating_add(SignedDuration::from_secs(seconds)).unwrap();
        assert_eq!(countdown(aware, None, true, now), expected, "after {seconds} s");
        assert_eq!(countdown(aware, None, false, now), Countdown::NotNeeded);
    }
    let late = countdown(aware, Some(at(75)), true, at(900));
    assert_eq!(late, Countdown::Late { hours_over: 3 });
}

#[test]
fn a_high_risk_is_closed_once_everyone_was_told() {
    let told = |part| Step::Tell(part, Notice { at: at(5), how: How::Sent });
    let take = |incident: Incident, step| incident.take(step, at(8));
    let open = take(incident(), Step::Scope(Box::new(scope(7)))).unwrap();
    assert_eq!(take(open.clone(), Step::Close), Err(Unfit::State("open")));
    let assessed = take(open, Step::Assess(Risk::High)).unwrap();
    let mut incident = assessed;
    for part in Part::ALL {
        assert_eq!(take(incident.clone(), Step::Close), Err(Unfit::Owed(part)));
        incident = take(incident, told(part)).unwrap();
        assert_eq!(take(incident.clone(), told(part)), Err(Unfit::Told(part)));
    }
    let closed = take(incident, Step::Close).unwrap();
    assert_eq!(take(closed.clone(), Step::Assess(Risk::High)), Err(Unfit::State("closed")));
    let reopened = take(closed, Step::Reopen).unwrap();
    assert_eq!((reopened.state.as_str(), reopened.state.told().len()), ("open", 3));
}
