//! `payment`: a card number is refused in every field that could hold one, and none stands anywhere in the clear.

use domain::{detector::holds_card_number, value, value::Fault};
use gate::{Fields, GateError};
use policy::document::FieldType;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, stand_in::new_record};

/// A number that payment networks reserve for tests.
const CARD: &str = "4111 1111 1111 1111";

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (asked, mut faults) = accepted(examination);
    faults.extend(in_the_clear(examination));
    if !refused_by_gate(examination).await? {
        faults.push("the gate stored a card number".to_owned());
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "a card number was refused in each of {asked} text fields, and by the gate for a made-up person; {} \
             and all names looked at, no card number in the clear",
            examination.sampled()
        )
    }))
}

/// How many text fields were tried, and those that take a card number.
fn accepted(examination: &Examination<'_>) -> (usize, Vec<String>) {
    let (mut asked, mut faults) = (0, Vec::new());
    for (record_type, declared) in &examination.document().records {
        let texts = declared
            .fields
            .iter()
            .filter(|(_, field)| matches!(field.kind, FieldType::String | FieldType::Text));
        for (name, _) in texts {
            asked += 1;
            let fields = Fields::from_iter([(name.get_ref().clone(), CARD.into())]);
            let found = value::check_record(examination.policy(), declared, &fields);
            if !found.iter().any(|one| one.field == *name.get_ref() && one.fault != Fault::Missing) {
                faults.push(format!("{}.{} takes a card number", record_type.get_ref(), name.get_ref()));
            }
        }
    }
    (asked, faults)
}

/// Names and stored fields that hold a card number where anyone could read it.
fn in_the_clear(examination: &Examination<'_>) -> Vec<String> {
    let accounts = examination.accounts.iter();
    let keys = accounts.clone().flat_map(|account| examination.gate.keys(account.id));
    let named = accounts
        .filter(|account| holds_card_number(&account.name))
        .map(|account| account.id.to_string())
        .chain(keys.filter(|key| holds_card_number(&key.name)).map(|key| key.id.to_string()));
    let stored = examination.sample.records.iter().filter(|(record, _)| {
        let mut fields = record.fields.iter();
        fields.any(|field| holds_card_number(&String::from_utf8_lossy(&field.sealed)))
    });
    let all = named.chain(stored.map(|(record, _)| record.id.to_string()));
    all.map(|id| format!("a card number stands in the clear in {id}")).collect()
}

async fn refused_by_gate(examination: &Examination<'_>) -> Result<bool, GateError> {
    let stand_in = examination.stand_in()?;
    let mut fields = stand_in.fields.clone();
    let declared = examination.policy().record_type(&stand_in.record_type);
    let texts = declared.into_iter().flat_map(|declared| &declared.fields);
    let texts = texts.filter(|(_, field)| matches!(field.kind, FieldType::String | FieldType::Text));
    fields.extend(texts.map(|(name, _)| (name.get_ref().clone(), CARD.into())));
    let record = new_record(&stand_in.record_type, fields);
    let (operator, subject) = (&examination.operator, stand_in.subject);
    match examination.gate.create_record(operator, subject, &stand_in.purpose, &record, None).await {
        Err(GateError::Invalid(faults)) => Ok(faults.iter().any(|one| one.fault == Fault::CardNumber)),
        Err(error) => Err(error),
        Ok(_) => Ok(false),
    }
}
