//! The policies in force: the operator's, and each account's under it.

mod bearings;
mod past;
pub(crate) mod screening;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{About, AccountId, Action, EventKind, Subject, calendar, choice::Mechanism, event::Facts};
use jiff::Timestamp;
use parking_lot::RwLock;
use policy::{
    Diagnostic, Diff, Document, Policy,
    document::{Choice, Role},
};
use store::{Change, Expect, StoreError, Unit, policies::PolicyVersion, records::Replay};

use crate::{Caller, Gate, GateError, attempts::Failed, repetition::remember};

/// A policy with the number of its version.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Counted from 1 for each account.
    pub number: u32,
    /// When it was published.
    pub published_at: Timestamp,
    /// The policy.
    pub policy: Arc<Policy>,
    /// What it permits otherwise than the version before it; none of the first, nor where the one before does not compile
    /// any more.
    pub changes: Option<Arc<Diff>>,
    /// The newest version, up to this one, that asks again about a purpose or a recipient.
    asks_again: Arc<BTreeMap<String, u32>>,
}

impl Numbered {
    /// A version after the one before it, if there was one.
    fn after(before: Option<&Self>, number: u32, published_at: Timestamp, policy: Policy) -> Self {
        let mut asks_again = before.map(|before| (*before.asks_again).clone()).unwrap_or_default();
        let asked = match before {
            None => BTreeSet::new(),
            Some(before) if before.number + 1 == number => policy::diff::asks_again(&before.policy, &policy),
            // One in between does not compile any more: what a yes under it covered is not known.
            Some(_) => policy::diff::everything(&policy),
        };
        asks_again.extend(asked.into_iter().map(|declaration| (declaration, number)));
        let before = before.filter(|before| before.number + 1 == number);
        let changes = before.map(|before| Arc::new(policy::diff(&before.policy, &policy)));
        Self { number, published_at, policy: Arc::new(policy), changes, asks_again: Arc::new(asks_again) }
    }

    /// Whether a yes that was given under a version before does not cover what this one does.
    fn asks_again_since(&self, number: u32, declaration: &str) -> bool {
        self.asks_again.get(declaration).is_some_and(|asked| *asked > number)
    }
}

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
    /// The account's own, narrower policy, when it has one.
    pub account: Option<(AccountId, Numbered)>,
}

