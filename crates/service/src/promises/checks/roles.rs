//! `roles`: End Users only in Clients' accounts, and every acceptance names a policy version that was published.

use domain::{AccountKind, Told};
use gate::{GateError, NewSubject};
use policy::document::Relation;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = misplaced(examination);
    faults.extend(accepted_nothing(examination));
    faults.extend(stranger_admitted(examination).await?);
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} looked at, each with a role of its account's kind; {} looked at, none of which accepted a version \
             that was never published; an End User of the operator's own was refused",
            counted(examination.subjects.len(), "subject"),
            counted(examination.accounts.len(), "account")
        )
    }))
}

/// Subjects whose role does not belong to the kind of their account.
fn misplaced(examination: &Examination<'_>) -> Vec<String> {
    let roles = &examination.document().roles;
    let wrong = examination.subjects.iter().filter(|(kind, subject)| {
        let wanted = relation(*kind);
        roles.get(subject.role.as_str()).is_none_or(|role| *role.relation.get_ref() != wanted)
    });
    wrong.map(|(_, subject)| format!("{} has a role that its account may not have", subject.id)).collect()
}

/// Clients that accepted a version that was never published.
fn accepted_nothing(examination: &Examination<'_>) -> Vec<String> {
    let newest = examination.effective.operator.number;
    let wrong = examination
        .accounts
        .iter()
        .filter(|account| account.accepted_policy.is_some_and(|accepted| accepted == 0 || accepted > newest));
    wrong
        .map(|account| format!("{} accepted a policy version that was never published", account.id))
        .collect()
}

/// Tries to store an End User as the operator's own.
async fn stranger_admitted(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let mut roles = examination.document().roles.iter();
    let end_user = roles.find(|(_, role)| *role.relation.get_ref() == Relation::ForAccount);
    let Some((role, _)) = end_user else { return Ok(None) };
    let new = NewSubject { role: role.get_ref().clone(), region: None, age: Told::OfAge };
    match examination.gate.create_subject(&examination.operator, &new, None).await {
        Err(GateError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
        Ok((subject, ..)) => Ok(Some(format!("{} was taken in as the operator's own End User", subject.id))),
    }
}

const fn relation(kind: AccountKind) -> Relation {
    match kind {
        AccountKind::Operator => Relation::Direct,
        AccountKind::Client => Relation::ForAccount,
    }
}
