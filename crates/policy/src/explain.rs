//! 'May purpose P read category C of role R, for recipient X?', answered with the clause.

use std::{fmt, sync::Arc};

use serde::Serialize;

use crate::{
    clause::Clause,
    decide::{
        Decision, Facts, Question, Refusal, decide_under,
        rules::{holds, purpose_choice},
    },
    document::Document,
    placeholder::retention_text,
    policy::Policy,
    promise::Promise,
    words::{basis, choice, label, list, place},
};

/// The answer to one question, for a person and, as JSON, for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What was asked, in words.
    pub question: String,
    /// Whether it may happen.
    pub allowed: bool,
    /// The answer in one sentence.
    pub answer: String,
    /// The sentence of the policy that permits or refuses it.
    pub clause: Arc<Clause>,
    /// The promise that is kept.
    pub promise: Option<Promise>,
    /// Everything that stands in the way, the most telling first; empty when allowed.
    pub reasons: Vec<Refusal>,
    /// When allowed: on which terms.
    pub terms: Option<Terms>,
}

/// On which terms data may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// Why the law allows the purpose, in words.
    pub basis: &'static str,
    /// What the person decides about the purpose, in words.
    pub choice: &'static str,
    /// What the person decides about the recipient, in words.
    pub recipient_choice: Option<&'static str>,
    /// The record types that hold the data for this purpose.
    pub held_in: Vec<HeldIn>,
}

/// A record type that holds the data in question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldIn {
    /// Its name in the policy file.
    pub record_type: String,
    /// What a person calls it.
    pub label: String,
    /// How long it is kept, in words.
    pub kept: Option<String>,
}

/// Answers a question under the operator's policy and, when there is one, the account's.
pub fn explain(
    operator: &Policy,
    account: Option<&Policy>,
    question: &Question<'_>,
    facts: &Facts<'_>,
) -> Explanation {
    let document = account.unwrap_or(operator).document();
    let asked = question_text(document, question);
    match decide_under(operator, account, question, facts) {
        Decision::Allowed(clause) => Explanation {
            allowed: true,
            answer: format!("Yes: {}.", permitted(document, question)),
            promise: clause.promise,
            clause,
            reasons: Vec::new(),
            terms: terms(document, question),
            question: asked,
        },
        Decision::Refused(reasons) => refused(asked, reasons, operator),
    }
}

fn refused(question: String, reasons: Vec<Refusal>, operator: &Policy) -> Explanation {
    let first = reasons.first();
    let mut texts: Vec<&str> = reasons.iter().map(|refusal| refusal.reason.text()).collect();
    texts.dedup();
    Explanation {
        question,
        allowed: false,
        answer: format!("No: {}.", list(&texts)),
        clause: first.map_or_else(
            || operator.clauses().find("purposes", "", Promise::Purposes),
            |refusal| Arc::clone(&refusal.clause),
        ),
        promise: first.map(|refusal| refusal.promise),
        reasons,
        terms: None,
    }
}

/// A question in words, with the names that the policy file uses.
pub(crate) fn question_text(document: &Document, question: &Question<'_>) -> String {
    let category = label(&document.categories, question.category);
    let role = label(&document.roles, question.role);
    let record = question.record_type.map_or_else(String::new, |name| format!(" in {name}"));
    let recipient = question
        .recipient
        .map_or_else(String::new, |name| format!(" for {}", label(&document.recipients, name)));
    format!("may {} read the {category} of {role}{record}{recipient}?", question.purpose)
}

fn permitted(document: &Document, question: &Question<'_>) -> String {
    let category = label(&document.categories, question.category);
    let role = label(&document.roles, question.role);
    let purpose = label(&document.purposes, question.purpose);
    let recipient = question.recipient.map_or_else(String::new, |name| {
        format!(", and {} may receive it for that", label(&document.recipients, name))
    });
    format!("the {category} of {role} may be used for {purpose}{recipient}")
}

