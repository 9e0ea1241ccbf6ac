//! Storing a record.

use domain::{
    Action, Detail, Metadata, Record, RecordId, Subject, SubjectId, SubjectState, retention, value,
};
use jiff::Timestamp;
use policy::Refusal;
use sealing::SubjectKey;
use store::{
    Change, Expect, Unit,
    records::{IndexRow, Replay},
    subjects::KeyBinding,
};

use super::{NewRecord, Terms, declared, first_entry, lookup_value, seal::Spot, tag, without_fields};
use crate::{
    Caller, Gate, GateError, Permit,
    attempts::Failed,
    judge::Ask,
    policies::Effective,
    repetition::{Once, entry_before, remember},
    view::Stored,
    visits::refuse_sent,
};

impl Gate {
    /// Stores a record about a subject for a purpose. With `replay`, a repeated request answers as the first did.
    ///
    /// # Errors
    /// Refused by the policy, faults in fields, a subject that is not there or gone, or a store that fails. Nothing
    /// was stored then.
    pub async fn create_record(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        new: &NewRecord,
        replay: Option<&Replay>,
    ) -> Result<Stored, GateError> {
        self.create_record_under(caller, subject, purpose, new, &Terms::default(), replay).await
    }

    /// Likewise under terms of the record's own.
    ///
    /// # Errors
    /// As for [`Gate::create_record`]; and terms in words that the policy in force does not declare, or that end the
    /// record before it begins.
    pub async fn create_record_under(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        new: &NewRecord,
        terms: &Terms,
        replay: Option<&Replay>,
    ) -> Result<Stored, GateError> {
        let attempt = || self.try_create(caller, subject, purpose, (new, terms), replay);
        match self.once(replay, attempt).await? {
            Once::Made(stored) => Ok(stored),
            Once::Before(first) => self.replayed(&first).await,
        }
    }

    async fn try_create(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        (new, terms): (&NewRecord, &Terms),
        replay: Option<&Replay>,
    ) -> Result<Stored, Failed> {
        let found = self.living_subject(caller, subject).await?;
        let effective = self.effective(caller)?;
        refuse_sent(&effective, &new.record_type)?;
        let (mut unit, record) =
            Box::pin(self.creation((caller, &effective), &found, purpose, (new, terms))).await?;
        unit.changes.extend(remember(replay, *record.id.as_bytes()));
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        metrics::counter!("bailee_decisions_total", "outcome" => "allowed").increment(1);
        Ok(Stored { record: without_fields(record), entry: first_entry(&committed)?, replayed: false })
    }

    /// The unit that stores a record about a living subject, with its entry, and the record.
    pub(crate) async fn creation(
        &self,
        (caller, effective): (&Caller, &Effective),
        (subject, keys): &(Subject, Vec<KeyBinding>),
        purpose: &str,
        (new, terms): (&NewRecord, &Terms),
    ) -> Result<(Unit, Record), Failed> {
        let policy = effective.declaring();
        let declared = declared(policy, &new.record_type)?;
        if new.collected_for.len() > policy.document().purposes.len() {
            return Err(GateError::Malformed(
                "`collected_for` names more purposes than there are".to_owned(),
            )
            .into());
        }
        self.check_terms(effective, terms)?;
        let faults = value::check_record(policy, declared, &new.fields);
        if !faults.is_empty() {
            return Err(GateError::Invalid(faults).into());
        }
        let audit = self.audit_key(subject, keys).await?;
        let mut detail = self.creation_detail(caller, subject, purpose, new, effective);
        let permit = match self.judge_creation(effective, subject, purpose, (new, terms))? {
            Ok(permit) => permit,
            Err(refusals) => {
                let expects = effective.expects_of(subject);
                return Err(self.refuse(&audit, expects, detail, refusals).await.into());
            }
        };
        let sent = (new.record_type.as_str(), &new.fields);
        let flags = self.screen(effective, (subject, &audit), sent, &detail).await?;
        let mut record = self.new_record(effective, subject, purpose, (new, terms))?;
        record.metadata.flags = flags;
        let (binding, key, bound) = self.class_binding(subject, keys, &record.class).await?;
        let spot = Spot::of(&record);
        let fields =
            new.fields.iter().map(|(name, value)| self.seal_field(&key, spot, name, 1, value)).collect();
        record.fields = fields;

        detail.record = Some(record.id);
        detail.categories = permit.categories().to_vec();
        detail.clause = Some(permit.clause().section);
        let mut unit = Unit { expects: permit.spend(), ..Unit::default() };
        unit.entries.push(self.entry(&audit, Some(subject.id), &detail));
        if bound {
            unit.expects.push(Expect::Key(binding));
        } else {
            unit.changes.push(Change::AddKeyBinding(binding));
        }
        unit.changes.push(Change::AddRecord(record.clone()));
        unit.changes.extend(self.index_changes(effective, &record, &new.fields)?);
        Ok((unit, record))
    }

    /// A subject of the caller's account that is alive, with its keys.
    pub(crate) async fn living_subject(
        &self,
        caller: &Caller,
        id: SubjectId,
    ) -> Result<(Subject, Vec<KeyBinding>), GateError> {
        let found = self.store.subject(id).await?;
        let (subject, keys) = found
            .filter(|(subject, _)| subject.account == caller.account_id() && caller.reaches(id))
            .ok_or(GateError::NotFound("subject"))?;
        match subject.state {
            SubjectState::Active => Ok((subject, keys)),
            SubjectState::Merged => Err(self.merged(id).await),
            SubjectState::Erasing | SubjectState::Erased => Err(GateError::Gone("subject")),
        }
    }

