//! Certificates of erasure: what their entry commits to, and how anyone checks one offline.

use audit_log::{Checkpoint, EntryProofError, VerifyingKey, leaf_hash};
use domain::{Action, Certificate, Detail, Outcome};
use sealing::LeafKey;

use crate::{LogProof, ProofState, entry::minute};

/// Why a certificate proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Its entry is not under a signed checkpoint yet.
    #[error("its entry is not under a signed checkpoint yet; ask for the erasure again in two seconds")]
    Pending,
    /// The entry that is proved is not the one that the certificate names.
    #[error("the proof is of another entry than the one that the certificate names")]
    OtherEntry,
    /// The checkpoint, or the way from the entry to it, is wrong.
    #[error("its entry is not in the log: {0}")]
    Proof(#[from] EntryProofError),
    /// The leaf in the log does not commit to the certificate's detail.
    #[error("the entry in the log commits to something else than the certificate's detail")]
    OtherDetail,
    /// The detail cannot be read, or says something else than the certificate.
    #[error("the certificate says something else than the detail that the log commits to: its {0}")]
    Differs(&'static str),
}

/// What the entry of a certificate says besides its detail's own fields. The digest stands for the times and for
/// what was kept, so that nothing on a certificate can be changed afterwards; docs/formats.md says of what.
pub(crate) fn note(certificate: &Certificate) -> String {
    let Certificate { erasure, keys_destroyed, kept, inaccessible_at, shredded_at, irrecoverable_by, .. } =
        certificate;
    let facts = serde_json::to_vec(&(inaccessible_at, shredded_at, irrecoverable_by, kept))
        .expect("times and texts can be written as JSON");
    let digest = leaf_hash(&facts).to_base64();
    format!("{erasure}, {keys_destroyed} keys destroyed, {} kept, facts {digest}", kept.len())
}

/// Checks a certificate with nothing but the key of the log: the log holds its entry, the entry commits to its
/// detail, and the certificate says what the detail says. Returns the checkpoint that the entry is under.
///
/// # Errors
/// The first [`CertificateError`].
pub fn verify_certificate(
    certificate: &Certificate,
    proof: &LogProof,
    key: &VerifyingKey,
) -> Result<Checkpoint, CertificateError> {
    let ProofState::Proved(entry) = &proof.state else { return Err(CertificateError::Pending) };
    if certificate.entry != Some(proof.entry) {
        return Err(CertificateError::OtherEntry);
    }
    let checkpoint = entry.verify(key)?;
    let leaf_key = LeafKey::from_hex(&certificate.leaf_key).ok_or(CertificateError::OtherDetail)?;
    if !leaf_key.verify(certificate.detail.as_bytes(), &entry.leaf.commitment) {
        return Err(CertificateError::OtherDetail);
    }
    check_detail(certificate, entry.leaf.minute)?;
    Ok(checkpoint)
}

fn check_detail(certificate: &Certificate, logged: u64) -> Result<(), CertificateError> {
    let detail: Detail =
        serde_json::from_str(&certificate.detail).map_err(|_| CertificateError::Differs("form"))?;
    let agreements = [
        (detail.action == Action::ErasureCertified && detail.outcome == Outcome::Allowed, "action"),
        (detail.account == certificate.account, "account"),
        (detail.subject == certificate.subject, "subject"),
        (detail.clause == Some(certificate.clause), "clause"),
        (minute(detail.at) == logged, "time"),
        (detail.note == Some(note(certificate)), "times, number of keys, or what was kept"),
    ];
    let broken = agreements.iter().find(|(agrees, _)| !agrees);
    broken.map_or(Ok(()), |(_, what)| Err(CertificateError::Differs(what)))
}
