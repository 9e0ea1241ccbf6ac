//! Who signs in to the console, and as what (promises `security`, `roles`): staff of the operator, and members of its Clients.
//! Their name, their e-mail address and the hash of their password are a record of the operator's vault; here are only states,
//! times and ids.
//!
//! ```text
//!               set a password                suspend
//!   Invited ─────────────────────▶ Active ─────────────▶ Suspended
//!       │                          │    ▲                   ▲
//!       │                          └────┘ recover           │
//!       └──────────── suspend, or the link lapses ──────────┘
//! ```

mod member;
pub mod passkey;
mod role;
mod session;
mod spare;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use member::{AccountTask, MemberRole, Role};
pub use passkey::Passkey;
pub use role::{ConsoleRole, Permission};
pub use session::{Browser, Ended, Place, Session, SessionState};
pub use spare::Spare;

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, RecordId, SubjectId},
};

/// How long the link of an invitation opens.
const INVITATION: SignedDuration = SignedDuration::from_hours(3 * 24);
/// How long a link opens by which somebody sets another password.
const RECOVERY: SignedDuration = SignedDuration::from_hours(1);

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Who: a subject of the operator's. The case has the same sixteen bytes, so that it is found by whoever is.
    pub subject: SubjectId,
    /// The account that they act for: the operator's, or a Client's, which is not there yet while it is being signed up.
    pub account: AccountId,
    /// The record of what they sign in with.
    pub record: RecordId,
    /// As what.
    pub role: Role,
    /// Whether they can sign in.
    pub state: StaffState,
    /// Another record of theirs: of the address with which they will sign in, or did before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spare: Option<Spare>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// A link that opens the page on which a password is set, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLink {
    /// The hash of the secret in it, in hexadecimal digits.
    pub link: String,
    /// The first moment at which it opens no more.
    pub until: Timestamp,
}

/// Whether somebody can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StaffState {
    /// Once they have set a password.
    Invited(OpenLink),
    /// They can.
    Active {
        /// The hash of what is stored of their password, in hexadecimal digits: what was written past the invitation lets
        /// nobody in.
        credential: String,
        /// By which they may set another one, where they asked for that.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        recovery: Option<OpenLink>,
        /// The digests of their passkeys.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        passkeys: Vec<String>,
        /// The digest of the name that a provider of identities has for them, once it recognised them.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        provider: Option<String>,
    },
    /// Not any more.
    Suspended {
        /// Since when.
        at: Timestamp,
    },
}

impl StaffState {
    /// Its name.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invited(_) => "invited",
            Self::Active { .. } => "active",
            Self::Suspended { .. } => "suspended",
        }
    }
}

impl OpenLink {
    /// One that opens for a while from now on, of whose secret a hash is made.
    fn new<E>(
        hash: impl FnOnce(Timestamp) -> Result<String, E>,
        now: Timestamp,
        time: SignedDuration,
    ) -> Result<Self, E> {
        let until = now.saturating_add(time).unwrap_or(Timestamp::MAX);
        Ok(Self { link: hash(until)?, until })
    }
}

impl Staff {
    /// Someone who is invited now, by a link of whose secret the hash is made for the moment at which it opens no more.
    ///
    /// # Errors
    /// That of whoever makes the hash.
    pub fn invited<E>(
        (subject, account, record): (SubjectId, AccountId, RecordId),
        role: Role,
        hash: impl FnOnce(Timestamp) -> Result<String, E>,
        now: Timestamp,
    ) -> Result<Self, E> {
        let state = StaffState::Invited(OpenLink::new(hash, now, INVITATION)?);
        Ok(Self { subject, account, record, role, state, spare: None, version: 1 })
    }

    /// The hash of the secret that opens the page where a password is set now; none when no link does.
    pub fn open_link(&self, now: Timestamp) -> Option<&str> {
        self.link().filter(|open| now < open.until).map(|open| open.link.as_str())
    }

    fn link(&self) -> Option<&OpenLink> {
        match &self.state {
            StaffState::Invited(open) => Some(open),
            StaffState::Active { recovery, .. } => recovery.as_ref(),
            StaffState::Suspended { .. } => None,
        }
    }

    /// Whether they are let in, or will be.
    pub const fn is_open(&self) -> bool {
        !matches!(self.state, StaffState::Suspended { .. })
    }

    /// Whether nobody used the link of the invitation in its time.
    pub fn is_lapsed(&self, now: Timestamp) -> bool {
        matches!(&self.state, StaffState::Invited(open) if open.until <= now)
    }

