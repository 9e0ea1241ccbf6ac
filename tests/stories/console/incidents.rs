//! An incident from the report to its end, with the audit log asked about a member of staff.

use serde_json::json;
use stories::Server;

use super::{carried, client_person, signed_in, text};

#[test]
fn what_was_reported_is_sealed_and_what_a_member_of_staff_touched_is_answered() {
    let server = Server::start();
    let (subject, _) = client_person(&server.operator());
    let (mut support, curious) = signed_in(&server, "support");
    support.open("/console/person");
    let asked = [("field", "email"), ("value", "mira@example.com"), ("purpose", "support")];
    assert_eq!(support.send("/console/person/find", &asked).status, 200);
    let form = support.open("/console/report").text();
    let once = carried(&form).into_iter().find(|(name, _)| name == "once").unwrap().1;
    let said = [("what_happened", "A list <b>lay</b> in the copier"), ("once", once.as_str())];
    let reported = support.send("/console/report", &said);
    assert!(reported.text().contains("It was reported"), "{}", reported.everything());
    assert_eq!(support.send("/console/report", &said).text(), reported.text(), "twice is once");
    assert_eq!(support.open("/console/incidents").status, 403);

    let (mut custodian, _) = signed_in(&server, "custodian");
    let incidents = server.operator().get("/v1/incidents").send().expect(200);
    assert_eq!(incidents["items"].as_array().map(Vec::len), Some(1));
    let page = format!("/console/incidents/{}", text(&incidents["items"][0]["id"]));
    assert!(custodian.open("/console/incidents").text().contains(&page));
    let sealed = custodian.open(&page).text();
    assert!(!sealed.contains("copier"), "{sealed}");
    let read = custodian.send(&format!("{page}/report"), &[]).text();
    assert!(read.contains("A list &#60;b&#62;lay&#60;/b&#62; in the copier"), "{read}");
    let today = server.operator().get(&format!("/v1/subjects/{subject}")).send().expect(200);
    let day = text(&today["created_at"])[..10].to_owned();
    let scope = [("whose", curious.as_str()), ("from", &day), ("until", &day)];
    let answered = custodian.send(&format!("{page}/scope"), &scope);
    assert_eq!(answered.status, 200, "{}", answered.everything());
    assert!(
        answered.text().contains(&subject) && answered.text().contains("full_name"),
        "{}",
        answered.text()
    );
    custodian.open(&page);
    assert_eq!(custodian.send(&format!("{page}/assess"), &[("risk", "likely")]).status, 303);
    let owed = custodian.open(&page).text();
    assert!(owed.contains("not told yet") && !owed.contains("/close\""), "{owed}");
    assert_eq!(custodian.send(&format!("{page}/close"), &[]).status, 409);
    assert!(custodian.open(&format!("{page}/drafts/authority")).text().contains("<pre"));
    custodian.open(&page);
    assert_eq!(
        custodian.send(&format!("{page}/tell"), &[("part", "authority"), ("how", "sent")]).status,
        303
    );
    custodian.open(&page);
    assert_eq!(custodian.send(&format!("{page}/close"), &[]).status, 303);
    let (mut auditor, _) = signed_in(&server, "auditor");
    assert!(!auditor.open(&page).text().contains("/reopen\""));
    assert_eq!(auditor.send(&format!("{page}/reopen"), &[]).status, 403);
    let told = server.operator().get(&page.replace("/console", "/v1")).send().expect(200);
    assert_eq!(told["state"], json!("closed"));
}
