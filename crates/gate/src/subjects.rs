//! Subjects through the door: created and seen.

use domain::{
    AccountKind, Action, Bucket, EntryId, Freezes, Subject, SubjectId, SubjectState, Told, Triggers,
    age::Known, choice::Standing,
};
use policy::{Promise, Refusal, decide::Reason, document::Relation};
use store::{
    Change, Unit,
    records::Replay,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    policies::Effective,
    records::first_entry,
    repetition::{Once, entry_before, remember},
};

/// A subject to be created.
pub struct NewSubject {
    /// The role of the policy.
    pub role: String,
    /// The person's country (ISO 3166-1), when known.
    pub region: Option<String>,
    /// What is said of the person's age: only the answer is kept.
    pub age: Told,
}

impl Gate {
    /// Creates a subject, with a key for what will be recorded about them.
    ///
    /// # Errors
    /// Refused when the policy has no such role for this account, or the person is known to be too young; malformed when
    /// the date of birth cannot be one.
    pub async fn create_subject(
        &self,
        caller: &Caller,
        new: &NewSubject,
        replay: Option<&Replay>,
    ) -> Result<(Subject, EntryId, bool), GateError> {
        match self.once(replay, || self.try_create_subject(caller, new, replay)).await? {
            Once::Made(created) => Ok(created),
            Once::Before(first) => self.replayed_subject(&first).await,
        }
    }

    async fn try_create_subject(
        &self,
        caller: &Caller,
        new: &NewSubject,
        replay: Option<&Replay>,
    ) -> Result<(Subject, EntryId, bool), Failed> {
        let effective = self.effective(caller)?;
        let age = self.known_age(&effective, new.age)?;
        if let Some(refusal) = refuse_subject(&effective, caller, &new.role, age) {
            // No subject exists to be recorded about: the entry says only that someone was refused, and why.
            let detail = self.detail_under(caller, Action::SubjectCreated, &effective);
            let audit = self.keyring.account(caller.account_id())?.audit_key();
            return Err(self.refuse(&audit, effective.expects(), detail, vec![refusal]).await.into());
        }
        let subject = self.new_subject(caller, new, age);
        let (slot, key) = self.keyring.take(subject.account).await?;
        let mut detail = self.detail_under(caller, Action::SubjectCreated, &effective);
        detail.subject = Some(subject.id);
        let binding = KeyBinding { subject: subject.id, class: AUDIT_CLASS.to_owned(), slot };
        let mut changes = vec![Change::AddSubject(subject.clone()), Change::AddKeyBinding(binding)];
        changes.extend(remember(replay, *subject.id.as_bytes()));
        let entries = vec![self.entry(&key.audit_key(), Some(subject.id), &detail)];
        let unit = Unit { expects: effective.expects(), changes, entries };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((subject, first_entry(&committed)?, false))
    }

    fn new_subject(&self, caller: &Caller, new: &NewSubject, age: Known) -> Subject {
        let bucket = Bucket::random(self.randomness());
        Subject {
            id: SubjectId::new(&*self.ambient.clock, self.randomness(), bucket),
            account: caller.account_id(),
            role: new.role.clone(),
            state: SubjectState::Active,
            version: 1,
            created_at: self.now(),
            region: new.region.clone(),
            age,
            choices: Standing::default(),
            freezes: Freezes::default(),
            triggers: Triggers::default(),
        }
    }

    async fn replayed_subject(&self, first: &Replay) -> Result<(Subject, EntryId, bool), GateError> {
        let found = self.store.subject(SubjectId::from_bytes(first.result)).await?;
        let (subject, _) = found.ok_or(GateError::Gone("subject"))?;
        Ok((subject, entry_before(first)?, true))
    }

    /// A subject of the caller's account: its role and state, and nothing that says who it is.
    ///
    /// # Errors
    /// Not there.
    pub async fn subject(&self, caller: &Caller, id: SubjectId) -> Result<Subject, GateError> {
        let found = self.store.subject(id).await?;
        let found = found.filter(|(subject, _)| subject.account == caller.account_id());
        let subject = found.map(|(subject, _)| subject).ok_or(GateError::NotFound("subject"))?;
        if subject.state == SubjectState::Merged { Err(self.merged(id).await) } else { Ok(subject) }
    }

    /// The subjects of the caller's account, in the order of their ids.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn list_subjects(
        &self,
        caller: &Caller,
        after: Option<SubjectId>,
        limit: u32,
    ) -> Result<Vec<Subject>, GateError> {
        Ok(self.store.subjects(caller.account_id(), after, limit).await?)
    }
}

/// Why a subject may not be created: no such role for this account, or known to be below the minimum age.
fn refuse_subject(effective: &Effective, caller: &Caller, role: &str, age: Known) -> Option<Refusal> {
    let policy = &effective.operator.policy;
    let wanted = match caller.account.kind {
        AccountKind::Operator => Relation::Direct,
        AccountKind::Client => Relation::ForAccount,
    };
    let declared = policy.document().roles.get(role);
    if declared.is_none_or(|declared| *declared.relation.get_ref() != wanted) {
        let (declaration, promise) = (format!("roles.{role}"), Promise::Roles);
        let clause = policy.clause(&declaration, promise);
        return Some(Refusal { reason: Reason::UnknownRole, declaration, promise, clause });
    }
    (age == Known::Child).then(|| effective.below_minimum(Reason::BelowMinimumAge)).flatten()
}
