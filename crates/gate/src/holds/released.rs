//! What the clock does about holds: it says that a review is due, and takes away what a released hold alone had kept of
//! someone who was erased.

use domain::{ErasureState, Hold, HoldState, Kept, SubjectState};
use store::{Change, CommitError, Unit};

use super::overdue;
use crate::{Gate, GateError, cases::file};

impl Gate {
    pub(crate) async fn wake_hold(&self, hold: Hold) -> Result<(), GateError> {
        if let Some(due) = overdue(&hold) {
            metrics::counter!("bailee_holds_overdue_total").increment(1);
            tracing::warn!(hold = %hold.id, %due, "a hold is due for review");
        } else {
            self.drop_released(&hold).await?;
        }
        let asleep = hold.asleep();
        match self
            .commit(Unit { changes: vec![Change::ReplaceCase(file(&asleep)?)], ..Unit::default() })
            .await
        {
            // Where it was moved on meanwhile, it waits for the clock again if it must.
            Ok(_) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what is kept of an erased person and that no exception and no hold keeps any more.
    async fn drop_released(&self, hold: &Hold) -> Result<(), GateError> {
        let HoldState::Released { .. } = hold.state else { return Ok(()) };
        let Some((subject, keys)) = self.store.subject(hold.subject).await? else { return Ok(()) };
        if subject.state == SubjectState::Active {
            return Ok(());
        }
        let kept = match self.store.erasure_of(subject.id).await?.map(|erasure| erasure.state) {
            Some(ErasureState::Shredded(certificate) | ErasureState::Purged { certificate, .. }) => {
                certificate.kept
            }
            // Its certificate is not written yet: the clock comes again.
            Some(ErasureState::Inaccessible { .. }) => return Err(GateError::Busy),
            None => return Err(GateError::Damaged("a tombstone")),
        };
        let stands =
            |kept: &Kept| kept.determined.is_none() || subject.freezes.held(&kept.record_type).is_some();
        let keep: Vec<String> = kept.into_iter().filter(stands).map(|kept| kept.record_type).collect();
        self.drop_kept((&subject, &keys), &keep).await
    }
}
