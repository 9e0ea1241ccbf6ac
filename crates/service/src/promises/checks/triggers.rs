//! A clock runs from what happens: part of `retention`.

use domain::{Trigger, retention::expires_at};
use gate::{GateError, NewTrigger};
use jiff::Timestamp;
use policy::document::Retention;

use crate::promises::{Examination, stand_in::StandIn};

/// Closes a second made-up person's account and takes that back; what is wrong with the end that their record has then. None
/// with nothing to try: the policy has no such clock.
pub(super) async fn close_and_reopen(
    examination: &Examination<'_>,
) -> Result<Option<Result<(), String>>, GateError> {
    let (gate, operator) = (examination.gate, &examination.operator);
    let waits = |record_type: &str| waiting(examination, record_type).is_some();
    let entered = StandIn::enter_with(gate, operator, examination.policy(), waits).await?;
    let Some(closed) = entered else { return Ok(None) };
    let Some((trigger, clock)) = waiting(examination, &closed.record_type) else { return Ok(None) };
    let at = gate.ambient().clock.now();
    let mut ends = Vec::new();
    for at in [Some(at), None] {
        gate.pull_trigger(operator, closed.subject, NewTrigger { trigger, at }, None).await?;
        ends.push(end_of(examination, &closed).await?);
    }
    gate.erase(operator, closed.subject).await?;
    let triggers = domain::Triggers::default().pulled(trigger, at, at)?;
    let declared = expires_at(clock, closed.since, closed.since, &triggers);
    let is_close =
        |end: Timestamp| declared.is_some_and(|declared| end.duration_since(declared).abs().as_secs() < 60);
    Ok(Some(match ends.as_slice() {
        [Some(end), None] if is_close(*end) => Ok(()),
        [None, _] => Err("an account was closed, and its record has no end".to_owned()),
        [_, Some(_)] => Err("an account was opened again, and its record still ends".to_owned()),
        _ => Err("an account was closed, and its record does not end when its clock says".to_owned()),
    }))
}

async fn end_of(examination: &Examination<'_>, closed: &StandIn) -> Result<Option<Timestamp>, GateError> {
    let (gate, operator) = (examination.gate, &examination.operator);
    let read = gate.read_record(operator, closed.record, &closed.purpose, None).await?;
    Ok(read.record.metadata.expires_at)
}

/// What the clock of a record type waits for, when it has a term after that in which it can be taken back.
fn waiting<'a>(examination: &'a Examination<'_>, record_type: &str) -> Option<(Trigger, &'a Retention)> {
    let name = examination.policy().record_type(record_type)?.retention.as_ref()?.get_ref();
    let clock = examination.document().retention.get(name.as_str())?;
    let trigger = Trigger::of(*clock.until.get_ref()).filter(|trigger| *trigger != Trigger::Visits)?;
    clock.then.as_ref().map(|_| (trigger, clock))
}
