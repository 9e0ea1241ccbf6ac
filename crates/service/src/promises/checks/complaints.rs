//! `complaints`: each is acknowledged, answered and remedied in time, and nobody judges in their own cause.

use domain::{
    Complaint,
    complaint::{Matter, Outcome},
    request::Channel,
};
use gate::{Accused, Caller, Determination, Findings, GateError, NewComplaint};
use jiff::SignedDuration;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict};

/// How long after a term a complaint may wait for the clock that says so.
const GRACE: SignedDuration = SignedDuration::from_hours(1);
/// Whom the made-up complaint is about.
const ACCUSED: &str = "the examined";
/// Who decides it.
const JUDGE: &str = "the examiner";

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    if !are_taken(examination) {
        return Ok(Verdict::unchecked(
            "the policy in force says nowhere to keep complaints: none are taken in",
        ));
    }
    let mut faults = late(examination, |matter| matter == Matter::Complaint).await?;
    faults.extend(judge_in_own_cause(examination).await?);
    Ok(Verdict::unless(&faults, || {
        "a made-up complaint was given to nobody whom it was about, nor, on appeal, decided by who had decided it; no \
         complaint waits past its time to be acknowledged, answered or remedied"
            .to_owned()
    }))
}

/// Whether the operator's policy says where they are kept.
pub(super) fn are_taken(examination: &Examination<'_>) -> bool {
    examination.document().complaints.as_ref().is_some_and(|one| one.get_ref().record.is_some())
}

/// What is wrong with those of some kind that wait past their time.
pub(super) async fn late(
    examination: &Examination<'_>,
    concerns: impl Fn(Matter) -> bool,
) -> Result<Vec<String>, GateError> {
    let mut faults = Vec::new();
    for account in &examination.accounts {
        let found = examination.gate.late_complaints(&Caller::system(account.clone()), GRACE).await?;
        let late = found.iter().filter(|complaint| concerns(complaint.matter));
        faults.extend(late.map(|complaint| format!("{} waits past its time", complaint.id)));
    }
    Ok(faults)
}

/// A made-up one, of somebody of whom nothing else is known.
pub(super) async fn take_in(examination: &Examination<'_>, matter: Matter) -> Result<Complaint, GateError> {
    let new = NewComplaint {
        matter,
        channel: Channel::Api,
        received_at: None,
        subject: None,
        about: vec![Accused::Staff(ACCUSED.to_owned())],
        message: "made up by an assessment".to_owned(),
        scan: None,
        contact: Vec::new(),
    };
    Ok(examination.gate.open_complaint(&examination.operator, &new, None).await?.0)
}

/// Takes back what was made up, unless it is closed, and erases whoever it was of.
pub(super) async fn forget(examination: &Examination<'_>, complaint: &Complaint) -> Result<(), GateError> {
    let (gate, operator) = (examination.gate, &examination.operator);
    if gate.complaint(operator, complaint.id).await?.is_open() {
        gate.withdraw_complaint(operator, complaint.id).await?;
    }
    gate.erase(operator, complaint.subject).await.map(drop)
}

pub(super) fn findings(outcome: Outcome, by: &str) -> Findings {
    let said = Determination { by: Some(by.to_owned()), because: "an assessment tries it".to_owned() };
    Findings { outcome, said, entries: Vec::new(), clauses: Vec::new() }
}

async fn judge_in_own_cause(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let complaint = take_in(examination, Matter::Complaint).await?;
    let outcome = is_judged(examination, &complaint).await;
    forget(examination, &complaint).await?;
    outcome
}

/// What is wrong when whom it is about would own it, and when who decided it would decide it again.
async fn is_judged(
    examination: &Examination<'_>,
    complaint: &Complaint,
) -> Result<Option<String>, GateError> {
    let (gate, operator, id) = (examination.gate, &examination.operator, complaint.id);
    let rejected = findings(Outcome::Rejected, JUDGE);
    let said = &rejected.said;
    gate.acknowledge_complaint(operator, id, said).await?;
    if !is_refused(gate.assign_complaint(operator, id, ACCUSED, said).await)? {
        return Ok(Some(format!("{id} was given to whom it is about")));
    }
    gate.assign_complaint(operator, id, JUDGE, said).await?;
    gate.decide_complaint(operator, id, &rejected).await?;
    gate.appeal_complaint(operator, id, None, said).await?;
    gate.assign_complaint(operator, id, "another examiner", &findings(Outcome::Rejected, "a third").said)
        .await?;
    let again = is_refused(gate.decide_complaint(operator, id, &rejected).await)?;
    Ok((!again).then(|| format!("{id} was decided on appeal by who had decided it")))
}

fn is_refused<T>(outcome: Result<T, GateError>) -> Result<bool, GateError> {
    match outcome {
        Err(GateError::Complaint { why, .. }) if why.is_partial() => Ok(true),
        Err(error) => Err(error),
        Ok(_) => Ok(false),
    }
}
