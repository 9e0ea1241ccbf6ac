//! The secrets of API keys: what is stored of them, and how one presented is compared.

use subtle::ConstantTimeEq;

/// What is stored of an API key's secret: its SHA-256.
///
/// A slow hash defends secrets that can be guessed. This one is 32 random bytes, so guessing is hopeless at any
/// speed, and a slow hash would only tax every request.
pub fn hash_secret(secret: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, secret);
    digest.as_ref().try_into().expect("SHA-256 yields 32 bytes")
}

/// Whether `presented` is the secret of which `stored` is the hash; takes the same time wherever they differ.
pub fn secret_matches(presented: &[u8], stored: &[u8; 32]) -> bool {
    hash_secret(presented).ct_eq(stored).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_matches() {
        let stored = hash_secret(&[7; 32]);
        assert!(secret_matches(&[7; 32], &stored));
        assert!(!secret_matches(&[8; 32], &stored));
        assert!(!secret_matches(&[7; 31], &stored));
    }
}
