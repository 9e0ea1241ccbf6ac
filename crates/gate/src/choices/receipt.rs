//! Receipts: a choice with the proof that the log holds it, which anyone checks offline.

use audit_log::{Checkpoint, EntryProofError, VerifyingKey};
use domain::{Action, Choice, ChoiceId, Detail, Outcome};
use sealing::LeafKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Caller, Gate, GateError, LogProof, ProofState, entry::minute};

/// A receipt of a choice. Whoever holds it can show what was chosen, about what and on which words, and that the log says
/// so since; nobody else can open the entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Receipt {
    /// Which choice.
    pub choice: ChoiceId,
    /// What was chosen, as JSON-LD (ISO/IEC TS 27560, in the Data Privacy Vocabulary): a copy of the detail's
    /// `choice.statement`, for whoever reads it.
    #[serde(default)]
    pub statement: Option<Value>,
    /// What the entry commits to, to the byte.
    pub detail: String,
    /// The key that opens the entry's commitment, in hexadecimal digits.
    pub leaf_key: String,
    /// The proof that the entry is in the log, once there is one.
    pub proof: LogProof,
}

impl Receipt {
    /// What the receipt says; none when it cannot be read.
    pub fn said(&self) -> Option<Detail> {
        serde_json::from_str(&self.detail).ok()
    }
}

/// Why a receipt proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// Its entry is not under a signed checkpoint yet.
    #[error("its entry is not under a signed checkpoint yet; ask for the receipt again in two seconds")]
    Pending,
    /// The checkpoint, or the way from the entry to it, is wrong.
    #[error("its entry is not in the log: {0}")]
    Proof(#[from] EntryProofError),
    /// The leaf in the log does not commit to the receipt's detail.
    #[error("the entry in the log commits to something else than the receipt says")]
    OtherDetail,
    /// What is to be read on it is not what the log commits to.
    #[error("its statement is not the one that the log commits to")]
    OtherStatement,
    /// It is about something else than a choice, or another one.
    #[error("what the log commits to is not this choice")]
    OtherChoice,
}

impl Gate {
    /// The receipt of a choice of a subject of the caller's account.
    ///
    /// # Errors
    /// There is no such choice, its subject is gone, or a store fails.
    pub async fn receipt(&self, caller: &Caller, id: ChoiceId) -> Result<Receipt, GateError> {
        let missing = || GateError::NotFound("choice");
        let Choice { subject, entry, .. } = self.store.choice(id).await?.ok_or_else(missing)?;
        let (subject, keys) = self.living_subject(caller, subject).await.map_err(|error| match error {
            GateError::NotFound(_) => missing(),
            other => other,
        })?;
        let entry = entry.ok_or(GateError::Damaged("a choice without its entry"))?;
        let private = self.store.private_entry(entry).await?;
        let private = private.ok_or(GateError::Damaged("a choice whose entry is not there"))?;
        let audit = self.audit_key(&subject, &keys).await?;
        let detail = audit
            .open_detail(private.nonce, &private.sealed)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
            .ok_or(GateError::Damaged("the entry of a choice"))?;
        let leaf_key = audit.leaf_key(private.nonce).to_hex();
        let mut receipt =
            Receipt { choice: id, statement: None, detail, leaf_key, proof: self.prove(entry).await? };
        receipt.statement = receipt.said().and_then(|said| Some(said.choice?.statement));
        Ok(receipt)
    }
}

/// Checks a receipt with nothing but the key of the log. Returns what was chosen, and the checkpoint that its entry is
/// under.
///
/// # Errors
/// The first [`ReceiptError`].
pub fn verify_receipt(receipt: &Receipt, key: &VerifyingKey) -> Result<(Detail, Checkpoint), ReceiptError> {
    let ProofState::Proved(entry) = &receipt.proof.state else { return Err(ReceiptError::Pending) };
    let checkpoint = entry.verify(key)?;
    let leaf_key = LeafKey::from_hex(&receipt.leaf_key).ok_or(ReceiptError::OtherDetail)?;
    if !leaf_key.verify(receipt.detail.as_bytes(), &entry.leaf.commitment) {
        return Err(ReceiptError::OtherDetail);
    }
    let detail = receipt.said().ok_or(ReceiptError::OtherChoice)?;
    let says = detail.choice.as_ref().map(|choice| &choice.statement);
    if receipt.statement.is_some() && receipt.statement.as_ref() != says {
        return Err(ReceiptError::OtherStatement);
    }
    let is_this = detail.action == Action::ChoiceChanged
        && detail.outcome == Outcome::Allowed
        && minute(detail.at) == entry.leaf.minute
        && detail.choice.as_ref().is_some_and(|choice| choice.choice == receipt.choice);
    if is_this { Ok((detail, checkpoint)) } else { Err(ReceiptError::OtherChoice) }
}
