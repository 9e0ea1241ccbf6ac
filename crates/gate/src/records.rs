//! Records through the door: stored, read, changed, deleted.

mod carry;
mod create;
mod delete;
mod list;
mod read;
mod reindex;
mod removal;
mod renew;
mod rewrite;
mod screen;
mod seal;
mod update;

pub(crate) use carry::{Carried, Keyed};
use domain::{EntryId, Record, RecordId, Source, Subject, SubjectState, detector::Detector, value};
use jiff::Timestamp;
use policy::{
    Policy, Refusal,
    document::{Field, RecordType},
};
use sealing::AuditKey;
use serde_json::{Map, Value};
use store::{Committed, Expect, Unit, records::Held};

use crate::{Caller, Gate, GateError, entry::refused, view::Withheld};

/// The fields of a record in the clear, on their way in.
pub type Fields = Map<String, Value>;

/// A record to be stored.
pub struct NewRecord {
    /// The record type of the policy.
    pub record_type: String,
    /// Its fields.
    pub fields: Fields,
    /// The purposes it is collected for, besides the one that the request names.
    pub collected_for: Vec<String>,
    /// Where it came from.
    pub source: Source,
}

/// What is said of a record when it is stored, besides what it is collected for.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The purposes and recipients that the person objects to.
    pub objections: Vec<String>,
    /// The purposes for which it may feed automated decisions.
    pub automated: Vec<String>,
    /// The recipients it was shared with before it came here.
    pub shared_with: Vec<String>,
    /// It ends no later than this; none leaves it to the retention clock.
    pub ends_by: Option<Timestamp>,
}

/// A change to a record: a JSON merge patch (RFC 7396) of its fields.
pub struct Patch {
    /// The version it is based on; none means whichever is there.
    pub version: Option<u32>,
    /// What changes; `null` removes a field.
    pub fields: Fields,
}

impl Gate {
    /// A record of the caller's account that can still be opened.
    async fn held(&self, caller: &Caller, id: RecordId) -> Result<Held, GateError> {
        let held = self.store.record(id).await?.ok_or(GateError::NotFound("record"))?;
        if held.record.account != caller.account_id() || !caller.reaches(held.subject.id) {
            return Err(GateError::NotFound("record"));
        }
        if held.subject.state != SubjectState::Active || self.is_over(&held.record, &held.subject) {
            return Err(GateError::Gone("record"));
        }
        Ok(held)
    }

    /// A record's time is over at once, whenever the job that deletes it comes.
    pub(crate) fn is_expired(&self, record: &Record, subject: &Subject) -> bool {
        self.end_of(record, subject).is_some_and(|end| end <= self.now())
    }

    /// Whether a record can be opened no more: its time is over, and nothing keeps it beyond that.
    pub(crate) fn is_over(&self, record: &Record, subject: &Subject) -> bool {
        self.is_expired(record, subject) && subject.freezes.on(&record.record_type).is_none()
    }

    /// Records a refusal and reports it; busy when what it was based on changed meanwhile.
    pub(crate) async fn refuse(
        &self,
        audit: &AuditKey,
        expects: Vec<Expect>,
        detail: domain::Detail,
        refusals: Vec<Refusal>,
    ) -> GateError {
        metrics::counter!("bailee_decisions_total", "outcome" => "refused").increment(1);
        let subject = detail.subject;
        let entry = self.entry(audit, subject, &refused(detail, &refusals));
        match self.commit(Unit { expects, changes: Vec::new(), entries: vec![entry] }).await {
            Ok(committed) => GateError::Refused { refusals, entry: committed.entries.first().copied() },
            Err(error) => error.into(),
        }
    }
}

/// The record type of a policy.
fn declared<'a>(policy: &'a Policy, name: &str) -> Result<&'a RecordType, GateError> {
    let unknown = || GateError::Malformed("the policy in force declares no such record type".to_owned());
    policy.record_type(name).ok_or_else(unknown)
}

/// Whether people can be found by a field.
pub(crate) fn is_lookup(field: &Field) -> bool {
    field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref())
}

/// A lookup field and the normalised form of its value, when a subject can be found by it.
fn lookup_value(policy: &Policy, declared: &RecordType, name: &str, value: &Value) -> Option<String> {
    let field = declared.fields.get(name)?;
    let text = value.as_str()?;
    is_lookup(field).then(|| Detector::normalise(value::detector(policy, field), text))
}

pub(crate) fn first_entry(committed: &Committed) -> Result<EntryId, GateError> {
    committed.entries.first().copied().ok_or(GateError::Damaged("a commit without its entry"))
}

fn withheld(list: Vec<(String, Refusal)>) -> Vec<Withheld> {
    list.into_iter().map(|(field, refusal)| Withheld { field, refusal }).collect()
}

/// The record without its sealed fields, for the way out.
fn without_fields(record: Record) -> Record {
    Record { fields: Vec::new(), ..record }
}

/// What a decision about a record was based on besides the record: an objection made meanwhile binds.
pub(crate) const fn metadata_stands(record: &Record) -> Expect {
    Expect::Metadata { id: record.id, version: record.metadata.version }
}

/// The blind-index tag of a value of an account.
fn tag(keys: &sealing::AccountKeys, field: &str, normalised: &str) -> [u8; 32] {
    keys.blind_index(field, normalised.as_bytes())
}
