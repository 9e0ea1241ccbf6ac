//! Subjects through the door: created, seen, looked up.

use domain::{
    AccountKind, Action, Bucket, EntryId, Subject, SubjectId, SubjectState, detector::Detector, subject::Age,
    value,
};
use policy::{
    Decision, Promise, Question, Refusal,
    decide::{Choices, Facts, Reason, decide_under},
    document::Relation,
};
use store::{
    Change, CommitError, Conflict, Unit,
    records::Replay,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use crate::{Caller, Gate, GateError, policies::Effective, repetition::remember};

/// The most subjects one lookup answers with: a lookup field is near-unique.
const LOOKUP_LIMIT: u32 = 32;

/// A subject to be created.
pub struct NewSubject {
    /// The role of the policy.
    pub role: String,
    /// The person's country (ISO 3166-1), when known.
    pub region: Option<String>,
    /// What is known of the person's age.
    pub age: Age,
}

impl Gate {
    /// Creates a subject, with a key for what will be recorded about them.
    ///
    /// # Errors
    /// Refused when the policy has no such role for this account, or the person is known to be too young.
    pub async fn create_subject(
        &self,
        caller: &Caller,
        new: &NewSubject,
        replay: Option<&Replay>,
    ) -> Result<(Subject, EntryId, bool), GateError> {
        if self.is_repetition(replay).await? {
            return self.replayed_subject(replay).await;
        }
        let effective = self.policies.effective(caller.account_id())?;
        if let Some(refusal) = refuse_subject(&effective, caller, new) {
            // No subject exists to be recorded about: the entry says only that someone was refused, and why.
            let detail = self.detail_under(caller, Action::SubjectCreated, &effective);
            let audit = self.keyring.account(caller.account_id())?.audit_key();
            return Err(self.refuse(&audit, detail, vec![refusal]).await);
        }
        let subject = self.new_subject(caller, new);
        let slot = self.keyring.take(subject.account).await?;
        let audit = self.keyring.open(subject.account, slot).await?.audit_key();
        let mut detail = self.detail_under(caller, Action::SubjectCreated, &effective);
        detail.subject = Some(subject.id);
        let binding = KeyBinding { subject: subject.id, class: AUDIT_CLASS.to_owned(), slot };
        let mut changes = vec![Change::AddSubject(subject.clone()), Change::AddKeyBinding(binding)];
        changes.extend(remember(replay, *subject.id.as_bytes()));
        let entries = vec![self.entry(&audit, Some(subject.id), &detail)];
        match self.commit(Unit { expects: effective.expects(), changes, entries }).await {
            Ok(committed) => Ok((subject, super::records::first_entry(&committed)?, false)),
            Err(CommitError::Conflict(Conflict::IdempotencyKey)) => self.replayed_subject(replay).await,
            Err(error) => Err(error.into()),
        }
    }

    fn new_subject(&self, caller: &Caller, new: &NewSubject) -> Subject {
        let bucket = Bucket::random(self.randomness());
        Subject {
            id: SubjectId::new(&*self.ambient.clock, self.randomness(), bucket),
            account: caller.account_id(),
            role: new.role.clone(),
            state: SubjectState::Active,
            version: 1,
            created_at: self.now(),
            region: new.region.clone(),
            age: new.age,
        }
    }

    async fn replayed_subject(&self, replay: Option<&Replay>) -> Result<(Subject, EntryId, bool), GateError> {
        let asked = replay.ok_or(GateError::Busy)?;
        let first = self.store.replay(&asked.key).await?.ok_or(GateError::Busy)?;
        if first.body != asked.body {
            return Err(GateError::KeyReused);
        }
        let found = self.store.subject(SubjectId::from_bytes(first.result)).await?;
        let (subject, _) = found.ok_or(GateError::Gone("subject"))?;
        let entry = first.entry.ok_or(GateError::Damaged("a repetition without its entry"))?;
        Ok((subject, entry, true))
    }

    /// A subject of the caller's account: its role and state, and nothing that says who it is.
    ///
    /// # Errors
    /// Not there.
    pub async fn subject(&self, caller: &Caller, id: SubjectId) -> Result<Subject, GateError> {
        let found = self.store.subject(id).await?;
        let found = found.filter(|(subject, _)| subject.account == caller.account_id());
        found.map(|(subject, _)| subject).ok_or(GateError::NotFound("subject"))
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

    /// Finds subjects by the value of a lookup field, for a purpose. Whoever the policy keeps from being found is
    /// not found; each subject found gets an entry, and of one who is not there nothing is stored.
    ///
    /// # Errors
    /// Refused when the policy lets no role be found by this field for this purpose.
    pub async fn lookup(
        &self,
        caller: &Caller,
        field: &str,
        text: &str,
        purpose: &str,
    ) -> Result<Vec<SubjectId>, GateError> {
        let effective = self.policies.effective(caller.account_id())?;
        self.may_look_up(caller, &effective, field, purpose).await?;
        let mut found = Vec::new();
        for tag in self.lookup_tags(caller, &effective, field, text) {
            for row in self.store.lookup(caller.account_id(), &tag, LOOKUP_LIMIT).await? {
                if !found.contains(&row.subject)
                    && self.find(caller, &effective, row.subject, field, purpose).await?
                {
                    found.push(row.subject);
                }
            }
        }
        Ok(found)
    }

    /// Every tag the value may stand under: each detector that a field of this name can have, each key version.
    fn lookup_tags(&self, caller: &Caller, effective: &Effective, field: &str, text: &str) -> Vec<[u8; 32]> {
        let policy = effective.declaring();
        let mut spellings: Vec<String> = policy
            .document()
            .records
            .values()
            .filter_map(|record| record.fields.get(field))
            .map(|declared| Detector::normalise(value::detector(policy, declared), text))
            .collect();
        spellings.sort_unstable();
        spellings.dedup();
        let versions = self.keyring.account_versions(caller.account_id());
        let tags = versions
            .iter()
            .flat_map(|keys| spellings.iter().map(|spelling| keys.blind_index(field, spelling.as_bytes())));
        tags.collect()
    }

    /// Refuses, before anything is looked up, what no role could be found by: so the answer tells nothing about
    /// who exists.
    async fn may_look_up(
        &self,
        caller: &Caller,
        effective: &Effective,
        field: &str,
        purpose: &str,
    ) -> Result<(), GateError> {
        let choices = Choices::default();
        let today = self.now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        let facts = Facts { age: Age::OfAge, ..Facts::new(today, &choices) };
        let mut first = None;
        for decision in decisions_on(effective, field, purpose, &facts) {
            match decision {
                Decision::Allowed(_) => return Ok(()),
                Decision::Refused(refusals) => {
                    first.get_or_insert(refusals);
                }
            }
        }
        let Some(refusals) = first else {
            return Err(GateError::Malformed("no record type has a lookup field of this name".to_owned()));
        };
        let mut detail = self.detail_under(caller, Action::SubjectLookedUp, effective);
        detail.purpose = Some(purpose.to_owned());
        let audit = self.keyring.account(caller.account_id())?.audit_key();
        Err(self.refuse(&audit, detail, refusals).await)
    }

    /// Whether a subject that the index names may be found, recorded either way.
    async fn find(
        &self,
        caller: &Caller,
        effective: &Effective,
        id: SubjectId,
        field: &str,
        purpose: &str,
    ) -> Result<bool, GateError> {
        let Some((subject, keys)) = self.store.subject(id).await? else { return Ok(false) };
        if subject.state != SubjectState::Active {
            return Ok(false);
        }
        let choices = Choices::default();
        let today = self.now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        let facts =
            Facts { age: subject.age, region: subject.region.as_deref(), ..Facts::new(today, &choices) };
        let mut own = decisions_on(effective, field, purpose, &facts);
        let allowed = own.any(|decision| decision.is_allowed());
        let audit = self.keyring.audit_key(&subject, &keys).await?;
        let mut detail = self.detail_under(caller, Action::SubjectLookedUp, effective);
        detail.subject = Some(id);
        detail.purpose = Some(purpose.to_owned());
        if !allowed {
            detail.outcome = domain::Outcome::Refused;
        }
        let entry = self.entry(&audit, Some(id), &detail);
        let unit = Unit { expects: effective.expects(), entries: vec![entry], ..Unit::default() };
        self.commit(unit).await?;
        Ok(allowed)
    }
}

/// The decision for each role and record type whose lookup field has this name.
fn decisions_on<'a>(
    effective: &'a Effective,
    field: &'a str,
    purpose: &'a str,
    facts: &'a Facts<'a>,
) -> impl Iterator<Item = Decision> + 'a {
    let records = effective.declaring().document().records.iter();
    records.flat_map(move |(name, record)| {
        let declared = record
            .fields
            .get(field)
            .filter(|declared| declared.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref()));
        let category = declared.and_then(|declared| declared.category.as_ref());
        let roles = record.roles.iter();
        roles.filter_map(move |role| {
            let question = Question {
                role: role.get_ref(),
                record_type: Some(name.get_ref()),
                category: category?.get_ref(),
                purpose,
                recipient: None,
            };
            let own = effective.account.as_ref().map(|(_, own)| &*own.policy);
            Some(decide_under(&effective.operator.policy, own, &question, facts))
        })
    })
}

/// Why a subject may not be created: no such role for this account, or known to be below the minimum age.
fn refuse_subject(effective: &Effective, caller: &Caller, new: &NewSubject) -> Option<Refusal> {
    let policy = &effective.operator.policy;
    let wanted = match caller.account.kind {
        AccountKind::Operator => Relation::Direct,
        AccountKind::Client => Relation::ForAccount,
    };
    let role = policy.document().roles.get(new.role.as_str());
    let refusal = |reason, declaration: String, promise| {
        let clause = policy.clause(&declaration, promise);
        Some(Refusal { reason, declaration, promise, clause })
    };
    if role.is_none_or(|role| *role.relation.get_ref() != wanted) {
        return refusal(Reason::UnknownRole, format!("roles.{}", new.role), Promise::Roles);
    }
    if new.age == Age::Child && policy.document().age.is_some() {
        return refusal(Reason::BelowMinimumAge, "age.minimum".to_owned(), Promise::Children);
    }
    None
}
