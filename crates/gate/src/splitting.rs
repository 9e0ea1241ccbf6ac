//! Splitting a subject: some of its records are found to be another person's, such as whoever has its e-mail address now. They
//! go to a new subject of the same role in one commit, and can be found as that one's only.

use domain::{
    Action, Bucket, Detail, EntryId, Freezes, RecordId, Subject, SubjectId, SubjectState, age::Known,
    audit::Statement, choice::Standing,
};
use policy::Promise;
use store::{
    Change, CommitError, Unit,
    records::Held,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use crate::{
    Caller, Determination, Effective, Gate, GateError,
    attempts::Failed,
    records::{Carried, first_entry},
};

/// The most records of one split: it is done whole or not at all.
pub(crate) const SPLIT: usize = 100;

/// A subject that was split.
#[derive(Debug, Clone)]
pub struct Split {
    /// The new subject, of which nothing is known but what was moved.
    pub subject: SubjectId,
    /// What each record was, and what it is now.
    pub records: Vec<(RecordId, RecordId)>,
    /// The entry in the log of the one that was split.
    pub entry: EntryId,
}

impl Gate {
    /// Gives some records of a subject to a new one of the same role: what was chosen is not theirs, nor what is known of an
    /// age. Each is another record from then on.
    ///
    /// # Errors
    /// The subject or one of the records is not there or gone, none or too many are named, something keeps one of them; or a
    /// store fails. Nothing was moved then.
    pub async fn split_subject(
        &self,
        caller: &Caller,
        from: SubjectId,
        records: &[RecordId],
        said: &Determination,
    ) -> Result<Split, GateError> {
        let mut wanted = records.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() || wanted.len() > SPLIT {
            return Err(GateError::Malformed(format!("name 1 to {SPLIT} records")));
        }
        let attempt = || self.try_split(caller, from, &wanted, said);
        let (split, classes) = self.retried(attempt).await.map_err(Failed::into_error)?;
        for class in classes {
            self.shred_empty_class(from, &class).await?;
        }
        Ok(split)
    }

    async fn try_split(
        &self,
        caller: &Caller,
        from: SubjectId,
        wanted: &[RecordId],
        said: &Determination,
    ) -> Result<(Split, Vec<String>), Failed> {
        let (subject, keys) = self.living_subject(caller, from).await?;
        let effective = self.effective(caller)?;
        let mut records = Vec::with_capacity(wanted.len());
        for id in wanted {
            let held = self.store.record(*id).await?.filter(|held| held.subject.id == from);
            let Held { record, .. } = held.ok_or(GateError::NotFound("record"))?;
            if let Some(freeze) = subject.freezes.on(&record.record_type) {
                return Err(self.refuse_frozen(caller, &effective, (&subject, &keys), freeze).await.into());
            }
            records.push(record);
        }
        let new = self.split_off(&subject);
        let (slot, key) = self.keyring.take(subject.account).await?;
        let audit = KeyBinding { subject: new.id, class: AUDIT_CLASS.to_owned(), slot };
        let mut unit = Unit { expects: effective.expects_of(&subject), ..Unit::default() };
        unit.changes.extend([Change::AddSubject(new.clone()), Change::AddKeyBinding(audit)]);
        let carried = self.carry(&mut unit, &effective, &records, ((&subject, &keys), (&new, &[]))).await?;
        let old_audit = self.audit_key(&subject, &keys).await?;
        let detail = |subject| self.split_detail(caller, &effective, (subject, new.id), &carried, said);
        unit.entries.push(self.entry(&old_audit, Some(from), &detail(from)));
        unit.entries.push(self.entry(&key.audit_key(), Some(new.id), &detail(new.id)));
        let committed = self.commit_removals(unit, &subject, wanted).await?.map_err(|error| match error {
            // One of the records was changed, moved or deleted meanwhile.
            CommitError::Conflict(_) => Failed::Gate(GateError::Busy),
            other => Failed::Commit(other),
        })?;
        self.remnants.store(true, std::sync::atomic::Ordering::Relaxed);
        let mut classes: Vec<String> = records.into_iter().map(|record| record.class).collect();
        classes.sort_unstable();
        classes.dedup();
        Ok((Split { subject: new.id, records: carried, entry: first_entry(&committed)? }, classes))
    }

    fn split_off(&self, subject: &Subject) -> Subject {
        let bucket = Bucket::random(self.randomness());
        // How far the ends of the one's records have followed says nothing of the new ones.
        let triggers = subject.triggers.clone();
        let triggers = if triggers.is_settling() { triggers.unsettled(self.now()) } else { triggers };
        Subject {
            id: SubjectId::new(&*self.ambient.clock, self.randomness(), bucket),
            state: SubjectState::Active,
            version: 1,
            created_at: self.now(),
            region: None,
            age: Known::Unknown,
            choices: Standing::default(),
            freezes: Freezes::default(),
            triggers,
            ..subject.clone()
        }
    }

    fn split_detail(
        &self,
        caller: &Caller,
        effective: &Effective,
        (subject, new): (SubjectId, SubjectId),
        carried: &[Carried],
        said: &Determination,
    ) -> Detail {
        Detail {
            subject: Some(subject),
            clause: Some(accuracy(effective)),
            note: Some(pairs(carried)),
            case: Some(Statement {
                case: new.to_string(),
                by: said.by.clone(),
                because: Some(said.because.clone()),
            }),
            ..self.detail_under(caller, Action::SubjectSplit, effective)
        }
    }
}

/// The section on putting right what is held.
pub(crate) fn accuracy(effective: &Effective) -> u16 {
    effective.declaring().clause("rights.rectification", Promise::Access).section
}

/// What each record was, and what it is now, for an entry.
pub(crate) fn pairs(carried: &[Carried]) -> String {
    let pairs: Vec<String> = carried.iter().map(|(from, to)| format!("{from} is {to}")).collect();
    pairs.join(", ")
}
