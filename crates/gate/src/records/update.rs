//! Changing a record: a merge patch, under a version.

use std::sync::atomic::Ordering;

use domain::{Action, Record, RecordId, Triggers, record::SealedField, retention, value};
use serde_json::Value;
use store::{
    Change, CommitError, Conflict, Expect, Unit,
    records::{Held, IndexRow},
    subjects::KeyBinding,
};

use super::{
    Patch, declared, first_entry, lookup_value, metadata_stands,
    screen::{flags_after, is_looked_at},
    seal::Spot,
    tag, without_fields,
};
use crate::{
    Caller, Gate, GateError, attempts::Failed, judge::Ask, policies::Effective, view::Stored,
    visits::refuse_sent,
};

impl Gate {
    /// Changes fields of a record for a purpose. Fields that the patch does not name stay sealed as they are.
    ///
    /// # Errors
    /// Stale when the record has another version than the patch is based on; otherwise as for creating.
    pub async fn update_record(
        &self,
        caller: &Caller,
        id: RecordId,
        purpose: &str,
        patch: &Patch,
    ) -> Result<Stored, GateError> {
        self.retried(async || {
            let held = self.held(caller, id).await?;
            refuse_sent(&self.effective(caller)?, &held.record.record_type)?;
            if patch.version.is_some_and(|version| version != held.record.version) {
                return Err(GateError::Stale { current: held.record.version }.into());
            }
            self.try_update(caller, held, purpose, patch).await
        })
        .await
        .map_err(Failed::into_error)
    }

    async fn try_update(
        &self,
        caller: &Caller,
        held: Held,
        purpose: &str,
        patch: &Patch,
    ) -> Result<Stored, Failed> {
        let Held { record, subject, keys } = held;
        let effective = self.effective(caller)?;
        if let Some(freeze) = subject.freezes.held(&record.record_type) {
            return Err(self.refuse_frozen(caller, &effective, (&subject, &keys), freeze).await.into());
        }
        let policy = effective.declaring();
        let declared_type = declared(policy, &record.record_type)?;
        let faults = value::check_patch(policy, declared_type, &patch.fields);
        if !faults.is_empty() {
            return Err(GateError::Invalid(faults).into());
        }
        let leaves_any = record.fields.iter().any(|field| !patch.fields.contains_key(&field.name))
            || patch.fields.values().any(|value| !value.is_null());
        if !leaves_any {
            let mend = "the patch leaves no field; delete the record instead";
            return Err(GateError::Malformed(mend.to_owned()).into());
        }
        if patch.fields.is_empty() {
            return Err(GateError::Malformed("the patch changes no field".to_owned()).into());
        }
        let fields: Vec<&str> = patch.fields.keys().map(String::as_str).collect();
        let judgement = self.judge(
            &effective,
            &Ask {
                subject: &subject,
                record_type: &record.record_type,
                fields: &fields,
                purpose,
                collected_for: Some(&record.metadata.collected_for),
                objections: &record.metadata.objections,
                recipient: None,
            },
        )?;
        let audit = self.audit_key(&subject, &keys).await?;
        let mut detail = self.detail_under(caller, Action::RecordUpdated, &effective);
        detail.subject = Some(subject.id);
        detail.record = Some(record.id);
        detail.record_type = Some(record.record_type.clone());
        detail.purpose = effective.known_purpose(purpose);
        let Some(permit) = judgement.permit.filter(|_| judgement.withheld.is_empty()) else {
            let refusals = judgement.withheld.into_iter().map(|(_, refusal)| refusal).collect();
            let mut expects = effective.expects_of(&subject);
            expects.push(metadata_stands(&record));
            return Err(self.refuse(&audit, expects, detail, refusals).await.into());
        };
        let sent = (record.record_type.as_str(), &patch.fields);
        let flags = self.screen(&effective, (&subject, &audit), sent, &detail).await?;
        detail.categories = permit.categories().to_vec();
        detail.clause = Some(permit.clause().section);
        detail.note = Some(format!("version {}", record.version + 1));

        let key = self.class_key(&subject, &keys, &record.class).await?;
        let mut changed = self.patched((&effective, &subject.triggers), &record, &key, patch)?;
        let is_looked_at = |field: &str| is_looked_at(&effective, declared_type, field);
        changed.metadata.flags = flags_after(&record, &patch.fields, flags, is_looked_at);
        let mut unit = Unit { expects: permit.spend(), ..Unit::default() };
        unit.expects.push(Expect::Record { id: record.id, version: record.version });
        unit.expects.push(metadata_stands(&record));
        unit.expects.extend(class_key(&keys, &record.class));
        unit.changes.push(Change::ReplaceRecord(changed.clone()));
        unit.changes.extend(self.index_patch(&effective, &record, &key, patch)?);
        unit.entries.push(self.entry(&audit, Some(subject.id), &detail));
        let committed = self.commit(unit).await.map_err(|error| match error {
            // Someone else was faster: the next turn finds the new version, and answers stale if one was named.
            CommitError::Conflict(Conflict::Record) => GateError::Busy.into(),
            other => Failed::Commit(other),
        })?;
        self.remnants.store(true, Ordering::Relaxed);
        metrics::counter!("bailee_decisions_total", "outcome" => "allowed").increment(1);
        Ok(Stored { record: without_fields(changed), entry: first_entry(&committed)?, replayed: false })
    }

    /// The record with the patched fields sealed under its next version.
    pub(super) fn patched(
        &self,
        (effective, triggers): (&Effective, &Triggers),
        record: &Record,
        key: &sealing::SubjectKey,
        patch: &Patch,
    ) -> Result<Record, GateError> {
        let clock = effective.declaring().document().retention.get(record.class.as_str());
        let (version, now) = (record.version + 1, self.now());
        let kept = record.fields.iter().filter(|field| !patch.fields.contains_key(&field.name)).cloned();
        let set = patch.fields.iter().filter(|(_, value)| !value.is_null());
        let sealed = set.map(|(name, value)| self.seal_field(key, Spot::of(record), name, version, value));
        let fields: Vec<SealedField> = kept.chain(sealed).collect();
        let mut changed = Record { version, changed_at: now, fields, ..record.clone() };
        if let Some(clock) = clock {
            changed.metadata.expires_at =
                record.metadata.end(retention::expires_at(clock, record.created_at, now, triggers));
        }
        Ok(changed)
    }

    /// How the blind index follows: the old value of a patched lookup field goes, the new one comes.
    fn index_patch(
        &self,
        effective: &Effective,
        record: &Record,
        key: &sealing::SubjectKey,
        patch: &Patch,
    ) -> Result<Vec<Change>, GateError> {
        let policy = effective.declaring();
        let declared = declared(policy, &record.record_type)?;
        let mut changes = Vec::new();
        for field in record.fields.iter().filter(|field| patch.fields.contains_key(&field.name)) {
            let old: Value = super::seal::open_field(key, record, field)?;
            let Some(normalised) = lookup_value(policy, declared, &field.name, &old) else { continue };
            for keys in self.keyring.account_versions(record.account) {
                let tag = tag(&keys, &field.name, &normalised);
                changes.push(Change::RemoveIndexRow(IndexRow {
                    tag,
                    record: record.id,
                    subject: record.subject,
                }));
            }
        }
        changes.extend(self.index_changes(effective, record, &patch.fields)?);
        Ok(changes)
    }
}

fn class_key(keys: &[KeyBinding], class: &str) -> Option<Expect> {
    keys.iter().find(|binding| binding.class == class).map(|binding| Expect::Key(binding.clone()))
}
