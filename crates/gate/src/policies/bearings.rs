//! What a decision about a person is based on besides the policies and the question. It is put together in this one place,
//! so that whatever comes to bear on people bears on every decision.

use std::borrow::Cow;

use domain::{About, ChoiceState, Subject, choice::Said};
use jiff::civil::Date;
use policy::{
    Decision, Question,
    decide::{Age, Choices, Facts, decide_under},
};

use super::Effective;

/// What bears on a decision about a subject under the policies in force.
pub(crate) struct Bearings<'a> {
    subject: &'a Subject,
    choices: Choices,
    objections: Cow<'a, [String]>,
    age: Age,
}

impl Bearings<'_> {
    /// The facts of a day, of no record in particular.
    pub(crate) fn facts(&self, today: Date) -> Facts<'_> {
        Facts {
            objections: &self.objections,
            age: self.age,
            region: self.subject.region.as_deref(),
            restricted: self.subject.choices.is_no(&About::Processing),
            ..Facts::new(today, &self.choices)
        }
    }
}

impl Effective {
    /// What bears on a decision about a subject who has objected to something, for the record at hand.
    pub(crate) fn bearings<'a>(&self, subject: &'a Subject, objected: &'a [String]) -> Bearings<'a> {
        Bearings {
            subject,
            choices: self.choices_of(subject),
            objections: self.all_objections(subject, objected),
            age: self.age_of(subject),
        }
    }

    /// Decides under the operator's policy and, where the account has one, its own.
    pub(crate) fn decide(&self, question: &Question<'_>, facts: &Facts<'_>) -> Decision {
        let own = self.account.as_ref().map(|(_, own)| &*own.policy);
        decide_under(&self.operator.policy, own, question, facts)
    }

    /// What a subject's choices are worth under these policies: a yes that does not cover what one of them does by now
    /// is as if nothing had been said.
    pub(crate) fn choices_of(&self, subject: &Subject) -> Choices {
        let holds = |declaration: &str, said: &Said| {
            let own = self.account.as_ref().map(|(_, own)| own);
            said.state != ChoiceState::Granted
                || !(self.operator.asks_again_since(said.policy, declaration)
                    || own.is_some_and(|own| own.asks_again_since(said.own_policy, declaration)))
        };
        let standing = subject.choices.0.iter().filter(|(declaration, said)| holds(declaration, said));
        Choices(standing.map(|(declaration, said)| (declaration.clone(), said.state)).collect())
    }

    /// What a subject objected to, for a record and altogether.
    fn all_objections<'a>(&self, subject: &Subject, objected: &'a [String]) -> Cow<'a, [String]> {
        // Of most people nothing stands, and nothing is copied.
        if subject.choices.0.is_empty() {
            return Cow::Borrowed(objected);
        }
        let mut all = objected.to_vec();
        all.extend(self.objections_of(subject));
        Cow::Owned(all)
    }

    /// What a subject objected to though the policies leave no choice about it: an objection that was granted binds.
    fn objections_of(&self, subject: &Subject) -> Vec<String> {
        let said = subject.choices.0.iter().filter(|(_, said)| said.state != ChoiceState::Granted);
        let about = said.filter_map(|(declaration, _)| declaration.parse::<About>().ok());
        about
            .filter(|about| self.mechanism(about) == Some(None))
            .map(|about| about.name().to_owned())
            .collect()
    }
}
