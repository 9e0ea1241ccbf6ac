//! The keys in use: account keys in memory, subject keys unwrapped for each use and forgotten after it. A
//! destroyed key therefore binds at the next decision, and no cache has to be told.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{AccountId, Randomness};
use parking_lot::{Mutex, RwLock};
use sealing::{AccountKeys, SubjectKey, WrappedSubjectKey};
use store::{
    KeyStore,
    key_store::{Deletion, KeyStoreError, Slot, SlotNumber},
};

use crate::GateError;

/// The first batch of slots made ahead for an account; each further one doubles, up to [`LARGEST_BATCH`].
const FIRST_BATCH: u32 = 16;
/// The largest batch: one sync for so many keys.
const LARGEST_BATCH: u32 = 1_024;

/// The keys of one account: every version that may still wrap something.
#[derive(Clone)]
struct Versions(BTreeMap<u32, Arc<AccountKeys>>);

/// Keys made ahead, durable before use.
struct Pool {
    ready: Vec<SlotNumber>,
    batch: u32,
}

pub(crate) struct Keyring {
    keys: Arc<dyn KeyStore>,
    randomness: Arc<dyn Randomness>,
    accounts: RwLock<HashMap<AccountId, Versions>>,
    pools: Mutex<HashMap<AccountId, Pool>>,
    /// One refill at a time: held over I/O on purpose, so that a burst of new people makes one batch.
    refill: tokio::sync::Mutex<()>,
    /// How many refills have failed.
    failed: AtomicU64,
}

impl Keyring {
    pub(crate) fn new(keys: Arc<dyn KeyStore>, randomness: Arc<dyn Randomness>) -> Self {
        Self {
            keys,
            randomness,
            accounts: RwLock::default(),
            pools: Mutex::default(),
            refill: tokio::sync::Mutex::default(),
            failed: AtomicU64::new(0),
        }
    }

    pub(crate) fn key_store(&self) -> &dyn KeyStore {
        &*self.keys
    }

    /// Adds a version of an account's keys; the newest wraps from now on.
    pub(crate) fn add(&self, keys: AccountKeys) {
        let account = keys.account();
        let mut accounts = self.accounts.write();
        accounts
            .entry(account)
            .or_insert_with(|| Versions(BTreeMap::new()))
            .0
            .insert(keys.version(), Arc::new(keys));
        drop(accounts);
        // What was made ahead is wrapped under the version before.
        self.pools.lock().remove(&account);
    }

    /// Whether a version of an account's keys is there.
    pub(crate) fn holds(&self, account: AccountId, version: u32) -> bool {
        self.accounts.read().get(&account).is_some_and(|versions| versions.0.contains_key(&version))
    }

    /// The newest keys of an account.
    pub(crate) fn account(&self, account: AccountId) -> Result<Arc<AccountKeys>, GateError> {
        let accounts = self.accounts.read();
        let newest = accounts.get(&account).and_then(|versions| versions.0.last_key_value());
        newest.map(|(_, keys)| Arc::clone(keys)).ok_or(GateError::Damaged("an account has no keys"))
    }

    /// Every version of an account's keys, newest first: a blind index is read under all of them.
    pub(crate) fn account_versions(&self, account: AccountId) -> Vec<Arc<AccountKeys>> {
        let accounts = self.accounts.read();
        accounts
            .get(&account)
            .map(|versions| versions.0.values().rev().cloned().collect())
            .unwrap_or_default()
    }

    /// The version of an account's keys under which the account sealed something for itself.
    pub(crate) fn account_that_sealed(&self, account: AccountId, sealed: &[u8]) -> Option<Arc<AccountKeys>> {
        let version = sealing::sealed_version(sealed)?;
        self.account_versions(account).into_iter().find(|keys| keys.version() == version)
    }

    fn unwrap(
        &self,
        account: AccountId,
        slot: SlotNumber,
        wrapped: &WrappedSubjectKey,
    ) -> Result<SubjectKey, GateError> {
        let accounts = self.accounts.read();
        let versions = accounts.get(&account).ok_or(GateError::Damaged("an account has no keys"))?;
        let version = wrapped.account_version();
        let keys = versions.0.get(&version).ok_or_else(|| match versions.0.last_key_value() {
            // Another process has made it a moment ago: it is read before the next attempt.
            Some((newest, _)) if version > *newest => GateError::Busy,
            _ => GateError::Damaged("a key is wrapped under an unknown version"),
        })?;
        keys.unwrap_subject_key(slot.0, wrapped)
            .map_err(|_| GateError::Damaged("a wrapped key does not open"))
    }

