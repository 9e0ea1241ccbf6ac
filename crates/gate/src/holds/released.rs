//! What the clock does about holds: it says that a review is due, and takes away what a released hold alone had kept of
//! someone who was erased.

use domain::{
    Address, Hold, HoldState, Kept, SubjectState,
    message::{Template, Topic},
};
use store::{Change, CommitError, Unit};

use super::overdue;
use crate::{Gate, GateError, cases::file, outbox::NewMessage};

impl Gate {
    pub(crate) async fn wake_hold(&self, hold: Hold) -> Result<(), GateError> {
        let mut changes = Vec::new();
        if let Some(due) = overdue(&hold) {
            changes.push(self.write_message(review_of(&hold))?);
            metrics::counter!("bailee_holds_overdue_total").increment(1);
            tracing::warn!(hold = %hold.id, %due, "a hold is due for review");
        } else {
            self.drop_released(&hold).await?;
        }
        changes.push(Change::ReplaceCase(file(&hold.asleep())?));
        match self.commit(Unit { changes, ..Unit::default() }).await {
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
        let erasure = self.store.erasure_of(subject.id).await?.ok_or(GateError::Damaged("a tombstone"))?;
        // Without a certificate yet, the clock comes again.
        let certificate = erasure.state.into_certificate().ok_or(GateError::Busy)?;
        let stays =
            |kept: &Kept| kept.determined.is_none() || subject.freezes.held(&kept.record_type).is_some();
        self.drop_kept((&subject, &keys), certificate.kept, stays).await
    }
}

/// What the custodian is told.
fn review_of(hold: &Hold) -> NewMessage {
    let (account, about) = (hold.account, Topic::Hold(hold.id));
    NewMessage { account, subject: None, template: Template::HoldReview, about, to: Address::Custodian }
}
