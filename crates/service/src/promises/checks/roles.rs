//! `roles`: End Users only in Clients' accounts; every acceptance names a policy version that was published and stands in
//! the log, and no key of a Client works without the one that it needs.

use domain::{Account, AccountKind, Told};
use gate::{GateError, NewSubject};
use policy::document::Relation;

use super::{Checked, Checking, changes::GRACE};
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = misplaced(examination);
    faults.extend(accepted_nothing(examination));
    faults.extend(never_accepted(examination).await?);
    let waiting = must_accept(examination);
    faults.extend(admitted(examination, &waiting));
    faults.extend(stranger_admitted(examination).await?);
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} looked at, each with a role of its account's kind; {} looked at, none of which accepted a version \
             that was never published or of which the log says nothing; {} turned away until they accept what is in \
             force; an End User of the operator's own was refused",
            counted(examination.subjects.len(), "subject"),
            counted(examination.accounts.len(), "account"),
            counted(waiting.len(), "Client")
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
    let versions = examination.gate.policy_versions(examination.effective.operator_account);
    let newest = versions.last().map_or(0, |version| version.number);
    let wrong = examination
        .accounts
        .iter()
        .filter(|account| account.accepted_policy.is_some_and(|accepted| accepted == 0 || accepted > newest));
    wrong
        .map(|account| format!("{} accepted a policy version that was never published", account.id))
        .collect()
}

/// Clients that accepted something of which the log says nothing.
async fn never_accepted(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let mut faults = Vec::new();
    for account in &examination.accounts {
        let is_fresh = account.accepted_at.is_some_and(|at| examination.now.duration_since(at) < GRACE);
        if account.kind == AccountKind::Client
            && account.accepted_policy.is_some()
            && !is_fresh
            && !examination.gate.is_acceptance_logged(account).await?
        {
            faults.push(format!("no entry of the log says that {} accepted what it did", account.id));
        }
    }
    Ok(faults)
}

/// Clients that have accepted nothing, or nothing that covers what is in force.
fn must_accept<'a>(examination: &'a Examination<'_>) -> Vec<&'a Account> {
    let (in_force, gate) = (&examination.effective.operator, examination.gate);
    let versions = gate.policy_versions(examination.effective.operator_account);
    let covers = |accepted: u32| {
        let accepted_policy = versions.iter().find(|version| version.number == accepted);
        accepted >= in_force.number
            || accepted_policy
                .is_some_and(|accepted| !policy::diff::must_be_accepted(&accepted.policy, &in_force.policy))
    };
    let clients = examination.accounts.iter().filter(|account| account.kind == AccountKind::Client);
    clients.filter(|account| !account.accepted_policy.is_some_and(covers)).collect()
}

/// Those of them whose keys would work all the same.
fn admitted(examination: &Examination<'_>, waiting: &[&Account]) -> Vec<String> {
    let admitted = waiting.iter().filter(|account| examination.gate.has_accepted(account.id));
    admitted.map(|account| format!("the keys of {} work though it has not accepted", account.id)).collect()
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
