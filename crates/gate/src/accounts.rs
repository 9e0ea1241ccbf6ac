//! Accounts and API keys through the door.

mod contact;
mod ending;
mod key_use;
mod profile;
mod state;

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use domain::{
    Account, AccountId, AccountKind, AccountState, Action, ApiKey, Bucket, Detail, KeyId,
    ambient::random_bytes,
};
use jiff::Timestamp;
use parking_lot::RwLock;
use sealing::{AccountKeys, hash_secret, secret_matches};
use store::{Change, Unit, accounts::WrappedAccountKeys, records::Replay};

use crate::{Caller, Gate, GateError, KeyRequest, NewKey, attempts::Failed, repetition::remember};

/// What every key begins with, so that secret scanners can find a leaked one.
const KEY_PREFIX: &str = "bailee_";

/// Accounts and keys in memory: they are few and asked for by every request.
#[derive(Default)]
pub(crate) struct AccountBook {
    accounts: RwLock<HashMap<AccountId, Account>>,
    keys: RwLock<HashMap<KeyId, ApiKey>>,
}

impl AccountBook {
    pub(crate) fn load(accounts: Vec<Account>, keys: Vec<ApiKey>) -> Self {
        Self {
            accounts: RwLock::new(accounts.into_iter().map(|account| (account.id, account)).collect()),
            keys: RwLock::new(keys.into_iter().map(|key| (key.id, key)).collect()),
        }
    }

    /// What another process has changed takes the place of what was known.
    pub(crate) fn replace(&self, accounts: Vec<Account>, keys: Vec<ApiKey>) {
        let Self { accounts: new_accounts, keys: new_keys } = Self::load(accounts, keys);
        *self.accounts.write() = new_accounts.into_inner();
        *self.keys.write() = new_keys.into_inner();
    }

    pub(crate) fn account(&self, id: AccountId) -> Option<Account> {
        self.accounts.read().get(&id).cloned()
    }

    /// The account that a key opens, or opened before it was revoked.
    pub(crate) fn account_of(&self, key: KeyId) -> Option<AccountId> {
        self.keys.read().get(&key).map(|key| key.account)
    }

    fn key(&self, id: KeyId) -> Option<ApiKey> {
        self.keys.read().get(&id).cloned()
    }

    fn used(&self, key: KeyId, at: Timestamp) {
        if let Some(key) = self.keys.write().get_mut(&key) {
            key.used_at = key.used_at.max(Some(at));
        }
    }

    pub(crate) fn is_live(&self, key: KeyId, now: Timestamp) -> bool {
        self.keys.read().get(&key).is_some_and(|key| key.is_live(now))
    }
}

impl Gate {
    /// Every account, the operator's first.
    pub fn accounts(&self) -> Vec<Account> {
        let mut all: Vec<Account> = self.accounts.accounts.read().values().cloned().collect();
        all.sort_by_key(|account| (account.kind != AccountKind::Operator, account.id));
        all
    }

    /// The operator's own account.
    ///
    /// # Errors
    /// The installation is damaged: it has none.
    pub fn operator(&self) -> Result<Account, GateError> {
        let operator = self.accounts().into_iter().find(|account| account.kind == AccountKind::Operator);
        operator.ok_or(GateError::Damaged("the installation has no operator"))
    }

    /// Opens an account for a Client. Its keys work once it has accepted the policy (promise `roles`). A repeated
    /// request answers with the account that the first one opened.
    ///
    /// # Errors
    /// The caller is not the operator, or a store fails.
    pub async fn open_account(
        &self,
        caller: &Caller,
        name: &str,
        replay: Option<&Replay>,
    ) -> Result<Account, GateError> {
        require_operator(caller, "account")?;
        if let Some(opened) = self.repeated(replay).await? {
            return self.account(AccountId::from_bytes(opened.result)).await;
        }
        let account = Account {
            id: AccountId::new(&*self.ambient.clock, self.randomness(), Bucket::random(self.randomness())),
            kind: AccountKind::Client,
            name: name.to_owned(),
            created_at: self.now(),
            accepted_policy: None,
            accepted_at: None,
            contact: None,
            state: AccountState::Active,
        };
        let mut changes = self.account_opening(&account);
        changes.extend(remember(replay, *account.id.as_bytes()));
        let note = account.id.to_string();
        let entry = (caller.account_id(), Action::AccountOpened, note.as_str());
        self.commit_to_registry(caller, &changes, entry).await?;
        Ok(account)
    }

    /// What opens an account: its row, and keys of its own.
    pub(crate) fn account_opening(&self, account: &Account) -> Vec<Change> {
        let keys = AccountKeys::generate(account.id, 1, self.randomness());
        let wrapped = self.root.wrap_account(&keys, self.randomness()).as_bytes().to_vec();
        let keys = WrappedAccountKeys { account: account.id, version: 1, wrapped };
        vec![Change::PutAccount(account.clone()), Change::AddAccountKeys(keys)]
    }