fn terms(document: &Document, question: &Question<'_>) -> Option<Terms> {
    let purpose = document.purposes.get(question.purpose)?;
    let recipient = question.recipient.and_then(|name| document.recipients.get(name));
    let meant = |name: &str| question.record_type.is_none_or(|meant| meant == name);
    let held_in =
        document.records.iter().filter(|(name, record)| meant(name.get_ref()) && holds(record, question));
    Some(Terms {
        basis: basis(*purpose.basis.get_ref()),
        choice: choice(purpose_choice(purpose)),
        recipient_choice: recipient.map(|one| choice(one.choice.as_ref().map(|choice| *choice.get_ref()))),
        held_in: held_in
            .map(|(name, record)| HeldIn {
                record_type: name.get_ref().clone(),
                label: record.label.get_ref().clone(),
                kept: record
                    .retention
                    .as_ref()
                    .and_then(|name| document.retention.get(name.get_ref().as_str()))
                    .map(retention_text),
            })
            .collect(),
    })
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.answer)?;
        writeln!(formatter, "  {}, {}: “{}”", place(&self.clause), self.clause.title, self.clause.sentence)?;
        for refusal in &self.reasons {
            let (place, text) = (place(&refusal.clause), refusal.reason.text());
            writeln!(formatter, "  {}: {text} ({place})", refusal.declaration)?;
        }
        match &self.terms {
            Some(terms) => terms.fmt(formatter),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "  it rests on {}, and happens {}", self.basis, self.choice)?;
        if let Some(choice) = self.recipient_choice {
            writeln!(formatter, "  the recipient gets it {choice}")?;
        }
        for held in &self.held_in {
            let kept = held.kept.as_ref().map_or_else(String::new, |kept| format!(", kept {kept}"));
            writeln!(formatter, "  held in {} ({}){kept}", held.record_type, held.label)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::decide::{Age, Choices, Reason};

    const OPERATOR: &str = include_str!("../tests/operator.toml");

    fn answer(purpose: &str, recipient: Option<&str>) -> Explanation {
        let choices = Choices::default();
        let facts = Facts { age: Age::OfAge, ..Facts::new(date(2026, 1, 1), &choices) };
        let question = Question { role: "client", record_type: None, category: "email", purpose, recipient };
        explain(&Policy::unchecked(OPERATOR), None, &question, &facts)
    }

    #[test]
    fn a_yes_tells_the_terms() {
        let explanation = answer("support", Some("zendesk"));
        assert_eq!(
            explanation.to_string(),
            "Yes: the e-mail address of a client may be used for answering messages, and Zendesk may receive it \
             for that.\n  \
             clause 1, What we use: “Messages serve answering messages.”\n  \
             it rests on a contract, and happens without asking\n  \
             the recipient gets it unless the person says no\n  \
             held in message (support messages), kept 3 years\n  \
             held in profile (profiles), kept as long as the account lives, and 1 year after\n"
        );
    }

    #[test]
    fn a_no_tells_every_reason_with_its_clause() {
        let explanation = answer("marketing", Some("zendesk"));
        let reasons: Vec<Reason> = explanation.reasons.iter().map(|refusal| refusal.reason).collect();
        assert_eq!(reasons, [Reason::ChoiceNeeded, Reason::PurposeNotForRecipient]);
        assert_eq!(
            explanation.answer,
            "No: the person has not said yes and this recipient may not receive data for this purpose."
        );
        assert_eq!(explanation.clause.sentence, "Offers need a yes: sending offers.");
    }

    #[test]
    fn a_program_reads_the_same_answer() {
        let json = serde_json::to_value(answer("marketing", None)).unwrap();
        assert_eq!(json["allowed"], false);
        assert_eq!(json["reasons"][0]["reason"], "choice_needed");
        assert_eq!(json["clause"]["section"], 1);
    }
}
