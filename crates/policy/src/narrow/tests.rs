use super::*;
use crate::document::Retention;

const OPERATOR: &str = include_str!("../../tests/operator.toml");
const ACCOUNT: &str = include_str!("../../tests/account.toml");

/// What is found when one text of the account's policy is replaced, and where.
fn after(from: &str, to: &str) -> Vec<(String, Widening)> {
    assert!(ACCOUNT.contains(from), "the fixture no longer holds {from}");
    let source = ACCOUNT.replace(from, to);
    let account = Document::parse(&source).unwrap();
    let found = widenings(&Policy::unchecked(OPERATOR), &account);
    found.into_iter().map(|widening| (source[widening.span.clone()].to_owned(), widening)).collect()
}

#[track_caller]
fn assert_widens(from: &str, to: &str, place: &str, counterexample: &str) {
    let found = after(from, to);
    let told: Vec<_> =
        found.iter().map(|(place, one)| (place.as_str(), one.counterexample.as_str())).collect();
    assert!(
        told.iter().any(|(at, said)| *at == place && said.contains(counterexample)),
        "expected {counterexample:?} at {place:?}, found {told:#?}"
    );
}

#[test]
fn a_narrower_policy_widens_nothing() {
    assert_eq!(after("", ""), []);
}

#[test]
fn a_counterexample_quotes_the_operators_clause() {
    let source = ACCOUNT.replace(r#"{ category = "name" }"#, r#"{ category = "message_text" }"#).replace(
        "[categories.name]\nlabel = \"name\"",
        "[categories.message_text]\nlabel = \"message text\"",
    );
    let found = widenings(&Policy::unchecked(OPERATOR), &Document::parse(&source).unwrap());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(source[found[0].span.clone()], *"\"improvement\"");
    assert_eq!(
        found[0].counterexample,
        "improvement may read the message text of an end user: the account's policy allows it, the operator's \
         refuses it: clause 2, “Nobody else reads the text of messages; Zendesk gets an address and a name.”"
    );
    assert_eq!(
        found[0].why,
        "in the operator's policy, a section of the policy says that this never happens"
    );
}

#[test]
fn uses_that_the_operator_does_not_grant() {
    let renamed = ACCOUNT.replace("end_user", "visitor");
    let found = widenings(&Policy::unchecked(OPERATOR), &Document::parse(&renamed).unwrap());
    assert!(found.iter().any(|one| one.why.contains("no such role")), "{found:#?}");
    let renamed = ACCOUNT.replace("improvement", "profiling");
    let found = widenings(&Policy::unchecked(OPERATOR), &Document::parse(&renamed).unwrap());
    assert_eq!(&renamed[found[0].span.clone()], "profiling");
    assert!(found[0].why.contains("no such purpose"), "{found:#?}");
}

