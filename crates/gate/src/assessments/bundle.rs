//! The bundle of an assessment: files, a list of their digests that the log's key signed, and the entry that committed to the
//! report when it was made. docs/formats.md says every byte.

use std::collections::BTreeMap;

use audit_log::{Checkpoint, EntryProofError, NoteError, SigningKey, VerifyingKey, open_note, sign_note};
use domain::{Action, Assessed, AssessmentId, CaseId, CaseKind, Detail, digest::sha256_hex};
use sealing::LeafKey;
use serde::{Deserialize, Serialize};

use crate::{Caller, Gate, GateError, LogProof, ProofState, entry::minute};

/// The first line of the signed list: no checkpoint begins so.
const HEADING: &str = "bailee assessment bundle v1";
/// The signed list.
const LIST: &str = "manifest";
/// What was found, as the entry commits to it.
const REPORT: &str = "report.json";
/// The entry and its proof.
const ENTRY: &str = "entry.json";

/// The files of a bundle, by name.
pub type Bundle = BTreeMap<String, Vec<u8>>;

/// An entry of the log, opened for whoever holds this, with its proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Disclosed {
    /// What the entry commits to, to the byte.
    detail: String,
    /// The key that opens the entry's commitment, in hexadecimal digits.
    leaf_key: String,
    /// The proof that the entry is in the log.
    proof: LogProof,
}

/// Why a bundle proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file is not there.
    #[error("the bundle has no file `{0}`")]
    Missing(String),
    /// The list cannot be read, or was not signed by this key.
    #[error("its list of files: {0}")]
    List(#[from] NoteError),
    /// The list is not one of an assessment.
    #[error("its list of files is not one of an assessment")]
    OtherList,
    /// A file was changed, or the list does not name it.
    #[error("the file `{0}` is not the one that was signed")]
    OtherFile(String),
    /// The entry cannot be read, or is not under a checkpoint.
    #[error("its entry cannot be read, or is not proved")]
    Unproved,
    /// The checkpoint, or the way from the entry to it, is wrong.
    #[error("its entry is not in the log: {0}")]
    Proof(#[from] EntryProofError),
    /// The log commits to something else.
    #[error("the log commits to another report")]
    OtherReport,
}

/// What the entry of an assessment says.
pub(super) fn note(assessed: &Assessed) -> String {
    says(&assessed.headline, assessed.report.as_bytes())
}

fn says(headline: &str, report: &[u8]) -> String {
    format!("{headline}, report sha256:{}", sha256_hex(report))
}

impl Gate {
    /// Completes and signs the files of an assessment's bundle: the report and its entry with proof are added.
    ///
    /// # Errors
    /// Not there; its entry has no place in the log yet, which takes two seconds at most; or a store fails.
    pub async fn bundle(
        &self,
        caller: &Caller,
        id: AssessmentId,
        files: Bundle,
    ) -> Result<Bundle, GateError> {
        let assessed = self.assessed(caller, id).await?;
        let disclosed = self.disclosed(caller, id).await?;
        let mut files = files;
        files.insert(REPORT.to_owned(), assessed.report.into_bytes());
        let entry = serde_json::to_vec_pretty(&disclosed).map_err(|_| GateError::Damaged("an entry"))?;
        files.insert(ENTRY.to_owned(), entry);
        sign(&mut files, self.log.signing()).map_err(|_| GateError::Damaged("the name of a file"))?;
        Ok(files)
    }

    /// The entry of an assessment, opened.
    async fn disclosed(&self, caller: &Caller, id: AssessmentId) -> Result<Disclosed, GateError> {
        let case = self.store.case(CaseKind::Assessment, CaseId::from_bytes(*id.as_bytes())).await?;
        let entry = case.and_then(|case| case.entry).ok_or(GateError::NotFound("assessment"))?;
        let private = self.store.private_entry(entry).await?;
        let private = private.ok_or(GateError::Damaged("an assessment whose entry is not there"))?;
        // The account's keys may have been rotated since.
        let keys = self.audit_keys_of_account(caller);
        let opened =
            keys.iter().find_map(|key| Some((key, key.open_detail(private.nonce, &private.sealed).ok()?)));
        let (audit, detail) = opened.ok_or(GateError::Damaged("the entry of an assessment"))?;
        let detail = String::from_utf8(detail.to_vec())
            .map_err(|_| GateError::Damaged("the entry of an assessment"))?;
        let proof = self.prove(entry).await?;
        if matches!(proof.state, ProofState::Pending) {
            return Err(GateError::Busy);
        }
        Ok(Disclosed { detail, leaf_key: audit.leaf_key(private.nonce).to_hex(), proof })
    }
}

/// Adds the list of the files, signed.
pub(crate) fn sign(files: &mut Bundle, key: &SigningKey) -> Result<(), NoteError> {
    files.remove(LIST);
    let line = |(name, bytes): (&String, &Vec<u8>)| format!("{}  {name}\n", sha256_hex(bytes));
    let list: String = files.iter().map(line).collect();
    let signed = sign_note(&format!("{HEADING}\n{list}"), key)?;
    files.insert(LIST.to_owned(), signed.into_bytes());
    Ok(())
}

/// Checks a bundle with nothing but the key of the log. Returns what its entry says, and the checkpoint that it is under.
///
/// # Errors
/// The first [`BundleError`].
pub fn verify_bundle(files: &Bundle, key: &VerifyingKey) -> Result<(Detail, Checkpoint), BundleError> {
    check_list(files, key)?;
    let disclosed: Disclosed =
        serde_json::from_slice(file(files, ENTRY)?).map_err(|_| BundleError::Unproved)?;
    let ProofState::Proved(entry) = &disclosed.proof.state else { return Err(BundleError::Unproved) };
    let checkpoint = entry.verify(key)?;
    let leaf_key = LeafKey::from_hex(&disclosed.leaf_key).ok_or(BundleError::Unproved)?;
    if !leaf_key.verify(disclosed.detail.as_bytes(), &entry.leaf.commitment) {
        return Err(BundleError::OtherReport);
    }
    let detail: Detail = serde_json::from_str(&disclosed.detail).map_err(|_| BundleError::Unproved)?;
    let said = detail.note.as_deref().unwrap_or_default();
    let headline = said.rsplit_once(", report sha256:").map_or("", |(headline, _)| headline);
    let is_this = detail.action == Action::AssessmentMade
        && minute(detail.at) == entry.leaf.minute
        && said == says(headline, file(files, REPORT)?);
    if is_this { Ok((detail, checkpoint)) } else { Err(BundleError::OtherReport) }
}

/// Whether every file is the one that the signed list names, and none is there that it does not.
fn check_list(files: &Bundle, key: &VerifyingKey) -> Result<(), BundleError> {
    let note = std::str::from_utf8(file(files, LIST)?).map_err(|_| BundleError::OtherList)?;
    let mut lines = open_note(note, key)?.lines();
    if lines.next() != Some(HEADING) {
        return Err(BundleError::OtherList);
    }
    let mut listed = BTreeMap::new();
    for line in lines {
        let (digest, name) = line.split_once("  ").ok_or(BundleError::OtherList)?;
        file(files, name)?;
        listed.insert(name, digest);
    }
    for (name, bytes) in files.iter().filter(|(name, _)| *name != LIST) {
        if listed.get(name.as_str()).copied() != Some(sha256_hex(bytes).as_str()) {
            return Err(BundleError::OtherFile(name.clone()));
        }
    }
    Ok(())
}

fn file<'a>(files: &'a Bundle, name: &str) -> Result<&'a [u8], BundleError> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| BundleError::Missing(name.to_owned()))
}
