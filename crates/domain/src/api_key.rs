//! API keys: who may call, for which account, to do what.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, KeyId};

/// A key that opens the API for one account. The secret itself is shown once and stored only as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, which may stand in logs.
    pub id: KeyId,
    /// The account it opens.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// SHA-256 of the secret, which is 32 random bytes.
    pub secret_hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to within a day.
    pub used_at: Option<Timestamp>,
}

/// How exactly it is noted that a key is used: each note has an entry in the log.
const NOTED_EVERY: SignedDuration = SignedDuration::from_hours(24);

impl ApiKey {
    /// Whether it works at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires| now < expires)
    }

    /// Whether it is to be noted that it is used.
    pub fn is_use_due(&self, now: Timestamp) -> bool {
        self.used_at.is_none_or(|used| now.duration_since(used) >= NOTED_EVERY)
    }

    /// Whether it may do what `scope` covers.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// Read subjects and records, ask for decisions, look people up.
    #[serde(rename = "data:read")]
    DataRead,
    /// Create and change subjects and records.
    #[serde(rename = "data:write")]
    DataWrite,
    /// Erase subjects and delete records.
    #[serde(rename = "data:erase")]
    DataErase,
    /// Place, review and release holds.
    #[serde(rename = "holds:write")]
    HoldsWrite,
    /// Enter, verify and answer requests.
    #[serde(rename = "requests:write")]
    RequestsWrite,
    /// Publish policy versions.
    #[serde(rename = "policy:write")]
    PolicyWrite,
    /// Open accounts and make keys.
    #[serde(rename = "accounts:write")]
    AccountsWrite,
    /// Read the private side of the audit log, and assessments.
    #[serde(rename = "audit:read")]
    AuditRead,
    /// Read incidents, their reports and drafts.
    #[serde(rename = "incidents:read")]
    IncidentsRead,
    /// Report incidents and handle them, which asks the audit log whom a key has touched.
    #[serde(rename = "incidents:write")]
    IncidentsWrite,
    /// Read events, and where they are delivered to.
    #[serde(rename = "events:read")]
    EventsRead,
    /// Say where events are delivered to.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    /// Look up in the access log what came from an address.
    #[serde(rename = "access_log:read")]
    AccessLogRead,
    /// Add lines of one's own servers to the access log.
    #[serde(rename = "access_log:write")]
    AccessLogWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: &'static [Self] = &[
        Self::DataRead,
        Self::DataWrite,
        Self::DataErase,
        Self::HoldsWrite,
        Self::RequestsWrite,
        Self::PolicyWrite,
        Self::AccountsWrite,
        Self::AuditRead,
        Self::IncidentsRead,
        Self::IncidentsWrite,
        Self::EventsRead,
        Self::WebhooksWrite,
        Self::AccessLogRead,
        Self::AccessLogWrite,
    ];

    /// Whether it only takes out what is there: that is left of a key whose account was cancelled.
    pub const fn is_of_taking_back(self) -> bool {
        matches!(self, Self::DataRead | Self::AuditRead | Self::EventsRead)
    }

    /// The word used in the database, the API and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DataRead => "data:read",
            Self::DataWrite => "data:write",
            Self::DataErase => "data:erase",
            Self::HoldsWrite => "holds:write",
            Self::RequestsWrite => "requests:write",
            Self::PolicyWrite => "policy:write",
            Self::AccountsWrite => "accounts:write",
            Self::AuditRead => "audit:read",
            Self::IncidentsRead => "incidents:read",
            Self::IncidentsWrite => "incidents:write",
            Self::EventsRead => "events:read",
            Self::WebhooksWrite => "webhooks:write",
            Self::AccessLogRead => "access_log:read",
            Self::AccessLogWrite => "access_log:write",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text)
    }

    /// Scopes as one text: their words with a space between.
    pub fn join(scopes: &[Self]) -> String {
        let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        words.join(" ")
    }

    /// Reads such a text back; nothing when a word in it is none.
    pub fn split(text: &str) -> Option<Vec<Self>> {
        text.split_whitespace().map(Self::parse).collect()
    }
}
