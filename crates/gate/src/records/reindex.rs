//! Making the blind index anew: no backup holds it, as a tag tells who had a value long after they were erased.

use domain::{RecordId, Subject, SubjectState};
use store::{Change, Unit, subjects::KeyBinding};

use super::seal::open_fields;
use crate::{Gate, GateError, judge::to_index};

/// How many records are indexed in one commit.
const STEP: u32 = 256;

/// Whose record the last one was: records of one person often follow on each other.
type Owner = Option<(Subject, Vec<KeyBinding>)>;

impl Gate {
    /// Makes the index of every record of the living anew. Returns how many have one, and how many cannot be opened, as
    /// their key is missing.
    pub(crate) async fn reindex(&self, progress: &dyn Fn(u64)) -> Result<(u64, u64), GateError> {
        let (mut indexed, mut locked) = (0, 0);
        let (mut after, mut owner): (Option<RecordId>, Owner) = (None, None);
        loop {
            let page = self.store.all_records(after, STEP).await?;
            let Some(last) = page.last() else { return Ok((indexed, locked)) };
            after = Some(last.id);
            let mut changes = Vec::new();
            for record in &page {
                if owner.as_ref().is_none_or(|(owner, _)| owner.id != record.subject) {
                    owner = self.store.subject(record.subject).await?;
                }
                let Some((subject, keys)) = owner.as_ref() else { continue };
                match self.index_of(record, subject, keys).await {
                    Ok(found) => {
                        indexed += u64::from(!found.is_empty());
                        changes.extend(found);
                    }
                    Err(GateError::Damaged(_)) => locked += 1,
                    Err(error) => return Err(error),
                }
            }
            if !changes.is_empty() {
                self.commit(Unit { changes, ..Unit::default() }).await?;
            }
            progress(page.len() as u64);
        }
    }

    /// The index rows of one record.
    async fn index_of(
        &self,
        record: &domain::Record,
        subject: &Subject,
        keys: &[KeyBinding],
    ) -> Result<Vec<Change>, GateError> {
        let effective = self.policy(record.account)?;
        let Some(permit) = to_index(&effective, record) else { return Ok(Vec::new()) };
        if subject.state != SubjectState::Active {
            return Ok(Vec::new());
        }
        let key = self.class_key(subject, keys, &record.class).await?;
        let fields = open_fields(&key, record, &permit)?;
        drop(permit.spend());
        self.index_changes(&effective, record, fields.reveal())
    }
}
