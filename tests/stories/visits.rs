//! Visits: what a browser sends, what is counted of it, and what is left of whoever takes their yes back.

use serde_json::{Value, json};
use stories::{Call, Reply, Server, Setup, eventually};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SITE: &str = "https://www.influxis.com";

/// A browser on the site.
struct Visitor<'a> {
    server: &'a Server,
    agent: &'static str,
    cookie: Option<String>,
}

const fn visitor<'a>(server: &'a Server, agent: &'static str) -> Visitor<'a> {
    Visitor { server, agent, cookie: None }
}

impl Visitor<'_> {
    fn call(&self, method: &str, target: &str) -> Call {
        let call = self.server.call(method, target).header("user-agent", self.agent).header("origin", SITE);
        match &self.cookie {
            Some(cookie) => call.header("cookie", cookie.clone()),
            None => call,
        }
    }

    fn tells(&self, body: &Value) -> Reply {
        self.call("POST", "/collect").body("text/plain", body.to_string()).send()
    }

    fn opens(&self, view: u64, path: &str) -> Reply {
        self.tells(&json!({ "s": "website", "v": format!("{view:016x}"), "k": "page", "u": format!("{SITE}{path}") }))
    }

    fn says(&mut self, is_yes: bool) -> Reply {
        let notice = self.call("GET", "/collect/notice?s=website&l=en").send().expect(200);
        let choices = json!({ "statistics": is_yes });
        let said =
            json!({ "s": "website", "version": notice["version"], "language": "en", "choices": choices });
        let reply = self.call("POST", "/collect/choices").body("text/plain", said.to_string()).send();
        assert_eq!(reply.status, 204, "{}", reply.text());
        if let Some(set) = reply.header("set-cookie") {
            let value = set.split(';').next().unwrap_or_default().to_owned();
            self.cookie = Some(value).filter(|value| !value.ends_with('='));
        }
        reply
    }
}

/// A server whose first assessment is over: that lets a visitor of its own in.
fn assessed() -> Server {
    let server = Server::start();
    let operator = server.operator();
    eventually("the first assessment is over", || {
        (operator.get("/v1/assessments").send().status == 200).then_some(())
    });
    server
}

fn stats(server: &Server, query: &str) -> Value {
    server.operator().get(&format!("/v1/sites/website/stats{query}")).send().expect(200)
}

#[test]
fn a_visit_is_counted_with_its_pages_its_time_and_where_it_came_from() {
    let server = Server::start();
    let ada = visitor(&server, FIREFOX);
    let first = json!({
        "s": "website", "v": "00000000000000aa", "k": "page", "u": format!("{SITE}/prices?utm_campaign=spring&email=ada@example.com"),
        "r": "https://duckduckgo.com/",
    });
    assert_eq!(ada.tells(&first).status, 204);
    let seen = json!({ "s": "website", "v": "00000000000000aa", "k": "seen", "u": format!("{SITE}/prices"), "m": 4_500 });
    assert_eq!(ada.tells(&seen).status, 204);
    assert_eq!(ada.tells(&first).status, 204, "a repeated hit is taken, and counts once");
    assert_eq!(ada.opens(0xbb, "/").status, 204);
    let event = json!({
        "s": "website", "v": "00000000000000bb", "k": "event", "u": format!("{SITE}/"), "n": "signup", "p": { "plan": "large" },
    });
    assert_eq!(ada.tells(&event).status, 204);

    let found = stats(&server, "?by=page,source,campaign,browser,system,device,event,property,entry,exit");
    let totals = &found["totals"];
    assert_eq!(
        (&totals["visitors"], &totals["visits"], &totals["views"]),
        (&json!(1), &json!(1), &json!(2)),
        "{found}"
    );
    assert_eq!((&found["now"], &totals["bounce_rate"]), (&json!(1), &json!(0.0)));
    for (by, value) in [
        ("source", "DuckDuckGo"),
        ("campaign", "spring"),
        ("browser", "Firefox"),
        ("system", "Linux"),
        ("device", "desktop"),
        ("event", "signup"),
        ("property", "signup.plan=large"),
        ("entry", "/prices"),
        ("exit", "/"),
    ] {
        assert_eq!(found["by"][by][0]["value"], value, "{by}: {found}");
    }
    let prices =
        found["by"]["page"].as_array().unwrap().iter().find(|page| page["value"] == "/prices").unwrap();
    assert_eq!(prices["visible"], 4.5, "{prices}");
    assert!(!found.to_string().contains("ada@"), "an address in an address of a page: {found}");
    let table = server.operator().get("/v1/sites/website/stats?by=page&format=csv").send();
    assert!(table.text().starts_with("page,visitors,visits,views\n"), "{}", table.text());
    let filtered = stats(&server, "?by=page&filter=page:/nothing");
    assert_eq!(filtered["totals"]["visits"], 0);
}

