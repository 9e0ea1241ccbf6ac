//! The people of a policy: contacts, roles, rights, exceptions, ages, and how the policy itself is kept honest.

use serde::Deserialize;
use toml::Spanned;

use super::{Name, Names};

/// Someone who can be written to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// What they are called.
    pub name: Name,
    /// Where to write.
    pub email: Option<Name>,
    /// Where to post.
    pub address: Option<Name>,
    /// The country (ISO 3166-1).
    pub country: Option<Name>,
}

/// Whose data is held.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What a person calls it.
    pub label: Name,
    /// Who the person deals with.
    pub relation: Spanned<Relation>,
    /// Whether a person of this role can make a choice (has a privacy center, an API or a custodian to tell).
    #[serde(default = "yes")]
    pub can_choose: bool,
}

fn yes() -> bool {
    true
}

/// Who a person deals with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// With the operator, who is the controller.
    Direct,
    /// With a Client, for whom the operator is the processor.
    ForAccount,
}

/// What a person may ask, and by when it is answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// What a person calls it.
    pub label: Name,
    /// Who may ask.
    pub roles: Names,
    /// By when it is answered (ISO 8601, for example `P1M`).
    pub deadline: Option<Spanned<jiff::Span>>,
    /// By how much the deadline may be extended, with notice.
    pub extension: Option<Spanned<jiff::Span>>,
    /// The exceptions that may limit it.
    #[serde(default)]
    pub exceptions: Names,
}

/// What survives an erasure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// What a person calls it.
    pub label: Name,
    /// The record types that are kept.
    pub records: Names,
    /// On which ground.
    pub ground: Name,
    /// The retention clock under which they are kept.
    pub retention: Name,
    /// Who determines that it applies, when it is not automatic.
    pub determined_by: Option<Name>,
    /// How often an open term is looked at again.
    pub review: Option<Spanned<jiff::Span>>,
}

impl Exception {
    /// Whether it keeps records of this type.
    pub fn keeps(&self, record_type: &str) -> bool {
        self.records.iter().any(|name| name.get_ref() == record_type)
    }
}

/// What is not sought.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sensitive {
    /// The classes that count, for example `health`.
    pub classes: Names,
    /// What happens to such a field in an account's own records.
    pub accounts: Spanned<SensitiveAction>,
    /// What happens to such words in free text.
    pub free_text: Spanned<SensitiveAction>,
}

/// What happens to sensitive data on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveAction {
    /// It is refused.
    Refuse,
    /// It is stored and flagged.
    Flag,
}

/// Below which age nothing is held.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeRule {
    /// In years.
    pub minimum: Spanned<u8>,
    /// What an unknown age means.
    pub unknown: UnknownAge,
}

/// What an unknown age means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownAge {
    /// Taken for old enough.
    Allow,
    /// Refused until it is known.
    Refuse,
}

/// How the policy changes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// How notice is given: `site`, `email`.
    pub notice: Names,
    /// How long before a change applies.
    pub ahead: Option<Spanned<jiff::Span>>,
    /// Whether a material change asks again before the new use starts.
    pub material_asks_again: bool,
}

/// How complaints, and questions to the custodian, are taken and answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaints {
    /// The record type in which the words of whoever complains are kept, sealed; without it none are taken in.
    pub record: Option<Name>,
    /// The purpose under which they are answered; it goes with `record`.
    pub purpose: Option<Name>,
    /// By when a complaint is acknowledged.
    pub acknowledge: Spanned<jiff::Span>,
    /// By when it is answered.
    pub answer: Spanned<jiff::Span>,
    /// For how long a decision can be appealed; without it, as long as an answer takes.
    pub appeal: Option<Spanned<jiff::Span>>,
}

impl Complaints {
    /// For how long a decision can be appealed.
    pub fn appeal(&self) -> jiff::Span {
        *self.appeal.as_ref().unwrap_or(&self.answer).get_ref()
    }
}

/// How often the operator checks itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// The time between two assessments.
    pub every: Spanned<jiff::Span>,
}

/// A measure that no machine can look at: someone attests it, and attests it again before that is too old.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// What is attested, for example `who gets to the machines is controlled`.
    pub label: Name,
    /// The promise that rests on it.
    pub promise: Name,
    /// Who attests it: a position, not a person.
    pub owner: Name,
    /// How long an attestation holds.
    pub every: Spanned<jiff::Span>,
}

/// How requests are taken, and what becomes of those that a Client leaves unanswered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    /// The record type in which a request's own words and the identifiers that it names are kept, sealed.
    pub record: Name,
    /// The purpose under which requests are answered.
    pub purpose: Name,
    /// For how long a package can be fetched, once.
    pub package: Spanned<jiff::Span>,
    /// What happens when a Client's clock has run out.
    pub unanswered: Spanned<Unanswered>,
    /// What the End Users of a Client find in the privacy center; the way to the Client when nothing is said.
    #[serde(default)]
    pub end_users: Option<Spanned<EndUsers>>,
}

impl Requests {
    /// Whether End Users of a Client come into the privacy center.
    pub fn lets_end_users_in(&self) -> bool {
        self.end_users.as_ref().is_some_and(|said| *said.get_ref() == EndUsers::LetIn)
    }
}

/// What the End Users of a Client find in the privacy center.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndUsers {
    /// The way to the Client.
    ToTheClient,
    /// What is held about them: they come in.
    LetIn,
}

/// Who signs in to the console, and where what they sign in with is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// The role of whoever works for the operator.
    pub role: Name,
    /// The record type of their name, their e-mail address and the hash of their password, sealed.
    pub record: Name,
    /// The purpose under which they sign in.
    pub purpose: Name,
    /// For what they open people as a matter of course; for anything else they say why. Everything when it is empty.
    #[serde(default)]
    pub ordinary: Names,
}

impl Staff {
    /// Whether they open people for a purpose as a matter of course.
    pub fn is_ordinary(&self, purpose: &str) -> bool {
        let mut named = self.ordinary.iter().chain([&self.purpose]);
        self.ordinary.is_empty() || named.any(|name| name.get_ref() == purpose)
    }
}

/// Who signs in for a Client, and where what they sign in with is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// The role of the people of Clients.
    pub role: Name,
    /// The record type of their name, their e-mail address and the hash of their password, sealed.
    pub record: Name,
    /// The purpose under which they sign in.
    pub purpose: Name,
    /// Whether a Client opens an account by itself.
    #[serde(default)]
    pub sign_up: bool,
    /// What is kept of those whose account was ended for a violation, so that they do not return.
    pub bar: Option<Spanned<Bar>>,
}

/// What keeps somebody from returning: keyed hashes, and nothing that they could be read from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// The record type of the hashes.
    pub record: Name,
    /// The purpose under which they are looked up.
    pub purpose: Name,
}

/// What happens when a Client's clock has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unanswered {
    /// The custodian is alarmed.
    Alarm,
    /// And the operator answers instead.
    TakeOver,
}

/// A system outside of Bailee that holds data of the same people: a request is not fulfilled before it did its part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// What a person calls it.
    pub label: Name,
    /// Who sees to it: an e-mail address.
    pub owner: Name,
    /// The kinds of request that concern it.
    pub rights: Names,
}
