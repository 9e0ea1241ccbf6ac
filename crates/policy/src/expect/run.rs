//! Asking the policy what is expected of it.

use jiff::civil::Date;
use serde::Serialize;

use super::{Answer, Expectation, Expectations};
use crate::{
    decide::{Choices, Decision, Facts, Question, decide_under},
    explain::question_text,
    policy::Policy,
    words::place,
};

/// What became of one expectation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Where it stands, counted from 1.
    pub line: usize,
    /// Whether the policy answers as expected.
    pub passed: bool,
    /// What was asked, in words.
    pub question: String,
    /// The answer expected.
    pub expected: String,
    /// The policy's answer.
    pub got: String,
}

/// Asks a policy, under the operator's when there is one, everything that is expected of it. `today` is the
/// day for expectations that name none.
pub fn run(
    policy: &Policy,
    operator: Option<&Policy>,
    expectations: &Expectations,
    today: Date,
) -> Vec<Outcome> {
    let today = expectations.today.map_or(today, |day| day.0);
    let numbered = expectations.expect.iter().zip(&expectations.lines);
    numbered.map(|(one, line)| outcome(policy, operator, one.get_ref(), *line, today)).collect()
}

fn outcome(
    policy: &Policy,
    operator: Option<&Policy>,
    expectation: &Expectation,
    line: usize,
    today: Date,
) -> Outcome {
    let question = expectation.question();
    let choices = Choices(expectation.choices.clone());
    let facts = Facts {
        today: expectation.today.map_or(today, |day| day.0),
        choices: &choices,
        collected_for: expectation.collected_for.as_deref(),
        objections: &expectation.objections,
        age: expectation.age,
        region: expectation.region.as_deref(),
        restricted: expectation.restricted,
    };
    let decision = match operator {
        Some(operator) => decide_under(operator, Some(policy), &question, &facts),
        None => decide_under(policy, None, &question, &facts),
    };
    let undeclared = choices.0.keys().find(|choice| !declares(policy, choice));
    Outcome {
        line,
        passed: undeclared.is_none() && expectation.is_met(&decision),
        question: question_text(policy.document(), &question),
        expected: expectation.words(),
        got: undeclared.map_or_else(
            || words(&decision),
            |choice| format!("a choice about {choice}, which the policy does not declare"),
        ),
    }
}

/// Whether a choice can be about this declaration. A misspelt one would make every answer expected of it
/// meaningless.
fn declares(policy: &Policy, declaration: &str) -> bool {
    match declaration.split_once('.') {
        Some(("purposes", name)) => policy.document().purposes.contains_key(name),
        Some(("recipients", name)) => policy.document().recipients.contains_key(name),
        _ => false,
    }
}

impl Expectation {
    fn question(&self) -> Question<'_> {
        Question {
            role: &self.role,
            record_type: self.record.as_deref(),
            category: &self.category,
            purpose: &self.purpose,
            recipient: self.recipient.as_deref(),
        }
    }

    fn is_met(&self, decision: &Decision) -> bool {
        let clause = |section: u16| self.clause.is_none_or(|expected| expected == section);
        match decision {
            Decision::Allowed(allowed) => {
                self.answer == Answer::Yes && self.reason.is_none() && clause(allowed.section)
            }
            Decision::Refused(refusals) => {
                let meant = refusals
                    .iter()
                    .any(|one| clause(one.clause.section) && self.reason.is_none_or(|why| why == one.reason));
                self.answer == Answer::No && meant
            }
        }
    }

    fn words(&self) -> String {
        let answer = match self.answer {
            Answer::Yes => "yes",
            Answer::No => "no",
        };
        let clause = self.clause.map(|section| format!(", clause {section}")).unwrap_or_default();
        let reason = self.reason.map(|reason| format!(": {}", reason.text())).unwrap_or_default();
        format!("{answer}{clause}{reason}")
    }
}

fn words(decision: &Decision) -> String {
    match decision {
        Decision::Allowed(clause) => format!("yes, {}", place(clause)),
        Decision::Refused(refusals) => {
            let reasons: Vec<String> =
                refusals.iter().map(|one| format!("{}: {}", place(&one.clause), one.reason.text())).collect();
            format!("no, {}", reasons.join("; "))
        }
    }
}
