//! `access`: a person's data can be seen, and erased for good: the latest erasures left no key, and each can be
//! proved.

use domain::{Certificate, Erasure, ErasureState};
use gate::{GateError, ProofState, is_committed};
use jiff::SignedDuration;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict};

/// How long an erasure may stand between its tombstone and its certificate.
const GRACE: SignedDuration = SignedDuration::from_mins(5);

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let stand_in = examination.stand_in()?;
    let (operator, purpose) = (&examination.operator, &stand_in.purpose);
    let opened = examination.gate.read_record(operator, stand_in.record, purpose, None).await?;
    let mut faults = Vec::new();
    if *opened.fields.reveal() != stand_in.fields {
        faults.push("what was read is not what was stored".to_owned());
    }
    for erasure in &examination.erasures {
        faults.extend(fault(examination, erasure).await?);
    }
    Ok(Verdict::unless(&faults, || {
        format!(
            "a made-up person's record was read back as it was stored; of the {} latest erasures every journalled \
             key is destroyed and every certificate's entry is proved or younger than the next checkpoint; \
             requests with their clocks are not there yet",
            examination.erasures.len()
        )
    }))
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

/// Whether the certificate's entry is in the log and commits to its detail.
async fn is_proved(examination: &Examination<'_>, certificate: &Certificate) -> Result<bool, GateError> {
    let Some(entry) = certificate.entry else { return Ok(false) };
    match examination.gate.prove(entry).await?.state {
        ProofState::Pending => Ok(examination.now.duration_since(certificate.shredded_at) < GRACE),
        ProofState::Proved(proof) => {
            Ok(is_committed(certificate, &proof.leaf) && proof.verify(examination.gate.log_key()).is_ok())
        }
    }
}
