//! What of figures may be shown to anybody.

use super::tally::{Figures, Values};

/// The values that may be shown to anybody, those with the most visitors first: each of `minimum` visitors at least. Where what is
/// left out is of fewer together, and could be found by taking the others from the total, the smallest of the others is left out
/// too (complementary suppression; Willenborg and de Waal, Elements of Statistical Disclosure Control, 2001, section 6.2).
pub fn publish(values: &Values, minimum: u64) -> Vec<(&str, &Figures)> {
    let mut all: Vec<(&str, &Figures)> =
        values.iter().map(|(value, figures)| (value.as_str(), figures)).collect();
    all.sort_by_key(|(_, figures)| std::cmp::Reverse(figures.visitors()));
    let shown = all.partition_point(|(_, figures)| figures.visitors() >= minimum);
    let hidden = all.split_off(shown);
    let mut left_out: u64 = hidden.iter().map(|(_, figures)| figures.visitors()).sum();
    while (1..minimum).contains(&left_out)
        && let Some((_, figures)) = all.pop()
    {
        left_out += figures.visitors();
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(strangers: &[u64]) -> Values {
        let figures = |strangers: &u64| Figures { strangers: *strangers, ..Figures::default() };
        strangers
            .iter()
            .enumerate()
            .map(|(value, strangers)| (value.to_string(), figures(strangers)))
            .collect()
    }

    fn shown(strangers: &[u64], minimum: u64) -> Vec<u64> {
        publish(&of(strangers), minimum).iter().map(|(_, figures)| figures.visitors()).collect()
    }

    #[test]
    fn the_few_are_left_out_and_cannot_be_found_from_the_others() {
        assert_eq!(shown(&[40, 12, 10, 30], 10), [40, 30, 12, 10]);
        assert_eq!(shown(&[40, 3, 12, 30], 10), [40, 30], "or the total less the others were three");
        assert_eq!(shown(&[40, 6, 12, 7], 10), [40, 12], "thirteen are enough");
        assert_eq!(shown(&[40, 9], 10), [0; 0]);
        assert_eq!(shown(&[], 10), [0; 0]);
    }

    proptest! {
        #[test]
        fn whatever_is_left_out_is_of_nobody_or_of_enough(
            strangers in prop::collection::vec(0_u64..30, 0..12), minimum in 3_u64..20,
        ) {
            let (shown, all) = (shown(&strangers, minimum), strangers.iter().sum::<u64>());
            prop_assert!(shown.iter().all(|visitors| *visitors >= minimum));
            let left_out = all - shown.iter().sum::<u64>();
            prop_assert!(left_out == 0 || left_out >= minimum || shown.is_empty());
        }
    }
}
