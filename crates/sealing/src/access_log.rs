//! The keys of the access log: one an account and day. When it is destroyed, no line of the day opens, and no address leads to one.

use domain::Randomness;
use ring::hmac;
use zeroize::Zeroizing;

use crate::{
    AccountKeys, Secret, Unsealable,
    cipher::Cipher,
    derive::{derive, derive_hmac, hmac_sha256},
    encoding::Encoding,
    fresh_secret,
};

/// A key that is sealed: version of the account's keys, nonce, 32 bytes, tag.
const SEALED_KEY: usize = 64;
/// Bytes of a tag: so many that no two addresses share one.
const TAG: usize = 16;

/// The key of one account and one day.
pub struct AccessKey {
    lines: Cipher,
    tags: hmac::Key,
}

/// The key on its way to be kept.
pub struct NewAccessKey(Secret);

impl NewAccessKey {
    /// A new key.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(fresh_secret(randomness))
    }
}

impl AccessKey {
    fn of(secret: &Secret) -> Self {
        let lines = Cipher::new(&derive(secret, &Encoding::labelled(LINE)));
        Self { lines, tags: derive_hmac(secret, &Encoding::labelled(ADDRESS)) }
    }

    /// What the lines of an address are found by, on this day only.
    pub fn tag(&self, address: &[u8]) -> [u8; TAG] {
        let message = Encoding::labelled(ADDRESS).text(address);
        *hmac_sha256(&self.tags, message.as_bytes()).first_chunk().expect("HMAC-SHA256 yields 32 bytes")
    }

    /// Seals who asked, bound to the tag and the moment.
    pub fn seal(&self, tag: [u8; TAG], at: i64, who: &[u8], randomness: &dyn Randomness) -> Vec<u8> {
        self.lines.seal(&[], &place(tag, at), who, randomness)
    }

    /// Opens it again.
    ///
    /// # Errors
    /// [`Unsealable`]: it was altered, is another line's, or of another day.
    pub fn open(&self, tag: [u8; TAG], at: i64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        self.lines.open(&place(tag, at), sealed)
    }
}

impl AccountKeys {
    /// Seals the key of a day.
    pub fn seal_access_key(
        &self,
        day: i32,
        key: &NewAccessKey,
        randomness: &dyn Randomness,
    ) -> [u8; SEALED_KEY] {
        let sealed = self.seal_own(KEY, &day_place(day), key.0.as_slice(), randomness);
        sealed.try_into().expect("a version, a nonce, a key and a tag are 64 bytes")
    }

    /// Opens it again.
    ///
    /// # Errors
    /// [`Unsealable`]: it was altered, is another day's, or was sealed under another version of the keys.
    pub fn open_access_key(&self, day: i32, sealed: &[u8; SEALED_KEY]) -> Result<AccessKey, Unsealable> {
        let plain = self.open_own(KEY, &day_place(day), sealed)?;
        let secret: &[u8; 32] = plain.first_chunk().ok_or(Unsealable)?;
        Ok(AccessKey::of(&Zeroizing::new(*secret)))
    }
}

const KEY: &str = "bailee access key v1";
const LINE: &str = "bailee access line v1";
const ADDRESS: &str = "bailee access address v1";

fn day_place(day: i32) -> Encoding {
    Encoding::labelled(KEY).fixed(&day.to_be_bytes())
}

fn place(tag: [u8; TAG], at: i64) -> Encoding {
    Encoding::labelled(LINE).fixed(&tag).fixed(&at.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, ambient::SystemRandomness};

    use super::*;

    fn keys(account: u8) -> AccountKeys {
        AccountKeys::from_secret(AccountId::from_bytes([account; 16]), 1, Zeroizing::new([account; 32]))
    }

    #[test]
    fn a_line_opens_under_the_key_of_its_day_and_in_its_place() {
        let randomness = SystemRandomness::default();
        let sealed = keys(1).seal_access_key(7, &NewAccessKey::generate(&randomness), &randomness);
        let other = keys(1).seal_access_key(8, &NewAccessKey::generate(&randomness), &randomness);
        let (key, other) =
            (keys(1).open_access_key(7, &sealed).unwrap(), keys(1).open_access_key(8, &other).unwrap());
        assert!(keys(1).open_access_key(8, &sealed).is_err() && keys(2).open_access_key(7, &sealed).is_err());
        let tag = key.tag(&[192, 0, 2, 1]);
        assert_eq!(tag, keys(1).open_access_key(7, &sealed).unwrap().tag(&[192, 0, 2, 1]));
        assert!(tag != key.tag(&[192, 0, 2, 2]) && tag != other.tag(&[192, 0, 2, 1]));
        let line = key.seal(tag, 5, b"who", &randomness);
        assert_eq!(key.open(tag, 5, &line).unwrap().as_slice(), b"who");
        assert!(key.open(tag, 6, &line).is_err() && other.open(tag, 5, &line).is_err());
    }
}
