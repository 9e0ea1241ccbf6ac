//! `account`: whoever signs in is who they are said to be, and acts for an account that goes on; nothing else opens a session.

use domain::{Account, AccountKind, AccountState, Role};
use gate::ExaminedMember;

use super::{Checked, Checking, changes::GRACE};
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (mut faults, mut people) = (Vec::new(), 0);
    for account in &examination.accounts {
        let members = examination.gate.examine_members(account).await?;
        people += members.len();
        faults.extend(members.iter().filter_map(|member| wrong(examination, account, member)));
    }
    faults.extend(forged(examination).await?);
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} who sign in looked at, in {}: each is a person of the operator’s with a role of their account’s kind, and none is let \
             in where the account has ended; a made-up cookie and a made-up link opened nothing",
            counted(people, "person"),
            counted(examination.accounts.len(), "account")
        )
    }))
}

/// What is wrong with somebody who signs in.
fn wrong(examination: &Examination<'_>, account: &Account, member: &ExaminedMember) -> Option<String> {
    let who = member.staff.subject;
    let is_of_kind = matches!(
        (member.staff.role, account.kind),
        (Role::Staff(_), AccountKind::Operator) | (Role::Member(_), AccountKind::Client)
    );
    if !is_of_kind {
        return Some(format!("{who} signs in with a role that is none of its account’s kind"));
    }
    if !member.is_person {
        return Some(format!("{who} signs in, and is no person of the operator’s with the role for that"));
    }
    if !member.has_record {
        return Some(format!("what {who} signs in with is not theirs, or is gone"));
    }
    let has_ended = matches!(account.state, AccountState::Cancelled { .. } | AccountState::Ended { .. });
    let since = account.state.since().filter(|_| has_ended && member.staff.is_open())?;
    let is_fresh = examination.now.duration_since(since) < GRACE;
    (!is_fresh).then(|| format!("{who} is let in, and the account {} has ended", account.id))
}

/// Tries to come in by what nobody was given.
async fn forged(examination: &Examination<'_>) -> Result<Option<String>, gate::GateError> {
    let made_up = "0".repeat(96);
    if examination.gate.signed_in(&made_up).await?.is_some() {
        return Ok(Some("a made-up cookie opened a session".to_owned()));
    }
    let opens = examination.gate.opens_invitation(&made_up).await?;
    Ok(opens.then(|| "a made-up link opened the page where a password is set".to_owned()))
}
