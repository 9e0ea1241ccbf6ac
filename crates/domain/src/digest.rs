//! Digests as they are written down.

use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};

/// The SHA-256 of some bytes, in 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    HEXLOWER.encode(digest(&SHA256, bytes.as_ref()).as_ref())
}
