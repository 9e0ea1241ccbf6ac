//! Sealing and opening single fields, each bound to its place.

use domain::{AccountId, Personal, Record, RecordId, SubjectId, record::SealedField};
use sealing::{Place, SubjectKey};
use serde_json::{Map, Value};

use crate::{Gate, GateError, Permit};

/// Where a field stands: what its seal binds besides its name and version.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) account: AccountId,
    pub(super) subject: SubjectId,
    pub(super) record_type: &'a str,
    pub(super) record: RecordId,
}

impl<'a> Spot<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        Self {
            account: record.account,
            subject: record.subject,
            record_type: &record.record_type,
            record: record.id,
        }
    }

    fn place(self, field: &'a str, version: u32) -> Place<'a> {
        Place {
            account: self.account,
            subject: self.subject,
            record_type: self.record_type,
            record: self.record,
            field,
            version,
        }
    }
}

impl Gate {
    pub(super) fn seal_field(
        &self,
        key: &SubjectKey,
        spot: Spot<'_>,
        name: &str,
        version: u32,
        value: &Value,
    ) -> SealedField {
        let plain = sealing::wiped(serde_json::to_vec(value).expect("a JSON value is always writable"));
        let sealed = key.seal(&spot.place(name, version), &plain, self.randomness());
        SealedField { name: name.to_owned(), version, sealed }
    }
}

/// Opens the fields that a permit names, and only those.
pub(super) fn open_fields(
    key: &SubjectKey,
    record: &Record,
    permit: &Permit,
) -> Result<Personal<Map<String, Value>>, GateError> {
    let mut fields = Map::new();
    for field in record.fields.iter().filter(|field| permit.opens(&field.name)) {
        fields.insert(field.name.clone(), open_field(key, record, field)?);
    }
    Ok(Personal::new(fields))
}

pub(super) fn open_field(key: &SubjectKey, record: &Record, field: &SealedField) -> Result<Value, GateError> {
    let place = Spot::of(record).place(&field.name, field.version);
    let plain =
        key.open(&place, &field.sealed).map_err(|_| GateError::Damaged("a sealed field does not open"))?;
    serde_json::from_slice(&plain).map_err(|_| GateError::Damaged("a sealed field is not JSON"))
}
