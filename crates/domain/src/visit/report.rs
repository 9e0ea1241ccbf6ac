//! What a report is asked for: over which days, and of which visits.

use serde::{Deserialize, Serialize};

use super::{
    ASSESSMENT,
    dimension::{Dimension, has},
    stay::Visit,
};

/// Days, counted since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: i32,
    /// The first day after it.
    pub until: i32,
}

impl Period {
    /// Its days, in order.
    pub fn days(self) -> impl Iterator<Item = i32> {
        self.from..self.until
    }

    /// As many days, right before it.
    pub const fn before(self) -> Self {
        let length = self.until.saturating_sub(self.from);
        Self { from: self.from.saturating_sub(length), until: self.from }
    }

    /// Whether it has a day.
    pub const fn has(self, day: i32) -> bool {
        self.from <= day && day < self.until
    }
}

/// Which visits are meant: those that have one of the values in each dimension that is named. Without any, all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter(pub Vec<(Dimension, Vec<String>)>);

impl Filter {
    /// Whether it leaves all visits in.
    pub const fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the made-up visitors of assessments are asked for: only an assessment does.
    pub fn asks_for_assessments(&self) -> bool {
        self.0.iter().any(|(dimension, values)| {
            *dimension == Dimension::Browser && values.iter().any(|value| value == ASSESSMENT)
        })
    }

    /// Whether a visit is meant.
    pub fn takes(&self, visit: &Visit) -> bool {
        self.0.iter().all(|(dimension, values)| values.iter().any(|value| has(visit, *dimension, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_before_are_as_many() {
        assert_eq!(Period { from: 10, until: 17 }.before(), Period { from: 3, until: 10 });
        assert_eq!(Period { from: 10, until: 10 }.before().days().count(), 0);
    }
}
