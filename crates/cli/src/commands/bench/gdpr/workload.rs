//! The four workloads: who asks for what, how often, and of which records (Shastri et al., "Understanding and
//! Benchmarking the Impact of GDPR on Database Systems", VLDB 2020).

use clap::ValueEnum;

use super::{
    record::{Shape, purpose},
    zipf::Zipf,
};
use crate::commands::bench::dice::{Dice, mix};

/// The skew of GDPRbench.
const THETA: f64 = 0.99;
/// One in so many records is deleted before the regulator comes to verify it.
const DELETED_BEFORE: u32 = 100;

/// What is asked for. Records and subjects are named by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Insert {
        record: u32,
    },
    Read {
        record: u32,
    },
    Update {
        record: u32,
    },
    Delete {
        record: u32,
    },
    ReadMetadata(Selection),
    SetObjection {
        of: Selection,
        choice: u32,
    },
    ReadLog {
        subject: u32,
    },
    /// Reading a record that was deleted before: it must not be there.
    VerifyDeletion {
        record: u32,
    },
}

/// Whose metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    Purpose(u32),
    Subject(u32),
}

impl Selection {
    /// The one purpose of all that is selected.
    pub(super) const fn purpose(self) -> u32 {
        match self {
            Self::Purpose(purpose) => purpose,
            Self::Subject(subject) => purpose(subject),
        }
    }
}

impl Operation {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Insert { .. } => "insert",
            Self::Read { .. } => "read",
            Self::Update { .. } => "update",
            Self::Delete { .. } => "delete",
            Self::ReadMetadata(Selection::Purpose(_)) => "read metadata by purpose",
            Self::ReadMetadata(Selection::Subject(_)) => "read metadata by subject",
            Self::SetObjection { of: Selection::Purpose(_), .. } => "update metadata by purpose",
            Self::SetObjection { of: Selection::Subject(_), .. } => "update metadata by subject",
            Self::ReadLog { .. } => "read the log",
            Self::VerifyDeletion { .. } => "verify a deletion",
        }
    }
}

/// A workload, named for who brings it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Workload {
    Controller,
    Customer,
    Processor,
    Regulator,
}

/// Makes an operation of the record that chance chose, the number of the operation, and the shape.
type Make = fn(u32, u32, Shape) -> Operation;

const INSERT: Make = |_, number, shape| Operation::Insert { record: shape.records + number };
const READ: Make = |record, _, _| Operation::Read { record };
const UPDATE: Make = |record, _, _| Operation::Update { record };
const DELETE: Make = |record, _, _| Operation::Delete { record };
const READ_PURPOSE: Make = |record, _, _| Operation::ReadMetadata(Selection::Purpose(purpose(record)));
const READ_SUBJECT: Make =
    |record, _, shape| Operation::ReadMetadata(Selection::Subject(shape.subject(record)));
const SET_PURPOSE: Make =
    |record, choice, _| Operation::SetObjection { of: Selection::Purpose(purpose(record)), choice };
const SET_SUBJECT: Make =
    |record, choice, shape| Operation::SetObjection { of: Selection::Subject(shape.subject(record)), choice };
const READ_LOG: Make = |record, _, shape| Operation::ReadLog { subject: shape.subject(record) };
const VERIFY: Make = |record, _, _| Operation::VerifyDeletion { record: deleted_before(record) };

/// A record near this one that was deleted before the regulator came.
const fn deleted_before(record: u32) -> u32 {
    record - record % DELETED_BEFORE
}

