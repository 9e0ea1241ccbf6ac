//! The permit: proof, in the types, that a decision was made.

use std::sync::Arc;

use domain::SubjectId;
use policy::Clause;
use store::Expect;

use crate::GateError;

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

/// The right to look up an address in the access log and to open what came from it, once.
#[derive(Debug)]
pub(crate) struct AddressPermit {
    categories: Vec<String>,
    clause: Arc<Clause>,
    expects: Vec<Expect>,
}

impl AddressPermit {
    pub(crate) const fn new(categories: Vec<String>, clause: Arc<Clause>, expects: Vec<Expect>) -> Self {
        Self { categories, clause, expects }
    }

    /// Which categories.
    pub(crate) fn categories(&self) -> &[String] {
        &self.categories
    }

    /// The section that it stands on.
    pub(crate) fn section(&self) -> u16 {
        self.clause.section
    }

    /// Uses the permit up: what must still be so when what it permits is committed.
    pub(crate) fn spend(self) -> Vec<Expect> {
        self.expects
    }
}

/// What the system may open without a person's purpose: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SystemUse {
    /// The entries of the log between two moments, to say whom someone has touched, or how they would be decided under
    /// another policy. No field of a record is opened by it.
    ScanLog,
    /// The report of an incident.
    OpenReport,
}

/// The right of the system to one of its uses, once, under the clause that makes it needed. Only the judge makes one, and
/// the use takes it.
#[derive(Debug)]
pub(crate) struct SystemPermit {
    permits: SystemUse,
    clause: Arc<Clause>,
}

impl SystemPermit {
    pub(crate) const fn new(permits: SystemUse, clause: Arc<Clause>) -> Self {
        Self { permits, clause }
    }

    /// Uses the permit up for what it is for; the section that it stands on.
    ///
    /// # Errors
    /// It is for something else.
    pub(crate) fn spend_for(self, wanted: SystemUse) -> Result<u16, GateError> {
        if self.permits == wanted {
            Ok(self.clause.section)
        } else {
            Err(GateError::Damaged("a permit for something else"))
        }
    }
}
