//! What goes of one person in one unit, with the one entry that says so.

use domain::{Action, Detail, Subject, audit};
use policy::Promise;
use store::{
    Change, Expect, Unit,
    key_store::{Deletion, Removal},
    retention::Expired,
    subjects::KeyBinding,
};

use super::ends_by_trigger;
use crate::{Caller, Effective, Gate, attempts::Failed};

/// How many records one entry names.
const RECORDS: usize = 256;

/// Records of one person whose time is over.
pub(super) struct Departure {
    pub(super) subject: Subject,
    keys: Vec<KeyBinding>,
    records: Vec<Expired>,
    /// Everything that the entry says but which records.
    detail: Detail,
    expects: Vec<Expect>,
    /// The keys of their classes.
    pub(super) emptied: Vec<Deletion>,
    /// What the journal must know of before it goes.
    pub(super) buried: Vec<Removal>,
}

impl Departure {
    /// What goes of a person, in as many units as there need to be.
    pub(super) fn of(
        gate: &Gate,
        (caller, effective): (&Caller, &Effective),
        (subject, keys): (Subject, Vec<KeyBinding>),
        records: &[Expired],
    ) -> Vec<Self> {
        let document = effective.declaring().document();
        let depart = |records: &[Expired]| {
            let classes = |binding: &&KeyBinding| records.iter().any(|record| record.class == binding.class);
            let sealed: Vec<&KeyBinding> = keys.iter().filter(classes).collect();
            let mut expects = effective.expects_of(&subject);
            expects.extend(sealed.iter().map(|binding| Expect::Key((*binding).clone())));
            let by_trigger = records.iter().filter(|record| ends_by_trigger(document, &record.class));
            Self {
                detail: detail(gate, (caller, effective), &subject, records),
                expects,
                emptied: sealed.iter().map(|binding| gate.doomed(subject.account, binding)).collect(),
                buried: by_trigger.map(|one| gate.removal(&subject, one.record)).collect(),
                subject: subject.clone(),
                keys: keys.clone(),
                records: records.to_vec(),
            }
        };
        records.chunks(RECORDS).map(depart).collect()
    }
}

impl Gate {
    /// Removes the records with their entry. Fails when anything was decided about the person meanwhile, a hold among it.
    pub(super) async fn depart(&self, departure: &Departure) -> Result<(), Failed> {
        let Departure { subject, keys, records, detail, expects, emptied, .. } = departure;
        let entry = self.last_entry(subject, keys, detail.clone()).await?;
        let mut expects = expects.clone();
        expects.extend(records.iter().map(|one| Expect::Record { id: one.record, version: one.version }));
        let mut changes: Vec<Change> = records.iter().map(|one| Change::RemoveRecord(one.record)).collect();
        changes.extend(emptied.iter().cloned().map(Change::CondemnEmptied));
        let unit = Unit { expects, changes, entries: vec![entry] };
        self.store.commit(unit).await.map(drop).map_err(Failed::Commit)
    }
}

/// Which records went, under which clocks, and the clause of the first one's.
fn detail(
    gate: &Gate,
    (caller, effective): (&Caller, &Effective),
    subject: &Subject,
    records: &[Expired],
) -> Detail {
    let clause = |one: &Expired| {
        let clock = format!("retention.{}", one.class);
        effective.declaring().clause(&clock, Promise::Retention).section
    };
    let only = if let [only] = records { Some(only) } else { None };
    let named = |one: &Expired| audit::Expired {
        record: one.record,
        record_type: one.record_type.clone(),
        clock: one.class.clone(),
        ended_at: one.ended_at,
    };
    Detail {
        subject: Some(subject.id),
        record: only.map(|one| one.record),
        record_type: only.map(|one| one.record_type.clone()),
        clause: records.first().map(clause),
        expired: records.iter().map(named).collect(),
        ..gate.detail_under(caller, Action::RecordExpired, effective)
    }
}