    /// The hash of what is stored of their password; none while they cannot sign in.
    pub fn credential(&self) -> Option<&str> {
        match &self.state {
            StaffState::Active { credential, .. } => Some(credential),
            StaffState::Invited(_) | StaffState::Suspended { .. } => None,
        }
    }

    /// After they set a password; none when no link was open.
    pub fn activated(self, credential: String, now: Timestamp) -> Option<Self> {
        self.open_link(now)?;
        let provider = self.provider().map(str::to_owned);
        // Whoever recovers may have lost what they signed in with: none of it counts any more.
        let state = StaffState::Active { credential, recovery: None, passkeys: Vec::new(), provider };
        let spare = self.spare.map(|spare| Spare { link: None, ..spare });
        Some(Self { state, spare, version: self.version + 1, ..self })
    }

    /// After they asked for a link by which they set another password; none when they have none yet, or are not let in.
    ///
    /// # Errors
    /// That of whoever makes the hash.
    pub fn recovering<E>(
        self,
        hash: impl FnOnce(Timestamp) -> Result<String, E>,
        now: Timestamp,
    ) -> Result<Option<Self>, E> {
        let StaffState::Active { credential, passkeys, provider, .. } = self.state else { return Ok(None) };
        let recovery = Some(OpenLink::new(hash, now, RECOVERY)?);
        let state = StaffState::Active { credential, recovery, passkeys, provider };
        Ok(Some(Self { state, version: self.version + 1, ..self }))
    }

    /// The digests of the passkeys by which they are let in.
    pub fn passkeys(&self) -> &[String] {
        match &self.state {
            StaffState::Active { passkeys, .. } => passkeys,
            StaffState::Invited(_) | StaffState::Suspended { .. } => &[],
        }
    }

    /// Let in by these passkeys; none when they are not let in at all.
    pub fn with_passkeys(self, passkeys: Vec<String>) -> Option<Self> {
        let StaffState::Active { credential, recovery, provider, .. } = self.state else { return None };
        let state = StaffState::Active { credential, recovery, passkeys, provider };
        Some(Self { state, version: self.version + 1, ..self })
    }

    /// The digest of the name that a provider has for them.
    pub fn provider(&self) -> Option<&str> {
        match &self.state {
            StaffState::Active { provider, .. } => provider.as_deref(),
            StaffState::Invited(_) | StaffState::Suspended { .. } => None,
        }
    }

    /// Known to a provider by a name with this digest. Whoever is invited is let in with it, and has no password. None when it
    /// knows them by another, their invitation is over, or they are not let in.
    pub fn bound(self, known_as: String, now: Timestamp) -> Option<Self> {
        let state = match self.state {
            StaffState::Active { credential, recovery, passkeys, provider: None } => {
                StaffState::Active { credential, recovery, passkeys, provider: Some(known_as) }
            }
            StaffState::Invited(open) if now < open.until => StaffState::Active {
                // No password has this hash.
                credential: format!("by provider {known_as}"),
                recovery: None,
                passkeys: Vec::new(),
                provider: Some(known_as),
            },
            _ => return None,
        };
        Some(Self { state, version: self.version + 1, ..self })
    }

    /// In another role of the same kind; none when that is no other, or they are not let in any more.
    pub fn with_role(self, role: Role) -> Option<Self> {
        let is_of_kind = matches!(
            (self.role, role),
            (Role::Staff(_), Role::Staff(_)) | (Role::Member(_), Role::Member(_))
        );
        let may = is_of_kind && self.role != role && !matches!(self.state, StaffState::Suspended { .. });
        may.then(|| Self { role, version: self.version + 1, ..self })
    }

    /// After someone let them in no more; none when they were not let in.
    pub fn suspended(self, at: Timestamp) -> Option<Self> {
        let may = !matches!(self.state, StaffState::Suspended { .. });
        may.then(|| Self { state: StaffState::Suspended { at }, version: self.version + 1, ..self })
    }
}

impl Filed for Staff {
    const KIND: CaseKind = CaseKind::Staff;

    fn filing(&self) -> Filing {
        // Whoever did not use the link is forgotten, and so is an address with which nobody signs in.
        let wake_at = match &self.state {
            StaffState::Invited(open) => Some(open.until),
            StaffState::Active { .. } | StaffState::Suspended { .. } => {
                self.spare.as_ref().map(|spare| spare.until)
            }
        };
        Filing {
            id: *self.subject.as_bytes(),
            account: self.account,
            subject: Some(self.subject),
            is_open: self.is_open(),
            due_at: None,
            wake_at,
            version: self.version,
        }
    }
}

#[cfg(test)]
mod tests;
