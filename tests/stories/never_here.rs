//! Reports after somebody was erased, and reports of the same days without them: the same.

use serde_json::{Value, json};
use stories::{Server, eventually};

const SITE: &str = "https://www.influxis.com";
const EVERYTHING: &str =
    "hour,page,entry,exit,channel,source,campaign,browser,system,device,event,property,outbound,download";

/// Somebody who looks at two pages and signs up, as whom the cookie says.
fn visit(server: &Server, agent: &str, cookie: Option<&str>, first: u64) {
    let tell = |body: Value| {
        let call = server.call("POST", "/collect").header("user-agent", agent).header("origin", SITE);
        let call = cookie.map_or(call.clone(), |cookie| call.header("cookie", cookie));
        assert_eq!(call.body("text/plain", body.to_string()).send().status, 204);
    };
    let hit = |view: u64, kind: &str, path: &str| json!({ "s": "website", "v": format!("{view:016x}"), "k": kind, "u": format!("{SITE}{path}") });
    let mut page = hit(first, "page", "/prices?utm_campaign=spring");
    page["r"] = json!("https://duckduckgo.com/");
    tell(page);
    let mut seen = hit(first, "seen", "/prices");
    seen["m"] = json!(4_500);
    tell(seen);
    tell(hit(first + 1, "page", "/signup"));
    let mut event = hit(first + 1, "event", "/signup");
    event["n"] = json!("signup");
    tell(event);
}

/// Says yes or no; the cookie.
fn says(server: &Server, is_yes: bool, cookie: Option<&str>) -> Option<String> {
    let notice = server.call("GET", "/collect/notice?s=website").send().expect(200);
    let said = json!({ "s": "website", "version": notice["version"], "language": "en", "choices": { "statistics": is_yes } });
    let call = server.call("POST", "/collect/choices").header("origin", SITE);
    let call = cookie.map_or(call.clone(), |cookie| call.header("cookie", cookie));
    let reply = call.body("text/plain", said.to_string()).send();
    assert_eq!(reply.status, 204);
    reply.header("set-cookie").and_then(|set| set.split(';').next()).map(str::to_owned)
}

/// What every report says, with or without somebody who comes, agrees, looks around, and takes the yes back.
fn reports(with_ada: bool) -> Value {
    let server = Server::start();
    let operator = server.operator();
    eventually("the first assessment is over", || {
        (operator.get("/v1/assessments").send().status == 200).then_some(())
    });
    let report = || operator.get(&format!("/v1/sites/website/stats?by={EVERYTHING}")).send().expect(200);
    let bob = says(&server, true, None);
    visit(&server, "Firefox/140.0 of Bob", bob.as_deref(), 0x10);
    visit(&server, "Firefox/140.0 of Eve", None, 0x20);
    if with_ada {
        let ada = says(&server, true, None);
        visit(&server, "Firefox/140.0 of Ada", ada.as_deref(), 0x30);
        assert_eq!((&report()["totals"]["recognised"], &report()["totals"]["views"]), (&json!(2), &json!(6)));
        says(&server, false, ada.as_deref());
    }
    let mut found = report();
    // Which hour of the day it is, is not what is compared.
    found["by"]["hour"] = found["by"]["hour"].as_array().map_or(0, Vec::len).into();
    found
}

#[test]
fn every_report_is_as_if_whoever_was_erased_had_never_come() {
    assert_eq!(reports(true), reports(false));
}
