//! `changes`: versions follow one another without gaps, and what each permits that the one before did not can be
//! told.

use domain::Account;
use gate::Numbered;

use super::Checking;
use crate::promises::{Examination, Verdict};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(async move { Ok(look(examination)) })
}

fn look(examination: &Examination<'_>) -> Verdict {
    let mut faults = Vec::new();
    let (mut versions, mut material) = (0, 0);
    for account in &examination.accounts {
        let published = examination.gate.policy_versions(account.id);
        versions += published.len();
        material += published.windows(2).filter(|pair| is_material(&pair[0], &pair[1])).count();
        faults.extend(gap(account, &published));
    }
    Verdict::unless(&faults, || {
        format!(
            "{versions} published versions are numbered without gaps, in the order of their times; {material} \
             changes permit more than before; no notice is sent yet"
        )
    })
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
