//! Erasures and their certificates.

use async_trait::async_trait;
use domain::{Erasure, ErasureId, SubjectId};

use crate::error::StoreError;

/// Reads erasures.
#[async_trait]
pub trait Erasures {
    /// One erasure.
    async fn erasure(&self, id: ErasureId) -> Result<Option<Erasure>, StoreError>;
    /// The erasure of a subject.
    async fn erasure_of(&self, subject: SubjectId) -> Result<Option<Erasure>, StoreError>;
    /// Erasures that are not purged yet: what start-up and the purge job resume.
    async fn unfinished_erasures(&self, limit: u32) -> Result<Vec<Erasure>, StoreError>;
    /// The latest erasures, newest first: what an assessment looks at.
    async fn latest_erasures(&self, limit: u32) -> Result<Vec<Erasure>, StoreError>;
    /// Empties what the engine keeps behind deleted rows (free pages, write-ahead log), so that a purge is one.
    async fn scrub(&self) -> Result<(), StoreError>;
}
