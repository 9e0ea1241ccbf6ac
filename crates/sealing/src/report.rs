//! The report of an incident: free text that is about nobody in particular and may name anyone, so it is sealed under a
//! key of its own use that only the account has, and bound to its incident.

use domain::{IncidentId, Randomness};
use zeroize::Zeroizing;

use crate::{AccountKeys, Unsealable, encoding::Encoding};

/// The use of the account's keys.
const USE: &str = "bailee account report v1";

impl AccountKeys {
    /// Seals the report of an incident: the version of these keys, then nonce, ciphertext and tag.
    pub fn seal_report(&self, incident: IncidentId, report: &[u8], randomness: &dyn Randomness) -> Vec<u8> {
        self.seal_own(USE, &self.report_place(incident), report, randomness)
    }

    /// The report of an incident, sealed under these keys.
    ///
    /// # Errors
    /// [`Unsealable`] when it was altered, or belongs to another incident, account or version of the keys.
    pub fn open_report(&self, incident: IncidentId, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        self.open_own(USE, &self.report_place(incident), sealed)
    }

    fn report_place(&self, incident: IncidentId) -> Encoding {
        Encoding::labelled("bailee report v1").fixed(self.account().as_bytes()).fixed(incident.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, ambient::SystemRandomness};

    use super::*;

    #[test]
    fn a_report_opens_for_its_incident_and_keys_only() {
        let randomness = SystemRandomness::default();
        let (account, incident) = (AccountId::from_bytes([1; 16]), IncidentId::from_bytes([2; 16]));
        let keys = AccountKeys::generate(account, 3, &randomness);
        let sealed = keys.seal_report(incident, b"someone read too much", &randomness);
        assert_eq!(crate::sealed_version(&sealed), Some(3));
        assert_eq!(keys.open_report(incident, &sealed).unwrap().as_slice(), b"someone read too much");
        assert_eq!(keys.open_report(IncidentId::from_bytes([3; 16]), &sealed), Err(Unsealable));
        for other in
            [AccountKeys::generate(account, 3, &randomness), AccountKeys::generate(account, 4, &randomness)]
        {
            assert_eq!(other.open_report(incident, &sealed), Err(Unsealable));
        }
        for length in 0..sealed.len() {
            assert_eq!(keys.open_report(incident, &sealed[..length]), Err(Unsealable));
        }
    }
}
