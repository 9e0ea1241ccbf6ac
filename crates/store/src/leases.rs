//! Leases: which of several processes does a job. A lease is only believed inside a commit
//! ([`Expect::Lease`](crate::Expect::Lease)), so a holder that was paused and overtaken changes nothing any more.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::error::StoreError;

/// Who does a job, and for how long nobody else may take it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub name: String,
    /// The one who took it: random bytes of a process.
    pub holder: [u8; 16],
    /// How much of its time is left; nothing or less once anyone may take it.
    pub left: SignedDuration,
}

/// Reads leases. An engine that several processes share goes by a clock of its own, so that it does not matter what theirs
/// say; any other goes by the moment that it is told.
#[async_trait]
pub trait Leases {
    /// The lease of a job; none when nobody ever took it, or its holder gave it back.
    async fn lease(&self, name: &str, now: Timestamp) -> Result<Option<Lease>, StoreError>;
    /// Whether several processes can have the store open. Where only one can, nothing needs a lease.
    fn is_shared(&self) -> bool;
}
