//! `purposes`: records are held for purposes their type lists, and any other use is refused, with its clause, in
//! the log.

use domain::Record;
use gate::{Effective, GateError};

use super::{Checked, Checking};
use crate::promises::{
    Examination, Verdict,
    stand_in::{is_logged_refusal, new_record},
};

/// A purpose that no policy can declare: names in a policy begin with a letter.
const UNDECLARED: &str = "0_undeclared";

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let strayed = examination.records().filter(|(record, _, effective)| !is_listed(record, effective));
    let mut faults: Vec<String> = strayed
        .map(|(record, ..)| format!("{} is held for a purpose that its record type does not list", record.id))
        .collect();
    let unlisted = unlisted(examination)?;
    for purpose in std::iter::once(UNDECLARED).chain(unlisted) {
        if let Some(fault) = used_for(examination, purpose).await? {
            faults.push(fault);
        }
    }
    Ok(Verdict::unless(&faults, || {
        let second = unlisted.map_or(String::new(), |purpose| format!(" and for `{purpose}`"));
        format!(
            "{} looked at, none held for a purpose that its type does not list; storing and reading a made-up person's record for an undeclared \
             purpose{second} was refused, each refusal with its clause in the log",
            examination.sampled()
        )
    }))
}

fn is_listed(record: &Record, effective: &Effective) -> bool {
    let declared = effective.declaring().record_type(&record.record_type);
    declared.is_some_and(|declared| {
        let listed = |purpose: &String| declared.purposes.iter().any(|one| one.get_ref() == purpose);
        !record.metadata.collected_for.is_empty() && record.metadata.collected_for.iter().all(listed)
    })
}

/// A declared purpose that the stand-in's record type does not list.
fn unlisted<'a>(examination: &'a Examination<'_>) -> Result<Option<&'a str>, GateError> {
    let document = examination.document();
    let stand_in = examination.stand_in()?;
    let listed = document.records.get(stand_in.record_type.as_str()).map(|record| &record.purposes);
    let is_listed = |name: &str| listed.is_some_and(|listed| listed.iter().any(|one| one.get_ref() == name));
    let mut others = document.purposes.keys().map(|name| name.get_ref().as_str());
    Ok(others.find(|name| !is_listed(name)))
}

/// Tries to store and to read for a purpose; says what was wrong with the answer.
async fn used_for(examination: &Examination<'_>, purpose: &str) -> Result<Option<String>, GateError> {
    let (gate, operator, stand_in) = (examination.gate, &examination.operator, examination.stand_in()?);
    let record = new_record(&stand_in.record_type, stand_in.fields.clone());
    let stored = gate.create_record(operator, stand_in.subject, purpose, &record, None).await.map(drop);
    let read = gate.read_record(operator, stand_in.record, purpose, None).await.map(drop);
    for answer in [stored, read] {
        let entry = match answer {
            Err(GateError::Refused { entry, .. }) => entry,
            Err(error) => return Err(error),
            Ok(()) => return Ok(Some(format!("data was used for `{purpose}`, which is not listed for it"))),
        };
        let logged = match entry {
            Some(entry) => is_logged_refusal(gate, operator, entry, stand_in.subject).await?,
            None => false,
        };
        if !logged {
            return Ok(Some(format!("the refusal of `{purpose}` is not in the log with its clause")));
        }
    }
    Ok(None)
}
