//! Decisions that were made, made again under another version: what would be refused that was allowed, and the other way
//! round, in sentences. Pure: which decisions there were, and what was known then, is for the caller to say.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    decide::{Question, Reason},
    document::Document,
    words::{label, sentence},
};

/// What the same decision comes to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// It was allowed and would be refused.
    Refused,
    /// It was refused and would be allowed.
    Allowed,
}

/// A use, without whose it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    turn: Turn,
    purpose: String,
    category: String,
    recipient: Option<String>,
    role: String,
}

/// Decisions made again, added up by use. The words of a policy are few, so it stays small however many there are.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    decisions: u64,
    turned: BTreeMap<Use, (u64, Option<Reason>)>,
}

/// What a version would have decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Otherwise {
    /// How many decisions were made again. One about several categories counts once for each.
    pub decisions: u64,
    /// What was allowed and would be refused.
    pub newly_refused: Vec<Turned>,
    /// What was refused and would be allowed.
    pub newly_allowed: Vec<Turned>,
}

/// Decisions about one use that would turn out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turned {
    /// In plain words.
    pub sentence: String,
    /// How many decisions.
    pub count: u64,
    /// What the data was to be used for.
    pub purpose: String,
    /// Which category.
    pub category: String,
    /// Who was to receive it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// Whose data.
    pub role: String,
    /// The first reason to refuse it, where it would be refused; of several, that of the first decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

impl Tally {
    /// Counts a decision that was `allowed` or not, and that would be allowed now, or refused for a reason.
    pub fn add(&mut self, question: &Question<'_>, was_allowed: bool, now: Result<(), Reason>) {
        self.decisions += 1;
        let (turn, reason) = match (was_allowed, now) {
            (true, Err(reason)) => (Turn::Refused, Some(reason)),
            (false, Ok(())) => (Turn::Allowed, None),
            _ => return,
        };
        let one = Use {
            turn,
            purpose: question.purpose.to_owned(),
            category: question.category.to_owned(),
            recipient: question.recipient.map(str::to_owned),
            role: question.role.to_owned(),
        };
        self.turned.entry(one).or_insert((0, reason)).0 += 1;
    }

    /// What was found, the most frequent first, in the words of the policies: the newer's, else the older's.
    pub fn told(self, old: &Document, new: &Document) -> Otherwise {
        let mut otherwise = Otherwise { decisions: self.decisions, ..Otherwise::default() };
        for (one, (count, reason)) in self.turned {
            let list = match one.turn {
                Turn::Refused => &mut otherwise.newly_refused,
                Turn::Allowed => &mut otherwise.newly_allowed,
            };
            list.push(turned(one, count, reason, (old, new)));
        }
        for list in [&mut otherwise.newly_refused, &mut otherwise.newly_allowed] {
            list.sort_by_key(|turned| std::cmp::Reverse(turned.count));
        }
        otherwise
    }
}

fn turned(one: Use, count: u64, reason: Option<Reason>, policies: (&Document, &Document)) -> Turned {
    let sentence = tell(&one, count, reason, policies);
    let Use { purpose, category, recipient, role, .. } = one;
    Turned { sentence, count, purpose, category, recipient, role, reason }
}

fn tell(one: &Use, count: u64, reason: Option<Reason>, (old, new): (&Document, &Document)) -> String {
    macro_rules! word {
        ($kind:ident, $name:expr) => {
            // One that only the older version declares is called as it was.
            if new.$kind.contains_key($name.as_str()) {
                label(&new.$kind, $name)
            } else {
                label(&old.$kind, $name)
            }
        };
    }
    let data = format!("the {} of {}", word!(categories, &one.category), word!(roles, &one.role));
    let done = match &one.recipient {
        None => format!("the use of {data}"),
        Some(recipient) => format!("passing {data} on to {}", word!(recipients, recipient)),
    };
    let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let (was, would) = match one.turn {
        Turn::Refused => ("allowed", "refused"),
        Turn::Allowed => ("refused", "allowed"),
    };
    let why = reason.map(|reason| format!(": {}", reason.text())).unwrap_or_default();
    let purpose = word!(purposes, &one.purpose);
    sentence(&format!("{done} for {purpose}, {was} {times}, would be {would}{why}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    const POLICY: &str = include_str!("../../../policies/influxis-2018.toml");

    fn question(purpose: &'static str) -> Question<'static> {
        Question { role: "client", record_type: None, category: "email", purpose, recipient: None }
    }

    #[test]
    fn what_turns_out_otherwise_is_told_most_frequent_first() {
        let policy = Policy::compile(POLICY, jiff::civil::date(2026, 1, 1), None).unwrap();
        let mut tally = Tally::default();
        for _ in 0..3 {
            tally.add(&question("support"), true, Err(Reason::UnknownPurpose));
        }
        tally.add(&question("orders"), true, Err(Reason::NotHeldForPurpose));
        tally.add(&Question { recipient: Some("zendesk"), ..question("support") }, false, Ok(()));
        tally.add(&question("support"), true, Ok(()));
        tally.add(&question("support"), false, Err(Reason::ChoiceDenied));
        let told = tally.told(policy.document(), policy.document());
        assert_eq!(told.decisions, 7);
        let sentences = |list: &[Turned]| list.iter().map(|one| one.sentence.clone()).collect::<Vec<_>>();
        assert_eq!(
            sentences(&told.newly_refused),
            [
                "The use of the e-mail address of a client for answering messages, allowed 3 times, would be refused: \
                 the policy declares no such purpose.",
                "The use of the e-mail address of a client for handling orders, allowed once, would be refused: no \
                 record of this role holds this category for this purpose.",
            ]
        );
        assert_eq!(
            sentences(&told.newly_allowed),
            [
                "Passing the e-mail address of a client on to Zendesk for answering messages, refused once, would be allowed."
            ]
        );
    }
}
