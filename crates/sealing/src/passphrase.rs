//! The root key from a passphrase: Argon2id (RFC 9106), with parameters stored beside the keys it protects.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::HEXLOWER;
use domain::{Randomness, ambient::random_bytes};
use serde::{Deserialize, Serialize};

use crate::{RootKey, Secret};

/// How a passphrase is stretched. Nothing here is secret; without the salt the passphrase is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseParameters {
    /// 32 lower-case hexadecimal digits: 16 random bytes.
    salt: String,
    /// Memory in KiB.
    memory_kib: u32,
    /// Passes over the memory.
    iterations: u32,
    /// Lanes, which could be filled in parallel.
    lanes: u32,
}

/// Stored parameters that Argon2id cannot work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// The salt is not 32 lower-case hexadecimal digits.
    #[error(
        "the stored salt is not 32 lower-case hexadecimal digits; restore the key store's header from a backup"
    )]
    Salt,
    /// Memory, iterations or lanes are out of range.
    #[error("the stored Argon2id parameters are refused ({0}); restore the key store's header from a backup")]
    Parameters(argon2::Error),
}

impl PassphraseParameters {
    /// A fresh salt and the second recommended option of RFC 9106, section 4 (64 MiB, 3 passes), on one lane.
    pub fn new(randomness: &dyn Randomness) -> Self {
        let salt: [u8; 16] = random_bytes(randomness);
        Self { salt: HEXLOWER.encode(&salt), memory_kib: 64 * 1024, iterations: 3, lanes: 1 }
    }

    fn salt(&self) -> Result<[u8; 16], PassphraseError> {
        let salt = HEXLOWER.decode(self.salt.as_bytes()).map_err(|_| PassphraseError::Salt)?;
        salt.try_into().map_err(|_| PassphraseError::Salt)
    }
}

impl RootKey {
    /// The root key that `passphrase` stands for. Takes tens of milliseconds and the memory the parameters ask for.
    ///
    /// # Errors
    /// [`PassphraseError`] when the stored parameters are damaged. A wrong passphrase is found by [`RootKey::check`].
    pub fn from_passphrase(
        passphrase: &[u8],
        parameters: &PassphraseParameters,
    ) -> Result<Self, PassphraseError> {
        let PassphraseParameters { memory_kib, iterations, lanes, .. } = *parameters;
        let params =
            Params::new(memory_kib, iterations, lanes, Some(32)).map_err(PassphraseError::Parameters)?;
        let mut secret = Secret::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, &parameters.salt()?, secret.as_mut_slice())
            .map_err(PassphraseError::Parameters)?;
        Ok(Self::from_secret(secret))
    }
}

#[cfg(test)]
mod tests {
    use domain::ambient::SystemRandomness;

    use super::*;

    fn light() -> PassphraseParameters {
        PassphraseParameters { salt: "00".repeat(16), memory_kib: 64, iterations: 1, lanes: 1 }
    }

    #[test]
    fn the_same_passphrase_and_stored_parameters_give_the_same_key() {
        let stored: PassphraseParameters =
            serde_json::from_str(&serde_json::to_string(&light()).unwrap()).unwrap();
        let root = RootKey::from_passphrase(b"correct horse", &light()).unwrap_or_else(|_| unreachable!());
        let verifier = root.verifier(&SystemRandomness::default());
        assert!(
            RootKey::from_passphrase(b"correct horse", &stored).is_ok_and(|it| it.check(&verifier).is_ok())
        );
        assert!(
            RootKey::from_passphrase(b"wrong horse", &stored).is_ok_and(|it| it.check(&verifier).is_err())
        );
    }

    #[test]
    fn damaged_parameters_are_errors() {
        let salt = PassphraseParameters { salt: "AB".repeat(16), ..light() };
        assert_eq!(RootKey::from_passphrase(b"x", &salt).err(), Some(PassphraseError::Salt));
        let memory = PassphraseParameters { memory_kib: 0, ..light() };
        assert!(matches!(RootKey::from_passphrase(b"x", &memory), Err(PassphraseError::Parameters(_))));
    }

    #[test]
    fn new_parameters_have_a_fresh_salt() {
        let randomness = SystemRandomness::default();
        assert_ne!(PassphraseParameters::new(&randomness).salt, PassphraseParameters::new(&randomness).salt);
    }
}
