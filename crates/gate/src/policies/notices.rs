//! Telling Clients by mail of a version of the operator's policy: what it changes when it is published, and a week before it
//! applies those who have not accepted it yet. Both are written when it is published, so each is sent once or not at all.

use domain::{
    Account, AccountKind, Address, calendar,
    message::{Announced, Template, Topic},
    succession,
};
use jiff::{SignedDuration, civil::Date};
use store::Change;

use super::{Effective, Numbered};
use crate::{Gate, GateError, outbox::NewMessage};

/// How long before a version applies those are reminded who have not accepted it.
const REMINDER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a Client is told of a version.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// Its number.
    pub version: u32,
    /// The day from which it applies.
    pub day: Date,
    /// What it changes, in sentences.
    pub sentences: Vec<String>,
    /// Whether the Client must accept it, and has not.
    pub must_accept: bool,
}

impl Gate {
    /// The messages about a new version of the operator's policy, where the one in force or the new one says that notice is
    /// given by mail.
    pub(super) fn announce(&self, effective: &Effective, new: &Numbered) -> Result<Vec<Change>, GateError> {
        let is_mailed =
            [&effective.operator, new].into_iter().any(|version| version.policy.notifies_by("email"));
        let changes = new.changes.as_ref().filter(|changes| changes.changes().next().is_some());
        let (true, Some(changes)) = (is_mailed, changes) else { return Ok(Vec::new()) };
        let now = self.now();
        let remind_at =
            new.applies_at.checked_sub(REMINDER).ok().filter(|at| changes.is_material() && *at > now);
        let mut messages = Vec::new();
        for account in self.accounts().iter().filter(|account| account.kind == AccountKind::Client) {
            let message = |template| to_client(effective, account, new.number, template);
            let told = message(Template::PolicyChange).map(|message| self.write_message(message));
            let reminded = remind_at.and_then(|at| {
                message(Template::MustAccept).map(|message| self.write_message_for(at, message))
            });
            messages.extend(told.into_iter().chain(reminded));
        }
        messages.into_iter().collect()
    }

    /// What there is to tell a Client of a version; nothing when another has taken its place, nor a reminder when the Client
    /// has accepted it.
    pub(crate) fn announcement(
        &self,
        template: Template,
        version: u32,
        client: &Account,
    ) -> Option<Announcement> {
        let (now, versions) = (self.now(), self.policy_versions(self.policies.operator()));
        let mut standing =
            succession::in_force(&versions, now).into_iter().chain(succession::upcoming(&versions, now));
        let version = standing.find(|standing| standing.number == version)?;
        let must_accept = !self.covers(client, version);
        let is_idle = matches!(template, Template::MustAccept) && !must_accept;
        (!is_idle).then(|| Announcement {
            version: version.number,
            day: calendar::day(version.applies_at),
            sentences: version.sentences(),
            must_accept,
        })
    }
}

/// A message to a Client; none when it has named nobody to be written to. It stands in the operator's outbox.
fn to_client(
    effective: &Effective,
    client: &Account,
    version: u32,
    template: Template,
) -> Option<NewMessage> {
    let contact = client.contact.clone()?;
    Some(NewMessage {
        account: effective.operator_account,
        subject: None,
        template,
        about: Topic::Policy(Announced { version, client: client.id }),
        to: Address::Record { record: contact.record, field: contact.field },
    })
}
