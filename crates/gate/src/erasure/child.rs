//! Someone who is held is found to be a child (promise `children`): from one commit on nothing opens, and everything goes by
//! the way of every erasure. The records of it say that, when and under which clause, and name no one.

use domain::{Action, Detail, Erasure, ErasureState, Kept, Subject, SubjectId, SubjectState, age::Known};
use policy::decide::Reason;
use store::{Change, PendingEntry, Unit, subjects::KeyBinding};

use super::erasure_clause;
use crate::{Caller, Gate, GateError, attempts::Failed, policies::Effective};

/// Why a subject is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Someone asked for it.
    Asked,
    /// The person is a child.
    Child,
}

impl Cause {
    /// The cause that an erasure under way has. It stands with the subject, so that it outlives whoever began it.
    pub(super) fn of(subject: &Subject) -> Self {
        if subject.age == Known::Child { Self::Child } else { Self::Asked }
    }

    /// What is noted of a subject before its state changes.
    pub(super) fn marks(self, subject: &Subject) -> Option<Change> {
        let (subject, version) = (subject.id, subject.version + 1);
        (self == Self::Child).then_some(Change::SetSubjectAge { subject, version, age: Known::Child })
    }
}

impl Gate {
    /// Erases a subject who turned out to be a child, with everything that exceptions keep by themselves; what a hold
    /// keeps stays shut until it is released. An open request does not keep it waiting. Asking again answers with the same
    /// erasure.
    ///
    /// # Errors
    /// No policy in force sets a minimum age; the subject is not there; or a store fails, and then start-up or another try
    /// goes on from where it stopped.
    pub async fn discover_child(&self, caller: &Caller, subject: SubjectId) -> Result<Erasure, GateError> {
        let begin = async || {
            if self.effective(caller)?.below_minimum(Reason::BelowMinimumAge).is_none() {
                let why = "the policy in force sets no minimum age; erase the person instead";
                return Err(GateError::Malformed(why.to_owned()).into());
            }
            self.begun(caller, subject, Cause::Child).await
        };
        let begun = self.retried(begin).await.map_err(Failed::into_error)?;
        let erasure = self.resume(caller, begun).await?;
        self.retried(|| self.take_from_exceptions(caller, &erasure)).await.map_err(Failed::into_error)?;
        Ok(erasure)
    }

    /// Takes away what exceptions kept of someone who was erased before anyone knew.
    async fn take_from_exceptions(&self, caller: &Caller, erasure: &Erasure) -> Result<(), Failed> {
        let Some((subject, keys)) = self.store.subject(erasure.subject).await? else { return Ok(()) };
        let kept = match &erasure.state {
            ErasureState::Shredded(certificate) | ErasureState::Purged { certificate, .. } => {
                &certificate.kept
            }
            ErasureState::Inaccessible { .. } => return Err(GateError::Busy.into()),
        };
        let stays =
            |kept: &&Kept| kept.determined.is_some() && subject.freezes.on(&kept.record_type).is_some();
        if subject.state != SubjectState::Erased || kept.iter().all(|kept| stays(&kept)) {
            return Ok(());
        }
        if let Some(mark) = Cause::Child.marks(&subject).filter(|_| subject.age != Known::Child) {
            let effective = self.effective(caller)?;
            let records = self.store.type_counts(subject.id).await?.iter().map(|count| count.records).sum();
            let entries = vec![self.discovery_entry(caller, &effective, records)?];
            let unit = Unit { expects: effective.expects_of(&subject), changes: vec![mark], entries };
            self.commit(unit).await.map_err(Failed::Commit)?;
        }
        let keep: Vec<String> = kept.iter().filter(stays).map(|kept| kept.record_type.clone()).collect();
        Ok(self.drop_kept((&subject, &keys), &keep).await?)
    }

    /// Removes what was kept of an erased subject but for some record types, and destroys the keys of what is gone.
    pub(crate) async fn drop_kept(
        &self,
        (subject, keys): (&Subject, &[KeyBinding]),
        keep: &[String],
    ) -> Result<(), GateError> {
        self.purge_records(subject.id, keep).await?;
        let counts = self.store.type_counts(subject.id).await?;
        for binding in keys.iter().filter(|binding| binding.class != store::subjects::AUDIT_CLASS) {
            if counts.iter().all(|count| count.class != binding.class) {
                self.shred(subject, binding).await?;
            }
        }
        self.shred_leftovers(subject.id).await
    }

    /// An entry that says that someone was found to be a child, and how many records there were: it is sealed for the
    /// account, stands in no one's history, and names nobody.
    pub(super) fn discovery_entry(
        &self,
        caller: &Caller,
        effective: &Effective,
        records: u64,
    ) -> Result<PendingEntry, GateError> {
        let detail = Detail {
            clause: Some(erasure_clause(effective, Cause::Child)),
            note: Some(format!("{records} records")),
            ..self.detail_under(caller, Action::ChildDiscovered, effective)
        };
        self.account_entry(caller.account_id(), &detail)
    }
}
