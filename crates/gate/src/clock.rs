//! The last time that is durable: by it a clock that jumped is noticed after a restart.

use jiff::Timestamp;
use store::{Change, Unit};

use crate::{Gate, GateError};

/// The name under which the last durable time is stored.
const CLOCK: &str = "clock";

impl Gate {
    /// The last time that was made durable by [`Gate::keep_time`]; none in a new installation.
    ///
    /// # Errors
    /// The data store fails, or what it holds is no time.
    pub async fn last_durable_time(&self) -> Result<Option<Timestamp>, GateError> {
        let Some(bytes) = self.store.installation(CLOCK).await? else { return Ok(None) };
        let microseconds = bytes.try_into().map(i64::from_be_bytes).ok();
        let time = microseconds.and_then(|stored| Timestamp::from_microsecond(stored).ok());
        time.map(Some).ok_or(GateError::Damaged("the last durable time"))
    }

    /// Makes the present moment durable.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn keep_time(&self) -> Result<(), GateError> {
        let now = self.now().as_microsecond().to_be_bytes().to_vec();
        self.commit(Unit { changes: vec![Change::PutInstallation(CLOCK, now)], ..Unit::default() }).await?;
        Ok(())
    }
}
