//! `erasure-exceptions`: what is left of the erased is what a declared exception keeps, and the certificate says so.

use domain::{Erasure, ErasureState, Kept};
use gate::GateError;

use super::{Checked, Checking, holds};
use crate::promises::{Examination, Verdict, verdict::counted};

/// How many of the records left of one person are looked at.
const LEFT: u32 = 256;

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (mut kept_in_all, mut faults) = (0, Vec::new());
    for erasure in &examination.erasures {
        let (kept, purged) = match &erasure.state {
            ErasureState::Inaccessible { kept, .. } => (kept, false),
            ErasureState::Shredded(certificate) => (&certificate.kept, false),
            ErasureState::Purged { certificate, .. } => (&certificate.kept, true),
        };
        kept_in_all += kept.len();
        if !kept.iter().all(|one| is_declared(examination, erasure, one)) {
            faults.push(format!("{} kept something under no declared exception", erasure.id));
        }
        if purged && !is_said(examination, erasure, kept).await? {
            faults.push(format!("more is left after {} than its certificate says", erasure.id));
        }
    }
    faults.extend(holds::delete_what_is_held(examination).await?);
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} looked at, which kept {} of records, each under a declared exception; of the erased nothing else is \
             in the store; what somebody determined to keep was not deleted",
            counted(examination.erasures.len(), "erasure"),
            counted(kept_in_all, "kind")
        )
    }))
}

/// Whether an exception of the policy in force, which limits erasure, keeps such records.
fn is_declared(examination: &Examination<'_>, erasure: &Erasure, kept: &Kept) -> bool {
    let Ok(effective) = examination.gate.policy(erasure.account) else { return false };
    let mut limits = effective.declaring().document().exceptions_to("erasure");
    limits.any(|(name, exception)| name == kept.exception && exception.keeps(&kept.record_type))
}

/// Whether nothing is left but what the certificate says was kept.
async fn is_said(examination: &Examination<'_>, erasure: &Erasure, kept: &[Kept]) -> Result<bool, GateError> {
    let left = examination.gate.record_types_left(erasure.subject, LEFT).await?;
    Ok(left.iter().all(|record_type| kept.iter().any(|one| one.record_type == *record_type)))
}
