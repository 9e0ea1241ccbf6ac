mod generate;
mod oracle;
mod properties;
mod reasons;

use jiff::civil::date;

use super::*;
use crate::policy::Policy;

const SMALL: &str = include_str!("../../../tests/small.toml");

fn question(purpose: &str) -> Question<'_> {
    Question { role: "client", record_type: Some("message"), category: "email", purpose, recipient: None }
}

#[test]
fn what_is_declared_is_allowed_and_quotes_the_sentence() {
    let policy = Policy::unchecked(SMALL);
    let choices = Choices::default();
    let decision = decide(&policy, &question("support"), &Facts::new(date(2026, 1, 1), &choices));
    let Decision::Allowed(clause) = decision else { panic!("refused: {decision:?}") };
    assert_eq!(clause.sentence, "We use it for answering.");
}

#[test]
fn what_is_not_declared_is_refused_with_a_clause() {
    let policy = Policy::unchecked(SMALL);
    let choices = Choices::default();
    let decision = decide(&policy, &question("marketing"), &Facts::new(date(2026, 1, 1), &choices));
    assert_eq!(decision.refusals()[0].reason, Reason::UnknownPurpose);
    assert_eq!(decision.refusals()[0].clause.section, 1);
}
