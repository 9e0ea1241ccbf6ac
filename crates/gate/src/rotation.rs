//! Rotating keys while the server runs.

mod moving;

use domain::{AccountId, Action};
use sealing::{AccountKeys, RootKey};
use store::{Change, Unit, accounts::WrappedAccountKeys};

use crate::{Caller, Gate, GateError, attempts::Failed};

impl Gate {
    /// Wraps every account's keys under a new root key. The old root key opens nothing any more, and another process
    /// that still has it decides nothing from then on.
    ///
    /// # Errors
    /// A store fails; everything is still wrapped under the old key then.
    pub async fn rotate_root(&self, caller: &Caller, new: &RootKey) -> Result<(), GateError> {
        self.retried(|| self.try_rotate_root(caller, new)).await.map_err(Failed::into_error)
    }

    async fn try_rotate_root(&self, caller: &Caller, new: &RootKey) -> Result<(), Failed> {
        let (old, effective) = (&*self.root, self.effective(caller)?);
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
        let mut detail = self.detail_under(caller, Action::KeyRotated, &effective);
        detail.note = Some("root key".to_owned());
        let entries = vec![self.account_entry(caller.account_id(), &detail)?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        self.commit(unit).await.map_err(Failed::Commit)?;
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
    /// There is no such account, another rotation is under way, or a store fails; calling again makes a further
    /// version and moves every key under that.
    pub async fn rotate_account(&self, caller: &Caller, account: AccountId) -> Result<u64, GateError> {
        self.known_account(account).await?;
        let version = self.keyring.account(account)?.version() + 1;
        let keys = AccountKeys::generate(account, version, self.randomness());
        let wrapped = self.root.wrap_account(&keys, self.randomness()).as_bytes().to_vec();
        let changes = [Change::AddAccountKeys(WrappedAccountKeys { wrapped, ..row_of(account, version) })];
        let note = format!("{account}, version {version}");
        self.commit_to_registry(caller, &changes, (account, Action::KeyRotated, &note)).await?;
        self.move_keys(account, version).await
    }
}

fn row_of(account: AccountId, version: u32) -> WrappedAccountKeys {
    WrappedAccountKeys { account, version, wrapped: Vec::new() }
}
