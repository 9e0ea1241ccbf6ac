//! A person sees that their visits are tied to them, and ends it.

use serde_json::json;
use stories::SiteVisitor;

use super::{customer, signed_in, with_mail};

#[test]
fn a_link_stands_with_what_is_held_and_its_person_ends_it_with_one_click() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (ada, _) = customer(&operator, "Ada Lovelace", "ada@example.com");
    let mut visitor = SiteVisitor::at(server.address());
    visitor.says(&[("statistics", true), ("linking", true)]);
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let before = browser.open("/privacy/data").text();
    assert!(!before.contains("End this link"), "{before}");
    browser.open("/privacy/choices");
    let said = browser.send("/privacy/choices", &[("about", "purposes.linking"), ("answer", "yes")]);
    assert_eq!(said.status, 303, "{}", said.everything());
    let body = json!({ "subject": ada, "visitor": visitor.token().unwrap() });
    let made = operator.post("/v1/sites/website/links", &body).send().expect(201);
    let link = made["id"].as_str().unwrap();
    let page = browser.open("/privacy/data").text();
    for part in ["End this link", "website", "links between visits and a person"] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    let target = format!("/privacy/links/{link}/end");
    assert_eq!(browser.send_exactly(&target, &[("form_token", "0")]).status, 403, "a forged form");
    assert!(browser.open("/privacy/data").text().contains("End this link"));
    assert_eq!(browser.send(&target, &[]).status, 303);
    assert!(!browser.open("/privacy/data").text().contains("End this link"));
    let entries = operator.get(&format!("/v1/subjects/{ada}/entries?limit=100")).send().expect(200);
    let ended = entries["items"].as_array().unwrap().iter();
    let mut ended = ended.filter(|one| one["detail"]["action"] == "record.deleted");
    assert_eq!(ended.next().unwrap()["detail"]["by_person"], true, "{entries}");
}
