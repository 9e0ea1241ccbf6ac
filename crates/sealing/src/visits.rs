//! Numbers for visitors, and what of a visit is sealed.
//!
//! A visitor's number is an HMAC: under the salt of a day for whoever is not recognised, under the person's own key for whoever
//! agreed to be. When the salt or the key is destroyed, no number leads to anybody any more.

use domain::{Randomness, SubjectId};
use ring::hmac;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    AccountKeys, Secret, SubjectKey, Unsealable,
    derive::{derive_hmac, hmac_sha256},
    encoding::Encoding,
    fresh_secret,
};

/// A salt that is sealed: version of the account's keys, nonce, 32 bytes, tag.
const SEALED_SALT: usize = 64;

/// The salt of one site and one day.
pub struct VisitSalt(Secret);

impl VisitSalt {
    /// A new salt.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(fresh_secret(randomness))
    }

    /// The number of whoever comes from an address with a browser that says this of itself.
    pub fn visitor_number(&self, address: &[u8], agent: &[u8]) -> u64 {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        number(&key, &Encoding::labelled("bailee visitor of a day v1").text(address).text(agent))
    }
}

impl SubjectKey {
    /// The number of the person on a site, the same at each visit.
    pub fn visitor_number(&self, site: &str) -> u64 {
        let key = derive_hmac(self.secret(), &Encoding::labelled("bailee visitor v1"));
        number(&key, &Encoding::labelled("bailee visitor of a site v1").text(site.as_bytes()))
    }
}

impl AccountKeys {
    /// Seals the salt of a site and a day.
    pub fn seal_salt(
        &self,
        site: &str,
        day: i32,
        salt: &VisitSalt,
        randomness: &dyn Randomness,
    ) -> [u8; SEALED_SALT] {
        let sealed = self.seal_own(SALT, &salt_place(site, day), salt.0.as_slice(), randomness);
        sealed.try_into().expect("a version, a nonce, a salt and a tag are 64 bytes")
    }

    /// Opens it again.
    ///
    /// # Errors
    /// [`Unsealable`]: it was altered, is another day's, or was sealed under another version of the keys.
    pub fn open_salt(
        &self,
        site: &str,
        day: i32,
        sealed: &[u8; SEALED_SALT],
    ) -> Result<VisitSalt, Unsealable> {
        let plain = self.open_own(SALT, &salt_place(site, day), sealed)?;
        let salt: &[u8; 32] = plain.first_chunk().ok_or(Unsealable)?;
        Ok(VisitSalt(Zeroizing::new(*salt)))
    }

    /// Seals whose a recognised visitor's hit is, until their visit is over.
    pub fn seal_owner(
        &self,
        site: &str,
        visitor: u64,
        owner: SubjectId,
        randomness: &dyn Randomness,
    ) -> Vec<u8> {
        self.seal_own(OWNER, &owner_place(site, visitor), owner.as_bytes(), randomness)
    }

    /// Opens it again.
    ///
    /// # Errors
    /// [`Unsealable`]: it was altered, is another visitor's, or was sealed under another version of the keys.
    pub fn open_owner(&self, site: &str, visitor: u64, sealed: &[u8]) -> Result<SubjectId, Unsealable> {
        let plain = self.open_own(OWNER, &owner_place(site, visitor), sealed)?;
        plain.first_chunk().map(|id| SubjectId::from_bytes(*id)).ok_or(Unsealable)
    }

    /// The tag of the cookie that names a visitor of one site: whoever has none of these keys makes up no visitor.
    pub fn visitor_tag(&self, site: &str, subject: SubjectId) -> [u8; 16] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.derived(COOKIE).as_slice());
        let message = Encoding::labelled(COOKIE).text(site.as_bytes()).fixed(subject.as_bytes());
        *hmac_sha256(&key, message.as_bytes()).first_chunk().expect("HMAC-SHA256 yields 32 bytes")
    }

    /// Whether a tag is that of a visitor's cookie on a site; takes the same time wherever they differ.
    pub fn is_visitor_tag(&self, site: &str, subject: SubjectId, tag: &[u8]) -> bool {
        self.visitor_tag(site, subject).ct_eq(tag).into()
    }
}

const SALT: &str = "bailee visit salt v1";
const OWNER: &str = "bailee hit owner v1";
const COOKIE: &str = "bailee visitor cookie v2";

fn salt_place(site: &str, day: i32) -> Encoding {
    Encoding::labelled(SALT).text(site.as_bytes()).fixed(&day.to_be_bytes())
}

fn owner_place(site: &str, visitor: u64) -> Encoding {
    Encoding::labelled(OWNER).text(site.as_bytes()).fixed(&visitor.to_be_bytes())
}

fn number(key: &hmac::Key, message: &Encoding) -> u64 {
    let tag = hmac_sha256(key, message.as_bytes());
    u64::from_be_bytes(*tag.first_chunk().expect("HMAC-SHA256 yields 32 bytes"))
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, ambient::SystemRandomness};

    use super::*;

    fn keys(account: u8) -> AccountKeys {
        AccountKeys::from_secret(AccountId::from_bytes([account; 16]), 1, Zeroizing::new([account; 32]))
    }

    #[test]
    fn a_salt_opens_for_its_site_and_day_alone() {
        let randomness = SystemRandomness::default();
        let salt = VisitSalt::generate(&randomness);
        let sealed = keys(1).seal_salt("shop", 7, &salt, &randomness);
        let again = keys(1).open_salt("shop", 7, &sealed).unwrap();
        assert_eq!(again.visitor_number(b"::1", b"x"), salt.visitor_number(b"::1", b"x"));
        assert!(keys(1).open_salt("shop", 8, &sealed).is_err());
        assert!(keys(1).open_salt("blog", 7, &sealed).is_err());
    }

    #[test]
    fn numbers_tell_visitors_sites_and_days_apart() {
        let randomness = SystemRandomness::default();
        let (one, other) = (VisitSalt::generate(&randomness), VisitSalt::generate(&randomness));
        let number = one.visitor_number(b"::1", b"x");
        for different in [
            one.visitor_number(b"::2", b"x"),
            one.visitor_number(b"::1", b"y"),
            one.visitor_number(b"::1x", b""),
            other.visitor_number(b"::1", b"x"),
        ] {
            assert_ne!(number, different);
        }
        let key = SubjectKey::generate(&randomness);
        assert_eq!(key.visitor_number("shop"), key.visitor_number("shop"));
        assert_ne!(key.visitor_number("shop"), key.visitor_number("blog"));
    }

    #[test]
    fn a_cookie_is_of_one_visitor_one_site_and_one_account() {
        let (ada, bob) = (SubjectId::from_bytes([3; 16]), SubjectId::from_bytes([4; 16]));
        let (own, other) = (keys(1), keys(2));
        let tag = own.visitor_tag("shop", ada);
        assert!(own.is_visitor_tag("shop", ada, &tag));
        assert!(!own.is_visitor_tag("shop", bob, &tag) && !other.is_visitor_tag("shop", ada, &tag));
        assert!(!own.is_visitor_tag("blog", ada, &tag) && !own.is_visitor_tag("shop", ada, &tag[..15]));
    }
}
