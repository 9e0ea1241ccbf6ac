//! `changes`: versions follow one another without gaps, each with its entry in the log, and what each permits that
//! the one before did not was told as long ahead as was promised, unless it was declared urgent.

use domain::Account;
use gate::{GateError, Numbered};
use jiff::SignedDuration;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

/// How long an entry may wait for its place in the log.
pub(super) const GRACE: SignedDuration = SignedDuration::from_mins(2);

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = Vec::new();
    let (mut versions, mut material, mut urgent) = (0, 0, 0);
    for account in &examination.accounts {
        let published = examination.gate.policy_versions(account.id);
        versions += published.len();
        material += published.iter().filter(|version| is_material(version)).count();
        let too_soon = too_soon(&published);
        urgent += too_soon.iter().filter(|version| version.because.is_some()).count();
        faults.extend(too_soon.into_iter().find_map(|version| untold(account, version)));
        faults.extend(gap(account, &published));
        faults.extend(unlogged(examination, account, &published).await?);
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} of policies, numbered without gaps in the order of their times, each published by an entry of the \
             log; {material} of them permit more than the one before, each published as long ahead as was promised \
             then, but for {urgent} declared urgent",
            counted(versions, "version"),
        )
    }))
}

/// Whether a version permits what the one before did not.
fn is_material(version: &Numbered) -> bool {
    version.changes.as_ref().is_some_and(|changes| changes.is_material())
}

/// The versions that applied, or would, before the notice of what they permit was over.
fn too_soon(published: &[Numbered]) -> Vec<&Numbered> {
    let each = published.iter().enumerate();
    each.filter(|(place, version)| version.too_soon(&published[..*place]).is_some())
        .map(|(_, version)| version)
        .collect()
}

fn untold(account: &Account, version: &Numbered) -> Option<String> {
    version.because.is_none().then(|| {
        format!(
            "version {} of the policy of {} permits more than the one before, and applies before the notice of it is \
             over",
            version.number, account.id
        )
    })
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