    /// The key in a slot that a binding named; none when it is destroyed or was never there. What that means only
    /// the data store can tell.
    pub(crate) async fn find(
        &self,
        account: AccountId,
        slot: SlotNumber,
    ) -> Result<Option<SubjectKey>, GateError> {
        match self.keys.read(slot).await? {
            Slot::Live(bytes) => self.unwrap(account, slot, &WrappedSubjectKey::from_bytes(bytes)).map(Some),
            Slot::Destroyed | Slot::Empty => Ok(None),
        }
    }

    /// Whether another slot holds the key that is about to be deleted. What cannot be read is no copy.
    pub(crate) async fn is_copy(&self, doomed: &Deletion, slot: SlotNumber) -> bool {
        if doomed.slot == slot {
            return false;
        }
        let (one, other) =
            (self.find(doomed.account, doomed.slot).await, self.find(doomed.account, slot).await);
        matches!((one, other), (Ok(Some(one)), Ok(Some(other))) if one.is_same(&other))
    }

    /// A slot with a fresh key for an account, durable before this returns and never given out again.
    pub(crate) async fn take(&self, account: AccountId) -> Result<(SlotNumber, SubjectKey), GateError> {
        let slot = self.take_slot(account).await?;
        let key = self.find(account, slot).await?;
        Ok((slot, key.ok_or(GateError::Damaged("a key that was just made"))?))
    }

    async fn take_slot(&self, account: AccountId) -> Result<SlotNumber, GateError> {
        if let Some(slot) = self.take_ready(account) {
            return Ok(slot);
        }
        let failed = self.failed.load(Ordering::Relaxed);
        let _one_at_a_time = self.refill.lock().await;
        if let Some(slot) = self.take_ready(account) {
            return Ok(slot);
        }
        // Whoever waited for one that failed does not try in turn: a slow key store would keep the last for minutes.
        if self.failed.load(Ordering::Relaxed) != failed {
            return Err(GateError::Unavailable("keys could not be made ahead".to_owned()));
        }
        if let Err(error) = self.fill(account).await {
            self.failed.fetch_add(1, Ordering::Relaxed);
            return Err(error);
        }
        self.take_ready(account).ok_or(GateError::Busy)
    }

    fn take_ready(&self, account: AccountId) -> Option<SlotNumber> {
        self.pools.lock().get_mut(&account)?.ready.pop()
    }

    async fn fill(&self, account: AccountId) -> Result<(), GateError> {
        let batch = self.pools.lock().get(&account).map_or(FIRST_BATCH, |pool| pool.batch);
        let keys = self.account(account)?;
        let first = self.keys.reserve(batch).await?;
        let numbers = first.0..first.0 + u64::from(batch);
        let wrap = |slot| {
            *keys
                .wrap_subject_key(slot, &SubjectKey::generate(&*self.randomness), &*self.randomness)
                .as_bytes()
        };
        self.keys.fill(first, numbers.clone().map(wrap).collect()).await?;
        let mut pools = self.pools.lock();
        let pool = pools.entry(account).or_insert(Pool { ready: Vec::new(), batch });
        pool.ready.extend(numbers.rev().map(SlotNumber));
        pool.batch = (batch * 2).min(LARGEST_BATCH);
        Ok(())
    }

    /// Wraps keys anew, under the newest version, into slots that were reserved for them. Says whether it did: nothing
    /// is written when one of the slots was destroyed meanwhile.
    pub(crate) async fn rewrap(
        &self,
        account: AccountId,
        first: SlotNumber,
        keys: &[SubjectKey],
    ) -> Result<bool, GateError> {
        let newest = self.account(account)?;
        let wrap = |(slot, key): (u64, &SubjectKey)| {
            *newest.wrap_subject_key(slot, key, &*self.randomness).as_bytes()
        };
        match self.keys.fill(first, (first.0..).zip(keys).map(wrap).collect()).await {
            Err(KeyStoreError::Used { .. }) => Ok(false),
            filled => Ok(filled.map(|()| true)?),
        }
    }

    /// Which version of the account's keys wraps the key in a slot.
    pub(crate) async fn wrapped_under(&self, slot: SlotNumber) -> Result<Option<u32>, GateError> {
        Ok(match self.keys.read(slot).await? {
            Slot::Live(bytes) => Some(WrappedSubjectKey::from_bytes(bytes).account_version()),
            Slot::Destroyed | Slot::Empty => None,
        })
    }
}
