//! Tokens that open something: whose it is, and a secret of 256 bits of which only a hash is kept.

use data_encoding::HEXLOWER;
use domain::{
    Randomness,
    ambient::random_bytes,
    id::{Id, Kind},
};
use sealing::{hash_secret, secret_matches};

/// A token in the clear: for whoever holds it, and kept nowhere.
pub(crate) struct Token {
    id: [u8; 16],
    secret: [u8; 32],
}

impl Token {
    pub(crate) fn new<K: Kind>(id: Id<K>, randomness: &dyn Randomness) -> Self {
        Self { id: *id.as_bytes(), secret: random_bytes(randomness) }
    }

    /// One whose secret is made from a key, so that it can be made again.
    pub(crate) const fn derived<K: Kind>(id: Id<K>, secret: [u8; 32]) -> Self {
        Self { id: *id.as_bytes(), secret }
    }

    /// Reads a token; none when it is no token.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        let (id, secret) = bytes.split_first_chunk::<16>()?;
        Some(Self { id: *id, secret: secret.try_into().ok()? })
    }

    /// Whose it says that it is.
    pub(crate) const fn id<K: Kind>(&self) -> Id<K> {
        Id::from_bytes(self.id)
    }

    pub(crate) fn to_text(&self) -> String {
        HEXLOWER.encode(&self.id) + &HEXLOWER.encode(&self.secret)
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> String {
        HEXLOWER.encode(&hash_secret(&self.secret))
    }

    /// Whether this is what was kept; takes the same time wherever it differs.
    pub(crate) fn is(&self, kept: &str) -> bool {
        let kept = HEXLOWER.decode(kept.as_bytes()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        kept.is_some_and(|kept| secret_matches(&self.secret, &kept))
    }

    /// What a form of its holder carries: only they can know it, and it opens nothing else.
    pub(crate) fn form_token(&self) -> String {
        HEXLOWER.encode(&hash_secret(&[b"form".as_slice(), &self.secret].concat()))
    }
}
