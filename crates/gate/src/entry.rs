//! Making audit entries: the public leaf commits to the sealed detail.

use audit_log::Leaf;
use domain::{AccountId, Action, Detail, Outcome, Randomness, SubjectId, ambient::random_bytes};
use policy::Refusal;
use sealing::AuditKey;
use store::PendingEntry;

use crate::{Caller, Gate, GateError, policies::Effective};

impl Gate {
    /// An empty detail of something that was allowed, by this caller, now.
    pub(crate) fn detail(&self, caller: &Caller, action: Action) -> Result<Detail, GateError> {
        let effective = self.effective(caller)?;
        Ok(self.detail_under(caller, action, &effective))
    }

    pub(crate) fn detail_under(&self, caller: &Caller, action: Action, effective: &Effective) -> Detail {
        Detail {
            at: self.now(),
            action,
            outcome: Outcome::Allowed,
            account: caller.account_id(),
            actor: caller.key,
            staff: caller.staff,
            by_person: caller.person.is_some(),
            subject: None,
            record: None,
            record_type: None,
            categories: Vec::new(),
            purpose: None,
            recipient: None,
            policy: effective.operator.number,
            clause: None,
            reason: None,
            note: None,
            concerned: None,
            choice: None,
            case: None,
            expired: Vec::new(),
        }
    }

    /// An entry under an audit key.
    pub(crate) fn entry(&self, key: &AuditKey, subject: Option<SubjectId>, detail: &Detail) -> PendingEntry {
        seal(key, subject, detail, self.randomness())
    }

    /// An entry about no person, under the account's own audit key.
    pub(crate) fn account_entry(
        &self,
        account: AccountId,
        detail: &Detail,
    ) -> Result<PendingEntry, GateError> {
        let keys = self.keyring.account(account)?;
        Ok(self.entry(&keys.audit_key(), None, detail))
    }
}

/// Seals a detail and commits to it.
pub(crate) fn seal(
    key: &AuditKey,
    subject: Option<SubjectId>,
    detail: &Detail,
    randomness: &dyn Randomness,
) -> PendingEntry {
    let bytes = serde_json::to_vec(detail).expect("a detail has string keys and finite numbers only");
    let nonce: [u8; 16] = random_bytes(randomness);
    let commitment = key.leaf_key(nonce).commit(&bytes);
    let sealed = key.seal_detail(nonce, &bytes, randomness);
    PendingEntry { subject, leaf: leaf(detail.at, commitment), nonce, sealed }
}

/// The public leaf: a coarse time and a commitment.
pub(crate) fn leaf(at: jiff::Timestamp, commitment: [u8; 32]) -> Vec<u8> {
    Leaf { minute: minute(at), commitment }.encode().to_vec()
}

/// Whole minutes since the Unix epoch: all that the public log says of a time.
pub(crate) fn minute(at: jiff::Timestamp) -> u64 {
    at.as_second().max(0).cast_unsigned() / 60
}

/// The detail of the same thing, refused.
pub(crate) fn refused(mut detail: Detail, refusals: &[Refusal]) -> Detail {
    detail.outcome = Outcome::Refused;
    if let Some(first) = refusals.first() {
        detail.clause = Some(first.clause.section);
        detail.reason =
            serde_json::to_value(first.reason).ok().and_then(|word| word.as_str().map(str::to_owned));
    }
    detail
}
