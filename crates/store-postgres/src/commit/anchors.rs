//! What is locked before anything is checked: what units that change something depend on. Whoever changes a subject
//! or what hangs on it holds the subject's row, so that nothing that was checked changes before it is committed.
//! Units that only add entries lock nothing: what they were decided on was so after they began, and that is enough.

use store::{Change, Expect, Unit};
use uuid::Uuid;

use super::transaction::Transaction;
use crate::{
    error::Failure,
    rows::{bucket, uuid},
};

/// What a group locks.
#[derive(Default)]
pub(super) struct Anchors {
    subjects: Pairs,
    /// Records whose subjects are meant: the change that removes one does not name its subject.
    records: Pairs,
    /// Records whose metadata is meant: a setting on many holds no subject's row.
    metadata: Pairs,
    /// Accounts whose metadata is set on many records: one such setting at a time.
    accounts: Vec<Uuid>,
    registry: bool,
    log: bool,
    leases: Vec<String>,
}

/// Ids with their buckets, a column each.
#[derive(Default)]
struct Pairs(Vec<i32>, Vec<Uuid>);

impl Pairs {
    fn add<K: domain::id::Kind>(&mut self, id: domain::id::Id<K>) {
        self.0.push(bucket(id));
        self.1.push(uuid(id));
    }
}

impl Anchors {
    /// The anchors of units, those that change something.
    pub(super) fn of<'a>(units: impl Iterator<Item = &'a Unit>) -> Self {
        let mut anchors = Self::default();
        for unit in units.filter(|unit| !unit.changes.is_empty()) {
            unit.expects.iter().for_each(|expect| anchors.add_expect(expect));
            unit.changes.iter().for_each(|change| anchors.add_change(change));
        }
        anchors.leases.sort_unstable();
        anchors
    }

    fn add_expect(&mut self, expect: &Expect) {
        match expect {
            Expect::Subject { id, .. } => self.subjects.add(*id),
            Expect::Key(binding) => self.subjects.add(binding.subject),
            Expect::ClassEmpty { subject, .. } | Expect::RecordCount { subject, .. } => {
                self.subjects.add(*subject);
            }
            Expect::Record { id, .. } => self.records.add(*id),
            Expect::Metadata { id, .. } => self.metadata.add(*id),
            Expect::Log { .. } => self.log = true,
            Expect::Lease { name, .. } => self.leases.push(name.clone()),
            Expect::Registry { .. } | Expect::Policy { .. } => {}
        }
    }

    fn add_change(&mut self, change: &Change) {
        match change {
            Change::SetSubjectState(id, _)
            | Change::RemoveKeyBinding(id, _)
            | Change::SetFreezes { subject: id, .. }
            | Change::SetSubjectAge { subject: id, .. }
            | Change::SetTriggers { subject: id, .. }
            | Change::Purge { subject: id, .. } => {
                self.subjects.add(*id);
            }
            Change::AddKeyBinding(binding) | Change::MoveKeyBinding(binding) => {
                self.subjects.add(binding.subject);
            }
            Change::CondemnEmptied(deletion) => self.subjects.add(deletion.subject),
            Change::SettleEnds { subject, ends, .. } => {
                self.subjects.add(*subject);
                ends.iter().for_each(|(record, _)| self.metadata.add(*record));
            }
            Change::AddRecord(record) => self.subjects.add(record.subject),
            Change::ReplaceRecord(record) => {
                self.subjects.add(record.subject);
                self.metadata.add(record.id);
            }
            Change::RemoveRecord(id) => {
                self.records.add(*id);
                self.metadata.add(*id);
            }
            Change::SetMetadata(wanted) => self.accounts.push(uuid(wanted.account)),
            Change::AdvanceLog { .. } | Change::PutCheckpoint(_) => self.log = true,
            change => self.registry |= change.is_of_the_registry(),
        }
    }

    /// Whether there is nothing to lock.
    pub(super) fn is_empty(&self) -> bool {
        !(self.registry || self.log)
            && self.leases.is_empty()
            && self.subjects.0.is_empty()
            && self.records.0.is_empty()
            && self.metadata.0.is_empty()
            && self.accounts.is_empty()
    }

    /// Locks, always in the same order. On return nobody else holds any of it.
    pub(super) async fn lock(&self, transaction: &Transaction<'_>) -> Result<(), Failure> {
        if self.registry {
            transaction.rows("SELECT FROM registry FOR UPDATE", &[]).await?;
        }
        if !self.leases.is_empty() {
            let sql = "SELECT FROM lease WHERE name = ANY($1) ORDER BY name FOR UPDATE";
            transaction.rows(sql, &[&self.leases]).await?;
        }
        if self.log {
            transaction.rows("SELECT FROM log_state FOR UPDATE", &[]).await?;
        }
        if !(self.subjects.0.is_empty() && self.records.0.is_empty()) {
            let sql = "SELECT FROM subject WHERE (bucket, id) IN (
                           SELECT * FROM unnest($1::int[], $2::uuid[])
                           UNION SELECT bucket, subject_id FROM record
                           WHERE (bucket, id) IN (SELECT * FROM unnest($3::int[], $4::uuid[]))
                       ) ORDER BY id FOR NO KEY UPDATE";
            let (subjects, records) = (&self.subjects, &self.records);
            transaction.rows(sql, &[&subjects.0, &subjects.1, &records.0, &records.1]).await?;
        }
        if !self.accounts.is_empty() {
            let sql = "SELECT FROM account WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";
            transaction.rows(sql, &[&self.accounts]).await?;
        }
        if !self.metadata.0.is_empty() {
            let sql = "SELECT FROM record_metadata WHERE (bucket, record_id) IN (SELECT * FROM unnest($1::int[], $2::uuid[]))
                       ORDER BY record_id FOR NO KEY UPDATE";
            transaction.rows(sql, &[&self.metadata.0, &self.metadata.1]).await?;
        }
        Ok(())
    }
}
