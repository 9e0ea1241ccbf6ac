//! Merging two subjects that are one person: the one is gone at once and says where it went; then, page by page and from
//! wherever it stopped, its choices and records become the other's; its keys are destroyed at the end.
//!
//! The key of the log about it is not: it is bound to the other from then on. So who has looked at what stays to be told, until
//! the other is erased, and not a moment longer.

mod orphaned;
mod steps;
mod waiting;

use domain::{
    Action, CaseKind, Detail, Merge, Subject, SubjectId, SubjectState, Unmergeable, audit::Statement,
    id::MergeId,
};
use sealing::AuditKey;
use store::{
    Change, Expect, Unit,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use crate::{
    Caller, Determination, Effective, Gate, GateError,
    attempts::Failed,
    cases::{file, read},
    splitting::accuracy,
};

/// The class of the key of the log about a subject that was merged: no retention clock can have this name.
fn merged_class(subject: SubjectId) -> String {
    format!("{AUDIT_CLASS}.{subject}")
}

impl Gate {
    /// Makes a subject one with another one of the same account and role. On return everything is there; what this process
    /// does not bring to its end the clock does. Asking again answers with the same.
    ///
    /// # Errors
    /// One of the two is not there or gone; they have different roles, or something is open about one of them; or a store
    /// fails.
    pub async fn merge_subjects(
        &self,
        caller: &Caller,
        (from, into): (SubjectId, SubjectId),
        said: &Determination,
    ) -> Result<Merge, GateError> {
        let attempt = || self.begin_merging(caller, (from, into), said);
        let begun = self.retried(attempt).await.map_err(Failed::into_error)?;
        self.go_on_merging(begun.id).await
    }

    async fn begin_merging(
        &self,
        caller: &Caller,
        (from, into): (SubjectId, SubjectId),
        said: &Determination,
    ) -> Result<Merge, Failed> {
        if let Some(before) = self.merge_of(from).await?
            && before.into == into
            && before.account == caller.account_id()
        {
            return Ok(before);
        }
        let (one, keys) = self.living_subject(caller, from).await?;
        let (other, other_keys) = self.living_subject(caller, into).await?;
        let effective = self.effective(caller)?;
        for (subject, keys) in [(&one, &keys), (&other, &other_keys)] {
            if let Some(freeze) = subject.freezes.0.first() {
                return Err(self.refuse_frozen(caller, &effective, (subject, keys), freeze).await.into());
            }
        }
        self.check_mergeable(&one, &other).await?;
        let triggers = other.triggers.joined(&one.triggers, self.now()).ok_or(Unmergeable::Ended)?;
        let id = MergeId::new(&*self.ambient.clock, self.randomness(), from.bucket());
        let merge = Merge::new(id, one.account, (from, into), self.now());
        let mut unit = Unit { expects: effective.expects_of(&one), ..Unit::default() };
        unit.expects.push(Expect::Subject { id: into, version: other.version });
        unit.changes.push(Change::SetSubjectState(from, SubjectState::Merged));
        // From now on what happens is said of the other, and has happened to both.
        unit.changes.push(Change::SetTriggers { subject: into, version: other.version + 1, triggers });
        unit.changes.push(Change::OpenCase(file(&merge)?));
        for (subject, keys) in [(&one, &keys), (&other, &other_keys)] {
            let detail = self.merge_detail(caller, &effective, (&merge, subject.id), Action::SubjectMerged);
            let case = detail.case.map(|case| Statement {
                by: said.by.clone(),
                because: Some(said.because.clone()),
                ..case
            });
            let audit = self.audit_key(subject, keys).await?;
            unit.entries.push(self.entry(&audit, Some(subject.id), &Detail { case, ..detail }));
        }
        self.hand_over_waiting(&mut unit, (caller, &effective), (&one, into)).await?;
        self.commit(unit).await.map_err(Failed::Commit)?;
        Ok(merge)
    }

    async fn check_mergeable(&self, one: &Subject, other: &Subject) -> Result<(), GateError> {
        if one.id == other.id {
            return Err(Unmergeable::Same.into());
        }
        if one.role != other.role {
            return Err(Unmergeable::Roles.into());
        }
        for kind in CaseKind::ALL.into_iter().filter(|kind| blocks(*kind)) {
            for subject in [one.id, other.id] {
                if self.store.cases_about(kind, subject).await?.iter().any(|case| case.is_open) {
                    return Err(Unmergeable::Open.into());
                }
            }
        }
        Ok(())
    }

    fn merge_detail(
        &self,
        caller: &Caller,
        effective: &Effective,
        (merge, subject): (&Merge, SubjectId),
        action: Action,
    ) -> Detail {
        Detail {
            subject: Some(subject),
            clause: Some(accuracy(effective)),
            note: Some(format!("{} into {}", merge.from, merge.into)),
            case: Some(Statement { case: merge.id.to_string(), by: None, because: None }),
            ..self.detail_under(caller, action, effective)
        }
    }

    /// The merge that took a subject to another one.
    async fn merge_of(&self, from: SubjectId) -> Result<Option<Merge>, GateError> {
        let cases = self.store.cases_about(CaseKind::Merge, from).await?;
        cases.last().map(read).transpose()
    }

    /// That a subject is one with another one, and which.
    pub(crate) async fn merged(&self, from: SubjectId) -> GateError {
        match self.merge_of(from).await {
            Ok(Some(merge)) => GateError::Merged { into: merge.into },
            Ok(None) => GateError::Damaged("a subject that was merged into none"),
            Err(error) => error,
        }
    }

    /// Whom a subject is one with now, however often that was merged, and what is left of them: nothing once they were
    /// erased and purged.
    pub(crate) async fn merged_with(
        &self,
        mut id: SubjectId,
    ) -> Result<(SubjectId, Option<(Subject, Vec<KeyBinding>)>), GateError> {
        loop {
            let found = self.store.subject(id).await?;
            if found.as_ref().is_none_or(|(subject, _)| subject.state != SubjectState::Merged) {
                return Ok((id, found));
            }
            let merge = self.merge_of(id).await?;
            id = merge.ok_or(GateError::Damaged("a subject that was merged into none"))?.into;
        }
    }

    /// The same; none when whoever it is was erased.
    async fn heir(&self, id: SubjectId) -> Result<Option<(Subject, Vec<KeyBinding>)>, GateError> {
        let (_, found) = self.merged_with(id).await?;
        Ok(found.filter(|(subject, _)| subject.state == SubjectState::Active))
    }

    /// Those who were merged into a subject, whose part of the log it opens.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn merged_subjects(&self, into: SubjectId) -> Result<Vec<SubjectId>, GateError> {
        let keys = self.store.subject(into).await?.map(|(_, keys)| keys).unwrap_or_default();
        Ok(keys.iter().filter_map(|binding| merged_from(&binding.class)).collect())
    }

    /// A subject of the caller's account that is alive, or whose log lives on where it was merged into.
    pub(crate) async fn remembered_subject(
        &self,
        caller: &Caller,
        id: SubjectId,
    ) -> Result<(Subject, Vec<KeyBinding>), GateError> {
        let found = self.store.subject(id).await?;
        let merged = found.filter(|(subject, _)| {
            subject.account == caller.account_id() && subject.state == SubjectState::Merged
        });
        // Of whoever was merged, a person reaches what was merged into them.
        let reached = if merged.is_some() { self.merged_with(id).await?.0 } else { id };
        match merged.filter(|_| caller.reaches(reached)) {
            Some(merged) => Ok(merged),
            None => self.living_subject(caller, id).await,
        }
    }

    /// The key of the entries about a subject, where it is now. Fails as [`Gate::class_key`] does.
    pub(crate) async fn key_of_log(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
    ) -> Result<AuditKey, GateError> {
        if subject.state == SubjectState::Merged && keys.iter().all(|key| key.class != AUDIT_CLASS) {
            let (heir, keys) = self.heir(subject.id).await?.ok_or(GateError::Gone("subject"))?;
            return Ok(self.class_key(&heir, &keys, &merged_class(subject.id)).await?.audit_key());
        }
        self.audit_key(subject, keys).await
    }

    /// Removes what is left of a subject that was merged, once whoever it is was erased: nothing opens its log any more.
    pub(crate) async fn forget_merged(&self, subject: &Subject) -> Result<(), GateError> {
        if subject.state != SubjectState::Merged {
            return Ok(());
        }
        let is_over = self.merge_of(subject.id).await?.is_some_and(|merge| !merge.is_open());
        if is_over && self.heir(subject.id).await?.is_none() {
            self.purge_rows(subject.id, &[]).await?;
        }
        Ok(())
    }
}

/// Whether something open of this kind keeps a subject from being merged. What waits to be told becomes the other's, and who is
/// signed in is out.
const fn blocks(kind: CaseKind) -> bool {
    !matches!(kind, CaseKind::Message | CaseKind::MailCount | CaseKind::Session | CaseKind::Link)
}

/// Whose log a key is of, by its class.
fn merged_from(class: &str) -> Option<SubjectId> {
    class.strip_prefix(AUDIT_CLASS)?.strip_prefix('.')?.parse().ok()
}

/// Whether a key is of somebody's log.
fn is_of_a_log(class: &str) -> bool {
    class == AUDIT_CLASS || merged_from(class).is_some()
}
