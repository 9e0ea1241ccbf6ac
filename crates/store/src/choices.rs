//! The history of people's choices. What stands now is in the subject.

use async_trait::async_trait;
use domain::{Choice, ChoiceId, SubjectId};

use crate::error::StoreError;

/// Reads choices.
#[async_trait]
pub trait Choices {
    /// One choice.
    async fn choice(&self, id: ChoiceId) -> Result<Option<Choice>, StoreError>;
    /// The choices of a subject, newest first, before the one that gave it the version `before`.
    async fn choices_of(
        &self,
        subject: SubjectId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<Choice>, StoreError>;
}
