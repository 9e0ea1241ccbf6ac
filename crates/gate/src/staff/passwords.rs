//! Hashing passwords, which is slow and costs memory on purpose: off the threads that answer requests, and only so many at once.

use std::sync::Arc;

use domain::Randomness;
use sealing::PasswordHash;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::GateError;

/// How many passwords are hashed at once, each with 19 MiB.
const AT_ONCE: usize = 4;

/// Whoever hashes waits here for a place.
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// The hash of a new password, as text.
    pub(super) async fn hash(
        &self,
        password: &str,
        randomness: Arc<dyn Randomness>,
    ) -> Result<String, GateError> {
        let password = password.to_owned();
        self.off_thread(move || PasswordHash::new(password.as_bytes(), &*randomness).to_text()).await
    }

    /// Whether a password is the one of which this is the hash. Without a hash there is as much to do.
    pub(super) async fn is(&self, password: &str, hash: Option<&str>) -> Result<bool, GateError> {
        let hash = hash.and_then(PasswordHash::parse).unwrap_or_else(PasswordHash::of_nobody);
        let password = password.to_owned();
        self.off_thread(move || hash.matches(password.as_bytes())).await
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, GateError> {
        let _place = self.0.acquire().await.map_err(|_| GateError::Busy)?;
        spawn_blocking(work).await.map_err(|_| GateError::Damaged("hashing a password"))
    }
}
