//! The access log: what is kept of requests, who may look, and that no address stands anywhere in the clear.

use serde_json::{Value, json};
use stories::{Browser, Canary, Server, Setup, eventually};

const PASSWORD: &str = "four plain little words";
/// Behind a proxy of this machine, so that a story can come from anywhere.
const PROXIES: &str = "[proxies]\ntrusted = [\"127.0.0.0/8\"]\n";

fn served() -> Server {
    Server::with(Setup { sections: PROXIES.to_owned(), ..Setup::default() })
}

fn lookup(actor: &stories::Actor, purpose: &str, address: &str) -> stories::Reply {
    actor.post(&format!("/v1/access-log/lookup?purpose={purpose}"), &json!({ "address": address })).send()
}

/// Lines from an address, once there are so many.
fn lines(actor: &stories::Actor, address: &str, at_least: usize) -> Vec<Value> {
    eventually("lines of the access log", || {
        let found = lookup(actor, "fraud_prevention", address).expect(200);
        let lines = found["lines"].as_array().cloned().unwrap_or_default();
        (lines.len() >= at_least).then_some(lines)
    })
}

#[test]
fn abuse_an_address_is_looked_up_for_one_purpose_only() {
    let server = served();
    let (operator, agent) = (server.operator(), Canary::new("agent"));
    let client = server.client();
    let subject = client.end_user();
    let from = |call: stories::Call| {
        call.header("x-forwarded-for", "203.0.113.77").header("user-agent", agent.as_str())
    };
    from(client.get(&format!("/v1/subjects/{subject}"))).send().expect(200);
    from(server.call("GET", "/v1/keys")).key("bailee_wrong").send().problem(401, "unauthenticated");
    from(server.call("GET", "/no/such/page")).send().problem(404, "not-found");
    from(server.call("GET", "/beacon.gif?s=website&n=open")).send();

    let found = lines(&operator, "203.0.113.77", 3);
    let told: Vec<(&str, u64)> = found
        .iter()
        .map(|line| (line["route"].as_str().unwrap(), line["status"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("*", 404), ("/v1/keys", 401), ("/v1/subjects/{id}", 200)],
        "kinds of pages, not pages"
    );
    assert_eq!(found[1]["event"], "failed_sign_in");
    assert_eq!(found[2]["caller"], client.account.as_str());
    assert_eq!(found[0]["agent"], agent.as_str());
    for purpose in ["service_diagnosis", "marketing", "statistics"] {
        let refused = lookup(&operator, purpose, "203.0.113.77").problem(403, "refused");
        assert_eq!(refused["promise"], "abuse", "{refused}");
    }
    lookup(&operator, "fraud_prevention", "not an address").problem(400, "malformed");
    let others = lookup(&client, "fraud_prevention", "203.0.113.77").expect(200);
    assert_eq!(others["lines"], json!([]), "a Client sees what its own servers told");

    let entry = lookup(&operator, "fraud_prevention", "203.0.113.77").expect(200)["entry"].clone();
    let detail = operator.get(&format!("/v1/audit/entries/{}", entry.as_str().unwrap())).send();
    assert!(
        detail.text().contains("access_log.looked_up") && !detail.text().contains("203.0.113"),
        "{}",
        detail.text()
    );
    for folder in server.folders() {
        assert_eq!(agent.files(&folder), Vec::<std::path::PathBuf>::new());
    }
    assert!(!server.printed().contains("203.0.113"));
}

#[test]
fn abuse_a_client_tells_of_its_own_servers() {
    let server = served();
    let client = server.client();
    let now = client.get("/v1/policy").send();
    assert_eq!(now.status, 200);
    let line = |at: &str, route: &str, address: &str| json!({ "at": at, "address": address, "agent": "curl", "method": "POST", "route": route, "status": 402, "event": "failed_payment" });
    let at = eventually("a line of this moment", || {
        let found = lookup(&server.operator(), "fraud_prevention", "127.0.0.1").expect(200);
        found["lines"][0]["at"].as_str().map(str::to_owned)
    });
    let sent = json!({ "lines": [
        line(&at, "/pay", "203.0.113.5"),
        line(&at, "/pay?card=4111", "203.0.113.5"),
        line(&at, "/pay", "nowhere"),
        line("2001-01-01T00:00:00Z", "/pay", "203.0.113.5"),
    ] });
    let kept = client.post("/v1/access-log", &sent).send().expect(200);
    assert_eq!(kept, json!({ "kept": 1, "refused": { "malformed": 2, "untimely": 1 } }));
    let found = lines(&client, "203.0.113.5", 1);
    assert_eq!((&found[0]["route"], &found[0]["event"]), (&json!("/pay"), &json!("failed_payment")));
    assert_eq!(lookup(&server.operator(), "fraud_prevention", "203.0.113.5").expect(200)["lines"], json!([]));
    let many = json!({ "lines": vec![line(&at, "/pay", "203.0.113.5"); 1001] });
    client.post("/v1/access-log", &many).send().problem(400, "malformed");
}

/// Somebody of staff, signed in.
fn signed_in(server: &Server, role: &str) -> Browser {
    let email = format!("{role}@staff.example");
    let new = json!({ "email": email, "name": "Grace Hopper", "role": role });
    let invited = server.operator().post("/v1/staff", &new).send().expect(201);
    let link = invited["link"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(server.address().clone());
    assert_eq!(browser.open(&link).status, 200);
    let secret = link.split('=').nth(1).unwrap();
    browser.send_exactly("/invitation", &[("link", secret), ("password", PASSWORD)]);
    assert_eq!(browser.sign_in(&email, PASSWORD).status, 303);
    browser
}

#[test]
fn abuse_stands_out_and_is_opened_by_who_may() {
    let server = served();
    let mut custodian = signed_in(&server, "custodian");
    assert!(custodian.open("/console/abuse").text().contains("Nothing stands out"));
    let stranger = Browser::new(server.address().clone());
    for number in 0..20 {
        let form =
            [("email", format!("nobody{number}@example.com")), ("password", "wrong wrong wrong".to_owned())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let tried = stranger.form("/sign-in", &form).header("x-forwarded-for", "203.0.113.66");
        let tried = tried.header("user-agent", "<script>alert(1)</script>").send();
        assert!(matches!(tried.status, 403 | 429), "{}", tried.status);
    }
    let page = eventually("somebody who stands out", || {
        let page = custodian.open("/console/abuse").text();
        page.contains("Sign-ins that fail").then_some(page)
    });
    assert!(!page.contains("203.0.113.66"), "no address before it is opened");
    let value = |name: &str| {
        let from = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        from.split('"').next().unwrap().to_owned()
    };
    let (day, tag) = (value("day"), value("tag"));
    let opened = custodian.send("/console/abuse/open", &[("day", &day), ("tag", &tag)]).text();
    assert!(opened.contains("203.0.113.66") && opened.contains("failed sign in"), "{opened}");
    assert!(!opened.contains("<script>alert"), "{opened}");
    let found = custodian.send("/console/abuse/lookup", &[("address", "203.0.113.66")]).text();
    assert!(found.contains("preventing and detecting fraud"), "{found}");
    let once = found.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let case = [("address", "203.0.113.66"), ("because", "guesses passwords"), ("once", &once)];
    let opened = custodian.send("/console/abuse/case", &case);
    assert!(
        opened.text().contains("The case is open") && opened.text().contains("/console/holds/hld_"),
        "{}",
        opened.text()
    );
    assert_eq!(
        custodian.send("/console/abuse/case", &case).status,
        409,
        "a form that is sent twice opens one case"
    );
    let holds = server.operator().get("/v1/holds").send().expect(200);
    assert_eq!(holds["items"].as_array().map(Vec::len), Some(1), "{holds}");
    let mut support = signed_in(&server, "support");
    assert_eq!(support.open("/console/abuse").status, 403);
    assert_eq!(support.send("/console/abuse/lookup", &[("address", "203.0.113.66")]).status, 403);
}
