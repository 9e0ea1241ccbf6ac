//! Accounts: the operator itself, and each of its Clients.

use jiff::Timestamp;

use crate::id::{AccountId, RecordId};

/// A tenant: whoever's API keys reach a set of subjects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub kind: AccountKind,
    /// The company's name.
    pub name: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The operator's policy version that it accepted, for itself and on behalf of its End Users, having stated
    /// that it informs them (promise `roles`). Without it none of its keys work.
    pub accepted_policy: Option<u32>,
    /// When it did.
    pub accepted_at: Option<Timestamp>,
    /// Where the operator writes to it.
    pub contact: Option<Contact>,
}

/// Where a Client is written to: a field of a record that the operator holds of someone there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The record, of the operator's own account.
    pub record: RecordId,
    /// Its field.
    pub field: String,
}

/// Whose an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// The operator's own: its subjects deal with the operator directly.
    Operator,
    /// A Client's: its subjects are End Users, held for the Client.
    Client,
}

impl AccountKind {
    /// The word used in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Client => "client",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Operator, Self::Client].into_iter().find(|kind| kind.as_str() == text)
    }
}
