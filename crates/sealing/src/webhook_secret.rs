//! The secret that signs what is delivered to a webhook: sealed under a key that only the account has, and bound to its
//! webhook.

use domain::{Randomness, WebhookId};
use zeroize::Zeroizing;

use crate::{AccountKeys, Unsealable, encoding::Encoding};

/// The use of the account's keys.
const USE: &str = "bailee account webhook v1";

impl AccountKeys {
    /// Seals the secret of a webhook: the version of these keys, then nonce, ciphertext and tag.
    pub fn seal_webhook_secret(
        &self,
        webhook: WebhookId,
        secret: &[u8],
        randomness: &dyn Randomness,
    ) -> Vec<u8> {
        self.seal_own(USE, &self.webhook_place(webhook), secret, randomness)
    }

    /// The secret of a webhook, sealed under these keys.
    ///
    /// # Errors
    /// [`Unsealable`] when it was altered, or belongs to another webhook, account or version of the keys.
    pub fn open_webhook_secret(
        &self,
        webhook: WebhookId,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        self.open_own(USE, &self.webhook_place(webhook), sealed)
    }

    fn webhook_place(&self, webhook: WebhookId) -> Encoding {
        Encoding::labelled("bailee webhook v1").fixed(self.account().as_bytes()).fixed(webhook.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, IncidentId, ambient::SystemRandomness};

    use super::*;

    #[test]
    fn a_secret_opens_for_its_webhook_and_keys_only() {
        let randomness = SystemRandomness::default();
        let (account, webhook) = (AccountId::from_bytes([1; 16]), WebhookId::from_bytes([2; 16]));
        let keys = AccountKeys::generate(account, 3, &randomness);
        let sealed = keys.seal_webhook_secret(webhook, &[7; 32], &randomness);
        assert_eq!(crate::sealed_version(&sealed), Some(3));
        assert_eq!(keys.open_webhook_secret(webhook, &sealed).unwrap().as_slice(), [7; 32]);
        assert_eq!(keys.open_webhook_secret(WebhookId::from_bytes([3; 16]), &sealed), Err(Unsealable));
        assert_eq!(keys.open_report(IncidentId::from_bytes([2; 16]), &sealed), Err(Unsealable));
        let other = AccountKeys::generate(account, 3, &randomness);
        assert_eq!(other.open_webhook_secret(webhook, &sealed), Err(Unsealable));
    }
}
