use proptest::prelude::*;

use super::*;
use crate::visit::{
    hit::{Channel, Source, Surroundings},
    stay::{Deed, View},
};

prop_compose! {
    fn any_visit()(
        number in 0_u64..6,
        is_recognised: bool,
        second in 0_i64..86_400,
        seconds in 0_u32..4_000,
        paths in prop::collection::vec((0_u8..4, 0_u32..9_000), 0..5),
        deeds in prop::collection::vec(0_u8..3, 0..3),
    ) -> Visit {
        let deed = |kind: u8| match kind {
            0 => Deed::Outbound("example.org".to_owned()),
            1 => Deed::Download("/a.pdf".to_owned()),
            _ => Deed::Event { name: "signup".to_owned(), properties: [("plan".into(), "free".into())].into() },
        };
        Visit {
            visitor: Visitor { number, is_recognised },
            started_at: second,
            seconds,
            source: Source { channel: Channel::Search, name: Some("DuckDuckGo".to_owned()) },
            campaign: None,
            surroundings: Surroundings { country: Some("PT".to_owned()), ..Surroundings::default() },
            views: paths.into_iter().map(|(path, visible)| View { path: format!("/{path}"), after: 1, visible }).collect(),
            deeds: deeds.into_iter().map(deed).collect(),
        }
    }
}

fn days() -> impl Strategy<Value = Vec<Vec<Visit>>> {
    prop::collection::vec(prop::collection::vec(any_visit(), 0..12), 1..4)
}

fn together(days: &[Vec<Visit>]) -> Tally {
    let mut all = Tally::default();
    days.iter().for_each(|day| all.merge(Tally::of(day)));
    all
}

fn total(tally: &Tally) -> Figures {
    let values = tally.0.get(&Dimension::Total);
    values.and_then(|values| values.get("")).cloned().unwrap_or_default()
}

proptest! {
    #[test]
    fn the_figures_are_what_counting_one_by_one_finds(days in days()) {
        let figures = total(&together(&days));
        let all = || days.iter().flatten();
        prop_assert_eq!(figures.visits, all().count() as u64);
        prop_assert_eq!(figures.views, all().map(|visit| visit.views.len() as u64).sum::<u64>());
        prop_assert_eq!(figures.bounces, all().filter(|visit| visit.is_bounce()).count() as u64);
        let known: std::collections::BTreeSet<_> =
            all().filter(|visit| visit.visitor.is_recognised).map(|visit| visit.visitor.number).collect();
        let strangers = |day: &Vec<Visit>| {
            let numbers = day.iter().filter(|visit| !visit.visitor.is_recognised).map(|visit| visit.visitor.number);
            numbers.collect::<std::collections::BTreeSet<_>>().len()
        };
        let strangers: usize = days.iter().map(strangers).sum();
        prop_assert_eq!(figures.visitors(), (known.len() + strangers) as u64);
    }

    #[test]
    fn days_can_be_added_in_any_order(days in days()) {
        let mut turned = days.clone();
        turned.reverse();
        prop_assert_eq!(together(&days), together(&turned));
    }

    #[test]
    fn hours_and_pages_add_up_to_the_total(day in prop::collection::vec(any_visit(), 0..12)) {
        let tally = Tally::of(&day);
        let sum = |dimension, figure: fn(&Figures) -> u64| {
            tally.0.get(&dimension).into_iter().flat_map(|values| values.values()).map(figure).sum::<u64>()
        };
        let total = total(&tally);
        prop_assert_eq!(sum(Dimension::Hour, |one| one.views), total.views);
        prop_assert_eq!(sum(Dimension::Hour, |one| one.visits) , sum(Dimension::Hour, |one| one.visits));
        prop_assert_eq!(sum(Dimension::Page, |one| one.views), total.views);
        prop_assert_eq!(sum(Dimension::Page, |one| one.visible), total.visible);
    }

    #[test]
    fn what_is_kept_is_read_back(day in prop::collection::vec(any_visit(), 0..12)) {
        for values in Tally::of(&day).0.into_values() {
            let text = serde_json::to_string(&values).unwrap();
            prop_assert_eq!(serde_json::from_str::<Values>(&text).unwrap(), values);
        }
    }
}
