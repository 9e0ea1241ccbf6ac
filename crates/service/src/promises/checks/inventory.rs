//! `inventory`: every stored field is one that the policy in force declares, and an undeclared one is refused.

use domain::value::Fault;
use gate::GateError;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, stand_in::new_record, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut fields = 0;
    let mut faults = Vec::new();
    for (record, _, effective) in examination.records() {
        let declared = effective.declaring().record_type(&record.record_type);
        for field in &record.fields {
            fields += 1;
            let known = declared.and_then(|declared| declared.fields.get(field.name.as_str()));
            if known.is_none_or(|known| known.category.is_none()) {
                faults.push(format!("{} holds a field that no policy in force declares", record.id));
            }
        }
    }
    if !refuses_undeclared(examination).await? {
        faults.push("the gate stored a field that no policy declares".to_owned());
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} in {}, all declared with a category; an undeclared field was refused",
            counted(fields, "sealed field"),
            examination.sampled()
        )
    }))
}

async fn refuses_undeclared(examination: &Examination<'_>) -> Result<bool, GateError> {
    let stand_in = examination.stand_in()?;
    let mut fields = stand_in.fields.clone();
    fields.insert("bailee_undeclared".to_owned(), "x".into());
    let record = new_record(&stand_in.record_type, fields);
    let asked = examination.gate.create_record(
        &examination.operator,
        stand_in.subject,
        &stand_in.purpose,
        &record,
        None,
    );
    match asked.await {
        Err(GateError::Invalid(faults)) => Ok(faults.iter().any(|fault| fault.fault == Fault::Undeclared)),
        Err(error) => Err(error),
        Ok(_) => Ok(false),
    }
}
