use super::*;
use crate::document::Document;

fn operator() -> Document {
    Document::parse(include_str!("../../tests/operator.toml")).unwrap()
}

#[test]
fn placeholders_are_found_and_unclosed_braces_are_text() {
    let found: Vec<&str> = find("a {{x.y}} b {{ z }} c {{open").map(|found| found.path).collect();
    assert_eq!(found, ["x.y", "z"]);
}

#[test]
fn each_kind_of_declaration_can_be_told() {
    let document = operator();
    for (path, value) in [
        ("policy.version", "1"),
        ("policy.effective", "2018-05-25"),
        ("custodian.email", "custodian@example.org"),
        ("roles.client", "a client"),
        ("categories.email", "e-mail address"),
        ("purposes.marketing.records", "profiles"),
        ("records.message.purposes", "answering messages and improving the service"),
        ("records.message.categories", "e-mail address, name and message text"),
        ("records.profile.retention", "as long as the account lives, and 1 year after"),
        ("retention.messages", "3 years"),
        ("recipients.zendesk.receives", "e-mail address and name"),
        ("recipients.zendesk.region", "US"),
        ("cookies.session.life", "30 days"),
        ("rights.access.deadline", "1 month"),
        ("exceptions.fraud.term", "1 year"),
        ("disclosures.court_order.approvals", "2"),
        ("age.minimum", "13"),
        ("sensitive.classes", "health and religion"),
        ("transfers.deployment", "DE"),
        ("requests.package", "7 days"),
        ("systems.newsletter_tool", "the newsletter tool"),
    ] {
        assert_eq!(resolve(&document, path).as_deref(), Some(value), "{path}");
    }
}

#[test]
fn what_nothing_declares_stays_as_it_is_written() {
    let document = operator();
    for path in [
        "",
        "x",
        "purposes.x",
        "purposes.support.x",
        "age.maximum",
        "requests.record",
        "rights.access.deadline.x",
        "beacons.x",
    ] {
        assert_eq!(resolve(&document, path), None, "{path}");
    }
    assert_eq!(resolve_all(&document, "To {{age.minimum}}, {{age.x}}, {{open"), "To 13, {{age.x}}, {{open");
}

#[test]
fn a_whole_table_is_a_list() {
    let purposes = resolve(&operator(), "purposes");
    assert_eq!(
        purposes.as_deref(),
        Some("- answering messages\n- sending offers\n- improving the service\n")
    );
}
