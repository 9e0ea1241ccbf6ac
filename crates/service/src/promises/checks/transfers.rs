//! `transfers`: nothing is held of a person whose country the policy does not cover, and nothing goes to one.

use domain::{Record, Subject};
use gate::Effective;
use policy::document::Transfers;

use super::Checking;
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(async move { Ok(look(examination)) })
}

fn look(examination: &Examination<'_>) -> Verdict {
    let Some(transfers) = &examination.document().transfers else {
        return Verdict::unchecked("the policy in force says nothing of where data may be");
    };
    let transfers = transfers.get_ref();
    let deployment = transfers.deployment.get_ref();
    let mut faults: Vec<String> = examination
        .records()
        .filter_map(|(record, owner, effective)| uncovered(transfers, record, owner?, &effective))
        .collect();
    let mut outside = 0;
    for (name, recipient) in &examination.document().recipients {
        let region = recipient.region.as_ref().map_or("", |region| region.get_ref());
        outside += usize::from(region != deployment);
        if !covers(transfers, deployment, region) {
            faults.push(format!("no transfer to `{}` is covered", name.get_ref()));
        }
    }
    Verdict::unless(&faults, || {
        format!(
            "{} looked at, none of a person from a country that the policy does not cover; {} outside {deployment}, \
             each under a covered transfer",
            examination.sampled(),
            counted(outside, "recipient")
        )
    })
}

fn uncovered(
    transfers: &Transfers,
    record: &Record,
    owner: &Subject,
    effective: &Effective,
) -> Option<String> {
    let region = owner.region.as_deref()?;
    let own = effective.account.as_ref().and_then(|(_, own)| own.policy.document().transfers.as_ref());
    let all = std::iter::once(transfers).chain(own.map(|own| own.get_ref()));
    let mut all = all.filter(|one| !covers(one, region, one.deployment.get_ref()));
    all.next().map(|_| format!("{} came from a country that the policy does not cover", record.id))
}

/// Whether data may move between two countries, read off the declarations and not off what decides.
fn covers(transfers: &Transfers, from: &str, to: &str) -> bool {
    let fits = |allowed: &str, country: &str| allowed == "*" || allowed == country;
    let mut allowed = transfers.allowed.iter().map(|one| one.get_ref());
    from == to || allowed.any(|one| fits(one.from.get_ref(), from) && fits(one.to.get_ref(), to))
}
