//! Passwords of people: what is stored of one, and how one that is typed is compared. A password can be guessed, so guessing is
//! made slow and costs memory: Argon2id (RFC 9106) with the parameters that OWASP's cheat sheet names first for 19 MiB.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE64_NOPAD;
use domain::{Randomness, ambient::random_bytes};
use subtle::ConstantTimeEq;

use crate::Secret;

/// How a new password is hashed.
const NOW: Cost = Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The hash of a password, with what is needed to make it again.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    cost: Cost,
    salt: [u8; 16],
    hash: [u8; 32],
}

impl PasswordHash {
    /// Hashes a new password. Takes tens of milliseconds and 19 MiB.
    pub fn new(password: &[u8], randomness: &dyn Randomness) -> Self {
        let salt: [u8; 16] = random_bytes(randomness);
        let hash = derive(password, &salt, NOW).map_or([0; 32], |secret| *secret);
        Self { cost: NOW, salt, hash }
    }

    /// A hash that no password has, which costs as much to compare with.
    pub const fn of_nobody() -> Self {
        Self { cost: NOW, salt: [0; 16], hash: [0; 32] }
    }

    /// Whether a password is the one; takes the same time wherever it differs.
    pub fn matches(&self, password: &[u8]) -> bool {
        let is_someones = self.hash.ct_ne(&[0; 32]);
        derive(password, &self.salt, self.cost)
            .is_some_and(|found| bool::from(found.as_slice().ct_eq(&self.hash) & is_someones))
    }

    /// As text, in the form of the reference implementation.
    pub fn to_text(&self) -> String {
        let Cost { memory_kib, passes, lanes } = self.cost;
        let (salt, hash) = (BASE64_NOPAD.encode(&self.salt), BASE64_NOPAD.encode(&self.hash));
        format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${hash}")
    }

    /// Reads such a text back; none when it is no hash.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let mut costs = parts.next()?.split(',');
        let mut cost = |name: &str| costs.next()?.strip_prefix(name)?.parse::<u32>().ok();
        let cost = Cost { memory_kib: cost("m=")?, passes: cost("t=")?, lanes: cost("p=")? };
        let mut bytes = || BASE64_NOPAD.decode(parts.next()?.as_bytes()).ok();
        let (salt, hash) = (bytes()?.try_into().ok()?, bytes()?.try_into().ok()?);
        Some(Self { cost, salt, hash })
    }
}

/// None when Argon2id cannot work with these costs, which ours it can.
fn derive(password: &[u8], salt: &[u8; 16], cost: Cost) -> Option<Secret> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).ok()?;
    let mut secret = Secret::default();
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(password, salt, secret.as_mut_slice()).ok()?;
    Some(secret)
}

#[cfg(test)]
mod tests {
    use domain::ambient::SystemRandomness;

    use super::*;

    #[test]
    fn only_the_password_itself_matches() {
        let hash = PasswordHash::new(b"correct horse battery", &SystemRandomness::default());
        let read = PasswordHash::parse(&hash.to_text()).unwrap();
        assert!(read.matches(b"correct horse battery"));
        assert!(!read.matches(b"correct horse batterz") && !read.matches(b""));
        assert!(hash.to_text().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let other = PasswordHash::new(b"correct horse battery", &SystemRandomness::default());
        assert_ne!(hash.to_text(), other.to_text(), "each has a salt of its own");
    }

    #[test]
    fn nobody_has_no_password() {
        assert!(!PasswordHash::of_nobody().matches(b"") && !PasswordHash::of_nobody().matches(&[0; 32]));
    }

    #[test]
    fn what_is_no_hash_is_not_read() {
        for text in
            ["", "$argon2id$v=19$m=1,t=1,p=1$$", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "password"]
        {
            assert!(PasswordHash::parse(text).is_none(), "{text}");
        }
        let costly = PasswordHash { cost: Cost { memory_kib: 0, ..NOW }, ..PasswordHash::of_nobody() };
        assert!(!costly.matches(b"x"));
    }
}
