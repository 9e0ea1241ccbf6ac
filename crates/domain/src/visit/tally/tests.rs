use proptest::prelude::*;

use super::*;
use crate::visit::{
    hit::{Channel, Source, Surroundings},
    stay::{Deed, View, Visitor},
};

prop_compose! {
    fn any_visit()(
        number in 0_u64..6,
        is_recognised: bool,
        second in 0_i64..86_400,
        seconds in 0_u32..4_000,
        paths in prop::collection::vec((0_u8..4, 0_u32..9_000), 0..5),
        deeds in prop::collection::vec(0_u8..3, 0..3),
    ) -> Counted {
        let deed = |kind: u8| match kind {
            0 => Deed::Outbound("example.org".to_owned()),
            1 => Deed::Download("/a.pdf".to_owned()),
            _ => Deed::Event { name: "signup".to_owned(), properties: [("plan".into(), "free".into())].into() },
        };
        let visit = Visit {
            visitor: Visitor { number, is_recognised },
            started_at: second,
            seconds,
            source: Source { channel: Channel::Search, name: Some("DuckDuckGo".to_owned()) },
            campaign: None,
            surroundings: Surroundings { country: Some("PT".to_owned()), ..Surroundings::default() },
            views: paths.into_iter().map(|(path, visible)| View { path: format!("/{path}"), after: 1, visible }).collect(),
            deeds: deeds.into_iter().map(deed).collect(),
        };
        // Some have no ordinal yet.
        let ordinal = (is_recognised && number > 1).then(|| u32::try_from(number * 7).unwrap());
        Counted { visit, ordinal }
    }
}

fn days() -> impl Strategy<Value = Vec<Vec<Counted>>> {
    prop::collection::vec(prop::collection::vec(any_visit(), 0..12), 1..4)
}

fn together(days: &[Vec<Counted>]) -> Tally {
    let mut sum = Sum::of(&Dimension::ALL);
    for day in days {
        // Whoever has no ordinal is counted when all days are added up, and not in what one day was added up to.
        let (known, new): (Vec<_>, Vec<_>) =
            day.iter().partition(|one| one.ordinal.is_some() || !one.visit.visitor.is_recognised);
        for (dimension, values) in Tally::of(known).0 {
            sum.add_figures(dimension, &values.into_iter().collect::<Vec<_>>());
        }
        new.into_iter().for_each(|one| sum.add(one));
    }
    sum.tally()
}

fn total(tally: &Tally) -> Figures {
    tally.total().cloned().unwrap_or_default()
}

#[test]
fn pages_that_hardly_anybody_looked_at_count_together_where_there_are_too_many() {
    let source = Source { channel: Channel::Direct, name: None };
    let of = |page: u32, visible| View { path: format!("/{page:05}"), after: 0, visible };
    let visit = |number: u64, views| Visit {
        visitor: Visitor { number, is_recognised: false },
        started_at: 0,
        seconds: 0,
        source: source.clone(),
        campaign: None,
        surroundings: Surroundings::default(),
        views,
        deeds: Vec::new(),
    };
    let flood = visit(1, (0..12_000).map(|page| of(page, 1)).collect());
    let other = visit(2, vec![of(11_999, 5)]);
    let counted = [flood, other].map(|visit| Counted { visit, ordinal: None });
    let tally = Tally::of(&counted);
    let pages = &tally.0[&Dimension::Page];
    assert_eq!((pages.len(), pages["/11999"].visits), (10_000, 2), "who was looked at most is told apart");
    assert_eq!(pages.values().map(|page| page.views).sum::<u64>(), 12_001);
    assert_eq!((pages["…"].strangers, pages["…"].views), (1, 2_001));
}

proptest! {
    #[test]
    fn the_figures_are_what_counting_one_by_one_finds(days in days()) {
        let figures = total(&together(&days));
        let all = || days.iter().flatten().map(|one| &one.visit);
        prop_assert_eq!(figures.visits, all().count() as u64);
        prop_assert_eq!(figures.views, all().map(|visit| visit.views.len() as u64).sum::<u64>());
        prop_assert_eq!(figures.bounces, all().filter(|visit| visit.is_bounce()).count() as u64);
        let known: std::collections::BTreeSet<_> =
            all().filter(|visit| visit.visitor.is_recognised).map(|visit| visit.visitor.number).collect();
        let strangers = |day: &Vec<Counted>| {
            let numbers = day.iter().map(|one| one.visit.visitor).filter(|visitor| !visitor.is_recognised).map(|visitor| visitor.number);
            numbers.collect::<std::collections::BTreeSet<_>>().len()
        };
        let strangers: usize = days.iter().map(strangers).sum();
        prop_assert_eq!(figures.visitors(), (known.len() + strangers) as u64);
    }

    #[test]
    fn days_can_be_added_in_any_order(days in days()) {
        let mut turned = days.clone();
        turned.reverse();
        // Who has no ordinal yet is counted through in the order in which they come.
        let shown = |tally: Tally| {
            let counted = |figures: Figures| (figures.recognised.count(), Figures { recognised: Ordinals::default(), ..figures });
            let of = |values: Values| values.into_iter().map(|(value, figures)| (value, counted(figures))).collect::<Vec<_>>();
            tally.0.into_iter().map(|(dimension, values)| (dimension, of(values))).collect::<Vec<_>>()
        };
        prop_assert_eq!(shown(together(&days)), shown(together(&turned)));
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
