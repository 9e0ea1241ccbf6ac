//! A certificate holds as it was issued, and no other way.

use audit_log::{SigningKey, VerifyingKey};
use domain::{Certificate, ErasureState};
use jiff::SignedDuration;

use super::world::World;
use crate::{CertificateError, LogProof, ProofState, verify_certificate};

struct Issued {
    certificate: Certificate,
    pending: LogProof,
    proof: LogProof,
    /// The proof of the entry before it.
    other: LogProof,
    key: VerifyingKey,
}

/// The certificate of a person whose access log is kept.
async fn issued() -> Issued {
    let world = World::new().await;
    let process = world.open().await;
    let ada = process.person().await.id;
    process.profile(ada, "ada@example.org").await;
    process.access_log(ada).await;
    let erased = process.erase(&process.operator, ada).await.unwrap();
    let ErasureState::Shredded(certificate) = erased.state else { panic!("not shredded") };
    let entry = certificate.entry.unwrap();
    let pending = process.prove(entry).await.unwrap();
    while process.advance_log().await.unwrap() > 0 {}
    let proof = process.prove(entry).await.unwrap();
    let ProofState::Proved(proved) = &proof.state else { panic!("not proved") };
    let other = process.prove_at(proved.index - 1).await.unwrap();
    Issued { certificate, pending, proof, other, key: process.log_key().clone() }
}

#[tokio::test]
async fn it_holds_as_it_was_issued_and_as_it_travels() {
    let Issued { certificate, proof, key, .. } = issued().await;
    assert_eq!(certificate.kept.len(), 1);
    let checkpoint = verify_certificate(&certificate, &proof, &key).unwrap();
    assert_eq!(checkpoint.origin, "log.example.org");
    let certificate = serde_json::from_str(&serde_json::to_string(&certificate).unwrap()).unwrap();
    let proof = serde_json::from_str(&serde_json::to_string(&proof).unwrap()).unwrap();
    assert_eq!(verify_certificate(&certificate, &proof, &key).unwrap(), checkpoint);
}

#[tokio::test]
async fn nothing_on_it_can_be_changed() {
    let Issued { certificate, proof, key, .. } = issued().await;
    let earlier = SignedDuration::from_hours(-1);
    let changes: [fn(&mut Certificate, SignedDuration); 10] = [
        |one, _| one.keys_destroyed += 1,
        |one, _| one.clause += 1,
        |one, _| one.kept.clear(),
        |one, _| one.kept[0].records += 1,
        |one, _| one.kept[0].ground = "because".to_owned(),
        |one, by| one.inaccessible_at += by,
        |one, by| one.shredded_at += by,
        |one, by| one.irrecoverable_by += by,
        |one, _| one.subject = "sub_019aa1b2c3d48e5f8a7b6c5d4e3f2a1b".parse().ok(),
        |one, _| one.account = "acc_019aa1b2c3d48e5f8a7b6c5d4e3f2a1b".parse().unwrap(),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut changed = certificate.clone();
        change(&mut changed, earlier);
        let outcome = verify_certificate(&changed, &proof, &key);
        assert!(matches!(outcome, Err(CertificateError::Differs(_))), "change {number}: {outcome:?}");
    }
    let mut changed = certificate.clone();
    changed.detail = changed.detail.replace("erasure.certified", "erasure.begun");
    assert!(matches!(verify_certificate(&changed, &proof, &key), Err(CertificateError::OtherDetail)));
    let changed = Certificate { leaf_key: "ab".repeat(32), ..certificate };
    assert!(matches!(verify_certificate(&changed, &proof, &key), Err(CertificateError::OtherDetail)));
}

#[tokio::test]
async fn it_holds_with_its_own_proof_and_key_only() {
    let Issued { certificate, pending, proof, mut other, key } = issued().await;
    let outcome = |proof: &LogProof, key: &VerifyingKey| verify_certificate(&certificate, proof, key);
    assert!(matches!(outcome(&pending, &key), Err(CertificateError::Pending)));
    assert!(matches!(outcome(&other, &key), Err(CertificateError::OtherEntry)));
    other.entry = proof.entry;
    assert!(matches!(outcome(&other, &key), Err(CertificateError::OtherDetail)));
    let forger = SigningKey::from_seed("log.example.org", &[7; 32]).unwrap();
    assert!(matches!(outcome(&proof, forger.verifying_key()), Err(CertificateError::Proof(_))));
}
