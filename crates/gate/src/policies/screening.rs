//! What the policies in force say of children and of sensitive data: the higher age, and the stricter effect.

use domain::{
    Subject,
    age::{Age, check_birth, has_reached},
    screen::{Finding, Flag, Rules},
    value::{Fault, FieldFault, births},
};
use jiff::civil::Date;
use policy::{
    Policy, Promise, Refusal,
    decide::Reason,
    document::{RecordType, SensitiveAction},
};

use super::Effective;
use crate::records::Fields;

impl Effective {
    /// The minimum age, in years: the higher one when both policies have one.
    pub fn minimum_age(&self) -> Option<u8> {
        self.policies().filter_map(minimum_age).max()
    }

    /// What is known of a subject's age is worth under these policies.
    pub(crate) fn age_of(&self, subject: &Subject) -> Age {
        subject.age.under(self.minimum_age())
    }

    /// Why nothing is held of a child; none where no policy sets a minimum age.
    pub(crate) fn below_minimum(&self, reason: Reason) -> Option<Refusal> {
        let highest = self.minimum_age()?;
        let policy = self.policies().find(|policy| minimum_age(policy) == Some(highest))?;
        Some(refusal(policy, reason, "age.minimum", Promise::Children))
    }

    /// Whether the fields tell of a birth that is too recent, wherever a policy says that one of them tells of one.
    ///
    /// # Errors
    /// The fields that cannot be dates of birth.
    pub(crate) fn tell_of_a_child(
        &self,
        declared: &RecordType,
        fields: &Fields,
        today: Date,
    ) -> Result<bool, Vec<FieldFault>> {
        let births = births(&self.documents(), declared, fields).map_err(|fault| vec![fault])?;
        let faults: Vec<FieldFault> = births
            .iter()
            .filter(|(_, born)| check_birth(*born, today).is_err())
            .map(|(field, _)| FieldFault { field: field.clone(), fault: Fault::NotABirth })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let minimum = self.minimum_age();
        Ok(minimum.is_some_and(|minimum| births.iter().any(|(_, born)| !has_reached(*born, minimum, today))))
    }

    /// The rules for free text.
    pub fn screening(&self) -> Rules {
        Rules::of(self.documents(), self.minimum_age())
    }

    /// Why a text in which this was found is refused.
    pub(crate) fn text_refused(&self, finding: &Finding) -> Option<Refusal> {
        match finding.flag {
            Flag::StatedAge => self.below_minimum(Reason::StatedAge),
            Flag::Sensitive(_) => {
                let refuses = |policy: &&Policy| {
                    let rule = policy.document().sensitive.as_ref();
                    rule.is_some_and(|rule| *rule.get_ref().free_text.get_ref() == SensitiveAction::Refuse)
                };
                let policy = self.policies().find(refuses)?;
                Some(refusal(policy, Reason::SensitiveText, "sensitive.free_text", Promise::Sensitive))
            }
        }
    }

    /// The operator's policy, and the account's own.
    fn policies(&self) -> impl Iterator<Item = &Policy> {
        let own = self.account.as_ref().map(|(_, own)| &*own.policy);
        std::iter::once(&*self.operator.policy).chain(own)
    }
}

/// The minimum age of a policy, in years.
pub(crate) fn minimum_age(policy: &Policy) -> Option<u8> {
    policy.document().age.as_ref().map(|age| *age.get_ref().minimum.get_ref())
}

fn refusal(policy: &Policy, reason: Reason, declaration: &str, promise: Promise) -> Refusal {
    Refusal {
        reason,
        declaration: declaration.to_owned(),
        promise,
        clause: policy.clause(declaration, promise),
    }
}
