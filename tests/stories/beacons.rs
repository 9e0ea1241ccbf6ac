//! Beacons: an image is counted as a message of the script is, and for nobody otherwise.

use serde_json::{Value, json};
use stories::{Server, eventually};

const SITE: &str = "https://www.influxis.com";
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

struct Somebody<'a> {
    server: &'a Server,
    cookie: Option<String>,
    signals: bool,
}

impl Somebody<'_> {
    fn call(&self, method: &str, target: &str) -> stories::Call {
        let mut call = self.server.call(method, target).header("user-agent", AGENT).header("origin", SITE);
        if let Some(cookie) = &self.cookie {
            call = call.header("cookie", cookie.clone());
        }
        if self.signals { call.header("sec-gpc", "1") } else { call }
    }

    fn script(&self, path: &str) {
        let body = json!({ "s": "website", "v": format!("{:016x}", path.len()), "k": "page", "u": format!("{SITE}{path}") });
        assert_eq!(self.call("POST", "/collect").body("text/plain", body.to_string()).send().status, 204);
    }

    fn image(&self, path: &str) {
        let address = format!("{SITE}{path}").replace(':', "%3A").replace('/', "%2F");
        let image = self.call("GET", &format!("/beacon.gif?s=website&u={address}")).send();
        assert_eq!((image.status, image.header("set-cookie")), (200, None));
    }

    fn says_yes(&mut self) {
        let notice = self.call("GET", "/collect/notice?s=website").send().expect(200);
        let said = json!({ "s": "website", "version": notice["version"], "language": "en", "choices": { "statistics": true } });
        let reply = self.call("POST", "/collect/choices").body("text/plain", said.to_string()).send();
        let set = reply.header("set-cookie").expect("a yes is given a cookie");
        self.cookie = set.split(';').next().map(str::to_owned);
    }
}

fn assessed() -> (Server, Value) {
    let server = Server::start();
    let operator = server.operator();
    let latest = eventually("the first assessment is over", || {
        Some(operator.get("/v1/assessments").send()).filter(|reply| reply.status == 200)
    });
    let latest = latest.json();
    (server, latest)
}

/// Of one page: visitors, who of them is recognised, visits and views.
fn figures(server: &Server, path: &str) -> Value {
    let found = server.operator().get("/v1/sites/website/stats?by=page").send().expect(200);
    let pages = found["by"]["page"].as_array().unwrap();
    let page = pages.iter().find(|page| page["value"] == path).unwrap();
    json!([page["visitors"], page["recognised"], page["visits"], page["views"]])
}

#[test]
fn beacons_make_the_same_decision_as_the_script() {
    let (server, _) = assessed();
    let mut somebody = Somebody { server: &server, cookie: None, signals: false };
    somebody.script("/script/stranger");
    somebody.image("/image/stranger");
    somebody.says_yes();
    somebody.script("/script/recognised");
    somebody.image("/image/recognised");
    somebody.signals = true;
    somebody.script("/script/signal");
    somebody.image("/image/signal");
    for (who, recognised) in [("stranger", 0), ("recognised", 1), ("signal", 0)] {
        assert_eq!(figures(&server, &format!("/script/{who}")), json!([1, recognised, 1, 1]), "{who}");
        assert_eq!(figures(&server, &format!("/image/{who}")), json!([1, recognised, 1, 1]), "{who}");
    }
    let undeclared = somebody.call(
        "GET",
        "/beacon.gif?s=website&u=https%3A%2F%2Fwww.influxis.com%2F&n=login&p.email=ada%40example.com",
    );
    assert_eq!(undeclared.send().status, 200, "an image says nothing of what was counted");
    eventually("what is not declared is counted by reason", || {
        let found = server.operator().get("/v1/sites/website/stats?by=event,property").send().expect(200);
        let has_none = |by: &str| found["by"][by].as_array().is_none_or(Vec::is_empty);
        assert!(has_none("event") && has_none("property"), "{found}");
        (found["dropped"] == json!({ "undeclared": 1 })).then_some(())
    });
}

#[test]
fn cookies_and_beacons_of_a_running_server_are_looked_at_and_kept_and_leave_nothing() {
    let (server, latest) = assessed();
    let operator = server.operator();
    let newest = latest["items"].as_array().map_or(latest.clone(), |items| items[0].clone());
    let id = newest["id"].as_str().expect("an assessment has an id");
    let whole = operator.get(&format!("/v1/assessments/{id}")).send();
    let whole = if whole.status == 200 { whole.json() } else { newest.clone() };
    for promise in ["cookies", "beacons"] {
        let found = whole["promises"].as_array().unwrap().iter().find(|one| one["id"] == promise).unwrap();
        assert_eq!(found["status"], "kept", "{found}");
    }
    let stats = operator.get("/v1/sites/website/stats?by=page").send().expect(200);
    assert_eq!((&stats["totals"]["views"], &stats["by"]), (&json!(0), &json!({})), "{stats}");
    assert_eq!(stats["dropped"], json!({}));
}
