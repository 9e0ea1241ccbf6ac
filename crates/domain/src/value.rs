//! Whether a field's value may be stored: its type, its size, its category's detector, and no card number
//! anywhere. What is refused is described by field and rule, never by value.

use jiff::civil::Date;
use policy::{
    Document, Policy,
    document::{Field, FieldType, RecordType},
};
use serde_json::{Map, Value};

use crate::detector::{Detector, holds_card_number};

/// The longest value of a `string` field, in bytes.
pub const STRING_BYTES: usize = 1_024;
/// The longest value of a `text` field, in bytes.
pub const TEXT_BYTES: usize = 64 * 1_024;

/// The detector of a date of birth, as a policy names it.
const BIRTH_DATE: &str = "birth_date";

/// Why a value may not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The record type has no such field.
    #[error("the record type declares no such field")]
    Undeclared,
    /// A required field is missing.
    #[error("this field is required")]
    Missing,
    /// The value has another type.
    #[error("the value is not of the declared type")]
    WrongType,
    /// The value is too long.
    #[error("the value is longer than the declared type allows")]
    TooLong,
    /// The value is not what its category says.
    #[error("the value is not what its category says; its detector does not match")]
    NotOfCategory,
    /// The value is a date on which nobody who lives was born.
    #[error("this is no date of birth: it is yet to come, or too long ago")]
    NotABirth,
    /// The value holds a card number.
    #[error("the value holds a payment card number, which is never kept here")]
    CardNumber,
}

/// A fault and the field it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field, as the caller spelled it; cut to 64 characters.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Checks a whole new record.
pub fn check_record(
    policy: &Policy,
    record_type: &RecordType,
    fields: &Map<String, Value>,
) -> Vec<FieldFault> {
    let missing = record_type
        .fields
        .iter()
        .filter(|(name, field)| field.required && !fields.contains_key(name.get_ref()))
        .map(|(name, _)| fault(name.get_ref(), Fault::Missing));
    fields
        .iter()
        .filter_map(|(name, value)| check_field(policy, record_type, name, value))
        .chain(missing)
        .collect()
}

/// Checks an update: `null` removes a field (RFC 7396), which a required field does not allow.
pub fn check_patch(policy: &Policy, record_type: &RecordType, patch: &Map<String, Value>) -> Vec<FieldFault> {
    let check = |(name, value): (&String, &Value)| match (value, record_type.fields.get(name.as_str())) {
        (Value::Null, Some(field)) => field.required.then(|| fault(name, Fault::Missing)),
        _ => check_field(policy, record_type, name, value),
    };
    patch.iter().filter_map(check).collect()
}

fn fault(field: &str, fault: Fault) -> FieldFault {
    FieldFault { field: field.chars().take(64).collect(), fault }
}

fn check_field(policy: &Policy, record_type: &RecordType, name: &str, value: &Value) -> Option<FieldFault> {
    let outcome = match record_type.fields.get(name) {
        None => Err(Fault::Undeclared),
        Some(field) => check_value(field, detector(policy, field), value),
    };
    outcome.err().map(|found| fault(name, found))
}

/// Every date of birth among the fields, where one of the policies that apply says that a field holds one.
///
/// # Errors
/// A field that holds one says something else.
pub fn births<'a>(
    documents: &(impl Iterator<Item = &'a Document> + Clone),
    declared: &RecordType,
    fields: &Map<String, Value>,
) -> Result<Vec<(String, Date)>, FieldFault> {
    let is_birth = |field: &Field| {
        let named = field.category.as_ref().map(|name| name.get_ref().as_str());
        let mut categories = documents.clone().filter_map(|document| document.categories.get(named?));
        categories.any(|category| category.detector.as_ref().is_some_and(|one| one.get_ref() == BIRTH_DATE))
    };
    let births = fields
        .iter()
        .filter(|(name, value)| !value.is_null() && declared.fields.get(name.as_str()).is_some_and(is_birth));
    let read = |(name, value): (&String, &Value)| match value.as_str().map(str::parse::<Date>) {
        Some(Ok(born)) => Ok((name.clone(), born)),
        _ => Err(fault(name, Fault::NotOfCategory)),
    };
    births.map(read).collect()
}

/// The detector that the category of a field names.
pub fn detector(policy: &Policy, field: &Field) -> Option<Detector> {
    let category = policy.document().categories.get(field.category.as_ref()?.get_ref().as_str())?;
    Detector::parse(category.detector.as_ref()?.get_ref())
}

fn check_value(field: &Field, detector: Option<Detector>, value: &Value) -> Result<(), Fault> {
    match (field.kind, value) {
        (FieldType::Integer, Value::Number(number)) if number.is_i64() => no_card(&number.to_string()),
        (FieldType::Boolean, Value::Bool(_)) => Ok(()),
        (
            FieldType::String | FieldType::Text | FieldType::Date | FieldType::Timestamp,
            Value::String(text),
        ) => check_text(field.kind, detector, text),
        _ => Err(Fault::WrongType),
    }
}

fn check_text(kind: FieldType, detector: Option<Detector>, text: &str) -> Result<(), Fault> {
    let longest = if kind == FieldType::Text { TEXT_BYTES } else { STRING_BYTES };
    if text.len() > longest {
        return Err(Fault::TooLong);
    }
    no_card(text)?;
    let well_formed = match kind {
        FieldType::Date => text.parse::<jiff::civil::Date>().is_ok(),
        FieldType::Timestamp => text.parse::<jiff::Timestamp>().is_ok(),
        FieldType::String => !text.contains(['\n', '\r', '\0']),
        _ => true,
    };
    if !well_formed {
        return Err(Fault::WrongType);
    }
    match detector {
        Some(detector) if !detector.matches(text) => Err(Fault::NotOfCategory),
        _ => Ok(()),
    }
}

fn no_card(text: &str) -> Result<(), Fault> {
    if holds_card_number(text) { Err(Fault::CardNumber) } else { Ok(()) }
}
