//! Adding up: visits, and what others of them were added up to before.

use std::collections::{BTreeMap, HashMap};

use super::{
    dimension::Dimension,
    share::shares,
    tally::{Counted, Figures, Ordinals, Tally, Values},
};

/// Visits that are being added up, in some dimensions.
pub struct Sum {
    adding: BTreeMap<Dimension, HashMap<String, Adding>>,
    /// Visitors who are recognised and have no ordinal yet: they are counted through from the other end.
    newcomers: HashMap<u64, u32>,
}

impl Sum {
    /// Nothing yet.
    pub fn of(dimensions: &[Dimension]) -> Self {
        let adding = dimensions.iter().map(|dimension| (*dimension, HashMap::new())).collect();
        Self { adding, newcomers: HashMap::new() }
    }

    /// Adds a visit.
    pub fn add(&mut self, counted: &Counted) {
        let visitor = counted.visit.visitor;
        let ordinal =
            visitor.is_recognised.then(|| counted.ordinal.unwrap_or_else(|| self.newcomer(visitor.number)));
        for (dimension, values) in &mut self.adding {
            for (value, share) in shares(&counted.visit, *dimension) {
                with_adding(values, &value, |adding| {
                    adding.figures.add_counts(&share);
                    match ordinal {
                        Some(ordinal) => adding.recognised.push(ordinal),
                        None => adding.strangers.push(visitor.number),
                    }
                });
            }
        }
    }

    /// Adds what the visits of other days were added up to, in one dimension.
    pub fn add_figures(&mut self, dimension: Dimension, figures: &[(String, Figures)]) {
        let Some(values) = self.adding.get_mut(&dimension) else { return };
        for (value, figures) in figures {
            with_adding(values, value, |adding| {
                adding.figures.add_counts(figures);
                adding.recognised.extend(figures.recognised.iter());
            });
        }
    }

    /// What all of it adds up to.
    pub fn tally(self) -> Tally {
        let finished = |values: HashMap<String, Adding>| -> Values {
            bounded(values).into_iter().map(|(value, adding)| (value, adding.finished())).collect()
        };
        let all = self.adding.into_iter().map(|(dimension, values)| (dimension, finished(values)));
        Tally(all.filter(|(_, values)| !values.is_empty()).collect())
    }

    fn newcomer(&mut self, number: u64) -> u32 {
        let next = u32::try_from(self.newcomers.len()).map_or(0, |others| u32::MAX - others);
        *self.newcomers.entry(number).or_insert(next)
    }
}

/// The most values of a dimension that are told apart: whoever opens pages that do not exist must not make every report slow.
const MOST: usize = 10_000;
/// What stands for all others.
const OTHERS: &str = "…";

/// Those with the fewest visits together where there are too many.
fn bounded(values: HashMap<String, Adding>) -> HashMap<String, Adding> {
    if values.len() <= MOST {
        return values;
    }
    let mut all: Vec<(String, Adding)> = values.into_iter().collect();
    all.sort_by(|(value, one), (other_value, other)| {
        other.figures.visits.cmp(&one.figures.visits).then_with(|| value.cmp(other_value))
    });
    let few = all.split_off(MOST - 1);
    let mut kept: HashMap<String, Adding> = all.into_iter().collect();
    let others = kept.entry(OTHERS.to_owned()).or_default();
    few.into_iter().for_each(|(_, adding)| others.merge(adding));
    kept
}

/// Figures that are being added up.
#[derive(Default)]
struct Adding {
    figures: Figures,
    strangers: Vec<u64>,
    recognised: Vec<u32>,
}

impl Adding {
    fn merge(&mut self, other: Self) {
        self.figures.add_counts(&other.figures);
        self.strangers.extend(other.strangers);
        self.recognised.extend(other.recognised);
    }

    fn finished(mut self) -> Figures {
        self.strangers.sort_unstable();
        self.strangers.dedup();
        let strangers = self.figures.strangers + self.strangers.len() as u64;
        Figures { strangers, recognised: Ordinals::of(self.recognised), ..self.figures }
    }
}

/// Most values are there already, and then none is written anew.
fn with_adding(values: &mut HashMap<String, Adding>, value: &str, add: impl FnOnce(&mut Adding)) {
    match values.get_mut(value) {
        Some(adding) => add(adding),
        None => add(values.entry(value.to_owned()).or_default()),
    }
}
