//! `access`: a person's data can be seen, and erased for good: the latest erasures left no key, and each can be
//! proved.

use domain::{Certificate, Erasure, ErasureState};
use gate::{CertificateError, GateError, verify_certificate};
use jiff::SignedDuration;

use super::{Checked, Checking, requests};
use crate::promises::{Examination, Verdict, stand_in::StandIn, verdict::counted};

/// How long an erasure may stand between its tombstone and its certificate.
const GRACE: SignedDuration = SignedDuration::from_mins(5);

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = read_back(examination).await?;
    faults.extend(erase_somebody(examination).await?);
    faults.extend(requests::unanswered(examination).await?);
    faults.extend(requests::untold(examination).await?);
    for erasure in &examination.erasures {
        faults.extend(fault(examination, erasure).await?);
    }
    // Nothing more is stored where keys are not what they should be.
    if faults.is_empty() {
        faults.extend(requests::ask_unproved(examination).await?);
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "a made-up person's record was read back as it was stored, and after their erasure neither record nor \
             key was left; {} before that looked at: every journalled key is destroyed, every certificate proved; \
             no request is left unanswered after its time, and one that nobody proved did nothing; each mark of a \
             request's clock left a message for whoever must answer, which {}",
            counted(examination.erasures.len(), "erasure"),
            requests::how_mail_leaves(examination)
        )
    }))
}

/// Reads the stand-in's record.
async fn read_back(examination: &Examination<'_>) -> Result<Vec<String>, GateError> {
    let stand_in = examination.stand_in()?;
    let (operator, purpose) = (&examination.operator, &stand_in.purpose);
    let opened = examination.gate.read_record(operator, stand_in.record, purpose, None).await?;
    let same = *opened.fields.reveal() == stand_in.fields;
    Ok(if same { Vec::new() } else { vec!["what was read is not what was stored".to_owned()] })
}

/// Stores a second made-up person, erases them, and looks for what is left.
async fn erase_somebody(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let (gate, operator) = (examination.gate, &examination.operator);
    let doomed = StandIn::enter(gate, operator, examination.policy()).await?;
    gate.erase(operator, doomed.subject).await?;
    let read = gate.read_record(operator, doomed.record, &doomed.purpose, None).await;
    let dead = gate.dead_keys(&[doomed.subject]).await?;
    let keyless = dead.get(&doomed.subject).is_some_and(|dead| dead.alive == 0 && dead.journalled > 0);
    Ok(match read {
        Err(GateError::Gone(_) | GateError::NotFound(_)) if keyless => None,
        Err(GateError::Gone(_) | GateError::NotFound(_)) => {
            Some(format!("a key of {} outlived their erasure", doomed.subject))
        }
        Err(error) => return Err(error),
        Ok(_) => Some(format!("a record of {} opened after their erasure", doomed.subject)),
    })
}

/// What is wrong with an erasure.
async fn fault(examination: &Examination<'_>, erasure: &Erasure) -> Result<Option<String>, GateError> {
    let certificate = match &erasure.state {
        ErasureState::Inaccessible { at, .. } if examination.now.duration_since(*at) < GRACE => {
            return Ok(None);
        }
        ErasureState::Inaccessible { .. } => return Ok(Some(format!("{} stopped half-way", erasure.id))),
        ErasureState::Shredded(certificate) | ErasureState::Purged { certificate, .. } => certificate,
    };
    let dead = examination.dead_keys.get(&erasure.subject);
    if dead.is_none_or(|dead| dead.alive > 0 || dead.journalled < certificate.keys_destroyed) {
        return Ok(Some(format!("a key that {} destroyed is alive, or not in the journal", erasure.id)));
    }
    let proved = is_proved(examination, certificate).await?;
    Ok((!proved).then(|| format!("the certificate of {} cannot be proved", erasure.id)))
}

/// Whether the certificate can be verified by its holder, or its entry is too young to be under a checkpoint.
async fn is_proved(examination: &Examination<'_>, certificate: &Certificate) -> Result<bool, GateError> {
    let Some(entry) = certificate.entry else { return Ok(false) };
    let proof = examination.gate.prove(entry).await?;
    Ok(match verify_certificate(certificate, &proof, examination.gate.log_key()) {
        Err(CertificateError::Pending) => examination.now.duration_since(certificate.shredded_at) < GRACE,
        verified => verified.is_ok(),
    })
}
