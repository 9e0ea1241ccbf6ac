//! The policies that are shipped in `policies/` hold together, and do what the demonstration shows.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use crate::{
    decide::{Age, ChoiceState, Choices, Decision, Facts, Question, Reason, decide, decide_under},
    document::Document,
    expect,
    policy::Policy,
    promise::Promise,
};

const REFERENCE: &str = include_str!("../../../policies/influxis-2018.toml");
const WEB_SHOP: &str = include_str!("../../../policies/web-shop-gdpr.toml");
const FAN_CLUB: &str = include_str!("../../../policies/client-fanclub.toml");

const TODAY: Date = date(2026, 11, 24);

pub(crate) fn reference() -> Policy {
    compiled(REFERENCE, None)
}

pub(crate) fn all() -> Vec<Policy> {
    let reference = reference();
    let club = compiled(FAN_CLUB, Some(&reference));
    vec![reference, compiled(WEB_SHOP, None), club]
}

fn compiled(source: &str, operator: Option<&Policy>) -> Policy {
    let policy = Policy::compile(source, TODAY, operator).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!(policy.warnings(), []);
    policy
}

fn ask(policy: &Policy, record_type: &str, category: &str, purpose: &str) -> Decision {
    let question =
        Question { role: "client", record_type: Some(record_type), category, purpose, recipient: None };
    decide(policy, &question, &Facts::new(TODAY, &Choices::default()))
}

#[test]
fn the_reference_policy_makes_every_promise() {
    let policy = reference();
    let sections = &policy.document().sections;
    assert_eq!(sections.len(), 17);
    let made: BTreeSet<&str> =
        sections.iter().flat_map(|one| &one.get_ref().promises).map(|name| name.get_ref().as_str()).collect();
    let all: BTreeSet<&str> = Promise::ALL.iter().map(|promise| promise.id()).collect();
    assert_eq!(made, all);
}

#[test]
fn a_support_message_answers_and_does_not_sell() {
    let policy = reference();
    assert!(ask(&policy, "support_message", "message_text", "support").is_allowed());
    let refused = ask(&policy, "support_message", "message_text", "marketing");
    let refusal = refused.refusals().first().unwrap();
    assert_eq!(refusal.reason, Reason::NotHeldForPurpose);
    assert_eq!(refusal.clause.section, 4);
    assert_eq!(
        refusal.clause.sentence,
        "What you write, and what we note when you call, is kept as support messages and used for answering messages \
         and answering requests about personal data, and for nothing else."
    );
}

#[test]
fn one_changed_line_flips_the_answer_and_the_sentence() {
    let line = "purposes = [\"support\", \"requests\"]\n";
    assert_eq!(REFERENCE.matches(line).count(), 1);
    let changed =
        compiled(&REFERENCE.replace(line, "purposes = [\"support\", \"requests\", \"marketing\"]\n"), None);
    let collected = ["support".to_owned()];
    let choices = Choices::default();
    let facts = Facts { collected_for: Some(&collected), ..Facts::new(TODAY, &choices) };
    let question = Question {
        role: "client",
        record_type: Some("support_message"),
        category: "message_text",
        purpose: "marketing",
        recipient: None,
    };
    assert!(decide(&changed, &question, &facts).is_allowed(), "also for a message collected before");
    let told = changed.clause("records.support_message", Promise::Support);
    assert!(told.sentence.contains("telling people about services they may want"), "{}", told.sentence);
}

#[test]
fn a_card_number_is_never_held() {
    let refused = ask(&reference(), "order", "card_number", "payment");
    let refusal = refused.refusals().first().unwrap();
    assert_eq!(refusal.reason, Reason::ForbiddenCategory);
    assert!(refusal.clause.sentence.starts_with("A card number goes over a secure connection to BluePay"));
}

#[test]
fn an_agreement_lapses_when_a_year_has_passed() {
    let policy = reference();
    let choices = Choices(
        [
            ("recipients.google_analytics".to_owned(), ChoiceState::Granted),
            ("purposes.analytics".to_owned(), ChoiceState::Granted),
        ]
        .into(),
    );
    let question = Question {
        role: "visitor",
        record_type: Some("visit"),
        category: "page_views",
        purpose: "analytics",
        recipient: Some("google_analytics"),
    };
    assert!(decide(&policy, &question, &Facts::new(TODAY, &choices)).is_allowed());
    let later = decide(&policy, &question, &Facts::new(date(2027, 11, 24), &choices));
    let reasons: Vec<Reason> = later.refusals().iter().map(|refusal| refusal.reason).collect();
    assert_eq!(reasons, [Reason::AgreementNotInForce]);
}

#[test]
fn the_fan_club_allows_less_than_the_operator() {
    let [reference, _, club] = <[Policy; 3]>::try_from(all()).unwrap();
    let choices = Choices::default();
    let facts = Facts { age: Age::OfAge, ..Facts::new(TODAY, &choices) };
    let question = |category| Question {
        role: "end_user",
        record_type: None,
        category,
        purpose: "support",
        recipient: Some("zendesk"),
    };
    assert!(decide(&reference, &question("email"), &facts).is_allowed());
    assert!(!decide_under(&reference, Some(&club), &question("email"), &facts).is_allowed(), "it asks first");
    assert!(!decide_under(&reference, Some(&club), &question("full_name"), &facts).is_allowed());
}

const LANGUAGE: &str = include_str!("../../../docs/policy-language.md");

/// The examples of one kind on the page about the language, put together.
fn documented(kind: &str) -> String {
    let blocks = LANGUAGE.split("```").skip(1).step_by(2);
    blocks.filter_map(|block| block.strip_prefix(&format!("{kind}\n"))).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_documented_examples_are_one_policy() {
    let policy = compiled(&documented("toml"), None);
    let expected = expect::parse(&documented("toml expectations")).unwrap();
    let outcomes = expect::run(&policy, None, &expected, TODAY);
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes.iter().all(|outcome| outcome.passed), "{outcomes:#?}");
}

#[test]
fn every_promise_is_documented() {
    for promise in Promise::ALL {
        assert!(LANGUAGE.contains(&format!("`{promise}`")), "{promise}");
    }
}

/// The reader of each table lists the keys that it knows when it meets one that it does not.
#[test]
fn every_key_is_documented() {
    let tables = [
        "",
        "policy",
        "controller",
        "roles.x",
        "categories.x",
        "purposes.x",
        "records.x",
        "records.x.fields.y",
        "retention.x",
        "recipients.x",
        "recipients.x.agreement",
        "cookies.x",
        "beacons.x",
        "rights.x",
        "exceptions.x",
        "disclosures.x",
        "transfers",
        "sensitive",
        "age",
        "changes",
        "backups",
        "complaints",
        "requests",
        "staff",
        "members",
        "members.bar",
        "systems.x",
        "sites.x",
        "sites.x.link",
        "access_log",
        "access_log.signals.x",
        "assessment",
        "attestations.x",
    ];
    for table in tables {
        let heading = if table.is_empty() { String::new() } else { format!("[{table}]\n") };
        let error = Document::parse(&format!("{heading}no_such_key = 1")).unwrap_err();
        let keys: Vec<&str> = error.message().split('`').skip(3).step_by(2).collect();
        assert!(!keys.is_empty(), "{table}: {error}");
        for key in keys {
            assert!(LANGUAGE.contains(key), "{table}: {key}");
        }
    }
}