    /// Makes an API key for an account: the caller's own, or any when the caller is the operator. A repeated
    /// request answers with the key that the first one made, without the secret, which nobody has kept.
    ///
    /// # Errors
    /// There is no such account for the caller, or a store fails.
    pub async fn create_key(
        &self,
        caller: &Caller,
        account: AccountId,
        new: &KeyRequest<'_>,
        replay: Option<&Replay>,
    ) -> Result<NewKey, GateError> {
        if caller.account_id() != account {
            require_operator(caller, "account")?;
        }
        if let Some(made) = self.repeated(replay).await? {
            let key = self.looked_up(|known| known.key(KeyId::from_bytes(made.result))).await?;
            return Ok(NewKey { key: key.ok_or(GateError::Gone("key"))?, secret: None });
        }
        let account = self.known_account(account).await?;
        let secret: [u8; 32] = random_bytes(self.randomness());
        // A key that ends makes none that outlives it.
        let own_end = caller.key.and_then(|id| self.accounts.keys.read().get(&id)?.expires_at);
        let expires_at = new.expires_at.into_iter().chain(own_end).min();
        let key = self.new_key(&account, &KeyRequest { expires_at, ..*new }, &secret);
        let mut changes = vec![Change::AddApiKey(key.clone())];
        changes.extend(remember(replay, *key.id.as_bytes()));
        let note = key.id.to_string();
        self.commit_to_registry(caller, &changes, (account.id, Action::KeyCreated, &note)).await?;
        let secret =
            format!("{KEY_PREFIX}{}{}", HEXLOWER.encode(key.id.as_bytes()), HEXLOWER.encode(&secret));
        Ok(NewKey { key, secret: Some(secret) })
    }

    fn new_key(&self, account: &Account, new: &KeyRequest<'_>, secret: &[u8; 32]) -> ApiKey {
        ApiKey {
            id: KeyId::new(&*self.ambient.clock, self.randomness(), account.id.bucket()),
            account: account.id,
            name: new.name.to_owned(),
            scopes: new.scopes.to_vec(),
            secret_hash: hash_secret(secret),
            created_at: self.now(),
            expires_at: new.expires_at,
            revoked_at: None,
            used_at: None,
        }
    }

    /// Revokes an API key; it works no more from the next request on.
    ///
    /// # Errors
    /// There is no such key for the caller, or a store fails.
    pub async fn revoke_key(&self, caller: &Caller, id: KeyId) -> Result<(), GateError> {
        let key = self.looked_up(|known| known.key(id)).await?.ok_or(GateError::NotFound("key"))?;
        if key.account != caller.account_id() && caller.account.kind != AccountKind::Operator {
            return Err(GateError::NotFound("key"));
        }
        let changes = [Change::RevokeApiKey(id, self.now())];
        self.commit_to_registry(caller, &changes, (key.account, Action::KeyRevoked, &id.to_string())).await
    }

    /// Commits changes of what every process keeps in memory, with an entry of an account that says so, and reads
    /// them here.
    pub(crate) async fn commit_to_registry(
        &self,
        caller: &Caller,
        changes: &[Change],
        (account, action, note): (AccountId, Action, &str),
    ) -> Result<(), GateError> {
        let attempt = async || {
            let effective = self.effective_before_acceptance(caller)?;
            let detail =
                Detail { note: Some(note.to_owned()), ..self.detail_under(caller, action, &effective) };
            let entries = vec![self.account_entry(account, &detail)?];
            let unit = Unit { expects: effective.expects(), changes: changes.to_vec(), entries };
            self.commit(unit).await.map_err(Failed::Commit)
        };
        self.retried(attempt).await.map_err(Failed::into_error)?;
        self.catch_up().await;
        Ok(())
    }

    /// The keys of an account, without their secrets.
    pub fn keys(&self, account: AccountId) -> Vec<ApiKey> {
        let mut keys: Vec<ApiKey> =
            self.accounts.keys.read().values().filter(|key| key.account == account).cloned().collect();
        keys.sort_by_key(|key| key.id);
        keys
    }

    /// Who a bearer token belongs to; none when it is no live key. Compared in constant time. A key that another
    /// process has revoked is noticed by the next commit for its caller, and by calls that commit nothing as soon as
    /// [`Gate::refresh`] has run.
    pub async fn authenticate(&self, token: &str) -> Option<Caller> {
        let digits = HEXLOWER.decode(token.strip_prefix(KEY_PREFIX)?.as_bytes()).ok()?;
        let (id, secret) = digits.split_first_chunk::<16>()?;
        let id = KeyId::from_bytes(*id);
        let known = self.accounts.key(id);
        let caller = known.as_ref().and_then(|key| self.recognise(key, secret));
        let may_have_changed = match &caller {
            None => known.is_none(),
            Some(caller) => !self.has_accepted(caller.account_id()),
        };
        if !may_have_changed {
            return caller;
        }
        self.look_again().await;
        self.recognise(&self.accounts.key(id)?, secret)
    }

    fn recognise(&self, key: &ApiKey, secret: &[u8]) -> Option<Caller> {
        if !secret_matches(secret, &key.secret_hash) || !key.is_live(self.now()) {
            return None;
        }
        Some(Caller::by_key(self.accounts.account(key.account)?, key))
    }

    /// The keyed hash by which a repeated request of a caller is recognised.
    ///
    /// # Errors
    /// The account has no keys.
    pub fn repetition_hash(&self, caller: &Caller, parts: &[&[u8]]) -> Result<[u8; 32], GateError> {
        // The first version, always: a repetition must be recognised across a rotation.
        let versions = self.keyring.account_versions(caller.account_id());
        let keys = versions.last().ok_or(GateError::Damaged("an account has no keys"))?;
        let mut message = Vec::new();
        for part in parts {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        Ok(keys.keyed_hash(&message))
    }
}

impl Gate {
    /// An account that must be there.
    pub(crate) async fn known_account(&self, id: AccountId) -> Result<Account, GateError> {
        self.looked_up(|known| known.account(id)).await?.ok_or(GateError::NotFound("account"))
    }
}

/// Only the operator has to do with a noun: a Client learns of it no more than of what does not exist.
pub(crate) fn require_operator(caller: &Caller, noun: &'static str) -> Result<(), GateError> {
    if caller.account.kind == AccountKind::Operator { Ok(()) } else { Err(GateError::NotFound(noun)) }
}
