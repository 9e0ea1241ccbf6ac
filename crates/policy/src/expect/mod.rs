//! `bailee policy test`: the answers that a company expects of its policy, checked in its own CI.
//!
//! ```toml
//! policy = "shop.toml"
//!
//! [[expect]]
//! role = "client"
//! category = "email"
//! purpose = "marketing"
//! answer = "no"
//! clause = 6
//! ```

mod run;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub use run::{Outcome, run};

use crate::{
    decide::{Age, ChoiceState, Reason},
    diagnostic::{Diagnostic, Label, Severity},
    document::Day,
};

/// A file of expected answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// The policy asked, as a path relative to this file, when the command line names none.
    pub policy: Option<String>,
    /// The operator's policy above it, as a path relative to this file.
    pub operator: Option<String>,
    /// The day on which everything is asked, unless an expectation names its own.
    pub today: Option<Day>,
    /// What is expected, in order.
    pub expect: Vec<Spanned<Expectation>>,
    /// The line on which each expectation begins, counted from 1.
    #[serde(skip)]
    lines: Vec<usize>,
}

/// One question, the facts it is asked under, and the answer expected.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Whose data.
    pub role: String,
    /// Which category of personal data.
    pub category: String,
    /// What it is to be used for.
    pub purpose: String,
    /// The record type that holds it, when one is meant.
    pub record: Option<String>,
    /// Who is to receive it, when it leaves.
    pub recipient: Option<String>,
    /// What the person chose, by declaration: `"purposes.marketing" = "granted"`.
    #[serde(default)]
    pub choices: BTreeMap<String, ChoiceState>,
    /// The purposes that the record was collected for.
    pub collected_for: Option<Vec<String>>,
    /// The purposes and recipients that the person objected to for the record.
    #[serde(default)]
    pub objections: Vec<String>,
    /// The day on which it is asked.
    pub today: Option<Day>,
    /// What is known of the person's age; of age, unless said otherwise.
    #[serde(default = "of_age")]
    pub age: Age,
    /// The person's country (ISO 3166-1).
    pub region: Option<String>,
    /// Whether the person's data is restricted.
    #[serde(default)]
    pub restricted: bool,
    /// The answer.
    pub answer: Answer,
    /// The section whose sentence permits or refuses it.
    pub clause: Option<u16>,
    /// A reason that must be among those for refusing, for example `choice_needed`.
    pub reason: Option<Reason>,
}

const fn of_age() -> Age {
    Age::OfAge
}

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It may happen.
    Yes,
    /// It may not.
    No,
}

/// Reads a file of expected answers.
///
/// # Errors
/// The first place where the text is not TOML, or not of the shape of expectations.
pub fn parse(source: &str) -> Result<Expectations, Box<Diagnostic>> {
    let mut expectations: Expectations =
        toml::from_str(source).map_err(|error| Box::new(unreadable(&error)))?;
    expectations.lines = expectations.expect.iter().map(|one| line(source, one.span().start)).collect();
    Ok(expectations)
}

fn line(source: &str, offset: usize) -> usize {
    1 + source.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

fn unreadable(error: &toml::de::Error) -> Diagnostic {
    Diagnostic {
        code: "T0001",
        severity: Severity::Error,
        message: error.message().to_owned(),
        labels: vec![Label { span: error.span().unwrap_or(0..0), text: "here".to_owned() }],
        why: "an expectation that cannot be read checks nothing".to_owned(),
        help: "see docs/policy-language.md for what may stand in [[expect]]".to_owned(),
    }
}