impl Workload {
    pub(super) const ALL: [Self; 4] = [Self::Controller, Self::Customer, Self::Processor, Self::Regulator];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Customer => "customer",
            Self::Processor => "processor",
            Self::Regulator => "regulator",
        }
    }

    /// The operations, and how many in a hundred are of each.
    const fn mix(self) -> &'static [(Make, u32)] {
        match self {
            Self::Controller => &[(INSERT, 25), (DELETE, 25), (SET_PURPOSE, 25), (SET_SUBJECT, 25)],
            Self::Customer => &[
                (READ, 20),
                (READ_PURPOSE, 10),
                (READ_SUBJECT, 10),
                (UPDATE, 20),
                (SET_PURPOSE, 10),
                (SET_SUBJECT, 10),
                (DELETE, 20),
            ],
            Self::Processor => &[(READ, 20), (READ_PURPOSE, 40), (READ_SUBJECT, 40)],
            Self::Regulator => &[(READ_SUBJECT, 46), (READ_LOG, 31), (VERIFY, 23)],
        }
    }

    /// Whether a few records are asked for more than all others.
    const fn is_skewed(self) -> bool {
        matches!(self, Self::Customer | Self::Regulator)
    }

    /// What must have happened before it begins, and is not measured.
    pub(super) fn before(self, shape: Shape) -> Vec<Operation> {
        let deleted = (0..shape.records).step_by(DELETED_BEFORE as usize);
        match self {
            Self::Regulator => deleted.map(|record| Operation::Delete { record }).collect(),
            Self::Controller | Self::Customer | Self::Processor => Vec::new(),
        }
    }

    /// So many operations, the same in every run.
    pub(super) fn operations(self, shape: Shape, count: u32) -> Vec<Operation> {
        let mut dice = Dice::new(u64::from(count) << 8 | self as u64);
        let zipf = self.is_skewed().then(|| Zipf::new(shape.records, THETA));
        let below = |number: u64| u32::try_from(number % u64::from(shape.records)).unwrap_or_default();
        let operation = |number| {
            let record = match &zipf {
                // The frequent ones lie anywhere, as in YCSB's scrambled distribution.
                Some(zipf) => below(mix(u64::from(zipf.rank(&mut dice)).wrapping_add(1))),
                None => below(dice.next()),
            };
            self.one(&mut dice)(record, number, shape)
        };
        (0..count).map(operation).collect()
    }

    fn one(self, dice: &mut Dice) -> Make {
        let mut place = u32::try_from(dice.below(100)).unwrap_or_default();
        let chosen = self.mix().iter().find(|(_, weight)| {
            let found = place < *weight;
            place = place.saturating_sub(*weight);
            found
        });
        chosen.map_or(READ, |(make, _)| *make)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn counts(workload: Workload) -> BTreeMap<&'static str, u32> {
        let mut counts = BTreeMap::new();
        for operation in workload.operations(Shape::new(10_000), 10_000) {
            *counts.entry(operation.name()).or_default() += 1;
        }
        counts
    }

    #[test]
    fn every_mix_is_whole_and_is_kept() {
        for workload in Workload::ALL {
            assert_eq!(workload.mix().iter().map(|(_, weight)| weight).sum::<u32>(), 100);
            assert_eq!(counts(workload).len(), workload.mix().len());
        }
        let regulator = counts(Workload::Regulator);
        for (name, share) in
            [("read metadata by subject", 46), ("read the log", 31), ("verify a deletion", 23)]
        {
            assert!(regulator[name].abs_diff(share * 100) < 200, "{regulator:?}");
        }
    }

    #[test]
    fn customers_ask_for_a_few_and_controllers_for_all() {
        let most = |workload: Workload| {
            let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
            for operation in workload.operations(Shape::new(10_000), 10_000) {
                if let Operation::Delete { record } = operation {
                    *counts.entry(record).or_default() += 1;
                }
            }
            counts.into_values().max().unwrap_or_default()
        };
        assert!(most(Workload::Customer) > 100);
        assert!(most(Workload::Controller) < 10);
    }

    #[test]
    fn what_the_regulator_verifies_was_deleted_before() {
        let shape = Shape::new(1000);
        let before = Workload::Regulator.before(shape);
        for operation in Workload::Regulator.operations(shape, 500) {
            if let Operation::VerifyDeletion { record } = operation {
                assert!(before.contains(&Operation::Delete { record }));
            }
        }
    }
}
