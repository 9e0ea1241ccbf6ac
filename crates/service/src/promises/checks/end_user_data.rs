//! `end-user-data`: no account reaches what belongs to another, and accounts' policies only narrow the operator's.

use gate::GateError;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = strayed(examination);
    faults.extend(widened(examination));
    faults.extend(reached(examination).await?);
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} looked at, none outside the account of its subject; another account asked for a subject, a record and the \
             list of a person not its own and was told that there is none; every account's policy only narrows",
            examination.sampled()
        )
    }))
}

/// Records that lie in another account than their subject.
fn strayed(examination: &Examination<'_>) -> Vec<String> {
    let wrong = examination
        .sample
        .records
        .iter()
        .filter(|(record, owner)| owner.as_ref().is_none_or(|owner| owner.account != record.account));
    wrong.map(|(record, _)| format!("{} lies in another account than its subject", record.id)).collect()
}

/// Accounts whose policy permits what the operator's does not.
fn widened(examination: &Examination<'_>) -> Vec<String> {
    let policies = examination
        .accounts
        .iter()
        .filter_map(|account| Some((account, examination.gate.policy(account.id).ok()?.account?.1.policy)));
    let wider = policies.filter_map(|(account, own)| {
        let found = policy::widenings(examination.policy(), own.document());
        let first = found.first()?;
        Some(format!(
            "the policy of {} permits more than the operator's: {}",
            account.id, first.counterexample
        ))
    });
    wider.collect()
}

/// Asks for the stand-in from another account.
async fn reached(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let (gate, stranger, stand_in) = (examination.gate, &examination.stranger, examination.stand_in()?);
    let hidden = [
        is_hidden(gate.subject(stranger, stand_in.subject).await)?,
        is_hidden(gate.read_record(stranger, stand_in.record, &stand_in.purpose, None).await)?,
        is_hidden(gate.list_records(stranger, stand_in.subject, &stand_in.purpose, None, 1).await)?,
    ];
    let open = hidden.iter().any(|hidden| !hidden);
    Ok(open.then(|| "another account reached a person that is not its own".to_owned()))
}

fn is_hidden<T>(answer: Result<T, GateError>) -> Result<bool, GateError> {
    match answer {
        Ok(_) => Ok(false),
        Err(GateError::NotFound(_)) => Ok(true),
        Err(error) => Err(error),
    }
}
