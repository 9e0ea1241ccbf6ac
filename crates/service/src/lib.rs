//! The use cases above the gate, and the jobs that run without being asked.

pub mod jobs;
pub mod promises;
pub mod repetition;

use std::sync::Arc;

use domain::{Account, AccountId};
use gate::{Caller, Gate, GateError, RootKey};
use store::records::Replay;

pub use repetition::Repetition;

/// An installation at work.
pub struct Service {
    gate: Arc<Gate>,
    root: RootKey,
}

impl Service {
    /// Puts an opened gate to work. The root key is kept to wrap the keys of new accounts.
    pub const fn new(gate: Arc<Gate>, root: RootKey) -> Self {
        Self { gate, root }
    }

    /// The one door.
    pub const fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// Opens an account for a Client.
    ///
    /// # Errors
    /// The caller is not the operator, or a store fails.
    pub async fn open_account(
        &self,
        caller: &Caller,
        name: &str,
        replay: Option<&Replay>,
    ) -> Result<Account, GateError> {
        self.gate.open_account(caller, &self.root, name, replay).await
    }

    /// Rotates the keys of an account. Returns how many keys were moved.
    ///
    /// # Errors
    /// A store fails; calling again goes on from there.
    pub async fn rotate_account(&self, caller: &Caller, account: AccountId) -> Result<u64, GateError> {
        self.gate.rotate_account(caller, &self.root, account).await
    }
}
