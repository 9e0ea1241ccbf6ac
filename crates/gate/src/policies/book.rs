//! Every version of every policy, in memory.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use domain::{AccountId, calendar, succession};
use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use policy::{Diagnostic, Policy};
use store::{StoreError, policies::PolicyVersion};

use super::{Effective, Numbered, numbered::Times};
use crate::GateError;

/// Every version of every policy.
pub(crate) struct PolicyBook {
    operator: AccountId,
    versions: RwLock<HashMap<AccountId, Vec<Numbered>>>,
    /// The version of the registry that everything in memory is at least as new as.
    registry: AtomicU64,
    /// Whether whoever accepted one version of the operator's policy need not accept another: asked by every request, and
    /// found by comparing them.
    covered: Mutex<HashMap<(u32, u32), bool>>,
}

impl PolicyBook {
    /// Compiles what was published, each version as of the day it was published on: an agreement that has lapsed
    /// since must not keep the server from starting.
    pub(crate) fn load(
        operator: AccountId,
        published: Vec<PolicyVersion>,
        registry: u64,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let book = Self {
            operator,
            versions: RwLock::default(),
            registry: AtomicU64::new(registry),
            covered: Mutex::default(),
        };
        book.update(published, now)?;
        Ok(book)
    }

    /// Adds the versions that are not known yet. What is in force must compile, and what will be.
    pub(crate) fn update(&self, published: Vec<PolicyVersion>, now: Timestamp) -> Result<(), StoreError> {
        let new = published.into_iter().filter(|version| !self.knows(version.account, version.number));
        let (of_operator, of_accounts): (Vec<_>, Vec<_>) =
            new.partition(|version| version.account == self.operator);
        let mut left_out = Vec::new();
        for version in of_operator.into_iter().chain(of_accounts) {
            match self.compiled(&version) {
                Ok(policy) => self.add(&version, policy),
                Err(_) => left_out.push((version.account, version.number)),
            }
        }
        for (account, number) in left_out {
            let name = format!("policy version {number} of {account}");
            // A program may check more strictly than the one that published it: history is not needed to start.
            if self.in_force(account, now).is_none_or(|current| current.number < number) {
                return Err(StoreError::Corrupt(name));
            }
            tracing::warn!(%name, "does not compile any more and is left out of the history");
        }
        Ok(())
    }

    /// The operator's account.
    pub(crate) const fn operator(&self) -> AccountId {
        self.operator
    }

    fn knows(&self, account: AccountId, number: u32) -> bool {
        let versions = self.versions.read();
        versions.get(&account).is_some_and(|all| all.iter().any(|version| version.number == number))
    }

    /// The version of the registry that everything in memory is at least as new as.
    pub(crate) fn registry_version(&self) -> u64 {
        self.registry.load(Ordering::Acquire)
    }

    /// Only after everything else was brought up to it.
    pub(crate) fn set_registry_version(&self, version: u64) {
        self.registry.store(version, Ordering::Release);
    }

    /// Under a later version of the operator's, what an account published under an earlier one need not compile any more.
    fn compiled(&self, version: &PolicyVersion) -> Result<Policy, Vec<Diagnostic>> {
        let operator = (version.account != self.operator)
            .then(|| self.in_force(self.operator, version.published_at))
            .flatten();
        compile(&version.source, version.published_at, operator.as_ref())
    }

    fn add(&self, version: &PolicyVersion, policy: Policy) {
        let mut all = self.versions.write();
        let known = all.entry(version.account).or_default();
        let numbered = Numbered::after(known, version, self.times(version, &policy), policy);
        known.push(numbered);
    }

    /// From when a version applies. Before the operator's first one nothing would be in force.
    pub(super) fn times(&self, version: &PolicyVersion, policy: &Policy) -> Times {
        let published_at = version.published_at;
        let is_first = version.account == self.operator && version.number == 1;
        let day = (!is_first).then(|| policy.effective());
        Times { published_at, applies_at: succession::applies_at(published_at, day) }
    }

    /// The version of an account's own policy that is in force at a moment.
    fn in_force(&self, account: AccountId, at: Timestamp) -> Option<Numbered> {
        succession::in_force(self.versions.read().get(&account)?, at).cloned()
    }

    /// Every version of an account's own policy, oldest first.
    pub(super) fn versions(&self, account: AccountId) -> Vec<Numbered> {
        self.versions.read().get(&account).cloned().unwrap_or_default()
    }

    /// Whether whoever accepted a version of the operator's policy need not accept another. One that does not compile
    /// any more covers nothing.
    pub(crate) fn covers(&self, accepted: u32, other: &Numbered) -> bool {
        if accepted >= other.number {
            return true;
        }
        if let Some(known) = self.covered.lock().get(&(accepted, other.number)) {
            return *known;
        }
        let versions = self.versions(self.operator);
        let accepted_policy = versions.iter().find(|version| version.number == accepted);
        let covers = accepted_policy
            .is_some_and(|accepted| !policy::diff::must_be_accepted(&accepted.policy, &other.policy));
        self.covered.lock().insert((accepted, other.number), covers);
        covers
    }

    /// What is in force for an account at a moment.
    pub(crate) fn effective(&self, account: AccountId, at: Timestamp) -> Result<Effective, GateError> {
        // By a clock that was set back to before the first one, that is the one.
        self.chosen(account, at, |versions| succession::in_force(versions, at).or_else(|| versions.first()))
            .ok_or(GateError::Damaged("no policy is published"))
    }

    /// What was in force for an account at a moment, when a decision was made under a version of the operator's policy;
    /// none when that version does not compile any more.
    pub(super) fn effective_under(
        &self,
        number: u32,
        account: AccountId,
        at: Timestamp,
    ) -> Option<Effective> {
        self.chosen(account, at, |versions| versions.iter().find(|version| version.number == number))
    }

    /// The version of the operator's policy that is chosen, and the account's own at a moment.
    fn chosen(
        &self,
        account: AccountId,
        at: Timestamp,
        choose: impl FnOnce(&[Numbered]) -> Option<&Numbered>,
    ) -> Option<Effective> {
        // Before everything that it counts the changes of.
        let registry = self.registry_version();
        let versions = self.versions.read();
        let of_operator = versions.get(&self.operator)?;
        let of_account = (account != self.operator).then(|| versions.get(&account)).flatten();
        let newest = |versions: &[Numbered]| versions.last().map_or(0, |version| version.number);
        Some(Effective {
            concerned: account,
            operator_account: self.operator,
            operator: choose(of_operator)?.clone(),
            registry,
            newest: (newest(of_operator), of_account.map_or(0, |own| newest(own))),
            account: of_account
                .and_then(|own| succession::in_force(own, at))
                .map(|own| (account, own.clone())),
        })
    }
}

/// Compiles a policy as of the day of a moment; an account's under the operator's.
pub(super) fn compile(
    source: &str,
    at: Timestamp,
    operator: Option<&Numbered>,
) -> Result<Policy, Vec<Diagnostic>> {
    Policy::compile(source, calendar::day(at), operator.map(|numbered| &*numbered.policy))
}
