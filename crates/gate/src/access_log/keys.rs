//! The keys of the access log: one an account and day, in the key store apart from the data, and in no backup.

use std::{collections::HashMap, sync::Arc};

use domain::AccountId;
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};
use sealing::{AccessKey, NewAccessKey};
use store::key_store::{SealedSalt, SiteMark, WITHOUT_DAY};

use crate::{Gate, GateError};

/// How many are remembered; then all are forgotten.
const MOST: usize = 1_024;

/// The keys that lines were sealed with lately.
#[derive(Default)]
pub(crate) struct AccessKeys(Mutex<HashMap<(AccountId, i32), Arc<AccessKey>>>);

impl Gate {
    /// The key of an account and day; made where there is none yet.
    pub(super) async fn access_key(&self, account: AccountId, day: i32) -> Result<Arc<AccessKey>, GateError> {
        if let Some(known) = self.access_keys.0.lock().get(&(account, day)) {
            return Ok(Arc::clone(known));
        }
        let (mark, store) = (mark(account, day), self.keyring.key_store());
        let sealed = match store.salt(mark, WITHOUT_DAY).await? {
            Some(sealed) => sealed,
            None => {
                let new = NewAccessKey::generate(self.randomness());
                let sealed = self.keyring.account(account)?.seal_access_key(day, &new, self.randomness());
                store.keep_salt(mark, WITHOUT_DAY, sealed).await?
            }
        };
        let key = Arc::new(self.open_access_key(account, day, &sealed)?);
        let mut known = self.access_keys.0.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((account, day), Arc::clone(&key));
        Ok(key)
    }

    /// The key of an account and day, as it stands in the key store: what was destroyed elsewhere is gone here too.
    pub(super) async fn kept_access_key(
        &self,
        account: AccountId,
        day: i32,
    ) -> Result<Option<AccessKey>, GateError> {
        let sealed = self.keyring.key_store().salt(mark(account, day), WITHOUT_DAY).await?;
        sealed.map(|sealed| self.open_access_key(account, day, &sealed)).transpose()
    }

    /// Destroys the key of an account and day: from then on no line of it opens.
    pub(super) async fn destroy_access_key(&self, account: AccountId, day: i32) -> Result<(), GateError> {
        self.access_keys.0.lock().remove(&(account, day));
        Ok(self.keyring.key_store().destroy_salt(mark(account, day), WITHOUT_DAY).await?)
    }

    fn open_access_key(
        &self,
        account: AccountId,
        day: i32,
        sealed: &SealedSalt,
    ) -> Result<AccessKey, GateError> {
        let keys = self.keyring.account_that_sealed(account, sealed).ok_or(GateError::Busy)?;
        keys.open_access_key(day, sealed).map_err(|_| GateError::Damaged("a key of the access log"))
    }
}

/// What a day of an account is known by in the key store, which is told neither.
fn mark(account: AccountId, day: i32) -> SiteMark {
    let mut bytes = b"access log".to_vec();
    bytes.extend_from_slice(account.as_bytes());
    bytes.extend_from_slice(&day.to_be_bytes());
    *digest(&SHA256, &bytes).as_ref().first_chunk().expect("SHA-256 yields 32 bytes")
}
