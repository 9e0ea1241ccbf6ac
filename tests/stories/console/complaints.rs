//! A complaint is answered by somebody whom it is not about, under their own name.

use serde_json::json;
use stories::Server;

use super::{signed_in, text};

#[test]
fn a_complaint_is_acknowledged_owned_and_decided() {
    let server = Server::start();
    let operator = server.operator();
    let new = json!({ "kind": "complaint", "channel": "post", "message": "You <b>shouted</b> at me." });
    let opened = operator.post("/v1/complaints", &new).send().expect(201);
    let page = format!("/console/complaints/{}", text(&opened["id"]));
    let (mut support, _) = signed_in(&server, "support");
    let queue = support.open("/console/complaints").text();
    assert!(queue.contains(&page) && !queue.contains("shouted"), "{queue}");
    let shown = support.open(&page).text();
    assert!(
        shown.contains("/acknowledge\"") && !shown.contains("/decide\"") && !shown.contains("shouted"),
        "{shown}"
    );
    assert_eq!(support.send(&format!("{page}/acknowledge"), &[("because", "We look into it")]).status, 303);
    assert_eq!(
        support.send(&format!("{page}/decide"), &[("because", "x"), ("outcome", "rejected")]).status,
        403
    );
    let (mut custodian, _) = signed_in(&server, "custodian");
    custodian.open(&page);
    assert_eq!(custodian.send(&format!("{page}/own"), &[("because", "I answer these")]).status, 303);
    custodian.open(&page);
    let said = [("because", "A list was old"), ("outcome", "upheld"), ("entries", ""), ("clauses", "6")];
    let decided = custodian.send(&format!("{page}/decide"), &said);
    assert_eq!(decided.status, 303, "{}", decided.everything());
    custodian.open(&page);
    let remedy = [("because", "Clean the list"), ("day", "2099-01-01")];
    assert_eq!(custodian.send(&format!("{page}/remedy"), &remedy).status, 303);
    let shown = custodian.open(&page).text();
    assert!(shown.contains("upheld") && shown.contains("Remedy 1"), "{shown}");
    assert_eq!(
        custodian.send(&format!("{page}/remedied"), &[("because", "Done"), ("place", "0")]).status,
        303
    );
}

#[test]
fn nobody_decides_what_is_about_themself_whatever_they_type() {
    let server = Server::start();
    let about = json!([{ "staff": "grace  HOPPER" }]);
    let new = json!({ "kind": "complaint", "message": "She read my letters.", "about": about });
    let opened = server.operator().post("/v1/complaints", &new).send().expect(201);
    let page = format!("/console/complaints/{}", text(&opened["id"]));
    let (mut custodian, _) = signed_in(&server, "custodian");
    custodian.open(&page);
    let refused = custodian.send(&format!("{page}/own"), &[("because", "I am fair")]);
    assert_eq!(refused.status, 403, "{}", refused.everything());
    assert!(refused.text().contains("own cause"));
}
