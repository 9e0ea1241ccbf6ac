//! Goals: what visits are meant to lead to, and how many did.

use domain::visit::{Dimension, Figures, Tally};
use policy::document;

use super::KnownSite;

/// What a goal is counted by.
pub(super) fn counted_by(goal: &document::Goal) -> Option<(Dimension, &str)> {
    let event = goal.event.as_ref().map(|event| (Dimension::Event, event.get_ref().as_str()));
    event.or_else(|| goal.page.as_ref().map(|page| (Dimension::Page, page.get_ref().as_str())))
}

impl KnownSite {
    /// What figures must be by for its goals to be told.
    pub(super) fn goals_by(&self) -> impl Iterator<Item = Dimension> {
        self.declared.goals.values().filter_map(counted_by).map(|(by, _)| by)
    }

    /// The figures of its goals, of those visits that reached them, in the order in which they are declared. As they are read from
    /// what is counted anyway, a goal that is declared today tells of the years before too.
    pub(super) fn goals(&self, by: &Tally) -> Vec<(String, Figures)> {
        let figures = |goal: &document::Goal| {
            let (dimension, value) = counted_by(goal)?;
            by.0.get(&dimension)?.get(value).cloned()
        };
        let goals = self.declared.goals.iter();
        goals.map(|(name, goal)| (name.get_ref().clone(), figures(goal).unwrap_or_default())).collect()
    }
}
