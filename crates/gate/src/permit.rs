//! The permit: proof, in the types, that a decision was made.

use std::sync::Arc;

use domain::SubjectId;
use policy::Clause;
use store::Expect;

/// The right to open, change or disclose what it names, once.
///
/// Its fields are private and it is neither `Clone` nor `Default`: only [`Gate`](crate::Gate)'s judge makes one,
/// and what it permits uses it up. The commit checks `expects` again, so a permit does not outlive what it was
/// decided on.
#[derive(Debug)]
pub struct Permit {
    subject: SubjectId,
    fields: Vec<String>,
    categories: Vec<String>,
    purpose: String,
    clause: Arc<Clause>,
    expects: Vec<Expect>,
}

impl Permit {
    pub(crate) const fn new(
        subject: SubjectId,
        fields: Vec<String>,
        categories: Vec<String>,
        purpose: String,
        clause: Arc<Clause>,
        expects: Vec<Expect>,
    ) -> Self {
        Self { subject, fields, categories, purpose, clause, expects }
    }

    /// Whose data.
    pub const fn subject(&self) -> SubjectId {
        self.subject
    }

    /// Which categories.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// For which purpose.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Under which clause.
    pub const fn clause(&self) -> &Arc<Clause> {
        &self.clause
    }

    /// Whether it opens a field.
    pub(crate) fn opens(&self, field: &str) -> bool {
        self.fields.iter().any(|name| name == field)
    }

    /// Uses the permit up: what must still be so when what it permits is committed.
    pub(crate) fn spend(self) -> Vec<Expect> {
        self.expects
    }
}
