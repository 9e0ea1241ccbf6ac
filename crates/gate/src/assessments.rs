//! Assessments through the door: each is kept with an entry that commits to its report, and can be proved offline as a bundle of
//! files under a signed list (promise `verification`).

mod bundle;

use domain::{Action, Assessed, AssessmentId};
use store::{Change, Unit};

#[cfg(test)]
pub(crate) use bundle::sign;
pub use bundle::{Bundle, BundleError, verify_bundle};

use crate::{Caller, Gate, GateError, cases::file};

/// The name under which the last assessment is stored.
const LATEST: &str = "assessment";

impl Gate {
    /// The report of the last assessment as it was stored.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn stored_assessment(&self) -> Result<Option<Vec<u8>>, GateError> {
        Ok(self.store.installation(LATEST).await?)
    }

    /// Keeps an assessment, with an entry that says what it found and commits to its report.
    ///
    /// # Errors
    /// A store fails.
    pub async fn store_assessment(&self, caller: &Caller, assessed: &Assessed) -> Result<(), GateError> {
        let mut detail = self.detail(caller, Action::AssessmentMade)?;
        detail.note = Some(bundle::note(assessed));
        let unit = Unit {
            changes: vec![
                Change::OpenCase(file(assessed)?),
                Change::PutInstallation(LATEST, assessed.report.clone().into_bytes()),
            ],
            entries: vec![self.account_entry(caller.account_id(), &detail)?],
            ..Unit::default()
        };
        self.commit(unit).await?;
        Ok(())
    }

    /// An assessment of the caller's account.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn assessed(&self, caller: &Caller, id: AssessmentId) -> Result<Assessed, GateError> {
        self.own(caller, *id.as_bytes()).await
    }
}
