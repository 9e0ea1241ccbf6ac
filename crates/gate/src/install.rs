//! Making an installation, and opening one.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64},
};

use audit_log::{Checkpoint, SigningKey, Tree};
use domain::{
    Account, AccountId, AccountKind, Action, Bucket, Clock, Detail, Outcome, Randomness,
    ambient::random_bytes, calendar,
};
use policy::{Diagnostic, Policy};
use sealing::{AccountKeys, RootKey, WrappedAccountKeys as Wrapped};
use store::{
    Change, CommitError, Expect, KeyStore, StoreError, Unit, accounts::WrappedAccountKeys, backup::RESTORING,
    policies::PolicyVersion,
};

use crate::{
    Ambient, Gate, GateError, Stores,
    accounts::AccountBook,
    keyring::Keyring,
    leases::Leases,
    log::{LogKeeper, Scanning},
    policies::{Numbered, PolicyBook},
    registry::Refreshing,
};

/// The name under which the sealed seed of the log's signing key is stored.
pub(crate) const LOG_SEED: &str = "log seed";
/// The name under which the log's origin is stored.
pub(crate) const LOG_ORIGIN: &str = "log origin";

/// The name under which the log's verifying key is stored, as text (C2SP `signed-note`), for those who verify a
/// data directory without the root key.
pub const LOG_KEY: &str = "log key";

/// What a new installation begins with.
pub struct Installation<'a> {
    /// The operator's name.
    pub operator: &'a str,
    /// The name of the log: a host name, by which checkpoints are told apart (C2SP `tlog-checkpoint`).
    pub origin: &'a str,
    /// The operator's policy.
    pub policy: &'a str,
}

