//! One secret, several keys: HKDF-SHA256 (RFC 5869) with a label for each use.

use ring::{hkdf, hmac};

use crate::{Secret, encoding::Encoding};

/// The key for the use that `info` names. The secret is uniformly random already, so the salt is empty.
pub(crate) fn derive(secret: &Secret, info: &Encoding) -> Secret {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(secret.as_slice());
    let mut derived = Secret::default();
    extracted
        .expand(&[info.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|output| output.fill(derived.as_mut_slice()))
        .expect("HKDF-SHA256 yields up to 8160 bytes and is asked for 32");
    derived
}

/// The derived key for the use that `info` names, ready for HMAC-SHA256.
pub(crate) fn derive_hmac(secret: &Secret, info: &Encoding) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, derive(secret, info).as_slice())
}

/// HMAC-SHA256 of `message` (RFC 2104).
pub(crate) fn hmac_sha256(key: &hmac::Key, message: &[u8]) -> [u8; 32] {
    hmac::sign(key, message).as_ref().try_into().expect("HMAC-SHA256 yields 32 bytes")
}
