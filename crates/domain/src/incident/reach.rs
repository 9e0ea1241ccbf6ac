//! How far an incident reaches: what the audit log says that someone touched between two moments, in counts.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, KeyId, SubjectId};

/// Whose doings are looked for. The log names keys, accounts and members of staff; addresses join them once it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// One API key.
    Key(KeyId),
    /// Every key of an account.
    Account(AccountId),
    /// A member of staff, signed in to the console.
    Staff(SubjectId),
    /// The system itself, acting without a key.
    System,
}

impl Actor {
    /// Whether an entry with this account, key and member of staff is one of theirs.
    pub fn did(&self, account: AccountId, key: Option<KeyId>, staff: Option<SubjectId>) -> bool {
        match self {
            Self::Key(own) => key == Some(*own),
            Self::Account(own) => key.is_some() && account == *own,
            Self::Staff(own) => staff == Some(*own),
            Self::System => key.is_none() && staff.is_none(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(formatter, "{key}"),
            Self::Account(account) => write!(formatter, "every key of {account}"),
            Self::Staff(staff) => write!(formatter, "the member of staff {staff}"),
            Self::System => formatter.write_str("the system itself"),
        }
    }
}

/// A question to the log and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// When it was asked.
    pub at: Timestamp,
    /// Whose doings.
    pub actor: Actor,
    /// From when.
    pub from: Timestamp,
    /// Until when; what happened at this very moment is not in it.
    pub until: Timestamp,
    /// What was found.
    pub reach: Reach,
}

impl Scope {
    /// Whether people of Clients are concerned, for whom the account of the incident processes data.
    pub fn reaches_clients(&self) -> bool {
        self.reach.clients.values().any(|people| *people > 0)
    }
}

/// What was touched. Words of the policy and counts: nothing says who the people are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reach {
    /// Entries of what was done.
    pub done: u64,
    /// Entries of what was asked for and refused.
    pub refused: u64,
    /// The people about whom something was done.
    pub people: u64,
    /// The records with which something was done.
    pub records: u64,
    /// Whether there are more people or records than were counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// How many of them are people of each Client, where the operator asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clients: BTreeMap<AccountId, u64>,
    /// How often each category was opened, stored or changed.
    pub categories: BTreeMap<String, u64>,
    /// How often each purpose was named.
    pub purposes: BTreeMap<String, u64>,
    /// How often for each recipient.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub recipients: BTreeMap<String, u64>,
    /// How often each was done, by the entry's word for it.
    pub actions: BTreeMap<String, u64>,
    /// Queries over many people at once, which the log does not name one by one.
    pub queries: Queries,
    /// Entries of that time that nobody can open any more, because their person was erased since. Nothing says any more
    /// whose doing they were, nor in which account.
    pub unopenable: u64,
    /// Entries of people whose key is damaged or missing without an erasure.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub damaged: u64,
}

/// Queries over many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Queries {
    /// How many there were.
    pub entries: u64,
    /// How many people they were about, added up.
    pub people: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde wants")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
