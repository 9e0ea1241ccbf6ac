//! Cases: whatever is opened about someone, watched by a clock and closed again, such as a hold, a request or a complaint. Each noun has
//! its own type and its own rules; a case is the one shape in which a store keeps them all, so that there is one queue and
//! one clock. No personal data is in it: a person's words are records of the vault, or sealed in an audit entry.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    audit::EntryId,
    id::{AccountId, Id, Kind, SubjectId},
};

/// What a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseKind {
    /// Something that must not be deleted.
    Hold,
    /// What a person asked for.
    Request,
    /// What is told to someone by mail.
    Message,
    /// What a person complains of, asks or alleges.
    Complaint,
    /// Two subjects that become one.
    Merge,
    /// What a person says is in place.
    Attestation,
    /// What was found of every promise.
    Assessment,
    /// How many mails went out on a day.
    MailCount,
    /// A member of staff.
    Staff,
    /// Someone signed in with a browser.
    Session,
    /// An account that ends, until everyone in it knows.
    AccountEnd,
    /// A link that lets a person into the privacy center.
    Link,
    /// Something that a site may show next.
    Item,
}

impl CaseKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Hold,
        Self::Request,
        Self::Message,
        Self::Complaint,
        Self::Merge,
        Self::Attestation,
        Self::Assessment,
        Self::MailCount,
        Self::Staff,
        Self::Session,
        Self::AccountEnd,
        Self::Link,
        Self::Item,
    ];

    /// The word that is stored for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Request => "request",
            Self::Message => "message",
            Self::Complaint => "complaint",
            Self::Merge => "merge",
            Self::Attestation => "attestation",
            Self::Assessment => "assessment",
            Self::MailCount => "mail_count",
            Self::Staff => "staff",
            Self::Session => "session",
            Self::AccountEnd => "account_end",
            Self::Link => "link",
            Self::Item => "item",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The id of a case of any kind: the sixteen bytes of the noun's own id.
#[derive(Debug)]
pub enum AnyCase {}
impl Kind for AnyCase {
    const PREFIX: &'static str = "cas";
}
/// The id of a case of any kind.
pub type CaseId = Id<AnyCase>;

/// A case as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The noun's id.
    pub id: CaseId,
    /// What it is.
    pub kind: CaseKind,
    /// Whose case: the account that must act.
    pub account: AccountId,
    /// Whom it is about, once that is known.
    pub subject: Option<SubjectId>,
    /// Whether something is still to be done.
    pub is_open: bool,
    /// By when; the queue is in this order.
    pub due_at: Option<Timestamp>,
    /// When the clock must look at it next.
    pub wake_at: Option<Timestamp>,
    /// Counts its changes, from 1.
    pub version: u32,
    /// The noun itself, as JSON.
    pub facts: String,
    /// The entry of its opening; the engine fills it in.
    pub entry: Option<EntryId>,
}

/// What a store must know of a noun to keep it as a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filing {
    /// The noun's id.
    pub id: [u8; 16],
    /// Whose case.
    pub account: AccountId,
    /// Whom it is about.
    pub subject: Option<SubjectId>,
    /// Whether something is still to be done.
    pub is_open: bool,
    /// By when.
    pub due_at: Option<Timestamp>,
    /// When the clock must look at it next.
    pub wake_at: Option<Timestamp>,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl Filing {
    /// Where it stands in its queue, which goes on after it.
    pub const fn place(&self) -> (Option<Timestamp>, CaseId) {
        (self.due_at, CaseId::from_bytes(self.id))
    }
}

/// A noun that is kept as a case.
pub trait Filed: Serialize + DeserializeOwned {
    /// What it is.
    const KIND: CaseKind;

    /// What a store must know of it.
    fn filing(&self) -> Filing;
}

impl Case {
    /// The case of a noun.
    ///
    /// # Errors
    /// The noun cannot be written as JSON, which none of ours is.
    pub fn of<T: Filed>(noun: &T) -> Result<Self, serde_json::Error> {
        let Filing { id, account, subject, is_open, due_at, wake_at, version } = noun.filing();
        let facts = serde_json::to_string(noun)?;
        let id = CaseId::from_bytes(id);
        Ok(Self {
            id,
            kind: T::KIND,
            account,
            subject,
            is_open,
            due_at,
            wake_at,
            version,
            facts,
            entry: None,
        })
    }

    /// The noun; none when it is another one, or not what was written.
    pub fn read<T: Filed>(&self) -> Option<T> {
        (self.kind == T::KIND).then(|| serde_json::from_str(&self.facts).ok()).flatten()
    }
}
