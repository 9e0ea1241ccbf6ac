//! The salts under which visitors are counted who are not recognised: one a site and day, random, and destroyed after two days.

use std::{collections::HashMap, sync::Arc};

use domain::visit::{Site, day_of};
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};
use sealing::VisitSalt;
use store::key_store::{SealedSalt, SiteMark};

use crate::{Gate, GateError};

/// For how many days after its own a salt is there: the day before ends in another time zone.
const DAYS: i32 = 2;

/// The salts of today, as far as they were asked for.
#[derive(Default)]
pub(crate) struct Salts(Mutex<HashMap<(Site, i32), Arc<VisitSalt>>>);

impl Gate {
    /// The salt of a site and a day; made where there is none yet, or where it was lost.
    pub(super) async fn salt(&self, site: &Site, day: i32) -> Result<Arc<VisitSalt>, GateError> {
        if let Some(known) = self.salts.0.lock().get(&(site.clone(), day)) {
            return Ok(Arc::clone(known));
        }
        let mark = mark(site);
        let store = self.keyring.key_store();
        let sealed = match store.salt(mark, day).await? {
            Some(sealed) => sealed,
            None => {
                let salt = VisitSalt::generate(self.randomness());
                let keys = self.keyring.account(site.account)?;
                store.keep_salt(mark, day, keys.seal_salt(&site.name, day, &salt, self.randomness())).await?
            }
        };
        let salt = Arc::new(self.open_salt(site, day, &sealed)?);
        let mut known = self.salts.0.lock();
        known.retain(|(_, of), _| *of >= day - DAYS);
        known.insert((site.clone(), day), Arc::clone(&salt));
        Ok(salt)
    }

    /// Forgets the salts in memory whose days are over: another process may have destroyed them.
    pub fn forget_salts(&self) {
        let before = day_of(self.now().as_second()) - DAYS;
        self.salts.0.lock().retain(|(_, of), _| *of >= before);
    }

    fn open_salt(&self, site: &Site, day: i32, sealed: &SealedSalt) -> Result<VisitSalt, GateError> {
        let keys = self.keyring.account_that_sealed(site.account, sealed).ok_or(GateError::Busy)?;
        keys.open_salt(&site.name, day, sealed).map_err(|_| GateError::Damaged("the salt of a day"))
    }

    /// Destroys the salts whose days are over. From then on nothing leads from an address to a visitor of those days.
    ///
    /// # Errors
    /// The key store fails.
    pub async fn destroy_salts(&self) -> Result<usize, GateError> {
        let before = day_of(self.now().as_second()) - DAYS;
        self.forget_salts();
        Ok(self.keyring.key_store().destroy_salts(before).await?)
    }
}

/// What a site is known by in the key store, which is told neither account nor name.
fn mark(site: &Site) -> SiteMark {
    let mut bytes = site.account.as_bytes().to_vec();
    bytes.extend_from_slice(site.name.as_bytes());
    *digest(&SHA256, &bytes).as_ref().first_chunk().expect("SHA-256 yields 32 bytes")
}
