//! The log after a restore. It cannot go on under its name: entries that were made after the backup are lost, and what is
//! written in their place would be a second history under the same key. So it goes on under another name and key, and its
//! first entry commits to the last checkpoint that the backup knew.

use audit_log::{Checkpoint, CheckpointError, Leaf, NoteError, SigningKey, VerifyingKey, note};
use domain::{Action, Detail, ambient::random_bytes, digest::sha256_hex};
use sealing::LeafKey;
use serde::{Deserialize, Serialize};
use store::{Change, PendingEntry, Unit};

use super::Journal;
use crate::{
    BackupHeader, Caller, Gate, GateError, LOG_KEY,
    entry::leaf,
    install::{LOG_ORIGIN, LOG_SEED},
};

/// The name under which the continuations of the log are stored, as a JSON array, oldest first.
pub const LOG_CONTINUED: &str = "log continued";

/// What anyone needs to connect a log with the one it continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continuation {
    /// The verifying key of the log before, as text.
    pub former_key: String,
    /// The last checkpoint of the log before that the backup knew.
    pub former_checkpoint: String,
    /// A note signed by the former key: which key signs from now on.
    pub succession: String,
    /// The place of the entry that says so.
    pub index: u64,
    /// What that entry commits to.
    pub detail: String,
    /// The key of that commitment, 64 hexadecimal digits.
    pub leaf_key: String,
}

/// Why a log does not continue another one.
#[derive(Debug, thiserror::Error)]
pub enum ContinuationError {
    /// Its parts cannot be read.
    #[error("the statement of how the log goes on is damaged")]
    Damaged,
    /// The checkpoint before is not signed by the key before.
    #[error("the checkpoint that the log is continued from: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The key before did not sign the key after.
    #[error("the succession of the log's keys: {0}")]
    Succession(#[from] NoteError),
    /// It was signed for another key or place.
    #[error("the former key of the log names another key as its successor")]
    OtherKey,
    /// The entry in the log commits to something else.
    #[error("entry {0} of the log does not commit to the checkpoint that the log is continued from")]
    OtherEntry(u64),
}

/// What the former key signs.
fn succession(next: &VerifyingKey, index: u64, former_checkpoint: &str) -> String {
    format!("bailee log continued v1\n{next}\n{index}\n{}\n", sha256_hex(former_checkpoint))
}

/// Checks that the log signed by `next` goes on where another one stopped: the former key signed the new one, and the entry
/// at the place named, whose leaf is `leaf`, commits to the former checkpoint. Returns that checkpoint, which the log must
/// extend.
///
/// # Errors
/// The first [`ContinuationError`].
pub fn verify_continuation(
    continuation: &Continuation,
    next: &VerifyingKey,
    leaf: &Leaf,
) -> Result<Checkpoint, ContinuationError> {
    let former: VerifyingKey = continuation.former_key.parse().map_err(|_| ContinuationError::Damaged)?;
    let checkpoint = Checkpoint::open(&continuation.former_checkpoint, &former)?;
    let signed = note::open_note(&continuation.succession, &former)?;
    if signed != succession(next, continuation.index, &continuation.former_checkpoint) {
        return Err(ContinuationError::OtherKey);
    }
    let key = LeafKey::from_hex(&continuation.leaf_key).ok_or(ContinuationError::Damaged)?;
    let detail: Detail =
        serde_json::from_str(&continuation.detail).map_err(|_| ContinuationError::Damaged)?;
    let names_it =
        detail.note.is_some_and(|note| note.contains(&sha256_hex(&continuation.former_checkpoint)));
    let commits = key.verify(continuation.detail.as_bytes(), &leaf.commitment);
    if names_it && commits && detail.action == Action::LogContinued && checkpoint.size <= continuation.index {
        Ok(checkpoint)
    } else {
        Err(ContinuationError::OtherEntry(continuation.index))
    }
}

impl Gate {
    /// Lets the log go on under another name and key, once this gate is gone. Returns the bundle of the entry that must be
    /// its first.
    pub(super) async fn continue_log(
        &self,
        data: &BackupHeader,
        journal: &Journal,
    ) -> Result<u64, GateError> {
        let state = self.store.log_state().await?;
        let (seed, signing) = self.next_key()?;
        let (entry, detail, leaf_key) = self.continuing_entry(&state.checkpoint, data, journal)?;
        let text = succession(signing.verifying_key(), state.size, &state.checkpoint);
        let succession = note::sign_note(&text, self.log.signing())
            .map_err(|_| GateError::Damaged("the name of the log"))?;
        let continuation = Continuation {
            former_key: self.log_key().to_string(),
            former_checkpoint: state.checkpoint,
            succession,
            index: state.size,
            detail,
            leaf_key,
        };
        let mut all = self.continuations().await?;
        all.push(continuation);
        let all = serde_json::to_vec(&all).expect("texts and numbers can be written as JSON");
        let sealed = self.root.seal_seed(LOG_SEED, &seed, self.randomness());
        let origin = signing.verifying_key().name().as_bytes().to_vec();
        let unit = Unit {
            changes: vec![
                Change::PutInstallation(LOG_SEED, sealed),
                Change::PutInstallation(LOG_ORIGIN, origin),
                Change::PutInstallation(LOG_KEY, signing.verifying_key().to_string().into_bytes()),
                Change::PutInstallation(LOG_CONTINUED, all),
            ],
            entries: vec![entry],
            ..Unit::default()
        };
        let committed = self.commit(unit).await?;
        Ok(crate::records::first_entry(&committed)?.bundle)
    }

