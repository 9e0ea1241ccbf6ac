//! Who sees to a request, of those who answer it.

use super::{NotNow, Request};
use crate::id::SubjectId;

impl Request {
    /// A member of staff sees to it, or nobody does. The person is not told, so it is no step.
    ///
    /// # Errors
    /// It is closed.
    pub fn assigned(self, to: Option<SubjectId>) -> Result<Self, NotNow> {
        if !self.is_open() {
            return Err(NotNow::Closed);
        }
        Ok(Self { assigned_to: to, version: self.version + 1, ..self })
    }
}
