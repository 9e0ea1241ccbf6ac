//! Choices: what a person said about a purpose or a recipient. What they were shown, and how they said it, stands in the
//! audit entry of the choice, sealed under the person's key; here are only words of closed vocabularies.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    audit::EntryId,
    id::{ChoiceId, SubjectId},
};
pub use policy::decide::ChoiceState;

/// How a choice about any use at all is written.
const PROCESSING: &str = "processing";

/// What a choice is about: a purpose or a recipient of the policy, written `purposes.marketing`, `recipients.helpdesk`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub enum About {
    /// A use.
    Purpose(String),
    /// Someone who is to receive data.
    Recipient(String),
    /// Any use at all but what the law obliges to: a no restricts it (GDPR, article 18).
    Processing,
}

impl About {
    /// The name of the purpose or recipient.
    pub fn name(&self) -> &str {
        match self {
            Self::Purpose(name) | Self::Recipient(name) => name,
            Self::Processing => PROCESSING,
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purpose(name) => write!(formatter, "purposes.{name}"),
            Self::Recipient(name) => write!(formatter, "recipients.{name}"),
            Self::Processing => formatter.write_str(PROCESSING),
        }
    }
}

impl From<About> for String {
    fn from(about: About) -> Self {
        about.to_string()
    }
}

/// A text that names neither a purpose nor a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a choice is about `purposes.` or `recipients.` and a name, or about `processing`")]
pub struct NotAbout;

impl FromStr for About {
    type Err = NotAbout;

    fn from_str(text: &str) -> Result<Self, NotAbout> {
        match text.split_once('.') {
            Some(("purposes", name)) if !name.is_empty() => Ok(Self::Purpose(name.to_owned())),
            Some(("recipients", name)) if !name.is_empty() => Ok(Self::Recipient(name.to_owned())),
            None if text == PROCESSING => Ok(Self::Processing),
            _ => Err(NotAbout),
        }
    }
}

/// What a person said last about one declaration, and under which versions of the policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Yes, no, or no longer.
    pub state: ChoiceState,
    /// The operator's policy version that was in force.
    pub policy: u32,
    /// The account's own; 0 when it had none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub own_policy: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde wants")]
const fn is_none(number: &u32) -> bool {
    *number == 0
}

/// What a person said last, by declaration. What they said nothing about is not in it: that is a state of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Standing(pub BTreeMap<String, Said>);

impl Standing {
    /// What was said about a declaration.
    pub fn about(&self, about: &About) -> Option<Said> {
        self.0.get(&about.to_string()).copied()
    }

    /// Whether the person said no to something.
    pub fn is_no(&self, about: &About) -> bool {
        self.about(about).is_some_and(|said| said.state != ChoiceState::Granted)
    }

    /// What the word of another subject adds when the two are found to be one person: what this one said nothing about, and
    /// a no where this one had said yes. The stricter word stands.
    pub fn missed(&self, other: &Self) -> Vec<(About, Said)> {
        let is_no = |said: &Said| said.state != ChoiceState::Granted;
        let added = other.0.iter().filter(|(declaration, said)| {
            self.0.get(*declaration).is_none_or(|own| is_no(said) && !is_no(own))
        });
        added.filter_map(|(declaration, said)| Some((declaration.parse().ok()?, *said))).collect()
    }

    /// The same after something else was said.
    #[must_use]
    pub fn with(&self, about: &About, said: Said) -> Self {
        let mut changed = self.clone();
        changed.0.insert(about.to_string(), said);
        changed
    }
}

/// What a no or a yes makes of what was said before: a no after a yes takes the yes back.
pub fn next(before: Option<ChoiceState>, is_yes: bool) -> ChoiceState {
    match (before, is_yes) {
        (_, true) => ChoiceState::Granted,
        (Some(ChoiceState::Granted | ChoiceState::Withdrawn), false) => ChoiceState::Withdrawn,
        (Some(ChoiceState::Denied) | None, false) => ChoiceState::Denied,
    }
}

