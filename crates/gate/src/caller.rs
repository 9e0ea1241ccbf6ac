//! Who asks: an API key and its account.

use domain::{Account, AccountId, AccountState, ApiKey, KeyId, Scope, SubjectId};
use jiff::Timestamp;

/// Who asks, once the key was checked.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account whose data is meant.
    pub account: Account,
    /// The key that was shown; none when the system itself acts.
    pub key: Option<KeyId>,
    /// Who is signed in to the console, of the operator or of a Client; none when a key was shown.
    pub staff: Option<SubjectId>,
    /// The person who is signed in to the privacy center: they reach what is theirs, and nothing else of the account.
    pub person: Option<SubjectId>,
    /// What the key may do.
    pub scopes: Vec<Scope>,
    /// Why somebody signed in to the console opens a person for what is out of the ordinary; none who does not.
    pub(crate) glass: Option<String>,
}

impl Caller {
    /// The system itself, acting for an account.
    pub fn system(account: Account) -> Self {
        Self { account, key: None, staff: None, person: None, scopes: Scope::ALL.to_vec(), glass: None }
    }

    pub(crate) fn by_key(account: Account, key: &ApiKey) -> Self {
        let is_cancelled = matches!(account.state, AccountState::Cancelled { .. });
        let left = key.scopes.iter().copied().filter(|scope| !is_cancelled || scope.is_of_taking_back());
        Self { key: Some(key.id), staff: None, person: None, scopes: left.collect(), account, glass: None }
    }

    /// Somebody who is signed in to the console of an account.
    pub(crate) const fn member(account: Account, subject: SubjectId) -> Self {
        Self { account, key: None, staff: Some(subject), person: None, scopes: Vec::new(), glass: None }
    }

    /// The same, who says why they open a person for what is out of the ordinary.
    #[must_use]
    pub fn breaking_the_glass(self, because: String) -> Self {
        Self { glass: Some(because), ..self }
    }

    /// Whether it is somebody outside who acts, and not the system itself.
    pub(crate) const fn is_somebody(&self) -> bool {
        self.key.is_some() || self.staff.is_some()
    }

    /// The account's id.
    pub const fn account_id(&self) -> AccountId {
        self.account.id
    }

    /// Whether what is a subject's is within the caller's reach: a person reaches what is theirs, and everyone else what is the
    /// account's.
    pub fn reaches(&self, subject: SubjectId) -> bool {
        self.person.is_none_or(|person| person == subject)
    }

    /// Whether the caller may do what `scope` covers.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// A key to be made.
#[derive(Debug, Clone, Copy)]
pub struct KeyRequest<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// A key that was made.
pub struct NewKey {
    /// The key.
    pub key: ApiKey,
    /// What to put after `Authorization: Bearer`: shown once, so a repeated request has none.
    pub secret: Option<String>,
}