#[test]
fn choices_that_are_weakened() {
    assert_widens(r#"choice = "opt_in""#, "", "improvement", "after the person said no to improvement");
    assert_widens(
        "region = \"US\"\nchoice = \"opt_out\"",
        "region = \"US\"",
        "zendesk",
        "said no to zendesk",
    );
}

#[test]
fn recipients_that_receive_more() {
    assert_widens(r#"until = 2029-01-01"#, "", "[recipients.zendesk.agreement]", "on 2030-01-01");
    assert_widens("recipients.zendesk", "recipients.freshdesk", "freshdesk", "for freshdesk");
    assert_widens(r#"region = "US""#, r#"region = "IN""#, "\"IN\"", "zendesk keeps data in IN");
}

#[test]
fn retention_that_lasts_longer() {
    assert_widens("P1Y", "P4Y", "\"tickets\"", "is kept 4 years, longer than");
    assert_widens(
        "while = \"stored\"",
        "while = \"changed\"",
        "\"tickets\"",
        "is kept 1 year after the last",
    );
    for (clock, kept) in [
        ("while = \"visits\"", "is kept 1 year after the last visit"),
        ("while = \"contract\"", "is kept as long as the contract lasts, and 1 year after"),
    ] {
        assert_widens("while = \"stored\"", clock, "\"tickets\"", kept);
    }
    assert_eq!(after("P1Y", "P36M"), []);
}

/// A term from a moment that may come later can always end later; one from a moment that never does cannot.
#[test]
fn clocks_are_in_the_order_of_what_they_wait_for() {
    let clock = |until: &str| -> Retention {
        toml::from_str(&format!("label = 'x'\nwhile = '{until}'\nthen = 'P1Y'")).unwrap()
    };
    let words = ["stored", "changed", "visits", "account", "contract"];
    let never_later = [
        ("stored", vec!["stored", "changed", "visits", "account", "contract"]),
        ("changed", vec!["changed", "account"]),
        ("visits", vec!["visits", "account"]),
        ("account", vec!["account"]),
        ("contract", vec!["contract"]),
    ];
    for (one, not) in never_later {
        for other in words {
            assert_eq!(outlasts(&clock(one), &clock(other)), !not.contains(&other), "{one} than {other}");
        }
    }
}

#[test]
fn ages_and_sensitive_classes() {
    let age = "[age]\nminimum = 12\nunknown = \"allow\"\n[[sections]]";
    assert_widens("[[sections]]", age, "12", "a person of 12 years");
    assert_widens("[[sections]]", age, "12", "whose age is unknown");
    let sensitive =
        "[sensitive]\nclasses = [\"health\"]\naccounts = \"flag\"\nfree_text = \"flag\"\n[[sections]]";
    assert_widens("[[sections]]", sensitive, "\"flag\"", "fields is stored and flagged");
}

#[test]
fn facts_that_only_one_rule_looks_at() {
    assert_widens(
        "basis = \"contract\"",
        "basis = \"legal_obligation\"",
        "\"legal_obligation\"",
        "when it was collected for",
    );
    let compatible = "choice = \"opt_in\"\ncompatible_with = [\"marketing\"]";
    assert_widens("choice = \"opt_in\"", compatible, "\"marketing\"", "when it was collected for marketing");
    let transfers =
        "[transfers]\ndeployment = \"DE\"\nallowed = [{ from = \"*\", to = \"*\", safeguard = \"x\" }]\n";
    assert_widens(
        "[[sections]]",
        &format!("{transfers}[[sections]]"),
        "[transfers]",
        "when the person is in",
    );
}

#[test]
fn what_a_browser_is_given() {
    let cookie = "[cookies.session]\nlabel = \"x\"\npurpose = \"support\"\nlife = \"P90D\"\nparty = \"first\"\n[[sections]]";
    assert_widens("[[sections]]", cookie, "\"P90D\"", "the cookie session lives 90 days");
    assert_widens("[[sections]]", cookie, "session", "is set with less choice");
    let called = cookie.replace("party", "names = [\"tracker\"]\nparty");
    assert_widens("[[sections]]", &called, "\"tracker\"", "the cookie session is called tracker");
    let beacon = "[beacons.spy]\nlabel = \"x\"\npurpose = \"support\"\nplaces = [\"page\"]\n[[sections]]";
    assert_widens(
        "[[sections]]",
        beacon,
        "spy",
        "beacons.spy is declared by the account and not by the operator",
    );
}

#[test]
fn complaints_answered_later_or_appealed_shorter() {
    let complaints = "[complaints]\nacknowledge = \"P9D\"\nanswer = \"P3M\"\nappeal = \"P1D\"\n[[sections]]";
    for (place, counterexample) in [
        ("\"P9D\"", "a complaint is acknowledged within 9 days"),
        ("\"P3M\"", "a complaint is answered within 3 months"),
        ("\"P1D\"", "a decision on a complaint can be appealed for 1 day only"),
    ] {
        assert_widens("[[sections]]", complaints, place, counterexample);
    }
    let as_long = "[complaints]\nacknowledge = \"P3D\"\nanswer = \"P1M\"\nappeal = \"P3M\"\n[[sections]]";
    assert_eq!(after("[[sections]]", as_long), []);
}

#[test]
fn disclosures_and_rights() {
    let disclosure = "[disclosures.court_order]\nlabel = \"x\"\nto = [\"court\", \"company\"]\ncategories = [\"email\"]\n\
                      approvals = 1\n[[sections]]";
    assert_widens("[[sections]]", disclosure, "\"company\"", "court_order data goes to company");
    assert_widens("[[sections]]", disclosure, "1", "with 1 approvals");
    assert_widens("[[sections]]", disclosure, "court_order", "the person is not told");
    let right = "[rights.access]\nlabel = \"x\"\nroles = [\"end_user\"]\ndeadline = \"P2M\"\n[[sections]]";
    assert_widens("[[sections]]", right, "\"P2M\"", "the right access is answered within 2 months");
}

#[test]
fn what_survives_an_erasure() {
    let exception = "[exceptions.fraud]\nlabel = \"x\"\nrecords = [\"ticket\"]\nground = \"x\"\nretention = \"long\"\n\
                     [retention.long]\nlabel = \"x\"\nwhile = \"stored\"\nthen = \"P2Y\"\n[[sections]]";
    assert_widens("[[sections]]", exception, "\"long\"", "is kept 2 years after an erasure, longer than");
    assert_eq!(after("[[sections]]", &exception.replace("P2Y", "P1Y")), []);
}

#[test]
fn a_clients_policy_under_the_reference_policy() {
    let operator = Policy::unchecked(include_str!("../../../../policies/influxis-2018.toml"));
    let client = include_str!("../../../../policies/client-fanclub.toml");
    assert_eq!(widenings(&operator, &Document::parse(client).unwrap()), []);
    let wider = client.replace("mailing_for_client", "marketing");
    let found = widenings(&operator, &Document::parse(&wider).unwrap());
    let told: Vec<&str> = found.iter().map(|one| one.counterexample.as_str()).collect();
    assert!(
        told.iter().any(|said| said.starts_with("marketing may read the ")
            && said.contains("the account's policy allows it, the operator's refuses it: clause ")),
        "{told:#?}"
    );
}
