//! The changes that come with every record that is stored, changed or deleted, of many units at once: a statement a
//! kind, with a row for each.

pub(super) mod index;
mod metadata;
mod records;
mod subjects;

use std::collections::{HashMap, HashSet};

use domain::{AccountId, EntryId, Record, RecordId, Subject};
use store::{
    Change, Committed, Conflict, Unit,
    key_store::Deletion,
    records::{IndexRow, Replay},
    subjects::KeyBinding,
};

use super::transaction::Transaction;
use crate::error::Failure;

/// Something to be changed, and the place of the unit that wants it.
type Placed<T> = Vec<(usize, T)>;

/// Which units could not be applied, by their place, and why.
pub(super) type Conflicts = HashMap<usize, Conflict>;

/// Whether all that a unit changes can be changed together with others.
pub(super) fn is_hot(unit: &Unit) -> bool {
    unit.changes.iter().all(is_hot_change)
}

/// Whether a change is one of these.
pub(super) const fn is_hot_change(change: &Change) -> bool {
    matches!(
        change,
        Change::AddSubject(_)
            | Change::AddKeyBinding(_)
            | Change::CondemnEmptied(_)
            | Change::AddRecord(_)
            | Change::ReplaceRecord(_)
            | Change::RemoveRecord(_)
            | Change::AddIndexRow(..)
            | Change::RemoveIndexRow(_)
            | Change::AddReplay(_)
    )
}

/// The changes of units, by kind.
#[derive(Default)]
pub(super) struct Changes<'a> {
    subjects: Placed<&'a Subject>,
    bindings: Placed<&'a KeyBinding>,
    emptied: Vec<&'a Deletion>,
    added: Placed<&'a Record>,
    replaced: Placed<&'a Record>,
    removed: Placed<RecordId>,
    indexed: Vec<(AccountId, &'a IndexRow)>,
    unindexed: Vec<&'a IndexRow>,
    replays: Placed<(&'a Replay, Option<EntryId>)>,
}

impl<'a> Changes<'a> {
    /// Of a group, whose units have these entries.
    pub(super) fn of(units: &[&'a Unit], outcomes: &[Committed]) -> Self {
        let mut all = Self::default();
        for (place, (unit, outcome)) in units.iter().zip(outcomes).enumerate() {
            for change in &unit.changes {
                all.add(place, change, outcome.entries.first().copied());
            }
        }
        all
    }

    /// Of one change.
    pub(super) fn of_one(change: &'a Change, entry: Option<EntryId>) -> Self {
        let mut all = Self::default();
        all.add(0, change, entry);
        all
    }

    fn add(&mut self, place: usize, change: &'a Change, entry: Option<EntryId>) {
        match change {
            Change::AddSubject(subject) => self.subjects.push((place, subject)),
            Change::AddKeyBinding(binding) => self.bindings.push((place, binding)),
            Change::CondemnEmptied(deletion) => self.emptied.push(deletion),
            Change::AddRecord(record) => self.added.push((place, record)),
            Change::ReplaceRecord(record) => self.replaced.push((place, record)),
            Change::RemoveRecord(id) => self.removed.push((place, *id)),
            Change::AddIndexRow(account, row) => self.indexed.push((*account, row)),
            Change::RemoveIndexRow(row) => self.unindexed.push(row),
            Change::AddReplay(replay) => self.replays.push((place, (replay, entry))),
            _ => {}
        }
    }

    /// Applies them all. When some conflict, the transaction is to be taken back.
    pub(super) async fn apply(&self, transaction: &Transaction<'_>) -> Result<Conflicts, Failure> {
        let (subjects, bindings, added, replaced, removed, replays, ()) = tokio::try_join!(
            subjects::add(transaction, &self.subjects),
            subjects::bind(transaction, &self.bindings),
            records::add(transaction, &self.added),
            records::replace(transaction, &self.replaced),
            records::remove(transaction, &self.removed),
            index::remember(transaction, &self.replays),
            index::remove(transaction, &self.unindexed),
        )?;
        // Once the records are gone, and counted as gone.
        tokio::try_join!(
            index::add(transaction, &self.indexed),
            subjects::condemn_emptied(transaction, &self.emptied)
        )?;
        Ok([subjects, bindings, added, replaced, removed, replays].into_iter().flatten().collect())
    }
}

/// The places whose row was not touched, each with the conflict that this is. A row that was asked for twice was
/// touched once.
fn missing<K: Eq + std::hash::Hash>(
    asked: impl Iterator<Item = (usize, K)>,
    touched: impl IntoIterator<Item = K>,
    conflict: Conflict,
) -> Conflicts {
    let mut touched: HashSet<K> = touched.into_iter().collect();
    let untouched = asked.filter_map(|(place, key)| (!touched.remove(&key)).then_some((place, conflict)));
    untouched.collect()
}
