//! What assessments do with the access log: lines that are made up, from addresses that nobody has.

use domain::access_log::Access;
use store::{Change, Unit};

use crate::{Caller, Gate, GateError};

impl Gate {
    /// Adds a line that is made up.
    ///
    /// # Errors
    /// A store fails.
    pub async fn log_made_up(&self, caller: &Caller, line: Access) -> Result<(), GateError> {
        self.add_lines(caller.account_id(), &[line]).await
    }

    /// Adds a made-up line whose time is over already, and lets go what is over: whether the line, or the key of its day, is left.
    ///
    /// # Errors
    /// A store fails.
    pub async fn leaves_over_days(&self, caller: &Caller, line: Access) -> Result<bool, GateError> {
        let row = self.access_row(caller.account_id(), &line).await?;
        let (account, day, tag) = (row.account, row.day, row.tag);
        let unit = Unit { changes: vec![Change::AddAccessLines(vec![row])], ..Unit::default() };
        self.commit(unit).await?;
        self.expire_access_log().await?;
        let lines = self.store.access_lines(account, &[(day, tag)], 1).await?;
        Ok(!lines.is_empty() || self.kept_access_key(account, day).await?.is_some())
    }
}
