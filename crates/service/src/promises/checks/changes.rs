//! `changes`: versions follow one another without gaps, each with its entry in the log, and what each permits that
//! the one before did not can be told.

use domain::Account;
use gate::{GateError, Numbered};
use jiff::SignedDuration;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

/// How long a version's entry may wait for its place in the log.
const GRACE: SignedDuration = SignedDuration::from_mins(2);

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = Vec::new();
    let (mut versions, mut material) = (0, 0);
    for account in &examination.accounts {
        let published = examination.gate.policy_versions(account.id);
        versions += published.len();
        material += published.windows(2).filter(|pair| is_material(&pair[0], &pair[1])).count();
        faults.extend(gap(account, &published));
        faults.extend(unlogged(examination, account, &published).await?);
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} of policies, numbered without gaps in the order of their times, each published by an entry of the \
             log; {} of them permit more than the one before; no notice is sent yet",
            counted(versions, "version"),
            material
        )
    }))
}

/// Whether a version permits what the one before did not.
fn is_material(before: &Numbered, after: &Numbered) -> bool {
    !policy::diff(&before.policy, &after.policy).newly_permitted.is_empty()
}

/// The first version that does not follow from the one before.
fn gap(account: &Account, published: &[Numbered]) -> Option<String> {
    let mut expected = (1..).zip(published);
    let missing = expected.find(|(number, version)| *number != version.number);
    if let Some((number, _)) = missing {
        return Some(format!("version {number} of the policy of {} is missing", account.id));
    }
    let mut pairs = published.windows(2);
    let back = pairs.find(|pair| pair[1].published_at < pair[0].published_at)?;
    Some(format!("version {} of the policy of {} is older than the one before", back[1].number, account.id))
}

/// The first version of which the log says nothing.
async fn unlogged(
    examination: &Examination<'_>,
    account: &Account,
    published: &[Numbered],
) -> Result<Option<String>, GateError> {
    for version in published {
        let fresh = examination.now.duration_since(version.published_at) < GRACE;
        if !fresh && !examination.gate.is_publication_logged(account.id, version).await? {
            return Ok(Some(format!(
                "no entry of the log says that version {} of the policy of {} was published",
                version.number, account.id
            )));
        }
    }
    Ok(None)
}
