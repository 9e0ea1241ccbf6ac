//! What is known about the subject and the moment when a decision is made.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Everything a decision may depend on besides the policy and the question.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The day of the decision, UTC: agreements hold or have lapsed on it.
    pub today: Date,
    /// What the person chose.
    pub choices: &'a Choices,
    /// The purposes that the record at hand was collected for; `None` where no record is meant.
    pub collected_for: Option<&'a [String]>,
    /// The purposes and recipients that the person objected to for the record at hand; empty where no record is
    /// meant.
    pub objections: &'a [String],
    /// What is known of the person's age.
    pub age: Age,
    /// The person's country (ISO 3166-1), when known.
    pub region: Option<&'a str>,
    /// Whether the person's data is restricted (GDPR, article 18).
    pub restricted: bool,
}

impl<'a> Facts<'a> {
    /// Facts about a person of whom only the day and the choices are known.
    pub const fn new(today: Date, choices: &'a Choices) -> Self {
        Self {
            today,
            choices,
            collected_for: None,
            objections: &[],
            age: Age::Unknown,
            region: None,
            restricted: false,
        }
    }
}

/// What is known of a person's age: only the answer that the policy needs, never the age itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// Nothing.
    #[default]
    Unknown,
    /// At least the minimum age.
    OfAge,
    /// Below the minimum age.
    Child,
}

/// What a person said about one purpose or recipient. Not having said anything is a state of its own: the
/// absence of an entry in [`Choices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceState {
    /// Yes.
    Granted,
    /// No.
    Denied,
    /// Yes once, and no longer.
    Withdrawn,
}

/// A person's choices, by declaration: `purposes.marketing`, `recipients.zendesk`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices(pub BTreeMap<String, ChoiceState>);

impl Choices {
    /// What the person said about a declaration, if anything. A person has a handful of choices, so comparing
    /// each costs less than spelling the declaration out to look it up.
    pub fn about(&self, kind: &str, name: &str) -> Option<ChoiceState> {
        let concerned = |declaration: &str| {
            declaration.strip_prefix(kind).and_then(|rest| rest.strip_prefix('.')) == Some(name)
        };
        self.0.iter().find(|(declaration, _)| concerned(declaration)).map(|(_, state)| *state)
    }
}
