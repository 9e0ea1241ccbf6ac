//! What an assessment leaves of its made-up visitors, removed again: figures are of people.

use domain::visit::{Visitor, day_of};
use store::{Change, Unit};

use super::KnownSite;
use crate::{Gate, GateError};

/// The address that an assessment comes from: no connection has it.
pub const EXAMINER: &str = "::";

impl Gate {
    /// Removes the visits of today of a made-up visitor who was not recognised, and said this of its browser.
    ///
    /// # Errors
    /// A store fails.
    pub async fn forget_examiner(&self, known: &KnownSite, agent: &str) -> Result<(), GateError> {
        let salt = self.salt(&known.site, day_of(self.now().as_second())).await?;
        let number = salt.visitor_number(EXAMINER.as_bytes(), agent.as_bytes());
        let removed = Change::RemoveVisitor(known.site.clone(), Visitor { number, is_recognised: false });
        self.commit(Unit { changes: vec![removed], ..Unit::default() })
            .await
            .map(drop)
            .map_err(GateError::from)
    }
}