/// One choice in a person's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub id: ChoiceId,
    /// Who chose.
    pub subject: SubjectId,
    /// The version that it gave its subject: later choices have higher ones.
    pub version: u32,
    /// About what.
    pub about: About,
    /// What they said.
    pub said: Said,
    /// When.
    pub at: Timestamp,
    /// The entry that holds what they were shown and how they said it; the engine fills it in.
    pub entry: Option<EntryId>,
}

/// How a choice comes about, by the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// Nothing happens before a yes.
    OptIn,
    /// It happens until a no.
    OptOut,
}

/// How a person made a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// On a page.
    Click,
    /// In a Client's own product, which told us.
    Api,
    /// By the browser's signal (Global Privacy Control, `Sec-GPC: 1`).
    #[serde(rename = "sec_gpc")]
    SecGpc,
    /// By letter, telephone or e-mail; the custodian entered it.
    Custodian,
}

/// What a person chose, and on what ground: what the entry of a choice commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Which choice.
    pub choice: ChoiceId,
    /// About what, as [`About`] is written.
    pub about: String,
    /// What they said.
    pub state: ChoiceState,
    /// How a choice about it comes about.
    pub mechanism: Mechanism,
    /// How this one was made.
    pub method: Method,
    /// The account's policy version, when it has one of its own; the operator's is the entry's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_policy: Option<u32>,
    /// All of it in terms that anyone can read: the fields of ISO/IEC TS 27560 in the Data Privacy Vocabulary, as JSON-LD,
    /// with the exact text that the person was shown.
    pub statement: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_choice_is_about_reads_back_and_nothing_else_does() {
        for text in ["purposes.marketing", "recipients.helpdesk", "processing"] {
            assert_eq!(text.parse::<About>().unwrap().to_string(), text);
        }
        for text in ["marketing", "purposes.", "processing.", "cookies.session", ""] {
            assert_eq!(text.parse::<About>(), Err(NotAbout), "{text}");
        }
    }

    #[test]
    fn a_no_takes_back_only_what_was_given() {
        use ChoiceState::{Denied, Granted, Withdrawn};
        let no = [None, Some(Denied), Some(Granted), Some(Withdrawn)].map(|before| next(before, false));
        assert_eq!(no, [Denied, Denied, Withdrawn, Withdrawn]);
        assert_eq!([None, Some(Denied), Some(Withdrawn)].map(|before| next(before, true)), [Granted; 3]);
    }

    #[test]
    fn of_two_that_are_one_person_the_stricter_word_stands() {
        use ChoiceState::{Denied, Granted, Withdrawn};
        let about = |name: &str| format!("purposes.{name}").parse::<About>().unwrap();
        let said = |state| Said { state, policy: 2, own_policy: 0 };
        let own = Standing::default()
            .with(&about("a"), said(Granted))
            .with(&about("b"), said(Denied))
            .with(&about("c"), said(Granted));
        let other = Standing::default()
            .with(&about("a"), said(Withdrawn))
            .with(&about("b"), said(Granted))
            .with(&about("c"), said(Granted))
            .with(&about("d"), said(Granted));
        let missed = own.missed(&other);
        assert_eq!(missed, [(about("a"), said(Withdrawn)), (about("d"), said(Granted))]);
        let all = missed.into_iter().fold(own, |all, (about, said)| all.with(&about, said));
        assert_eq!(all.missed(&other), [], "nothing is missed twice");
    }

    #[test]
    fn the_last_word_stands() {
        let about: About = "purposes.marketing".parse().unwrap();
        let said = |state| Said { state, policy: 2, own_policy: 0 };
        let standing = Standing::default().with(&about, said(ChoiceState::Granted));
        let standing = standing.with(&about, said(ChoiceState::Withdrawn));
        assert_eq!(standing.about(&about), Some(said(ChoiceState::Withdrawn)));
        let written = serde_json::to_string(&standing).unwrap();
        assert_eq!(written, r#"{"purposes.marketing":{"state":"withdrawn","policy":2}}"#);
        assert_eq!(serde_json::from_str::<Standing>(&written).unwrap(), standing);
    }
}
