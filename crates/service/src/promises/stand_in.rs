//! A fictional person whom an assessment sends through the real gate. They are of the operator's own account, hold
//! made-up values only, and are erased before the assessment ends; their entries stay in the log.

use domain::{AccountId, Age, Bucket, EntryId, RecordId, Source, SubjectId, Told, calendar};
use gate::{Caller, Fields, Gate, GateError, NewRecord, NewSubject};
use jiff::{Timestamp, civil::Date};
use policy::{
    Policy, Question,
    decide::{Choices, Facts},
    document::{Field, FieldType, RecordType, Relation},
};
use serde_json::Value;

/// The fictional person.
#[derive(Debug)]
pub(crate) struct StandIn {
    pub(crate) role: String,
    pub(crate) subject: SubjectId,
    pub(crate) record_type: String,
    pub(crate) purpose: String,
    pub(crate) record: RecordId,
    /// The values of the record, which can be sent again.
    pub(crate) fields: Fields,
    /// Since when they are there.
    pub(crate) since: Timestamp,
}

/// What can be stored about somebody who has chosen nothing.
struct Storable<'a> {
    role: &'a str,
    record_type: &'a str,
    declared: &'a RecordType,
    purpose: &'a str,
}

impl StandIn {
    /// Stores them through the gate.
    ///
    /// # Errors
    /// The policy lets nothing be stored about a person who deals with the operator, or the gate fails.
    pub(crate) async fn enter(gate: &Gate, caller: &Caller, policy: &Policy) -> Result<Self, GateError> {
        let none =
            || GateError::Malformed("the policy lets nothing be stored about its own people".to_owned());
        Self::enter_with(gate, caller, policy, |_| true).await?.ok_or_else(none)
    }

    /// Likewise, with a record of a type that will do; none when the policy lets none such be stored.
    ///
    /// # Errors
    /// The gate fails.
    pub(crate) async fn enter_with(
        gate: &Gate,
        caller: &Caller,
        policy: &Policy,
        will_do: impl Fn(&str) -> bool,
    ) -> Result<Option<Self>, GateError> {
        let since = gate.ambient().clock.now();
        let today = calendar::day(since);
        let Some(storable) = storable(policy, today, will_do) else { return Ok(None) };
        let new = NewSubject { role: storable.role.to_owned(), region: None, age: Told::OfAge };
        let (subject, ..) = gate.create_subject(caller, &new, None).await?;
        let fields: Fields = storable
            .declared
            .fields
            .iter()
            .map(|(name, field)| (name.get_ref().clone(), made_up(policy, field)))
            .collect();
        let record = new_record(storable.record_type, fields.clone());
        let stored = gate.create_record(caller, subject.id, storable.purpose, &record, None).await?;
        Ok(Some(Self {
            role: storable.role.to_owned(),
            subject: subject.id,
            record_type: storable.record_type.to_owned(),
            purpose: storable.purpose.to_owned(),
            record: stored.record.id,
            fields,
            since,
        }))
    }
}

/// A record of made-up values.
pub(crate) fn new_record(record_type: &str, fields: Fields) -> NewRecord {
    NewRecord {
        record_type: record_type.to_owned(),
        fields,
        collected_for: Vec::new(),
        source: Source::Observed,
    }
}

/// A Client that does not exist: as good as any for asking for what belongs to another.
pub(crate) fn stranger(gate: &Gate) -> Caller {
    let ambient = gate.ambient();
    let bucket = Bucket::random(&*ambient.randomness);
    Caller::system(domain::Account {
        id: AccountId::new(&*ambient.clock, &*ambient.randomness, bucket),
        kind: domain::AccountKind::Client,
        name: "a stranger".to_owned(),
        created_at: ambient.clock.now(),
        accepted_policy: None,
        accepted_at: None,
        contact: None,
        state: domain::AccountState::Active,
    })
}

/// Whether an entry is in the log, names a clause, and says that something was refused.
pub(crate) async fn is_logged_refusal(
    gate: &Gate,
    caller: &Caller,
    entry: EntryId,
    subject: SubjectId,
) -> Result<bool, GateError> {
    let detail = match gate.open_entry(caller, entry, Some(subject)).await {
        Err(GateError::NotFound(_)) => None,
        other => other?,
    };
    Ok(detail.is_some_and(|detail| detail.outcome == domain::Outcome::Refused && detail.clause.is_some()))
}

fn storable(policy: &Policy, today: Date, will_do: impl Fn(&str) -> bool) -> Option<Storable<'_>> {
    let document = policy.document();
    for (role, declared) in &document.roles {
        if *declared.relation.get_ref() != Relation::Direct {
            continue;
        }
        for (record_type, record) in &document.records {
            let of_role = record.roles.iter().any(|one| one.get_ref() == role.get_ref())
                && will_do(record_type.get_ref());
            for purpose in record.purposes.iter().filter(|_| of_role) {
                let found = Storable {
                    role: role.get_ref(),
                    record_type: record_type.get_ref(),
                    declared: record,
                    purpose: purpose.get_ref(),
                };
                if is_allowed(policy, &found, today) {
                    return Some(found);
                }
            }
        }
    }
    None
}

fn is_allowed(policy: &Policy, storable: &Storable<'_>, today: Date) -> bool {
    let choices = Choices::default();
    let facts = Facts { age: Age::OfAge, ..Facts::new(today, &choices) };
    let categories = storable.declared.fields.values().filter_map(|field| field.category.as_ref());
    let mut decisions = categories.map(|category| {
        let question = Question {
            role: storable.role,
            record_type: Some(storable.record_type),
            category: category.get_ref(),
            purpose: storable.purpose,
            recipient: None,
        };
        policy::decide(policy, &question, &facts)
    });
    decisions.all(|decision| decision.is_allowed())
}

/// When nobody was born who is a child today.
const BORN: &str = "1980-05-25";

/// A value of the declared shape that is nobody's: names and numbers reserved for examples (RFC 2606, RFC 5737).
fn made_up(policy: &Policy, field: &Field) -> Value {
    let category =
        field.category.as_ref().and_then(|name| policy.document().categories.get(name.get_ref().as_str()));
    let detector =
        category.and_then(|category| category.detector.as_ref()).map(|name| name.get_ref().as_str());
    match field.kind {
        FieldType::Integer => 1.into(),
        FieldType::Boolean => true.into(),
        FieldType::Date if detector == Some("birth_date") => BORN.into(),
        FieldType::Date => "2018-05-25".into(),
        FieldType::Timestamp => "2018-05-25T00:00:00Z".into(),
        FieldType::String | FieldType::Text => match detector {
            Some("email") => "examiner@bailee.invalid",
            Some("phone") => "+1 555 0100",
            Some("ip_address") => "192.0.2.1",
            Some("url") => "https://example.com/",
            Some("country") => "US",
            Some("last_four") => "0000",
            Some("date") => "2018-05-25",
            Some("birth_date") => BORN,
            _ => "made up by an assessment",
        }
        .into(),
    }
}
