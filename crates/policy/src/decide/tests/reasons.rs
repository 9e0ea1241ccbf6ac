//! Each reason for refusing, alone: the use is allowed, one thing is changed, and that reason is given.

use jiff::civil::date;

use super::*;

const OPERATOR: &str = include_str!("../../../tests/operator.toml");

const ALLOWED: Question<'static> = Question {
    role: "client",
    record_type: Some("message"),
    category: "email",
    purpose: "support",
    recipient: Some("zendesk"),
};

fn facts(choices: &Choices) -> Facts<'_> {
    Facts { age: Age::OfAge, ..Facts::new(date(2026, 1, 1), choices) }
}

fn reasons_in(policy: &str, question: &Question<'_>, facts: &Facts<'_>) -> Vec<Reason> {
    let decision = decide(&Policy::unchecked(policy), question, facts);
    decision.refusals().iter().map(|refusal| refusal.reason).collect()
}

fn asked(question: &Question<'_>) -> Vec<Reason> {
    reasons_in(OPERATOR, question, &facts(&Choices::default()))
}

fn knowing(change: impl FnOnce(&mut Facts<'_>)) -> Vec<Reason> {
    let choices = Choices::default();
    let mut facts = facts(&choices);
    change(&mut facts);
    reasons_in(OPERATOR, &ALLOWED, &facts)
}

fn declaring(from: &str, to: &str) -> Vec<Reason> {
    assert!(OPERATOR.contains(from), "the fixture no longer holds {from}");
    reasons_in(&OPERATOR.replacen(from, to, 1), &ALLOWED, &facts(&Choices::default()))
}

#[test]
fn nothing_stands_in_the_way() {
    assert_eq!(asked(&ALLOWED), []);
}

#[test]
fn unknown_names() {
    assert_eq!(asked(&Question { role: "visitor", ..ALLOWED })[0], Reason::UnknownRole);
    assert_eq!(asked(&Question { category: "diagnosis", ..ALLOWED })[0], Reason::UnknownCategory);
    assert_eq!(asked(&Question { purpose: "profiling", ..ALLOWED })[0], Reason::UnknownPurpose);
    assert_eq!(asked(&Question { record_type: Some("diary"), ..ALLOWED }), [Reason::UnknownRecordType]);
    assert_eq!(asked(&Question { recipient: Some("anyone"), ..ALLOWED }), [Reason::UnknownRecipient]);
}

#[test]
fn a_forbidden_category() {
    let forbidden = "class = \"contact\"\nforbidden = true";
    assert_eq!(declaring("class = \"contact\"", forbidden), [Reason::ForbiddenCategory]);
}

#[test]
fn uses_that_are_not_declared() {
    let elsewhere = Question { purpose: "marketing", role: "end_user", recipient: None, ..ALLOWED };
    assert!(asked(&elsewhere).contains(&Reason::PurposeNotForRole));
    let granted = Choices([("purposes.marketing".to_owned(), ChoiceState::Granted)].into());
    let question = Question { purpose: "marketing", recipient: None, ..ALLOWED };
    assert_eq!(reasons_in(OPERATOR, &question, &facts(&granted)), [Reason::NotHeldForPurpose]);
    let anywhere = Question { record_type: None, ..question };
    assert_eq!(reasons_in(OPERATOR, &anywhere, &facts(&granted)), []);
}

#[test]
fn what_a_record_was_collected_for() {
    let collected = |purpose: &str, used: &'static str| {
        let (choices, collected) = (Choices::default(), [purpose.to_owned()]);
        let facts = Facts { collected_for: Some(&collected), ..facts(&choices) };
        reasons_in(OPERATOR, &Question { purpose: used, recipient: None, ..ALLOWED }, &facts)
    };
    assert_eq!(collected("support", "support"), []);
    assert_eq!(collected("support", "improvement"), []);
    assert_eq!(collected("improvement", "support"), [Reason::NotCollectedForPurpose]);
}

