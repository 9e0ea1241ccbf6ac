//! A hostile person: other people's ids, forms of other pages, places of the console.

use serde_json::json;
use stories::Browser;

use super::{customer, signed_in, store, text, with_mail};

#[test]
fn what_is_another_persons_is_not_there() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    customer(&operator, "Eve", "eve@example.com");
    let (ada, record) = customer(&operator, "Ada Lovelace", "ada@example.com");
    store(&operator, &ada, "support_message", &json!({ "body": "Where is my invoice?" }));
    let asks =
        json!({ "right": "access", "subject": ada, "verified": { "by": "Grace", "because": "known" } });
    let request = text(&operator.post("/v1/requests", &asks).send().expect(201)["id"]);
    let writes = json!({ "kind": "complaint", "subject": ada, "message": "I was called twice" });
    let complaint = text(&operator.post("/v1/complaints", &writes).send().expect(201)["id"]);
    let yes = json!({ "state": "granted", "method": "click", "text": "May we?" });
    let target = format!("/v1/subjects/{ada}/choices/purposes.marketing");
    let choice = text(&operator.put(&target, &yes).send().expect(200)["id"]);
    let mut eve = signed_in(&server, &mail, "/privacy", "eve@example.com");
    for target in [
        format!("/privacy/data/{record}/correct"),
        format!("/privacy/requests/{request}"),
        format!("/privacy/complaints/{complaint}"),
        format!("/privacy/receipts/{choice}"),
        "/privacy/readings?of=1".to_owned(),
    ] {
        let reply = eve.open(&target);
        assert_eq!(reply.status, 404, "{target}: {}", reply.everything());
        assert!(!reply.text().contains("Ada"), "{target}");
    }
    let first = eve.open(&format!("/privacy/data?after={record}"));
    assert!(first.status == 200 && !first.text().contains("Lovelace"), "{}", first.everything());
    for (target, fields) in [
        (format!("/privacy/data/{record}/correct"), vec![("version", "1"), ("field_full_name", "Eve")]),
        (format!("/privacy/data/{record}/review"), vec![("version", "1"), ("field_full_name", "Eve")]),
        (format!("/privacy/requests/{request}/withdraw"), vec![]),
        (format!("/privacy/requests/{request}/package"), vec![]),
        (format!("/privacy/complaints/{complaint}/withdraw"), vec![]),
        (format!("/privacy/complaints/{complaint}/appeal"), vec![("because", "no")]),
        (format!("/privacy/links/{record}/end"), vec![]),
        ("/privacy/sessions/ses_00000000000000000000000000000000/end".to_owned(), vec![]),
    ] {
        eve.open("/privacy/data");
        let reply = eve.send(&target, &fields);
        assert_eq!(reply.status, 404, "{target}: {}", reply.everything());
    }
    for page in ["/privacy/requests", "/privacy/complaints", "/privacy/choices", "/privacy/readings"] {
        let shown = eve.open(page).text();
        assert!(
            !shown.contains(&request) && !shown.contains(&complaint) && !shown.contains(&choice),
            "{page}"
        );
    }
    let seen = operator.get(&format!("/v1/requests/{request}")).send().expect(200);
    assert_eq!(seen["state"], "open", "nothing was done");
}

#[test]
fn a_form_of_another_page_or_site_does_nothing() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (ada, _) = customer(&operator, "Ada Lovelace", "ada@example.com");
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let other = signed_in(&server, &mail, "/privacy", "ada@example.com");
    browser.open("/privacy/choices");
    let said = |token: &str| {
        vec![("about", "purposes.marketing"), ("answer", "yes"), ("form_token", token)]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<Vec<_>>()
    };
    for token in ["0".to_owned(), "0".repeat(64)] {
        let fields = said(&token);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(browser.form("/privacy/choices", &fields).send().status, 403);
    }
    let mut their = other;
    let shown = their.open("/privacy/choices").text();
    let token = super::between(&shown, "name=\"form_token\" value=\"", "\"").to_owned();
    let fields = said(&token);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.form("/privacy/choices", &fields).send().status, 403, "of another session");
    let evil = their.form("/privacy/choices", &fields).header("Origin", "https://evil.example").send();
    assert_eq!(evil.status, 403);
    let all = operator.get(&format!("/v1/subjects/{ada}/choices")).send().expect(200);
    assert_eq!(all["items"], json!([]), "nothing was chosen");
}

#[test]
fn a_page_of_the_privacy_center_keeps_to_itself() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", "ada@example.com");
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let pages = [
        "/privacy/data",
        "/privacy/readings",
        "/privacy/choices",
        "/privacy/requests",
        "/privacy/requests/new?right=erasure",
        "/privacy/complaints",
        "/privacy/policy",
        "/privacy/sessions",
    ];
    for page in pages {
        let reply = browser.open(page);
        assert_eq!(reply.status, 200, "{page}: {}", reply.everything());
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{page}");
        assert!(reply.text().len() < 100_000 && !reply.text().contains("<script"), "{page}");
        let mut stranger = Browser::new(server.address().clone());
        assert_eq!(stranger.open(page).header("location"), Some("/privacy"), "{page}");
    }
}