/// Why an installation could not be made.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The policy has errors.
    #[error("the policy has errors")]
    Policy(Vec<Diagnostic>),
    /// There is an installation already.
    #[error("this data directory holds an installation already")]
    Exists,
    /// The name of the log cannot be one.
    #[error("the name of the log cannot be used: {0}")]
    Origin(#[from] audit_log::KeyError),
    /// It could not be stored.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Why an installation could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none.
    #[error("there is no installation here; make one with `bailee init`")]
    Missing,
    /// A restore was begun and not finished.
    #[error("a restore was begun here and not finished; run `bailee restore` again")]
    Restoring,
    /// The root key does not open the account keys.
    #[error("the root key does not open this installation's keys; use the key it was made with")]
    WrongRootKey,
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that must be there is not.
    #[error("the installation is damaged: {0}")]
    Damaged(&'static str),
    /// Keys that must be destroyed, and that an earlier process left, could not be.
    #[error("keys that an earlier process was about to destroy could not be destroyed: {0}")]
    Shredding(#[source] GateError),
}

impl Gate {
    /// Makes an installation in empty stores: the operator's account, its keys, the log and the first policy.
    ///
    /// # Errors
    /// The policy has errors, or the stores are not empty or fail. Nothing is stored then.
    pub async fn install(
        stores: &Stores,
        ambient: &Ambient,
        root: &RootKey,
        installation: &Installation<'_>,
    ) -> Result<(), InstallError> {
        let registry = stores.data.registry_version().await.map_err(CommitError::from)?;
        if !stores.data.accounts().await.map_err(CommitError::from)?.is_empty() {
            return Err(InstallError::Exists);
        }
        let (now, randomness) = (ambient.clock.now(), &*ambient.randomness);
        let today = calendar::day(now);
        Policy::compile(installation.policy, today, None).map_err(InstallError::Policy)?;
        let account = operator(installation.operator, ambient);
        let keys = AccountKeys::generate(account.id, 1, randomness);
        let seed: [u8; 32] = random_bytes(randomness);
        let signing = SigningKey::from_seed(installation.origin, &seed)?;
        let wrapped = root.wrap_account(&keys, randomness).as_bytes().to_vec();
        let policy = PolicyVersion {
            account: account.id,
            number: 1,
            source: installation.policy.to_owned(),
            published_at: now,
            because: None,
        };
        let tree = Tree::empty();
        let unit = Unit {
            // Of two that make an installation in the same place one is refused.
            expects: vec![Expect::Registry { version: registry }],
            changes: vec![
                Change::AddAccountKeys(WrappedAccountKeys { account: account.id, version: 1, wrapped }),
                Change::PutAccount(account.clone()),
                Change::PutInstallation(LOG_SEED, root.seal_seed(LOG_SEED, &seed, randomness)),
                Change::PutInstallation(LOG_ORIGIN, installation.origin.as_bytes().to_vec()),
                Change::PutInstallation(LOG_KEY, signing.verifying_key().to_string().into_bytes()),
                Change::AddPolicyVersion(policy),
                Change::PutCheckpoint(Checkpoint::sign(0, tree.root(), &signing)),
            ],
            entries: vec![first_entry(&account, &keys, ambient, installation.policy)],
        };
        stores.data.commit(unit).await?;
        Ok(())
    }

    /// Opens an installation.
    ///
    /// # Errors
    /// There is none, the root key is another, or a store fails.
    pub async fn open(stores: Stores, ambient: Ambient, root: Arc<RootKey>) -> Result<Self, OpenError> {
        if stores.data.installation(RESTORING).await?.is_some_and(|mark| !mark.is_empty()) {
            return Err(OpenError::Restoring);
        }
        let gate = Self::assemble(stores, ambient, root).await?;
        gate.settle_condemned().await.map_err(OpenError::Shredding)?;
        Ok(gate)
    }

    /// A gate over what is stored, whatever state it is in.
    pub(crate) async fn assemble(
        stores: Stores,
        ambient: Ambient,
        root: Arc<RootKey>,
    ) -> Result<Self, OpenError> {
        let data = &stores.data;
        // Before everything that it counts the changes of.
        let registry = data.registry_version().await?;
        let accounts = data.accounts().await?;
        let operator = accounts.iter().find(|account| account.kind == AccountKind::Operator);
        let operator = operator.ok_or(OpenError::Missing)?.id;
        let keyring = unwrap_keys(&stores.keys, &ambient.randomness, &root, data.account_keys().await?)?;
        let seed = data.installation(LOG_SEED).await?.ok_or(OpenError::Damaged("the log has no key"))?;
        let origin = data.installation(LOG_ORIGIN).await?.ok_or(OpenError::Damaged("the log has no name"))?;
        let seed = root.open_seed(LOG_SEED, &seed).map_err(|_| OpenError::WrongRootKey)?;
        let origin = String::from_utf8(origin).map_err(|_| OpenError::Damaged("the name of the log"))?;
        let signing =
            SigningKey::from_seed(&origin, &seed).map_err(|_| OpenError::Damaged("the name of the log"))?;
        let policies =
            PolicyBook::load(operator, data.policy_versions().await?, registry, ambient.clock.now())?;
        Ok(Self {
            keyring,
            policies,
            accounts: AccountBook::load(accounts, data.api_keys().await?),
            refreshing: Refreshing::default(),
            leases: Leases::of(random_bytes(&*ambient.randomness)),
            root,
            log: LogKeeper::new(signing),
            scanning: Scanning::default(),
            passwords: crate::staff::Passwords::default(),
            intake: Arc::default(),
            salts: crate::visits::Salts::default(),
            ledger: crate::visits::Ledger::default(),
            access_waiting: crate::access_log::Waiting::default(),
            access_keys: crate::access_log::AccessKeys::default(),
            store: stores.data,
            ambient,
            moving_keys: tokio::sync::Mutex::default(),
            remnants: AtomicBool::new(true),
            traffic: AtomicU64::new(0),
        })
    }
}

fn operator(name: &str, ambient: &Ambient) -> Account {
    let (clock, randomness): (&dyn Clock, &dyn Randomness) = (&*ambient.clock, &*ambient.randomness);
    Account {
        id: AccountId::new(clock, randomness, Bucket::random(randomness)),
        kind: AccountKind::Operator,
        name: name.to_owned(),
        created_at: clock.now(),
        accepted_policy: Some(1),
        accepted_at: Some(clock.now()),
        contact: None,
        state: domain::AccountState::Active,
    }
}

/// The first entry of the log: the operator's account was opened and its policy published.
fn first_entry(
    account: &Account,
    keys: &AccountKeys,
    ambient: &Ambient,
    policy: &str,
) -> store::PendingEntry {
    let detail = Detail {
        at: account.created_at,
        action: Action::AccountOpened,
        outcome: Outcome::Allowed,
        account: account.id,
        actor: None,
        staff: None,
        by_person: false,
        subject: None,
        record: None,
        record_type: None,
        categories: Vec::new(),
        purpose: None,
        recipient: None,
        policy: 1,
        clause: None,
        reason: None,
        note: Some(Numbered::first_note(policy)),
        concerned: None,
        choice: None,
        case: None,
        expired: Vec::new(),
    };
    crate::entry::seal(&keys.audit_key(), None, &detail, &*ambient.randomness)
}

fn unwrap_keys(
    keys: &Arc<dyn KeyStore>,
    randomness: &Arc<dyn Randomness>,
    root: &RootKey,
    wrapped: Vec<WrappedAccountKeys>,
) -> Result<Keyring, OpenError> {
    let keyring = Keyring::new(Arc::clone(keys), Arc::clone(randomness));
    for row in wrapped {
        let bytes = row.wrapped.try_into().map_err(|_| OpenError::Damaged("the keys of an account"))?;
        let opened = root.unwrap_account(row.account, &Wrapped::from_bytes(bytes));
        keyring.add(opened.map_err(|_| OpenError::WrongRootKey)?);
    }
    Ok(keyring)
}
