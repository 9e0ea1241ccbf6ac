//! Proving entries, and opening their private side for those who may see it.

use audit_log::{Checkpoint, EntryProof, Leaf};
use domain::{AccountKind, Detail, EntryId, SubjectId};
use sealing::AuditKey;
use serde::{Deserialize, Serialize};
use store::audit::{PrivateEntry, SubjectEntry};

use super::Tiles;
use crate::{Caller, Gate, GateError, view::OpenedEntry};

/// A proof that an entry is in the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogProof {
    /// The entry.
    pub entry: EntryId,
    /// The proof, once there is one.
    #[serde(flatten)]
    pub state: ProofState,
}

/// Whether an entry can be proved yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProofState {
    /// It is durable, and the next checkpoint will hold it: in two seconds at most.
    Pending,
    /// It is under a signed checkpoint.
    Proved(EntryProof),
}

impl Gate {
    /// The proof of an entry.
    ///
    /// # Errors
    /// There is no such entry, or a store fails.
    pub async fn prove(&self, entry: EntryId) -> Result<LogProof, GateError> {
        let index = self.store.index_of(entry).await?.ok_or(GateError::NotFound("entry"))?;
        let state = self.store.log_state().await?;
        let signed = Checkpoint::open(&state.checkpoint, self.log_key())
            .map_err(|_| GateError::Damaged("the checkpoint of the audit log"))?;
        let Some(index) = index.filter(|index| *index < signed.size) else {
            return Ok(LogProof { entry, state: ProofState::Pending });
        };
        let leaves = self.store.leaves(index, index + 1).await?;
        let leaf = leaves.first().and_then(|bytes| Leaf::decode(bytes).ok());
        let leaf = leaf.ok_or(GateError::Damaged("an entry of the audit log"))?;
        let proof = Tiles::default()
            .complete(&*self.store, |tiles| {
                EntryProof::new(tiles, leaf, index, signed.size, state.checkpoint.clone())
            })
            .await?
            .map_err(|_| GateError::Damaged("the tiles of the audit log"))?;
        Ok(LogProof { entry, state: ProofState::Proved(proof) })
    }

    /// The proof of the entry at a place of the log.
    ///
    /// # Errors
    /// There is no such entry, or a store fails.
    pub async fn prove_at(&self, index: u64) -> Result<LogProof, GateError> {
        let entry = self.store.entry_at(index).await?.ok_or(GateError::NotFound("entry"))?;
        self.prove(entry).await
    }

    /// The private side of an entry that is about no person, or about `subject` of the caller's account; none when
    /// it is about someone else, or its key is gone.
    ///
    /// # Errors
    /// There is no such entry, or a store fails.
    pub async fn open_entry(
        &self,
        caller: &Caller,
        entry: EntryId,
        subject: Option<SubjectId>,
    ) -> Result<Option<Detail>, GateError> {
        let private = self.store.private_entry(entry).await?.ok_or(GateError::NotFound("entry"))?;
        let mut keys = self.audit_keys_of_account(caller);
        if let Some(subject) = subject {
            let found = self.store.subject(subject).await?;
            let owned = found.filter(|(subject, _)| subject.account == caller.account_id());
            if let Some((subject, bindings)) = owned {
                match self.key_of_log(&subject, &bindings).await {
                    Ok(key) => keys.insert(0, key),
                    Err(GateError::Gone(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        opened(&private, &keys)
    }

    /// The private side of an entry about whoever it is, if they are of the caller's account and can still be spoken of; none
    /// when it is another's.
    ///
    /// # Errors
    /// There is no such entry, or a store fails.
    pub async fn own_entry(&self, caller: &Caller, entry: EntryId) -> Result<Option<Detail>, GateError> {
        let found = self.store.private_bundles(entry.bundle, 1).await?;
        let bundle = found.iter().find(|found| found.bundle.number == entry.bundle);
        let about = bundle.and_then(|found| found.about.get(&entry.position).copied());
        self.open_entry(caller, entry, about).await
    }

    pub(crate) fn audit_keys_of_account(&self, caller: &Caller) -> Vec<AuditKey> {
        self.keyring.account_versions(caller.account_id()).iter().map(|keys| keys.audit_key()).collect()
    }

    /// The entries about a subject of the caller's account, newest first: who did what with their data.
    ///
    /// # Errors
    /// The subject is not there or gone, or a store fails.
    pub async fn entries_of(
        &self,
        caller: &Caller,
        subject: SubjectId,
        before: Option<EntryId>,
        limit: u32,
    ) -> Result<Vec<OpenedEntry>, GateError> {
        let (found, bindings) = self.remembered_subject(caller, subject).await?;
        let mut keys = self.audit_keys_of_account(caller);
        keys.insert(0, self.key_of_log(&found, &bindings).await?);
        let (mut all, mut before) = (Vec::new(), before);
        loop {
            let entries = self.store.entries_of(subject, before, limit).await?;
            before = entries.last().map(|last| last.entry);
            let is_end = entries.len() < limit as usize;
            for SubjectEntry { entry, index, private } in entries {
                if let Some(detail) = opened(&private, &keys)? {
                    all.push(OpenedEntry { entry, index, detail });
                }
            }
            all.truncate(limit as usize);
            if is_end || all.len() == limit as usize {
                return Ok(all);
            }
        }
    }

    /// A stored tile, at least `width` hashes of it.
    ///
    /// # Errors
    /// There is no such tile, or a store fails.
    pub async fn log_tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, GateError> {
        let mut bytes = self.store.tile(level, index).await?.ok_or(GateError::NotFound("tile"))?;
        let wanted = usize::from(width) * 32;
        if bytes.len() < wanted {
            return Err(GateError::NotFound("tile"));
        }
        bytes.truncate(wanted);
        Ok(bytes)
    }

    /// The public leaves `from..to`.
    ///
    /// # Errors
    /// They are not all in the log, or a store fails.
    pub async fn log_leaves(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, GateError> {
        if to > self.store.log_state().await?.size {
            return Err(GateError::NotFound("tile"));
        }
        let leaves = self.store.leaves(from, to).await?;
        if leaves.len() as u64 == to - from { Ok(leaves) } else { Err(GateError::Damaged("the audit log")) }
    }

    /// Whether a caller may see what concerns the whole installation.
    pub fn is_operator(&self, caller: &Caller) -> bool {
        caller.account.kind == AccountKind::Operator
    }
}

/// The detail of an entry, when one of the keys opens it.
pub(crate) fn opened(private: &PrivateEntry, keys: &[AuditKey]) -> Result<Option<Detail>, GateError> {
    let opened = keys.iter().find_map(|key| key.open_detail(private.nonce, &private.sealed).ok());
    let read =
        |bytes: &[u8]| serde_json::from_slice(bytes).map_err(|_| GateError::Damaged("a private entry"));
    opened.map(|bytes| read(&bytes)).transpose()
}
