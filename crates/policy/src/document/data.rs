//! Categories, purposes, record types and retention: what is held, why and for how long.

use serde::Deserialize;
use toml::Spanned;

use super::{Declared, Name, Names};

/// A kind of personal data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// What a person calls it, for example `e-mail address`.
    pub label: Name,
    /// The term of the W3C Data Privacy Vocabulary, for example `dpv-pd:EmailAddress`.
    pub dpv: Name,
    /// How revealing it is.
    pub class: Spanned<Class>,
    /// The detector that a value must satisfy (`email`, `phone`, `ip_address`, `url`, `country`, `last_four`, `date`,
    /// `birth_date`, `card_number`).
    pub detector: Option<Name>,
    /// Whether it must never be held, in any record.
    #[serde(default)]
    pub forbidden: Option<Spanned<bool>>,
}

/// How revealing a category is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Who a person is.
    Identifying,
    /// How a person is reached.
    Contact,
    /// What proves who a person is.
    Credential,
    /// What a person pays with.
    Financial,
    /// What a device tells.
    Technical,
    /// What a person does.
    Behavioural,
    /// What a person writes.
    Content,
    /// What the law singles out: health, ethnic origin, politics, religion and the like (GDPR, article 9).
    Special,
}

/// Why data is used.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// What a person calls it, for example `answering your messages`.
    pub label: Name,
    /// The term of the W3C Data Privacy Vocabulary, for example `dpv:CustomerCare`.
    pub dpv: Name,
    /// Why the law allows it (GDPR, article 6).
    pub basis: Spanned<Basis>,
    /// Whose data it may use.
    pub roles: Names,
    /// Whether the person decides.
    #[serde(default)]
    pub choice: Option<Spanned<Choice>>,
    /// Purposes for which data collected for *them* may also be used for this one.
    #[serde(default)]
    pub compatible_with: Names,
}

/// Why the law allows a purpose (GDPR, article 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The person agreed.
    Consent,
    /// A contract with the person needs it.
    Contract,
    /// The law demands it.
    LegalObligation,
    /// A life depends on it.
    VitalInterests,
    /// A public task needs it.
    PublicInterest,
    /// The controller's interest outweighs.
    LegitimateInterest,
}

impl Basis {
    /// The term of the W3C Data Privacy Vocabulary.
    pub const fn dpv(self) -> &'static str {
        match self {
            Self::Consent => "dpv:Consent",
            Self::Contract => "dpv:Contract",
            Self::LegalObligation => "dpv:LegalObligation",
            Self::VitalInterests => "dpv:VitalInterest",
            Self::PublicInterest => "dpv:PublicInterest",
            Self::LegitimateInterest => "dpv:LegitimateInterest",
        }
    }
}

/// Whether and how a person decides about a purpose or a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Nothing happens until the person says yes.
    OptIn,
    /// It happens until the person says no.
    OptOut,
}

/// A kind of record: what one stores about a subject in one go.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordType {
    /// What a person calls it, for example `support message`.
    pub label: Name,
    /// Whose records these are.
    pub roles: Names,
    /// What they may be used for.
    pub purposes: Names,
    /// How long they are kept.
    pub retention: Option<Name>,
    /// What stands in them.
    pub fields: Declared<Field>,
}

/// One field of a record type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The category of personal data it holds.
    pub category: Option<Name>,
    /// The shape of its value.
    #[serde(default, rename = "type")]
    pub kind: FieldType,
    /// Whether a record must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether a subject can be found by it (near-unique values only).
    #[serde(default)]
    pub lookup: Option<Spanned<bool>>,
}

/// The shape of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// A short text of one line, at most 1,024 bytes.
    #[default]
    String,
    /// Free text, at most 64 KiB.
    Text,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// A moment, RFC 3339.
    Timestamp,
}

/// How long a class of records is kept: while something lasts, then a term.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// What a person calls it.
    pub label: Name,
    /// What must be over before the term runs.
    #[serde(rename = "while")]
    pub until: Spanned<Until>,
    /// How long after that (ISO 8601, for example `P3Y`).
    pub then: Option<Spanned<jiff::Span>>,
    /// Why it is kept that long.
    pub ground: Option<Name>,
}

/// How long backups live. What was erased is beyond recovery once the last copy of its keys is gone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backups {
    /// How long a backup of the data is kept (ISO 8601, for example `P30D`).
    pub life: Spanned<jiff::Span>,
    /// How long a backup of the keys is kept.
    pub keys_life: Spanned<jiff::Span>,
}

/// What must be over before a term runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// The term runs from the moment the record is stored.
    Stored,
    /// The term runs from the moment the record was last changed.
    Changed,
    /// The record is kept while the account or the subject's relationship lives.
    Account,
    /// The term runs from the subject's last visit, or from the moment the record is stored when that is later.
    Visits,
    /// The record is kept while a contract with the subject lasts.
    Contract,
}

impl Until {
    /// Whether the clock stands still until something ends, and then ends even without a term.
    pub const fn is_open_ended(self) -> bool {
        matches!(self, Self::Account | Self::Contract)
    }

    /// The word of the language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Changed => "changed",
            Self::Account => "account",
            Self::Visits => "visits",
            Self::Contract => "contract",
        }
    }
}
