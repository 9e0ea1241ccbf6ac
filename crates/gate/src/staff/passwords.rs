//! Hashing passwords, which is slow and costs memory on purpose: off the threads that answer requests, and only so many at once.

use std::{sync::Arc, time::Duration};

use domain::Randomness;
use sealing::PasswordHash;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use crate::GateError;

/// How many passwords are hashed at once, each with 19 MiB.
const AT_ONCE: usize = 4;

/// How many more wait for that; whoever comes then is told to come back.
const WAITING: usize = 32;
/// How long one waits for a place.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whoever hashes waits here for a place.
pub(crate) struct Passwords {
    /// Those that are hashed, and those that wait for it.
    queue: Semaphore,
    /// Those that are hashed.
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { queue: Semaphore::new(AT_ONCE + WAITING), places: Arc::new(Semaphore::new(AT_ONCE)) }
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
        let _queued = self.queue.try_acquire().map_err(|_| GateError::Crowded)?;
        let place = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.ok().and_then(Result::ok).ok_or(GateError::Crowded)?;
        // The place is free when the work is done, also where whoever waited for it has gone.
        let work = spawn_blocking(move || {
            let _place = place;
            work()
        });
        work.await.map_err(|_| GateError::Damaged("hashing a password"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn whoever_would_wait_too_long_is_told_to_come_back() {
        let passwords = Passwords::default();
        let (end, wait) = mpsc::channel::<()>();
        let wait = Arc::new(parking_lot::Mutex::new(wait));
        let one = || {
            let wait = Arc::clone(&wait);
            passwords.off_thread(move || wait.lock().recv().is_err())
        };
        let all = join_all((0..AT_ONCE + WAITING + 3).map(|_| one()));
        let ended = async {
            while passwords.queue.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            drop(end);
        };
        let (outcomes, ()) = tokio::join!(all, ended);
        let crowded = outcomes.iter().filter(|one| matches!(one, Err(GateError::Crowded))).count();
        assert_eq!(crowded, 3);
        assert!(one().await.is_ok(), "and there is room again");
    }
}
