//! The use cases above the gate, and the jobs that run without being asked.

pub mod assess;
pub mod attested;
mod clock_watch;
pub mod incidents;
pub mod jobs;
pub mod mail;
pub mod promises;
pub mod repetition;

use std::sync::Arc;

use gate::{Gate, GateError};
use parking_lot::RwLock;

pub use assess::{Assessment, Finding};
pub use mail::Mailer;
pub use promises::Status;
pub use repetition::Repetition;

use clock_watch::ClockWatch;

/// An installation at work.
pub struct Service {
    gate: Arc<Gate>,
    clock: ClockWatch,
    assessment: RwLock<Option<Assessment>>,
    assessing: tokio::sync::Mutex<()>,
    mailer: Option<Arc<dyn Mailer>>,
}

impl Service {
    /// Puts an opened gate to work.
    pub fn new(gate: Arc<Gate>) -> Self {
        let clock = ClockWatch::new(gate.ambient().clock.now(), None);
        let (assessment, assessing) = (RwLock::default(), tokio::sync::Mutex::default());
        Self { gate, clock, assessment, assessing, mailer: None }
    }

    /// The same, with a way to send mail. Without one, messages wait.
    #[must_use]
    pub fn with_mailer(self, mailer: Option<Arc<dyn Mailer>>) -> Self {
        Self { mailer, ..self }
    }

    /// The one door.
    pub const fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// Compares the clock with the last durable time. When it has jumped since, nothing expires until
    /// [`Service::confirm_clock`].
    ///
    /// # Errors
    /// The data store fails.
    pub async fn check_clock(&mut self) -> Result<bool, GateError> {
        let now = self.now();
        self.clock = ClockWatch::new(now, self.gate.last_durable_time().await?);
        Ok(self.clock.trusts(now))
    }

    /// Someone looked at the clock, and it is right: what is due may go.
    pub fn confirm_clock(&self) {
        self.clock.confirm(self.now());
    }

    /// Whether the clock can be trusted with deleting.
    pub fn trusts_clock(&self) -> bool {
        self.clock.trusts(self.now())
    }

    fn now(&self) -> jiff::Timestamp {
        self.gate.ambient().clock.now()
    }
}