#[test]
fn whoever_is_not_counted_is_counted_by_reason() {
    let server = Server::start();
    let ada = visitor(&server, FIREFOX);
    let robot = visitor(&server, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
    assert_eq!(robot.opens(1, "/").status, 204);
    let event = |name: &str| json!({ "s": "website", "v": "0000000000000001", "k": "event", "u": format!("{SITE}/"), "n": name });
    ada.tells(&event("not declared")).problem(400, "malformed");
    ada.tells(&json!({ "s": "other", "v": "0000000000000001", "k": "page", "u": format!("{SITE}/") }))
        .problem(404, "not-found");
    ada.tells(&json!({ "s": "website", "v": "0000000000000001", "k": "page", "u": "https://evil.example/" }))
        .problem(404, "not-found");
    ada.tells(&json!({ "s": "website" })).problem(400, "malformed");
    let from = |origin: &str| {
        let body = json!({ "s": "website", "v": "0000000000000001", "k": "page", "u": format!("{SITE}/") });
        let call = server.call("POST", "/collect").header("user-agent", FIREFOX).header("origin", origin);
        call.body("text/plain", body.to_string()).send()
    };
    from("https://evil.example").problem(404, "not-found");
    from("null").problem(404, "not-found");
    assert_eq!(stats(&server, "")["totals"]["views"], 0);
    eventually("what was not counted is written down", || {
        let dropped = stats(&server, "")["dropped"].clone();
        (dropped == json!({ "robot": 1, "undeclared": 1, "unknown_site": 2 })).then_some(())
    });
}

#[test]
fn a_yes_recognises_and_a_no_takes_every_trace() {
    let server = Server::start();
    let operator = server.operator();
    let mut ada = visitor(&server, FIREFOX);
    visitor(&server, "another browser, Firefox/1").opens(9, "/");
    let before = stats(&server, "?by=page,browser,system");
    assert!(ada.says(false).header("set-cookie").is_none(), "who says no is given no cookie");

    let set = ada.says(true).header("set-cookie").unwrap().to_owned();
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Max-Age=315"] {
        assert!(set.contains(attribute), "{set}");
    }
    ada.opens(1, "/prices");
    ada.opens(2, "/");
    let counted = stats(&server, "");
    assert_eq!((&counted["totals"]["recognised"], &counted["totals"]["views"]), (&json!(1), &json!(3)));
    let subjects = operator.get("/v1/subjects").send().expect(200);
    // An assessment lets visitors of its own in.
    let granted = |one: &&Value| {
        let choices = operator.get(&format!("/v1/subjects/{}/choices", one["id"].as_str().unwrap())).send();
        one["role"] == "visitor"
            && one["age"] == "unknown"
            && choices.status == 200
            && choices.json()["items"][0]["state"] == "granted"
    };
    let visitor = subjects["items"].as_array().unwrap().iter().find(granted).unwrap().clone();

    // A browser that says no for its user is not recognised, cookie or not.
    let refusing = ada.call("POST", "/collect").header("sec-gpc", "1");
    let body = json!({ "s": "website", "v": "0000000000000007", "k": "page", "u": format!("{SITE}/gpc") });
    assert_eq!(refusing.body("text/plain", body.to_string()).send().status, 204);
    let with_gpc = stats(&server, "?filter=page:/gpc");
    assert_eq!((&with_gpc["totals"]["visitors"], &with_gpc["totals"]["recognised"]), (&json!(1), &json!(0)));

    assert!(ada.says(false).header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(ada.cookie, None);
    let left = operator.get(&format!("/v1/subjects/{}", visitor["id"].as_str().unwrap())).send();
    assert!(left.status == 404 || left.json()["state"] == "erased", "{}", left.text());
    let after = stats(&server, "?by=page,browser,system&filter=page:/prices");
    assert_eq!(after["totals"]["visits"], 0);
    assert_eq!(before["totals"]["recognised"], 0);
}

#[test]
fn choices_are_said_on_a_page_of_the_site_and_about_what_is_asked() {
    let server = assessed();
    let client = server.client();
    let ada = visitor(&server, FIREFOX);
    let notice = ada.call("GET", "/collect/notice?s=website&l=en").send().expect(200);
    let said = |site: &str, version: &str, choices: &Value| {
        json!({ "s": site, "version": version, "language": "en", "choices": choices }).to_string()
    };
    let version = notice["version"].as_str().unwrap();
    let (yes, no) = (json!({ "statistics": true }), json!({ "statistics": false }));
    let sends = |body: String| ada.call("POST", "/collect/choices").body("text/plain", body).send();
    for garbage in ["", "{}", "[1]", "\u{0}", &"x".repeat(100_000)] {
        sends(garbage.to_owned()).problem(400, "malformed");
    }
    sends(said("website", version, &json!({ "marketing": true }))).problem(400, "malformed");
    sends(said("website", "an old one", &yes)).problem(400, "malformed");
    assert_eq!(sends(said("website", "an old one", &no)).status, 204, "a no is heard whatever it answers");
    let theirs = format!("{}.website", client.account);
    sends(said(&theirs, version, &yes)).problem(404, "not-found");
    for origin in ["https://evil.example", "null"] {
        let call = server.call("POST", "/collect/choices").header("origin", origin);
        call.body("text/plain", said("website", version, &yes)).send().problem(404, "not-found");
    }
    let nowhere = server.call("POST", "/collect/choices").body("text/plain", said("website", version, &yes));
    nowhere.send().problem(400, "malformed");
    let subjects = server.operator().get("/v1/subjects").send().expect(200);
    let is_made = |one: &&Value| one["state"] == "active" && one["age"] == "unknown";
    let known = subjects["items"].as_array().unwrap().iter().filter(is_made);
    assert_eq!(known.count(), 0, "none of that made anybody known: {subjects}");
    client.get("/v1/sites/website/stats").send().problem(404, "not-found");
    server.operator().get("/v1/sites/website/stats?by=shoe_size").send().problem(400, "malformed");
}

#[test]
fn a_beacon_counts_where_there_is_no_script() {
    let server = Server::start();
    let image = server
        .call("GET", "/beacon.gif?s=website&u=https%3A%2F%2Fwww.influxis.com%2Fnoscript")
        .header("user-agent", FIREFOX)
        .send();
    assert_eq!((image.status, image.header("content-type")), (200, Some("image/gif")));
    assert!(image.header("set-cookie").is_none(), "nobody agreed to a cookie");
    let forged = server
        .call("GET", "/beacon.gif?s=website&u=https%3A%2F%2Fevil.example%2F")
        .header("user-agent", FIREFOX)
        .send();
    assert_eq!(forged.status, 200, "an image says nothing of what was counted");
    assert_eq!(stats(&server, "?by=page")["by"]["page"][0]["value"], "/noscript");
    assert_eq!(stats(&server, "")["totals"]["views"], 1);
}

#[test]
fn statistics_for_anybody_are_of_months_that_are_over_and_of_enough_people() {
    let server = Server::start();
    assert_eq!(visitor(&server, FIREFOX).opens(1, "/").status, 204);
    let anybody = |path: &str| server.call("GET", path).send();
    let shown = anybody("/stats/website");
    assert_eq!(shown.header("access-control-allow-origin"), Some("*"));
    let shown = shown.expect(200);
    assert_eq!((&shown["total"], &shown["by"], &shown["minimum"]), (&Value::Null, &json!({}), &json!(10)));
    let today = server.operator().get("/v1/sites/website/stats").send().expect(200)["until"].clone();
    anybody(&format!("/stats/website?month={}", today.as_str().unwrap())).problem(400, "malformed");
    anybody("/stats/website?month=soon").problem(400, "malformed");
    anybody("/stats/website?by=page").problem(400, "malformed");
    anybody("/stats/other").problem(404, "not-found");
    let goals = server.operator().get("/v1/sites/website/stats").send().expect(200)["goals"].clone();
    assert_eq!(goals[0]["goal"], "signed_up");
    assert_eq!((&goals[0]["visits"], &goals[0]["rate"]), (&json!(0), &json!(0.0)));
}

#[test]
fn what_is_acknowledged_outlives_the_process() {
    let mut server = Server::start();
    for view in 0..20 {
        assert_eq!(visitor(&server, FIREFOX).opens(view, "/").status, 204);
    }
    server.kill();
    server.serve();
    let found = stats(&server, "");
    assert_eq!((&found["totals"]["views"], &found["totals"]["visitors"]), (&json!(20), &json!(1)), "{found}");
}

#[test]
fn one_address_cannot_flood_a_site() {
    let server = Server::with(Setup { limits: "hits_per_second = 2", ..Setup::default() });
    let ada = visitor(&server, FIREFOX);
    let refused = (0..40).map(|view| ada.opens(view, "/").status).filter(|status| *status == 429).count();
    assert!(refused > 5, "{refused} of 40 were refused");
}

#[test]
fn the_scripts_and_the_signal_are_served() {
    let server = Server::start();
    for path in ["/bailee.js", "/bailee-choices.js"] {
        let script = server.call("GET", path).send();
        assert_eq!(
            (script.status, script.header("content-type")),
            (200, Some("text/javascript; charset=utf-8"))
        );
    }
    let signal = server.call("GET", "/.well-known/gpc.json").send().expect(200);
    assert_eq!(signal["gpc"], true);
    let notice = server.call("GET", "/collect/notice?s=website&l=en").header("origin", SITE).send();
    assert_eq!(notice.header("access-control-allow-origin"), Some(SITE));
    let elsewhere =
        server.call("GET", "/collect/notice?s=website&l=en").header("origin", "https://evil.example").send();
    elsewhere.problem(404, "not-found");
}
