//! Rotating keys while the server runs.

use domain::{AccountId, Action};
use sealing::{AccountKeys, RootKey};
use store::{Change, Expect, Unit, accounts::WrappedAccountKeys, key_store::Deletion, subjects::KeyBinding};

use crate::{Caller, Gate, GateError};

/// How many keys are moved between two looks at the store.
const STEP: u32 = 256;

impl Gate {
    /// Wraps every account's keys under a new root key. The old root key opens nothing any more.
    ///
    /// # Errors
    /// A store fails; everything is still wrapped under the old key then.
    pub async fn rotate_root(&self, caller: &Caller, old: &RootKey, new: &RootKey) -> Result<(), GateError> {
        let mut changes = Vec::new();
        for row in self.store.account_keys().await? {
            let bytes = row.wrapped.try_into().map_err(|_| GateError::Damaged("the keys of an account"))?;
            let opened = old.unwrap_account(row.account, &sealing::WrappedAccountKeys::from_bytes(bytes));
            let opened = opened.map_err(|_| GateError::Damaged("the keys of an account"))?;
            let wrapped = new.wrap_account(&opened, self.randomness()).as_bytes().to_vec();
            changes.push(Change::PutAccountKeys(WrappedAccountKeys {
                wrapped,
                ..row_of(row.account, row.version)
            }));
        }
        changes.push(self.resealed_log_seed(old, new).await?);
        let mut detail = self.detail(caller, Action::KeyRotated)?;
        detail.note = Some("root key".to_owned());
        let entries = vec![self.account_entry(caller.account_id(), &detail)?];
        self.commit(Unit { changes, entries, ..Unit::default() }).await?;
        Ok(())
    }

    async fn resealed_log_seed(&self, old: &RootKey, new: &RootKey) -> Result<Change, GateError> {
        let name = crate::install::LOG_SEED;
        let sealed = self.store.installation(name).await?.ok_or(GateError::Damaged("the log has no key"))?;
        let seed = old.open_seed(name, &sealed).map_err(|_| GateError::Damaged("the key of the log"))?;
        Ok(Change::PutInstallation(name, new.seal_seed(name, &seed, self.randomness())))
    }

    /// Makes the next version of an account's keys and moves every subject key under it, into new slots. Reads and
    /// writes go on meanwhile. Returns how many keys were moved.
    ///
    /// # Errors
    /// A store fails; calling again goes on from there.
    pub async fn rotate_account(
        &self,
        caller: &Caller,
        root: &RootKey,
        account: AccountId,
    ) -> Result<u64, GateError> {
        let version = self.keyring.account(account)?.version() + 1;
        let keys = AccountKeys::generate(account, version, self.randomness());
        let wrapped = root.wrap_account(&keys, self.randomness()).as_bytes().to_vec();
        let mut detail = self.detail(caller, Action::KeyRotated)?;
        detail.note = Some(format!("{account}, version {version}"));
        let unit = Unit {
            changes: vec![Change::PutAccountKeys(WrappedAccountKeys { wrapped, ..row_of(account, version) })],
            entries: vec![self.account_entry(account, &detail)?],
            ..Unit::default()
        };
        self.commit(unit).await?;
        self.keyring.add(keys);
        self.move_keys(account, version).await
    }

    async fn move_keys(&self, account: AccountId, version: u32) -> Result<u64, GateError> {
        let (mut moved, mut after) = (0, None);
        loop {
            let page = self.store.key_bindings(account, after, STEP).await?;
            let Some(last) = page.last() else { return Ok(moved) };
            after = Some((last.subject, last.class.clone()));
            for binding in page {
                moved += u64::from(self.move_key(account, version, binding).await?);
            }
        }
    }

    /// Moves one key: wrapped anew in a fresh slot, bound there, and only then destroyed where it was.
    async fn move_key(&self, account: AccountId, version: u32, old: KeyBinding) -> Result<bool, GateError> {
        if self.keyring.wrapped_under(old.slot).await? == Some(version) {
            return Ok(false);
        }
        let key = match self.keyring.open(account, old.slot).await {
            // Its subject is being erased.
            Err(GateError::Gone(_)) => return Ok(false),
            other => other?,
        };
        let slot = self.keyring.rewrap(account, &key).await?;
        let moved = KeyBinding { slot, ..old.clone() };
        let unit = Unit {
            expects: vec![Expect::Key(old.clone())],
            changes: vec![Change::MoveKeyBinding(moved.clone())],
            entries: Vec::new(),
        };
        // Whichever slot the binding does not name any more is destroyed.
        let (doomed, done) = match self.commit(unit).await {
            Ok(_) => (old, true),
            Err(store::CommitError::Conflict(_)) => (moved, false),
            Err(error) => return Err(error.into()),
        };
        let deletion = Deletion {
            at: self.now(),
            account,
            subject: doomed.subject,
            class: doomed.class,
            slot: doomed.slot,
        };
        self.keyring.key_store().destroy(&[deletion]).await?;
        Ok(done)
    }
}

fn row_of(account: AccountId, version: u32) -> WrappedAccountKeys {
    WrappedAccountKeys { account, version, wrapped: Vec::new() }
}
