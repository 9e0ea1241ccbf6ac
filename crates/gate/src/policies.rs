//! The policies in force: the operator's, and each account's under it.

mod bearings;
mod book;
mod notices;
mod numbered;
mod past;
mod publishing;
pub(crate) mod screening;

use domain::{About, AccountId, Subject, choice::Mechanism};
use policy::{
    Document, Policy,
    document::{Choice, Role},
};
use store::Expect;

pub(crate) use book::PolicyBook;
pub use notices::Announcement;
pub use numbered::{Numbered, TooSoon};
pub use publishing::PublishError;

use crate::{Gate, GateError};

/// What is in force for one account.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The account that is asked about.
    pub concerned: AccountId,
    /// The operator's account.
    pub operator_account: AccountId,
    /// The operator's policy.
    pub operator: Numbered,
    /// The version of the registry that this was read under.
    registry: u64,
    /// The newest versions that are published, of the operator and of the account, whether they apply yet or not; 0 is
    /// none.
    newest: (u32, u32),
    /// The account's own, narrower policy, when it has one.
    pub account: Option<(AccountId, Numbered)>,
}

impl Effective {
    /// The policy that declares the account's record types.
    pub fn declaring(&self) -> &Policy {
        self.account.as_ref().map_or(&*self.operator.policy, |(_, own)| &*own.policy)
    }

    /// The policy of the account itself: a Client without one of its own has none.
    pub(crate) fn own(&self) -> Option<&Policy> {
        match &self.account {
            Some((_, own)) => Some(&own.policy),
            None => (self.concerned == self.operator_account).then_some(&*self.operator.policy),
        }
    }

    /// A purpose, for an entry: only when a policy declares it, because what the caller wrote could be anything.
    pub(crate) fn known_purpose(&self, name: &str) -> Option<String> {
        self.declares_purpose(name).then(|| name.to_owned())
    }

    /// Whether either policy declares this purpose.
    pub(crate) fn declares_purpose(&self, name: &str) -> bool {
        self.documents().any(|document| document.purposes.contains_key(name))
    }

    /// Whether either policy declares this recipient.
    pub(crate) fn declares_recipient(&self, name: &str) -> bool {
        self.documents().any(|document| document.recipients.contains_key(name))
    }

    /// A recipient, for an entry, in the same way.
    pub(crate) fn known_recipient(&self, name: Option<&str>) -> Option<String> {
        name.filter(|name| self.declares_recipient(name)).map(str::to_owned)
    }

    /// A category, for an entry, in the same way.
    pub(crate) fn known_category(&self, name: &str) -> Option<String> {
        self.documents().any(|document| document.categories.contains_key(name)).then(|| name.to_owned())
    }

    /// Whether a purpose may use data of people of a role at all.
    pub(crate) fn uses_data_of(&self, purpose: &str, role: &str) -> bool {
        self.documents().all(|document| {
            let declared = document.purposes.get(purpose);
            declared.is_some_and(|purpose| purpose.roles.iter().any(|name| name.get_ref() == role))
        })
    }

    /// A role: the operator's policy declares them.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        self.operator.policy.document().roles.get(name)
    }

    fn documents(&self) -> impl Iterator<Item = &Document> + Clone {
        let own = self.account.as_ref().map(|(_, own)| own.policy.document());
        std::iter::once(self.operator.policy.document()).chain(own)
    }

    /// What must still be so when a decision under these policies is committed.
    pub(crate) fn expects(&self) -> Vec<Expect> {
        let (operator, own) = self.newest;
        let operator = Expect::Policy { account: self.operator_account, number: operator };
        // An account without a policy of its own is expected to have none still.
        let own = (self.concerned != self.operator_account)
            .then_some(Expect::Policy { account: self.concerned, number: own });
        let registry = Expect::Registry { version: self.registry };
        [registry, operator].into_iter().chain(own).collect()
    }

    /// Whether and how a person decides about a purpose or a recipient: as the stricter of the two policies says. None
    /// when one of them does not declare it, as then nothing happens anyway; none within when they leave no choice.
    pub(crate) fn mechanism(&self, about: &About) -> Option<Option<Mechanism>> {
        let kind = match about {
            About::Purpose(_) => "purposes",
            About::Recipient(_) => "recipients",
            About::Processing => return Some(Some(Mechanism::OptOut)),
        };
        let own = self.account.as_ref().map(|(_, own)| &own.policy);
        let stated: Option<Vec<Option<Choice>>> = std::iter::once(&self.operator.policy)
            .chain(own)
            .map(|policy| policy.choice(kind, about.name()))
            .collect();
        let stated = stated?;
        Some(if stated.contains(&Some(Choice::OptIn)) {
            Some(Mechanism::OptIn)
        } else {
            stated.contains(&Some(Choice::OptOut)).then_some(Mechanism::OptOut)
        })
    }

    /// The number of the newest version that the operator has published.
    pub(crate) const fn newest_of_operator(&self) -> u32 {
        self.newest.0
    }

    /// The number of the newest version that the account concerned has published; 0 when there is none.
    fn newest_own(&self) -> u32 {
        let (operator, own) = self.newest;
        if self.concerned == self.operator_account { operator } else { own }
    }

    /// The version of the registry that this was read under.
    pub(crate) const fn registry_version(&self) -> u64 {
        self.registry
    }

    /// The same of a decision about one subject: it stands as it did.
    pub(crate) fn expects_of(&self, subject: &Subject) -> Vec<Expect> {
        let mut expects = self.expects();
        expects.push(Expect::Subject { id: subject.id, version: subject.version });
        expects
    }
}

impl Gate {
    /// What is in force for an account now.
    ///
    /// # Errors
    /// No policy is published: nothing is allowed.
    pub fn policy(&self, account: AccountId) -> Result<Effective, GateError> {
        self.policies.effective(account, self.now())
    }

    /// Every published version of an account's policy, oldest first.
    pub fn policy_versions(&self, account: AccountId) -> Vec<Numbered> {
        self.policies.versions(account)
    }
}
