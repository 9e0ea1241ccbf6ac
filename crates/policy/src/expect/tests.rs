use jiff::civil::date;

use super::*;
use crate::policy::Policy;

const OPERATOR: &str = include_str!("../../tests/operator.toml");
const ACCOUNT: &str = include_str!("../../tests/account.toml");

fn outcomes(expectation: &str) -> Vec<Outcome> {
    let source = format!("[[expect]]\nrole = \"client\"\n{expectation}\n");
    run(&Policy::unchecked(OPERATOR), None, &parse(&source).unwrap(), date(2026, 1, 1))
}

#[track_caller]
fn assert_outcome(expectation: &str, passed: bool, got: &str) {
    let outcome = &outcomes(expectation)[0];
    assert_eq!((outcome.passed, outcome.got.as_str()), (passed, got), "{outcome:#?}");
}

#[test]
fn answers_with_and_without_clause_and_reason() {
    let support = "category = \"email\"\npurpose = \"support\"\nanswer = ";
    assert_outcome(&format!("{support}\"yes\""), true, "yes, clause 1");
    assert_outcome(&format!("{support}\"no\""), false, "yes, clause 1");
    assert_outcome(&format!("{support}\"yes\"\nclause = 2"), false, "yes, clause 1");
    let text = "category = \"message_text\"\npurpose = \"improvement\"\nanswer = \"no\"\n";
    let refused = "no, clause 2: a section of the policy says that this never happens";
    assert_outcome(&format!("{text}clause = 2\nreason = \"refused_by_section\""), true, refused);
    assert_outcome(&format!("{text}clause = 1"), false, refused);
    assert_outcome(&format!("{text}reason = \"choice_denied\""), false, refused);
}

#[test]
fn facts_are_part_of_the_question() {
    let offers = "category = \"email\"\npurpose = \"marketing\"\n";
    assert_outcome(
        &format!("{offers}choices = {{ \"purposes.marketing\" = \"granted\" }}\nanswer = \"yes\""),
        true,
        "yes, clause 1",
    );
    assert_outcome(&format!("{offers}answer = \"no\""), true, "no, clause 1: the person has not said yes");
    let zendesk = "category = \"email\"\npurpose = \"support\"\nrecipient = \"zendesk\"\n";
    assert_outcome(&format!("{zendesk}answer = \"yes\""), true, "yes, clause 1");
    let lapsed = "no, clause 2: no agreement with this recipient is in force on this day";
    assert_outcome(&format!("{zendesk}today = 2030-01-01\nanswer = \"no\""), true, lapsed);
}

#[test]
fn a_misspelt_choice_is_told() {
    let source = "category = \"email\"\npurpose = \"support\"\nanswer = \"yes\"\n\
                  choices = { \"purposes.suport\" = \"granted\" }";
    assert_outcome(source, false, "a choice about purposes.suport, which the policy does not declare");
}

#[test]
fn an_accounts_policy_is_asked_under_the_operators() {
    let source =
        "[[expect]]\nrole = \"end_user\"\ncategory = \"email\"\npurpose = \"improvement\"\nanswer = \"no\"\n";
    let (operator, account) = (Policy::unchecked(OPERATOR), Policy::unchecked(ACCOUNT));
    let outcome = &run(&account, Some(&operator), &parse(source).unwrap(), date(2026, 1, 1))[0];
    assert!(outcome.passed, "{outcome:#?}");
    assert_eq!(outcome.line, 1);
    assert_eq!(outcome.question, "may improvement read the e-mail address of an end user?");
}

#[test]
fn an_expectation_that_cannot_be_read_is_shown_where_it_stands() {
    let source = "[[expect]]\nrole = \"client\"\nanswr = \"yes\"\n";
    let found = parse(source).unwrap_err();
    assert_eq!(&source[found.labels[0].span.clone()], "answr");
}

#[test]
fn the_reference_policy_answers_as_expected() {
    let policy = Policy::unchecked(include_str!("../../../../policies/influxis-2018.toml"));
    let expectations = parse(include_str!("../../../../policies/influxis-2018.expect.toml")).unwrap();
    let outcomes = run(&policy, None, &expectations, date(2026, 1, 1));
    assert!(outcomes.len() >= 20);
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
