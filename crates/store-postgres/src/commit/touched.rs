//! What the units of a group touch, so that none depends on what another one changes.

use std::collections::HashMap;

use domain::{RecordId, SubjectId};
use store::{Change, Expect, Unit};

/// Something that a unit depends on or changes. What is seldom changed is not here: such units go by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Thing {
    Subject(SubjectId),
    /// The bindings of a subject's keys.
    Keys(SubjectId),
    /// How many records a subject has.
    Holdings(SubjectId),
    Record(RecordId),
    Replay([u8; 32]),
}

/// In which way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Reads,
    /// Adds to what is there; others may add too.
    Adds,
    Writes,
}

/// What is changed by the units that were admitted.
#[derive(Default)]
pub(super) struct Touched(HashMap<Thing, Way>);

impl Touched {
    /// Admits a unit unless it depends on what one before it changes.
    pub(super) fn admit(&mut self, unit: &Unit) -> bool {
        if unit.changes.is_empty() && self.0.is_empty() {
            return true;
        }
        let things = things(unit);
        if things.iter().any(|(thing, way)| self.is_in_the_way(thing, *way)) {
            return false;
        }
        for (thing, way) in things {
            if way != Way::Reads {
                self.0.insert(thing, way);
            }
        }
        true
    }

    fn is_in_the_way(&self, thing: &Thing, way: Way) -> bool {
        match self.0.get(thing) {
            Some(Way::Writes) => true,
            Some(Way::Adds) => way != Way::Adds,
            Some(Way::Reads) | None => false,
        }
    }
}

fn things(unit: &Unit) -> Vec<(Thing, Way)> {
    let expected = unit.expects.iter().filter_map(expected);
    expected.chain(unit.changes.iter().flat_map(changed)).collect()
}

fn expected(expect: &Expect) -> Option<(Thing, Way)> {
    let thing = match expect {
        Expect::Subject { id, .. } => Thing::Subject(*id),
        Expect::Record { id, .. } | Expect::Metadata { id, .. } => Thing::Record(*id),
        Expect::Key(binding) => Thing::Keys(binding.subject),
        Expect::ClassEmpty { subject, .. } | Expect::RecordCount { subject, .. } => Thing::Holdings(*subject),
        Expect::Registry { .. } | Expect::Policy { .. } | Expect::Log { .. } | Expect::Lease { .. } => {
            return None;
        }
    };
    Some((thing, Way::Reads))
}

fn changed(change: &Change) -> Vec<(Thing, Way)> {
    match change {
        Change::AddSubject(subject) => vec![(Thing::Subject(subject.id), Way::Writes)],
        Change::AddKeyBinding(binding) => vec![(Thing::Keys(binding.subject), Way::Writes)],
        Change::AddRecord(record) | Change::ReplaceRecord(record) => {
            vec![(Thing::Record(record.id), Way::Writes), (Thing::Holdings(record.subject), Way::Adds)]
        }
        Change::CondemnEmptied(deletion) => {
            vec![
                (Thing::Keys(deletion.subject), Way::Writes),
                (Thing::Holdings(deletion.subject), Way::Writes),
            ]
        }
        Change::RemoveRecord(id) => vec![(Thing::Record(*id), Way::Writes)],
        Change::AddIndexRow(_, row) | Change::RemoveIndexRow(row) => {
            vec![(Thing::Record(row.record), Way::Writes)]
        }
        Change::AddReplay(replay) => vec![(Thing::Replay(replay.key), Way::Writes)],
        _ => Vec::new(),
    }
}
