//! Someone who is held is found to be a child (promise `children`): from one commit on nothing opens, and everything goes by
//! the way of every erasure. The records of it say that, when and under which clause, and name no one.

use domain::{Action, Detail, Erasure, Kept, Subject, SubjectId, SubjectState, age::Known};
use policy::decide::Reason;
use store::{
    Change, PendingEntry, Unit,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use super::erasure_clause;
use crate::{Caller, Gate, GateError, attempts::Failed, policies::Effective};

/// Why a subject is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The account asked for it.
    Asked,
    /// The person asked for it themselves: what else they asked for does not stand in the way.
    Requested,
    /// The person is a child.
    Child,
}

impl Cause {
    /// The cause that an erasure under way has. It stands with the subject, so that it outlives whoever began it.
    pub(crate) fn of(subject: &Subject) -> Self {
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
        self.retried(|| self.mark_erased(caller, subject)).await.map_err(Failed::into_error)?;
        if let Some((subject, _)) = self.store.subject(subject).await? {
            self.drop_kept_of_child(&subject).await?;
        }
        Ok(erasure)
    }

    /// Marks someone who was erased before anyone knew, so that no exception keeps anything of them any longer.
    async fn mark_erased(&self, caller: &Caller, id: SubjectId) -> Result<(), Failed> {
        let Some((subject, _)) = self.store.subject(id).await? else { return Ok(()) };
        let records: u64 = self.store.type_counts(id).await?.iter().map(|count| count.records).sum();
        if subject.age == Known::Child || records == 0 {
            return Ok(());
        }
        let effective = self.effective(caller)?;
        let unit = Unit {
            expects: effective.expects_of(&subject),
            changes: Cause::Child.marks(&subject).into_iter().collect(),
            entries: vec![self.discovery_entry(caller, &effective, records)?],
        };
        self.commit(unit).await.map(drop).map_err(Failed::Commit)
    }

    /// Takes away what exceptions kept of an erased child by themselves; a job comes by as well, for whoever stopped half-way.
    pub(crate) async fn drop_kept_of_child(&self, subject: &Subject) -> Result<(), GateError> {
        if Cause::of(subject) != Cause::Child || subject.state != SubjectState::Erased {
            return Ok(());
        }
        let erasure = self.store.erasure_of(subject.id).await?;
        // The erasure is not at its end yet, or its rows were just purged.
        let Some(certificate) = erasure.and_then(|erasure| erasure.state.into_certificate()) else {
            return Ok(());
        };
        let stays =
            |kept: &Kept| kept.determined.is_some() && subject.freezes.held(&kept.record_type).is_some();
        if certificate.kept.iter().all(stays) {
            return Ok(());
        }
        let Some((_, keys)) = self.store.subject(subject.id).await? else { return Ok(()) };
        self.drop_kept((subject, &keys), certificate.kept, stays).await
    }

    /// Removes what was kept of an erased subject but for what stays, and destroys the keys of what is gone.
    pub(crate) async fn drop_kept(
        &self,
        (subject, keys): (&Subject, &[KeyBinding]),
        kept: Vec<Kept>,
        stays: impl Fn(&Kept) -> bool,
    ) -> Result<(), GateError> {
        let keep: Vec<String> = kept.into_iter().filter(stays).map(|kept| kept.record_type).collect();
        self.purge_records(subject, &keep).await?;
        let counts = self.store.type_counts(subject.id).await?;
        for binding in keys.iter().filter(|binding| binding.class != AUDIT_CLASS) {
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
