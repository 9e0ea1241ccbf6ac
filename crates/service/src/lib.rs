//! The use cases above the gate, and the jobs that run without being asked.

pub mod assess;
pub mod attested;
mod clock_watch;
mod deliveries;
pub mod front;
pub mod incidents;
pub mod jobs;
pub mod mail;
pub mod outside;
pub mod promises;
pub mod provider;
pub mod repetition;

use std::sync::{Arc, atomic::AtomicU64};

use gate::{Gate, GateError};
use parking_lot::RwLock;

pub use assess::{Assessment, Finding};
pub use mail::Mailer;
pub use promises::Status;
pub use provider::{Attempt, Identity, Provider, ProviderError, ProviderSettings};
pub use repetition::Repetition;

use clock_watch::ClockWatch;
use deliveries::Turns;
use front::{Front, Shown};
use outside::Http;

/// An installation at work.
pub struct Service {
    gate: Arc<Gate>,
    clock: ClockWatch,
    /// How much others had committed when records expired last.
    traffic: AtomicU64,
    assessment: RwLock<Option<Assessment>>,
    assessing: tokio::sync::Mutex<()>,
    /// None where nothing is sent out.
    http: Option<Arc<dyn Http>>,
    turns: Turns,
    mailer: Option<Arc<dyn Mailer>>,
    /// Who recognises members of staff for us; none where nobody does.
    provider: Option<Provider>,
    /// Where people find this server, for the links in mails.
    address: String,
    shown: Shown,
}

impl Service {
    /// Puts an opened gate to work.
    pub fn new(gate: Arc<Gate>) -> Self {
        let clock = ClockWatch::new(gate.ambient().clock.now(), None);
        let traffic = AtomicU64::new(gate.traffic());
        Self {
            gate,
            clock,
            traffic,
            assessment: RwLock::default(),
            assessing: tokio::sync::Mutex::default(),
            http: None,
            turns: Turns::default(),
            mailer: None,
            provider: None,
            address: String::new(),
            shown: Shown::default(),
        }
    }

    /// Lets it send messages out. Without this, none is.
    #[must_use]
    pub fn sending_by(self, http: Arc<dyn Http>) -> Self {
        Self { http: Some(http), ..self }
    }

    /// The same, with a way to send mail. Without one, messages wait.
    #[must_use]
    pub fn with_mailer(self, mailer: Option<Arc<dyn Mailer>>) -> Self {
        Self { mailer, ..self }
    }

    /// The same, with a provider that recognises members of staff.
    #[must_use]
    pub fn with_provider(self, provider: Option<Provider>) -> Self {
        Self { provider, ..self }
    }

    /// Who recognises members of staff for us, if anybody does.
    pub const fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    /// The same, found by people at an address, for example `https://privacy.example.com`.
    #[must_use]
    pub fn found_at(self, address: &str) -> Self {
        Self { address: address.trim_end_matches('/').to_owned(), ..self }
    }

    /// Where people find this server, without a slash at its end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Lets assessments ask the server's own front, while there is one.
    pub fn show(&self, front: &Arc<dyn Front>) {
        self.shown.show(front);
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
