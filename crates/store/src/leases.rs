//! Leases: which of several processes does a job. A lease is only believed inside a commit
//! ([`Expect::Lease`](crate::Expect::Lease)), so a holder that was paused and overtaken changes nothing any more.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::StoreError;

/// Who does a job, and until when nobody else may take it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub name: String,
    /// The one who took it: random bytes of a process.
    pub holder: [u8; 16],
    /// From then on anyone may take it.
    pub until: Timestamp,
}

/// Reads leases.
#[async_trait]
pub trait Leases {
    /// The lease of a job; none when nobody ever took it, or its holder gave it back.
    async fn lease(&self, name: &str) -> Result<Option<Lease>, StoreError>;
    /// Whether several processes can have the store open. Where only one can, nothing needs a lease.
    fn is_shared(&self) -> bool;
}
