//! The entries of a group on their way into one row, and the private index that says whom they are about.

use domain::{EntryId, SubjectId};
use store::{Unit, audit::frame};
use tokio_postgres::Statement;
use uuid::Uuid;

use super::transaction::Transaction;
use crate::{
    connect::Parameters,
    error::Failure,
    rows::{bucket, uuid},
};

/// A bundle in the making.
pub(super) struct Bundle {
    number: u64,
    entries: u32,
    leaves: Vec<u8>,
    details: Vec<u8>,
    about: Vec<(SubjectId, u32)>,
}

impl Bundle {
    pub(super) const fn new(number: u64) -> Self {
        Self { number, entries: 0, leaves: Vec::new(), details: Vec::new(), about: Vec::new() }
    }

    /// Takes a unit's entries in; their names.
    pub(super) fn take(&mut self, unit: &Unit) -> Vec<EntryId> {
        let mut names = Vec::with_capacity(unit.entries.len());
        for entry in &unit.entries {
            frame(&mut self.leaves, &[&entry.leaf]);
            frame(&mut self.details, &[&entry.nonce, &entry.sealed]);
            self.about.extend(entry.subject.map(|subject| (subject, self.entries)));
            names.push(EntryId { bundle: self.number, position: self.entries });
            self.entries += 1;
        }
        names
    }

    /// Its number, and the public leaves as they are stored: what it is known by. Nothing when it is empty.
    pub(super) fn evidence(&self) -> Option<(i64, &[u8])> {
        (self.entries > 0).then_some((self.number.cast_signed(), self.leaves.as_slice()))
    }

    /// Stores the bundle, when there is anything in it. Everything is sent at the first poll: what is sent after that,
    /// a `COMMIT`, comes after it.
    pub(super) async fn store(
        &self,
        transaction: &Transaction<'_>,
        statements: &Statements,
    ) -> Result<(), Failure> {
        if self.entries == 0 {
            return Ok(());
        }
        let number = self.number.cast_signed();
        let buckets: Vec<i32> = self.about.iter().map(|(subject, _)| bucket(*subject)).collect();
        let subjects: Vec<Uuid> = self.about.iter().map(|(subject, _)| uuid(*subject)).collect();
        let positions: Vec<i32> = self.about.iter().map(|(_, position)| position.cast_signed()).collect();
        let entries = self.entries.cast_signed();
        let row: Parameters<'_> = &[&number, &entries, &self.leaves, &self.details];
        let about: Parameters<'_> = &[&number, &buckets, &subjects, &positions];
        tokio::try_join!(
            biased;
            transaction.execute(&statements.bundle, row),
            transaction.execute(&statements.index, about),
        )?;
        Ok(())
    }
}

/// What a bundle is stored with, prepared.
pub(super) struct Statements {
    bundle: Statement,
    index: Statement,
}

impl Statements {
    pub(super) async fn prepare(transaction: &Transaction<'_>) -> Result<Self, Failure> {
        let bundle = "INSERT INTO audit_bundle (number, entries, leaves, details) VALUES ($1, $2, $3, $4)";
        let index = "INSERT INTO subject_entry (bucket, subject_id, bundle, position)
                     SELECT bucket, subject_id, $1, position
                     FROM unnest($2::int[], $3::uuid[], $4::int[]) AS about (bucket, subject_id, position)";
        Ok(Self { bundle: transaction.prepare(bundle).await?, index: transaction.prepare(index).await? })
    }
}