    /// The permit to store every field for the purpose named and all others it is collected for, or the refusals.
    fn judge_creation(
        &self,
        effective: &Effective,
        subject: &Subject,
        purpose: &str,
        (new, terms): (&NewRecord, &Terms),
    ) -> Result<Result<Permit, Vec<Refusal>>, GateError> {
        if new.fields.is_empty() {
            return Err(GateError::Malformed("a record needs at least one field".to_owned()));
        }
        let fields: Vec<&str> = new.fields.keys().map(String::as_str).collect();
        let purposes = std::iter::once(purpose).chain(new.collected_for.iter().map(String::as_str));
        let mut permitted = None;
        for purpose in purposes {
            let ask = Ask {
                subject,
                record_type: &new.record_type,
                fields: &fields,
                purpose,
                collected_for: None,
                objections: &terms.objections,
                recipient: None,
            };
            let judgement = self.judge(effective, &ask)?;
            match judgement.permit {
                Some(permit) if judgement.withheld.is_empty() => {
                    permitted.get_or_insert(permit);
                }
                _ => return Ok(Err(judgement.withheld.into_iter().map(|(_, refusal)| refusal).collect())),
            }
        }
        permitted.map(Ok).ok_or(GateError::Damaged("no purpose was judged"))
    }

    fn creation_detail(
        &self,
        caller: &Caller,
        subject: &Subject,
        purpose: &str,
        new: &NewRecord,
        effective: &Effective,
    ) -> Detail {
        let mut detail = self.detail_under(caller, Action::RecordCreated, effective);
        detail.subject = Some(subject.id);
        detail.record_type = Some(new.record_type.clone());
        detail.purpose = effective.known_purpose(purpose);
        detail
    }

    fn new_record(
        &self,
        effective: &Effective,
        subject: &Subject,
        purpose: &str,
        (new, terms): (&NewRecord, &Terms),
    ) -> Result<Record, GateError> {
        let policy = effective.declaring();
        let class = declared(policy, &new.record_type)?.retention.as_ref();
        let class = class.ok_or(GateError::Damaged("a record type without retention"))?.get_ref();
        let clock = policy.document().retention.get(class.as_str());
        let clock = clock.ok_or(GateError::Damaged("an undeclared retention clock"))?;
        let now = self.now();
        let ends_at = retention::expires_at(clock, now, now, &subject.triggers);
        let mut collected_for = vec![purpose.to_owned()];
        for other in &new.collected_for {
            if !collected_for.contains(other) {
                collected_for.push(other.clone());
            }
        }
        Ok(Record {
            id: RecordId::new(&*self.ambient.clock, self.randomness(), subject.id.bucket()),
            subject: subject.id,
            account: subject.account,
            record_type: new.record_type.clone(),
            version: 1,
            created_at: now,
            changed_at: now,
            class: class.clone(),
            metadata: metadata(new, terms, collected_for, ends_at),
            fields: Vec::new(),
        })
    }

    /// The binding of a class's key, the key, and whether the binding stands already; otherwise a fresh slot to
    /// bind.
    pub(super) async fn class_binding(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
        class: &str,
    ) -> Result<(KeyBinding, SubjectKey, bool), GateError> {
        if let Some(binding) = keys.iter().find(|binding| binding.class == class) {
            return Ok((binding.clone(), self.class_key(subject, keys, class).await?, true));
        }
        let (slot, key) = self.keyring.take(subject.account).await?;
        Ok((KeyBinding { subject: subject.id, class: class.to_owned(), slot }, key, false))
    }

    /// The rows of the blind index for the lookup fields among `fields`.
    pub(super) fn index_changes(
        &self,
        effective: &Effective,
        record: &Record,
        fields: &super::Fields,
    ) -> Result<Vec<Change>, GateError> {
        let policy = effective.declaring();
        let declared = declared(policy, &record.record_type)?;
        let keys = self.keyring.account(record.account)?;
        let row = |(name, value): (&String, &serde_json::Value)| {
            let normalised = lookup_value(policy, declared, name, value)?;
            let row =
                IndexRow { tag: tag(&keys, name, &normalised), record: record.id, subject: record.subject };
            Some(Change::AddIndexRow(record.account, row))
        };
        Ok(fields.iter().filter_map(row).collect())
    }

    /// The answer to a repeated request: what the first one made.
    async fn replayed(&self, first: &Replay) -> Result<Stored, GateError> {
        let held = self.store.record(RecordId::from_bytes(first.result)).await?;
        let record = held.ok_or(GateError::Gone("record"))?.record;
        let entry = entry_before(first)?;
        Ok(Stored { record: without_fields(record), entry, replayed: true })
    }
}

/// The metadata of a new record whose retention clock ends at `clock`.
fn metadata(
    new: &NewRecord,
    terms: &Terms,
    collected_for: Vec<String>,
    clock: Option<Timestamp>,
) -> Metadata {
    let metadata = Metadata {
        version: 1,
        collected_for,
        expires_at: clock,
        ends_by: terms.ends_by,
        source: new.source,
        shared_with: terms.shared_with.clone(),
        objections: terms.objections.clone(),
        automated: terms.automated.clone(),
        flags: Vec::new(),
    };
    Metadata { expires_at: metadata.end(clock), ..metadata }
}
