//! What the declarations grant at best: to a person of age who said yes to everything.

use jiff::civil::Date;

use crate::{
    clause::Clauses,
    decide::{Age, ChoiceState, Choices, Facts, Question, Reason, rules, uses},
    document::Document,
};

/// One use that some record holds data for.
pub(super) struct Use<'a> {
    pub(super) question: Question<'a>,
    /// Whether the declarations grant it, whatever the sections say.
    pub(super) is_granted: bool,
    /// Whether a section refuses it.
    pub(super) is_refused_by_section: bool,
}

/// Every use, decided under the facts that allow the most.
pub(super) fn all(document: &Document, today: Date) -> Vec<Use<'_>> {
    let clauses = Clauses::of(document);
    let choices = every_yes(document);
    let facts = Facts { age: Age::OfAge, ..Facts::new(today, &choices) };
    let questions = uses::held(document).into_iter();
    questions.map(|question| decided(document, &clauses, question, &facts)).collect()
}

fn decided<'a>(document: &Document, clauses: &Clauses, question: Question<'a>, facts: &Facts<'_>) -> Use<'a> {
    let refusals = rules::refusals(document, clauses, &question, facts);
    let by_section = |reason: Reason| reason == Reason::RefusedBySection;
    Use {
        question,
        is_granted: refusals.iter().all(|refusal| by_section(refusal.reason)),
        is_refused_by_section: refusals.iter().any(|refusal| by_section(refusal.reason)),
    }
}

fn every_yes(document: &Document) -> Choices {
    let purposes = document.purposes.keys().map(|name| format!("purposes.{}", name.get_ref()));
    let recipients = document.recipients.keys().map(|name| format!("recipients.{}", name.get_ref()));
    Choices(purposes.chain(recipients).map(|about| (about, ChoiceState::Granted)).collect())
}