#[test]
fn a_section_binds_over_every_declaration() {
    let question = Question { category: "message_text", purpose: "improvement", recipient: None, ..ALLOWED };
    let policy = Policy::unchecked(OPERATOR);
    let decision = decide(&policy, &question, &facts(&Choices::default()));
    assert_eq!(decision.refusals()[0].reason, Reason::RefusedBySection);
    assert_eq!(decision.refusals()[0].clause.section, 2);
}

#[test]
fn choices_about_purposes() {
    let question =
        Question { record_type: Some("profile"), purpose: "marketing", recipient: None, ..ALLOWED };
    for (state, expected) in [
        (None, vec![Reason::ChoiceNeeded]),
        (Some(ChoiceState::Granted), vec![]),
        (Some(ChoiceState::Denied), vec![Reason::ChoiceDenied]),
        (Some(ChoiceState::Withdrawn), vec![Reason::ChoiceDenied]),
    ] {
        let choices =
            Choices(state.map(|state| ("purposes.marketing".to_owned(), state)).into_iter().collect());
        assert_eq!(reasons_in(OPERATOR, &question, &facts(&choices)), expected, "{state:?}");
    }
}

#[test]
fn choices_about_recipients() {
    let denied = Choices([("recipients.zendesk".to_owned(), ChoiceState::Denied)].into());
    assert_eq!(reasons_in(OPERATOR, &ALLOWED, &facts(&denied)), [Reason::ChoiceDenied]);
}

#[test]
fn an_objection_to_the_purpose_or_the_recipient_binds() {
    let objecting = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let choices = Choices::default();
        reasons_in(OPERATOR, &ALLOWED, &Facts { objections: &names, ..facts(&choices) })
    };
    assert_eq!(objecting(&["marketing", "payment_processor"]), []);
    assert_eq!(objecting(&["support"]), [Reason::Objected]);
    assert_eq!(objecting(&["zendesk"]), [Reason::Objected]);
    let choices = Choices::default();
    let facts = Facts { objections: &["zendesk".to_owned()], ..facts(&choices) };
    let question = Question { recipient: None, ..ALLOWED };
    assert_eq!(reasons_in(OPERATOR, &question, &facts), [], "what stays in the house is not meant");
}

#[test]
fn what_a_recipient_may_not_receive() {
    let text = Question { category: "message_text", ..ALLOWED };
    assert_eq!(asked(&text), [Reason::CategoryNotForRecipient]);
    let improvement = Question { purpose: "improvement", ..ALLOWED };
    assert_eq!(asked(&improvement), [Reason::PurposeNotForRecipient]);
}

#[test]
fn agreements_hold_from_the_first_day_until_before_the_last() {
    for (day, expected) in [
        (date(2017, 12, 31), vec![Reason::AgreementNotInForce]),
        (date(2018, 1, 1), vec![]),
        (date(2029, 12, 31), vec![]),
        (date(2030, 1, 1), vec![Reason::AgreementNotInForce]),
    ] {
        assert_eq!(knowing(|facts| facts.today = day), expected, "{day}");
    }
}

#[test]
fn borders() {
    assert_eq!(declaring("region = \"US\"", "region = \"IN\""), [Reason::TransferNotCovered]);
    assert_eq!(declaring("region = \"US\"", ""), [Reason::TransferNotCovered]);
    assert_eq!(knowing(|facts| facts.region = Some("FR")), []);
    assert_eq!(knowing(|facts| facts.region = Some("BR")), [Reason::TransferNotCovered]);
}

#[test]
fn ages() {
    assert_eq!(knowing(|facts| facts.age = Age::Child), [Reason::BelowMinimumAge]);
    assert_eq!(knowing(|facts| facts.age = Age::Unknown), [Reason::AgeUnknown]);
}

#[test]
fn a_restriction_stops_all_but_what_the_law_demands() {
    assert_eq!(knowing(|facts| facts.restricted = true), [Reason::Restricted]);
    let choices = Choices::default();
    let facts = Facts { restricted: true, ..facts(&choices) };
    let demanded = OPERATOR.replacen("basis = \"contract\"", "basis = \"legal_obligation\"", 1);
    assert_eq!(reasons_in(&demanded, &ALLOWED, &facts), []);
}