    /// The continuations of the log so far.
    ///
    /// # Errors
    /// The data store fails, or they cannot be read.
    pub async fn continuations(&self) -> Result<Vec<Continuation>, GateError> {
        let Some(stored) = self.store.installation(LOG_CONTINUED).await? else { return Ok(Vec::new()) };
        serde_json::from_slice(&stored).map_err(|_| GateError::Damaged("the continuations of the log"))
    }

    /// A key of another name: that of the log, and the second at which it goes on.
    fn next_key(&self) -> Result<([u8; 32], SigningKey), GateError> {
        let name = self.log_key().name();
        let stem = name.split_once("/restored-").map_or(name, |(stem, _)| stem);
        let at = self.now().as_second();
        let seed: [u8; 32] = random_bytes(self.randomness());
        let signing = SigningKey::from_seed(&format!("{stem}/restored-{at}"), &seed)
            .map_err(|_| GateError::Damaged("the name of the log"))?;
        Ok((seed, signing))
    }

    /// The entry that commits to the checkpoint before, with what shows it to anyone.
    fn continuing_entry(
        &self,
        checkpoint: &str,
        data: &BackupHeader,
        journal: &Journal,
    ) -> Result<(PendingEntry, String, String), GateError> {
        let operator = Caller::system(self.operator()?);
        let mut detail = self.detail(&operator, Action::LogContinued)?;
        let end = journal.end();
        detail.note = Some(format!(
            "checkpoint {}, backup of {}, journal to entry {} {}",
            sha256_hex(checkpoint),
            data.made_at,
            end.sequence,
            end.hash
        ));
        let text = serde_json::to_string(&detail).expect("a detail has string keys and finite numbers only");
        let audit = self.keyring.account(operator.account_id())?.audit_key();
        let nonce: [u8; 16] = random_bytes(self.randomness());
        let leaf_key = audit.leaf_key(nonce);
        let entry = PendingEntry {
            subject: None,
            leaf: leaf(detail.at, leaf_key.commit(text.as_bytes())),
            nonce,
            sealed: audit.seal_detail(nonce, text.as_bytes(), self.randomness()),
        };
        Ok((entry, text, leaf_key.to_hex()))
    }
}
