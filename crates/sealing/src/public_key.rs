//! Public keys of others, and what they signed: those of passkeys, as a browser tells them (`SubjectPublicKeyInfo`, RFC 5280).

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};

/// What stands before the key itself says of which kind it is, and is the same for every key of the kind: ECDSA on P-256
/// (RFC 5480), Ed25519 (RFC 8410), RSA of 2,048 bits (RFC 3279).
const KINDS: [(&[u8], usize, &dyn VerificationAlgorithm); 3] = [
    (
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
        65,
        &ECDSA_P256_SHA256_ASN1,
    ),
    (b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 32, &ED25519),
    (
        b"\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82\x01\x0f\x00",
        270,
        &RSA_PKCS1_2048_8192_SHA256,
    ),
];

/// A public key of one of the kinds that are known here.
pub struct PublicKey<'a> {
    key: &'a [u8],
    algorithm: &'static dyn VerificationAlgorithm,
}

impl<'a> PublicKey<'a> {
    /// Reads one; none when it is of another kind, or no key.
    pub fn parse(information: &'a [u8]) -> Option<Self> {
        KINDS.into_iter().find_map(|(before, length, algorithm)| {
            let key = information.strip_prefix(before).filter(|key| key.len() == length)?;
            Some(Self { key, algorithm })
        })
    }

    /// Whether whoever holds the private key signed this.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(self.algorithm, self.key).verify(message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
    };

    use super::*;

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "ring makes and uses these keys with its own randomness only"
    )]
    fn what_was_signed_is_known_and_nothing_else_is() {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        let told = [KINDS[0].0, pair.public_key().as_ref()].concat();
        let signature = pair.sign(&random, b"mira").unwrap();
        let key = PublicKey::parse(&told).unwrap();
        assert!(key.signed(b"mira", signature.as_ref()));
        assert!(!key.signed(b"eve", signature.as_ref()) && !key.signed(b"mira", b""));

        let document = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let other = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let told = [KINDS[1].0, other.public_key().as_ref()].concat();
        let key = PublicKey::parse(&told).unwrap();
        assert!(
            key.signed(b"mira", other.sign(b"mira").as_ref()) && !key.signed(b"mira", signature.as_ref())
        );
    }

    #[test]
    fn what_is_no_key_of_a_known_kind_is_none() {
        let short = [KINDS[0].0, &[4; 64]].concat();
        for told in [&b""[..], b"key", &short] {
            assert!(PublicKey::parse(told).is_none());
        }
    }
}
