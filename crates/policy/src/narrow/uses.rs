//! Uses that the account's policy permits and the operator's refuses.

use std::{collections::HashSet, ops::Range};

use super::{Widening, place, situation::Situation};
use crate::{
    clause::Clauses,
    decide::{Question, Reason, Refusal, decide, rules, uses},
    document::Document,
    policy::Policy,
    words::{self, label},
};

pub(super) fn widenings(operator: &Policy, account: &Document) -> Vec<Widening> {
    let clauses = Clauses::of(account);
    let mut search = Search { operator, account, clauses, seen: HashSet::new(), found: Vec::new() };
    for question in uses::held(account) {
        search.ask(&question);
    }
    search.found
}

struct Search<'a> {
    operator: &'a Policy,
    account: &'a Document,
    clauses: Clauses,
    seen: HashSet<(Range<usize>, Reason)>,
    found: Vec<Widening>,
}

impl Search<'_> {
    fn ask(&mut self, question: &Question<'_>) {
        let operator = self.operator.document();
        let base = Situation::most_permissive(operator, self.account, question);
        if !self.account_allows(question, &base) {
            return;
        }
        if self.compare(question, &base) {
            for situation in base.variations(operator, self.account, question) {
                if self.account_allows(question, &situation) {
                    self.compare(question, &situation);
                }
            }
        }
    }

    fn account_allows(&self, question: &Question<'_>, situation: &Situation) -> bool {
        rules::refusals(self.account, &self.clauses, question, &situation.facts()).is_empty()
    }

    /// Whether the operator's policy allows what the account's does; if not, it is noted.
    fn compare(&mut self, question: &Question<'_>, situation: &Situation) -> bool {
        let decision = decide(self.operator, question, &situation.facts());
        let Some(refusal) = decision.refusals().first() else { return true };
        let span = place::of(self.account, question, refusal);
        if self.seen.insert((span.clone(), alike(refusal.reason))) {
            self.found.push(Widening {
                span,
                counterexample: counterexample(self.account, question, situation, refusal),
                why: format!("in the operator's policy, {}", refusal.reason.text()),
            });
        }
        false
    }
}

/// A choice that is weakened shows in several states of the choice; one finding is enough.
const fn alike(reason: Reason) -> Reason {
    match reason {
        Reason::ChoiceDenied => Reason::ChoiceNeeded,
        other => other,
    }
}

fn counterexample(
    account: &Document,
    question: &Question<'_>,
    situation: &Situation,
    refusal: &Refusal,
) -> String {
    let category = label(&account.categories, question.category);
    let role = label(&account.roles, question.role);
    let recipient = question.recipient.map_or_else(String::new, |name| format!(" for {name}"));
    let words = &situation.words;
    let (place, sentence) = (words::place(&refusal.clause), &refusal.clause.sentence);
    format!(
        "{} may read the {category} of {role}{recipient}{words}: the account's policy allows it, the operator's \
         refuses it: {place}, “{sentence}”",
        question.purpose
    )
}
