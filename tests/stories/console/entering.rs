//! What came on paper, by e-mail, fax or telephone is entered with the day on which it came, and found in the queue by where it stands
//! and who sees to it.

use serde_json::json;
use stories::{Browser, Reply, Server};

use super::{carried, request, signed_in};
use crate::changes::day;

fn once(page: &str) -> String {
    carried(page).into_iter().find(|(name, _)| name == "once").unwrap().1
}

fn id_of(entered: &Reply) -> String {
    assert_eq!(entered.status, 303, "{}", entered.everything());
    entered.header("location").unwrap().rsplit('/').next().unwrap().to_owned()
}

/// Enters a letter that asks for something.
fn enter(browser: &mut Browser, received: &str, once: &str) -> Reply {
    let said = [
        ("right", "access"),
        ("channel", "post"),
        ("received", received),
        ("field", "email"),
        ("value", " mira@example.com "),
        ("client", ""),
        ("message", "What do you hold <b>of me?"),
        ("scan", "JVBERi0xLjc="),
        ("once", once),
    ];
    browser.send("/console/requests", &said)
}

#[test]
fn a_letter_is_entered_once_and_its_clock_runs_from_the_day_on_which_it_came() {
    let server = Server::start();
    let (mut support, _) = signed_in(&server, "support");
    assert!(support.open("/console/requests").text().contains("href=\"/console/requests/new\""));
    let page = support.open("/console/requests/new").text();
    assert!(page.contains("type=\"file\"") && page.contains("multipart/form-data"), "{page}");
    let once = once(&page);
    let received = day(-10).to_string();
    let id = id_of(&enter(&mut support, &received, &once));
    assert_eq!(id_of(&enter(&mut support, &received, &once)), id, "a form that is sent twice enters one");
    let read = server.operator().get(&format!("/v1/requests/{id}")).send().expect(200);
    assert_eq!((&read["channel"], &read["state"]), (&json!("post"), &json!("verifying")));
    assert!(read["received_at"].as_str().unwrap().starts_with(&received), "{read}");
    let shown = support.open(&format!("/console/requests/{id}")).text();
    assert!(
        shown.contains("<dd>post</dd>") && !shown.contains("of me?") && !shown.contains("mira@"),
        "{shown}"
    );
    for (received, field) in
        [("2026-13-01", "email"), ("2199-01-01", "email"), (received.as_str(), "password")]
    {
        let page = support.open("/console/requests/new").text();
        let once = self::once(&page);
        let said = [
            ("right", "access"),
            ("channel", "fax"),
            ("received", received),
            ("field", field),
            ("value", "x@example.com"),
            ("once", once.as_str()),
        ];
        let refused = support.send("/console/requests", &said);
        let status = if field == "email" { 400 } else { 422 };
        assert_eq!(refused.status, status, "{received} {field}: {}", refused.everything());
        assert!(!refused.text().contains("x@example.com"), "{}", refused.text());
    }
    let (mut auditor, _) = signed_in(&server, "auditor");
    assert_eq!(auditor.open("/console/requests/new").status, 403);
    auditor.open("/console/sessions");
    assert_eq!(enter(&mut auditor, &received, &"0".repeat(32)).status, 403);
}

#[test]
fn the_queue_shows_what_stands_so_and_whoever_sees_to_it() {
    let server = Server::start();
    let operator = server.operator();
    let [first, second, third] = [(); 3].map(|()| request(&operator));
    let (mut custodian, own) = signed_in(&server, "custodian");
    let give = |browser: &mut Browser, id: &str, to: &str| {
        browser.open(&format!("/console/requests/{id}"));
        assert_eq!(browser.send(&format!("/console/requests/{id}/assign"), &[("to", to)]).status, 303);
    };
    give(&mut custodian, &first, &own);
    let because = json!({ "because": "A copy of the letter" });
    operator.post(&format!("/v1/requests/{second}/pause"), &because).send().expect(200);
    let shown = |browser: &mut Browser, query: &str| {
        let page = browser.open(&format!("/console/requests?{query}"));
        assert_eq!(page.status, 200, "{query}: {}", page.everything());
        let page = page.text();
        [&first, &second, &third].map(|id| page.contains(&format!("/console/requests/{id}\"")))
    };
    for (query, expected) in [
        (format!("whose={own}"), [true, false, false]),
        ("whose=nobody".to_owned(), [false, true, true]),
        ("state=paused".to_owned(), [false, true, false]),
        ("state=verifying&whose=nobody".to_owned(), [false, true, true]),
        ("state=open".to_owned(), [false, false, false]),
        ("state=&whose=".to_owned(), [true, true, true]),
    ] {
        assert_eq!(shown(&mut custodian, &query), expected, "{query}");
    }
    for nonsense in ["whose=me", "state=lost", "after=x", "more=1"] {
        let refused = custodian.open(&format!("/console/requests?{nonsense}"));
        assert!(matches!(refused.status, 400 | 404), "{nonsense}: {}", refused.everything());
    }
    let (mut support, hers) = signed_in(&server, "support");
    let page = support.open("/console/requests").text();
    assert!(page.contains(&hers) && !page.contains(&own), "whoever may not see staff sees themself: {page}");
}

#[test]
fn a_complaint_by_telephone_is_entered_and_so_is_its_appeal() {
    let server = Server::start();
    let (mut support, _) = signed_in(&server, "support");
    let once = once(&support.open("/console/complaints/new").text());
    let received = day(-3).to_string();
    let said = [
        ("matter", "complaint"),
        ("channel", "voice"),
        ("received", received.as_str()),
        ("subject", ""),
        ("accused", "Edith Clarke"),
        ("field", "email"),
        ("value", "mira@example.com"),
        ("message", "I was called <b>twice"),
        ("once", once.as_str()),
    ];
    let id = id_of(&support.send("/console/complaints", &said));
    assert_eq!(id_of(&support.send("/console/complaints", &said)), id, "a form that is sent twice");
    let read = || server.operator().get(&format!("/v1/complaints/{id}")).send().expect(200);
    assert_eq!((&read()["channel"], &read()["state"]), (&json!("voice"), &json!("received")));
    let page = format!("/console/complaints/{id}");
    let step = |browser: &mut Browser, step: &str, fields: &[(&str, &str)]| {
        browser.open(&page);
        let done = browser.send(&format!("{page}/{step}"), fields);
        assert_eq!(done.status, 303, "{step}: {}", done.everything());
    };
    step(&mut support, "acknowledge", &[("because", "We look into it")]);
    let (mut custodian, _) = signed_in(&server, "custodian");
    step(&mut custodian, "own", &[("because", "I answer these")]);
    step(&mut custodian, "decide", &[("because", "Nobody called"), ("outcome", "rejected")]);
    assert!(support.open(&page).text().contains("/appeal\""));
    step(&mut support, "appeal", &[("because", "She does not agree"), ("day", "")]);
    assert_eq!(read()["state"], json!("appealed"));
    let empty =
        [("matter", "question"), ("channel", "fax"), ("received", received.as_str()), ("message", " ")];
    support.open("/console/complaints/new");
    assert_eq!(support.send("/console/complaints", &empty).status, 400);
}
