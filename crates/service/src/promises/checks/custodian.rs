//! `custodian`: the policy in force names one, who can be written to, and answers questions and allegations in time, with
//! nothing but what there is.

use domain::{
    Complaint, EntryId,
    complaint::{Matter, Outcome},
};
use gate::{Findings, GateError};
use policy::document::Document;

use super::{Checked, Checking, complaints, requests};
use crate::promises::{Examination, Status, Verdict};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(examine(examination))
}

async fn examine(examination: &Examination<'_>) -> Checked {
    let named = look(examination.document(), requests::how_mail_leaves(examination));
    if named.status != Status::Kept {
        return Ok(named);
    }
    let mut faults = complaints::late(examination, |matter| matter != Matter::Complaint).await?;
    if !complaints::are_taken(examination) {
        let none = "the policy says nowhere to keep questions: none are taken in";
        return Ok(Verdict::unless(&faults, || format!("{}; {none}", named.evidence)));
    }
    faults.extend(answer_out_of_thin_air(examination).await?);
    Ok(Verdict::unless(&faults, || {
        format!(
            "{}; no question or allegation waits past its time, and a made-up one was answered with an entry and a section \
             that there are, and not with an entry that there is not",
            named.evidence
        )
    }))
}

/// Looks at what a policy says of its custodian.
pub(crate) fn look(document: &Document, how_mail_leaves: &str) -> Verdict {
    let Some(custodian) = &document.custodian else {
        return Verdict::broken("the policy in force names no custodian");
    };
    let custodian = custodian.get_ref();
    let ways = [&custodian.email, &custodian.address];
    match ways.iter().filter(|way| way.is_some()).count() {
        0 => Verdict::broken("nobody can write to the custodian that the policy in force names"),
        ways => Verdict::kept(format!(
            "the policy in force names `{}`, who can be reached in {ways} ways; what they must be reminded of \
             {how_mail_leaves}",
            custodian.name.get_ref()
        )),
    }
}

/// Answers a made-up question with an entry that there is not, then with one that there is.
async fn answer_out_of_thin_air(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let question = complaints::take_in(examination, Matter::Question).await?;
    let outcome = is_answered(examination, &question).await;
    complaints::forget(examination, &question).await?;
    outcome
}

async fn is_answered(
    examination: &Examination<'_>,
    question: &Complaint,
) -> Result<Option<String>, GateError> {
    let (gate, operator, id) = (examination.gate, &examination.operator, question.id);
    let answer = complaints::findings(Outcome::Answered, "the custodian");
    let nowhere =
        Findings { entries: vec![EntryId { bundle: u64::MAX >> 1, position: 0 }], ..answer.clone() };
    match gate.decide_complaint(operator, id, &nowhere).await {
        Err(GateError::NotFound("entry")) => {}
        Err(error) => return Err(error),
        Ok(_) => return Ok(Some(format!("{id} was answered with an entry that there is not"))),
    }
    let entries = gate.entries_of(operator, question.subject, None, 1).await?;
    let entries: Vec<EntryId> = entries.iter().map(|opened| opened.entry).collect();
    let sections = examination.document().sections.iter();
    let clauses = sections.take(1).map(|section| *section.get_ref().number.get_ref()).collect();
    let (answered, _) = gate.decide_complaint(operator, id, &Findings { entries, clauses, ..answer }).await?;
    Ok(answered.is_open().then(|| format!("{id} was answered and is not closed")))
}
