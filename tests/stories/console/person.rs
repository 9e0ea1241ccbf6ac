//! Somebody is found and opened for a purpose, and that somebody looked stays known.

use serde_json::json;
use stories::Server;

use super::{client_person, signed_in, text};

#[test]
fn a_person_is_opened_for_a_purpose_that_is_shown_and_recorded() {
    let server = Server::start();
    let (subject, _) = client_person(&server.operator());
    let (mut support, staff) = signed_in(&server, "support");
    let form = support.open("/console/person").text();
    assert!(
        form.contains("<option value=\"support\">") && form.contains("<option value=\"email\">"),
        "{form}"
    );
    let asked = [("field", "email"), ("value", " MIRA@example.com"), ("purpose", "support")];
    let opened = support.send("/console/person/find", &asked);
    assert_eq!(opened.status, 200, "{}", opened.everything());
    let page = opened.text();
    assert!(page.contains("Mira &#60;script&#62;") && !page.contains("<script"), "{page}");
    assert!(page.contains("Opened for the purpose") && page.contains(&subject), "{page}");
    let entries =
        server.operator().get(&format!("/v1/subjects/{subject}/entries?limit=1")).send().expect(200);
    let detail = &entries["items"][0]["detail"];
    assert_eq!((&detail["staff"], &detail["purpose"]), (&json!(staff), &json!("support")), "{entries}");
    assert!(page.contains(&text(&entries["items"][0]["entry"])), "the entry is named");
}

#[test]
fn a_purpose_that_the_policy_does_not_know_opens_nothing() {
    let server = Server::start();
    let (subject, _) = client_person(&server.operator());
    let (mut custodian, _) = signed_in(&server, "custodian");
    custodian.open("/console/person");
    let unknown = [("subject", subject.as_str()), ("purpose", "<b>curiosity")];
    let refused = custodian.send("/console/person/open", &unknown);
    assert_eq!(refused.status, 403, "{}", refused.everything());
    assert!(!refused.text().contains("curiosity") && !refused.text().contains("Mira"));
    let nobody = [("field", "email"), ("value", "nobody@example.com"), ("purpose", "support")];
    let page = custodian.send("/console/person/find", &nobody).text();
    assert!(page.contains("Nobody is known by that") && !page.contains("nobody@"), "{page}");
}

#[test]
fn nobody_of_another_account_is_there_and_some_roles_see_no_person() {
    let server = Server::start();
    let ada = server.client().profile(&json!({ "email": "ada@example.com" }));
    let (mut owner, _) = signed_in(&server, "owner");
    owner.open("/console/person");
    let asked = [("subject", ada.subject.as_str()), ("purpose", "support")];
    assert_eq!(owner.send("/console/person/open", &asked).status, 404);
    for role in ["analyst", "auditor"] {
        let (mut browser, _) = signed_in(&server, role);
        assert!(!browser.open("/console").text().contains("/console/person"), "{role}");
        assert_eq!(browser.open("/console/person").status, 403, "{role}");
        browser.open("/console/sessions");
        assert_eq!(browser.send("/console/person/open", &asked).status, 403, "{role}");
    }
}
