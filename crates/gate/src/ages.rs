//! Ages through the door (promise `children`): what is said of one is compared, and only the answer is kept.

use domain::{Action, Age, Detail, EntryId, Subject, SubjectId, Told, age::Known};
use policy::Promise;
use store::{Change, Unit};

use crate::{Caller, Gate, GateError, attempts::Failed, policies::Effective, records::first_entry};

/// What came of what was said about an age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgeSaid {
    /// It was kept, and binds at the next decision.
    Kept(Box<Subject>, EntryId),
    /// The person is a child, of whom nothing is held: nothing was changed, and [`Gate::discover_child`] is what follows.
    IsChild,
}

impl Gate {
    /// Says how old a subject is, or that it is not known any longer.
    ///
    /// # Errors
    /// The subject is not there or gone, the date of birth cannot be one, or a store fails.
    pub async fn say_age(&self, caller: &Caller, id: SubjectId, told: Told) -> Result<AgeSaid, GateError> {
        self.retried(|| self.try_say_age(caller, id, told)).await.map_err(Failed::into_error)
    }

    async fn try_say_age(&self, caller: &Caller, id: SubjectId, told: Told) -> Result<AgeSaid, Failed> {
        let (subject, keys) = self.living_subject(caller, id).await?;
        let effective = self.effective(caller)?;
        let age = self.known_age(&effective, told)?;
        if age == Known::Child && effective.minimum_age().is_some() {
            return Ok(AgeSaid::IsChild);
        }
        let audit = self.audit_key(&subject, &keys).await?;
        let detail = Detail {
            subject: Some(id),
            clause: Some(effective.operator.policy.clause("age.minimum", Promise::Children).section),
            note: Some(word(age.under(effective.minimum_age())).to_owned()),
            ..self.detail_under(caller, Action::AgeSaid, &effective)
        };
        let entries = vec![self.entry(&audit, Some(id), &detail)];
        let version = subject.version + 1;
        let changes = vec![Change::SetSubjectAge { subject: id, version, age }];
        let unit = Unit { expects: effective.expects_of(&subject), changes, entries };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok(AgeSaid::Kept(Box::new(Subject { age, version, ..subject }), first_entry(&committed)?))
    }

    /// What is kept of what is said about an age.
    pub(crate) fn known_age(&self, effective: &Effective, told: Told) -> Result<Known, GateError> {
        let known = told.known(effective.minimum_age(), self.today());
        known.map_err(|not_a_birth| GateError::Malformed(not_a_birth.to_string()))
    }

    /// What is known of a subject's age, under the policies in force for its account.
    ///
    /// # Errors
    /// No policy is published.
    pub fn age(&self, subject: &Subject) -> Result<Age, GateError> {
        Ok(self.policy(subject.account)?.age_of(subject))
    }
}

/// What is known, as a word for an entry.
const fn word(age: Age) -> &'static str {
    match age {
        Age::OfAge => "of age",
        Age::Child => "a child",
        Age::Unknown => "unknown",
    }
}