impl Effective {
    /// The policy that declares the account's record types.
    pub fn declaring(&self) -> &Policy {
        self.account.as_ref().map_or(&*self.operator.policy, |(_, own)| &*own.policy)
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
        let operator = Expect::Policy { account: self.operator_account, number: self.operator.number };
        // An account without a policy of its own is expected to have none still.
        let own = (self.concerned != self.operator_account).then(|| Expect::Policy {
            account: self.concerned,
            number: self.account.as_ref().map_or(0, |(_, own)| own.number),
        });
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

/// Why a policy could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It does not compile.
    #[error("the policy has errors")]
    Diagnostics(Vec<Diagnostic>),
    /// It could not be stored.
    #[error(transparent)]
    Gate(#[from] GateError),
}

/// Every version of every policy.
pub(crate) struct PolicyBook {
    operator: AccountId,
    versions: RwLock<HashMap<AccountId, Vec<Numbered>>>,
    /// The version of the registry that everything in memory is at least as new as.
    registry: AtomicU64,
}

impl PolicyBook {
    /// Compiles what was published, each version as of the day it was published on: an agreement that has lapsed
    /// since must not keep the server from starting.
    pub(crate) fn load(
        operator: AccountId,
        published: Vec<PolicyVersion>,
        registry: u64,
    ) -> Result<Self, StoreError> {
        let book =
            Self { operator, versions: RwLock::new(HashMap::new()), registry: AtomicU64::new(registry) };
        book.update(published)?;
        Ok(book)
    }

    /// Adds the versions that are not known yet. The newest of an account must compile.
    pub(crate) fn update(&self, published: Vec<PolicyVersion>) -> Result<(), StoreError> {
        let last: HashMap<AccountId, u32> =
            published.iter().map(|version| (version.account, version.number)).collect();
        let new = published.into_iter().filter(|version| !self.knows(version.account, version.number));
        let (of_operator, of_accounts): (Vec<_>, Vec<_>) =
            new.partition(|version| version.account == self.operator);
        for version in of_operator.into_iter().chain(of_accounts) {
            let name = format!("policy version {} of {}", version.number, version.account);
            let operator =
                (version.account != self.operator).then(|| self.in_force(version.published_at)).flatten();
            match compile(&version.source, version.published_at, operator.as_ref()) {
                Ok(policy) => self.add(version.account, version.number, version.published_at, policy),
                // A program may check more strictly than the one that published it: history is not needed to start.
                Err(_) if last.get(&version.account) != Some(&version.number) => {
                    tracing::warn!(%name, "does not compile any more and is left out of the history");
                }
                Err(_) => return Err(StoreError::Corrupt(name)),
            }
        }
        Ok(())
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

    fn add(&self, account: AccountId, number: u32, published_at: Timestamp, policy: Policy) {
        let mut all = self.versions.write();
        let versions = all.entry(account).or_default();
        versions.push(Numbered::after(versions.last(), number, published_at, policy));
    }

    /// The operator's version that was in force at a moment: under a later one, what an account published then need
    /// not compile any more.
    fn in_force(&self, at: Timestamp) -> Option<Numbered> {
        let versions = self.versions.read();
        let of_operator = versions.get(&self.operator)?;
        of_operator
            .iter()
            .rfind(|version| version.published_at <= at)
            .or_else(|| of_operator.first())
            .cloned()
    }

    fn current(&self, account: AccountId) -> Option<Numbered> {
        self.versions.read().get(&account)?.last().cloned()
    }

    pub(crate) fn effective(&self, account: AccountId) -> Result<Effective, GateError> {
        // Before everything that it counts the changes of.
        let registry = self.registry_version();
        let operator = self.current(self.operator).ok_or(GateError::Damaged("no policy is published"))?;
        let own = (account != self.operator).then(|| self.current(account)).flatten();
        let own = own.map(|own| (account, own));
        Ok(Effective {
            concerned: account,
            operator_account: self.operator,
            operator,
            registry,
            account: own,
        })
    }
}

/// Compiles a policy as of the day of a moment; an account's under the operator's.
fn compile(source: &str, at: Timestamp, operator: Option<&Numbered>) -> Result<Policy, Vec<Diagnostic>> {
    let today = calendar::day(at);
    Policy::compile(source, today, operator.map(|numbered| &*numbered.policy))
}

impl Gate {
    /// What is in force for an account.
    ///
    /// # Errors
    /// No policy is published: nothing is allowed.
    pub fn policy(&self, account: AccountId) -> Result<Effective, GateError> {
        self.policies.effective(account)
    }

    /// Every published version of an account's policy, oldest first.
    pub fn policy_versions(&self, account: AccountId) -> Vec<Numbered> {
        self.policies.versions.read().get(&account).cloned().unwrap_or_default()
    }

    /// Publishes a policy version for the caller's account. It binds at the next decision.
    ///
    /// # Errors
    /// The policy has errors, or could not be stored; the policy in force stays so.
    pub async fn publish_policy(
        &self,
        caller: &Caller,
        source: &str,
        replay: Option<&Replay>,
    ) -> Result<Numbered, PublishError> {
        if let Some(first) = self.repeated(replay).await? {
            // The first request may have gone to another process.
            self.refresh().await?;
            return self.published(caller, first.result);
        }
        let attempt = async || match self.try_publish(caller, source, replay).await {
            // Found by the compiler: trying again would find the same.
            Err(PublishError::Diagnostics(found)) => Ok(Err(PublishError::Diagnostics(found))),
            Err(PublishError::Gate(error)) => Err(Failed::Gate(error)),
            Ok(number) => Ok(Ok(number)),
        };
        let number =
            self.retried(attempt).await.map_err(|failed| PublishError::Gate(failed.into_error()))??;
        self.refresh().await?;
        self.published(caller, u128::from(number).to_be_bytes())
    }

    /// Publishes the version after the newest one; its number.
    async fn try_publish(
        &self,
        caller: &Caller,
        source: &str,
        replay: Option<&Replay>,
    ) -> Result<u32, PublishError> {
        let (account, now) = (caller.account_id(), self.now());
        let effective = self.effective(caller)?;
        let operator = (account != self.policies.operator).then_some(&effective.operator);
        compile(source, now, operator).map_err(PublishError::Diagnostics)?;
        let previous = match operator {
            None => effective.operator.number,
            Some(_) => effective.account.as_ref().map_or(0, |(_, own)| own.number),
        };
        let number = previous + 1;
        let version = PolicyVersion { account, number, source: source.to_owned(), published_at: now };
        let mut detail = self.detail_under(caller, Action::PolicyPublished, &effective);
        detail.note = Some(format!("version {number}"));
        let facts = Facts { version: Some(number), ..Facts::default() };
        let told = self.tell(account, EventKind::PolicyPublished, facts);
        let mut changes = vec![Change::AddPolicyVersion(version), told];
        changes.extend(remember(replay, u128::from(number).to_be_bytes()));
        let entries = vec![self.account_entry(account, &detail)?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        self.commit(unit).await.map_err(GateError::from)?;
        Ok(number)
    }

    /// The version that a repeated request has published before.
    fn published(&self, caller: &Caller, result: [u8; 16]) -> Result<Numbered, PublishError> {
        let number = u128::from_be_bytes(result);
        let mut versions = self.policy_versions(caller.account_id()).into_iter();
        let found = versions.find(|version| u128::from(version.number) == number);
        found.ok_or(PublishError::Gate(GateError::Gone("policy version")))
    }
}
