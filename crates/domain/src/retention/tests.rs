//! Whatever happens, a record never goes earlier than it should, and its end keeps to the calendar.

use proptest::prelude::*;

use super::*;

fn clock(until: &str, then: &str) -> Retention {
    let then = if then.is_empty() { String::new() } else { format!("then = '{then}'") };
    toml::from_str(&format!("label = 'x'\nwhile = '{until}'\n{then}")).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn pulled(trigger: Trigger, at: Timestamp) -> Triggers {
    Triggers::default().pulled(trigger, at, at).unwrap()
}

#[test]
fn a_year_after_a_leap_day_ends_on_the_last_of_february() {
    let (stored, later) = (at("2024-02-29T12:00:00Z"), at("2024-05-01T00:00:00Z"));
    let end = |until: &str, then: &str, triggers: &Triggers| {
        expires_at(&clock(until, then), stored, later, triggers)
    };
    let none = Triggers::default();
    assert_eq!(end("stored", "P1Y", &none), Some(at("2025-02-28T12:00:00Z")));
    assert_eq!(end("changed", "P1M", &none), Some(at("2024-06-01T00:00:00Z")));
    assert_eq!(end("visits", "P1Y", &none), Some(at("2025-02-28T12:00:00Z")));
    assert_eq!(end("account", "P1M", &none), None);
    assert_eq!(end("contract", "", &none), None);
    let closed = pulled(Trigger::Account, at("2028-02-29T00:00:00Z"));
    assert_eq!(end("account", "P1Y", &closed), Some(at("2029-02-28T00:00:00Z")));
    assert_eq!(end("account", "", &closed), Some(at("2028-02-29T00:00:00Z")));
    assert_eq!(end("contract", "P1Y", &closed), None);
}

/// Moments of about sixty years, whole days among them, so that leap days come.
fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..60 * 366, 0_i64..86_400)
        .prop_map(|(day, second)| Timestamp::from_second(946_684_800 + day * 86_400 + second).unwrap())
}

fn term() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..40).prop_map(|n| format!("P{n}Y")),
        (1_u32..40).prop_map(|n| format!("P{n}M")),
        (1_u32..900).prop_map(|n| format!("P{n}D")),
        (1_u32..90).prop_map(|n| format!("PT{n}H")),
    ]
}

fn trigger() -> impl Strategy<Value = Trigger> {
    prop_oneof![Just(Trigger::Account), Just(Trigger::Visits), Just(Trigger::Contract)]
}

proptest! {
    #[test]
    fn no_record_ends_before_it_is_stored_or_its_trigger(
        trigger in trigger(), then in term(), stored in moment(), happened in moment(),
    ) {
        let clock = clock(trigger.as_str(), &then);
        let end = expires_at(&clock, stored, stored, &pulled(trigger, happened)).unwrap();
        let from = stored.max(happened);
        prop_assert!(end > from);
        // A term is never cut by more than the days that its month lacks.
        let day_before = from.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap();
        let earlier = expires_at(&clock, day_before, day_before, &pulled(trigger, day_before)).unwrap();
        prop_assert!(earlier <= end);
    }

    #[test]
    fn a_later_trigger_never_shortens(
        trigger in trigger(), then in term(), stored in moment(), one in moment(), other in moment(),
    ) {
        let clock = clock(trigger.as_str(), &then);
        let end = |happened| expires_at(&clock, stored, stored, &pulled(trigger, happened));
        prop_assert!(end(one.min(other)) <= end(one.max(other)));
    }

    #[test]
    fn visits_in_any_order_count_as_the_last(
        then in term(), stored in moment(), visits in proptest::collection::vec(moment(), 1..8),
    ) {
        let mut triggers = Triggers::default();
        let mut last = expires_at(&clock("visits", &then), stored, stored, &triggers);
        for visit in &visits {
            triggers = triggers.pulled(Trigger::Visits, *visit, *visit).unwrap();
            let now = expires_at(&clock("visits", &then), stored, stored, &triggers);
            prop_assert!(last <= now, "a visit brought the end forward");
            last = now;
        }
        let once = pulled(Trigger::Visits, visits.into_iter().max().unwrap());
        prop_assert_eq!(last, expires_at(&clock("visits", &then), stored, stored, &once));
    }

    #[test]
    fn what_waits_for_one_trigger_ignores_the_others(
        waits in trigger(), pulls in trigger(), then in term(), stored in moment(), happened in moment(),
    ) {
        prop_assume!(waits != pulls);
        let clock = clock(waits.as_str(), &then);
        let without = expires_at(&clock, stored, stored, &Triggers::default());
        prop_assert_eq!(expires_at(&clock, stored, stored, &pulled(pulls, happened)), without);
        // By itself only a visit clock runs: to be stored is a visit.
        prop_assert_eq!(without.is_some(), waits == Trigger::Visits);
    }
}
