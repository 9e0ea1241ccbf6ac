//! What is held is not deleted: part of `erasure-exceptions`.

use gate::{Determination, GateError, NewHold};

use crate::promises::{Examination, stand_in::StandIn};

/// Holds a second made-up person's record and tries to delete it.
pub(super) async fn delete_what_is_held(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let (gate, operator) = (examination.gate, &examination.operator);
    let keeps = |record_type: &str| determinable(examination, record_type).is_some();
    let entered = StandIn::enter_with(gate, operator, examination.policy(), keeps).await?;
    let Some(held) = entered else { return Ok(None) };
    let exception = determinable(examination, &held.record_type).unwrap_or_default();
    let why = Determination { by: None, because: "an assessment tries what must be refused".to_owned() };
    let new = NewHold { subject: held.subject, exception, determined: why.clone() };
    let (hold, _) = gate.place_hold(operator, &new, None).await?;
    let outcome = gate.delete_record(operator, held.record, None).await;
    gate.release_hold(operator, hold.id, &why).await?;
    gate.erase(operator, held.subject).await?;
    match outcome {
        Err(GateError::Frozen(_)) => Ok(None),
        Err(error) => Err(error),
        Ok(_) => Ok(Some(format!("a record was deleted that {} keeps", hold.id))),
    }
}

/// An exception of the policy that someone must determine and that keeps such records.
fn determinable(examination: &Examination<'_>, record_type: &str) -> Option<String> {
    let mut limits = examination.document().exceptions_to("erasure");
    let found =
        limits.find(|(_, exception)| exception.determined_by.is_some() && exception.keeps(record_type));
    found.map(|(name, _)| name.to_owned())
}
