//! Visits from one end to the other: a real browser on somebody's site, with the scripts of the real server, and what is counted then.

use std::fs;

use serde_json::{Value, json};
use stories::{Chromium, Server, Setup, Site, eventually, policy};
use tempfile::TempDir;

use super::member_of_staff;

/// A server, and a site that has its scripts.
struct Place {
    server: Server,
    site: Site,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("policy.toml");
        let reference = fs::read_to_string(policy("influxis-2018.toml")).unwrap();
        let own = reference.replace(r#"["www.influxis.com", "influxis.com"]"#, r#"["localhost"]"#);
        assert_ne!(own, reference);
        fs::write(&file, own).unwrap();
        let server = Server::with(Setup { policy: file, ..Setup::default() });
        let operator = server.operator();
        eventually("the first assessment is over", || {
            (operator.get("/v1/assessments").send().status == 200).then_some(())
        });
        let scripts = server.address().socket().port();
        let site = Site::embedding(server.address(), move |path, port| {
            (path != "/favicon.ico").then(|| ("text/html", page(scripts, port)))
        });
        Self { server, site }
    }

    /// Somebody who looks at a page, and is counted.
    fn visitor(&self, target: &str) -> Option<Chromium> {
        let browser = Chromium::visiting(self.site.address())?;
        browser.open(target);
        self.counted(1);
        Some(browser)
    }

    fn stats(&self, query: &str) -> Value {
        self.server.operator().get(&format!("/v1/sites/website/stats{query}")).send().expect(200)
    }

    /// Waits until so many page views are counted.
    fn counted(&self, views: u64) -> Value {
        let wanted = format!("{views} page views");
        eventually(&wanted, || Some(self.stats("")).filter(|found| found["totals"]["views"] == views))["totals"]
            .clone()
    }

    /// For how long a page was visible, once it is that.
    fn seen(&self, path: &str, seconds: f64) {
        eventually(&format!("{path} was visible for {seconds} s"), || {
            let found = self.stats(&format!("?by=page&filter=page:{path}"))["by"]["page"].clone();
            let page = found.as_array()?.iter().find(|page| page["value"] == path)?.clone();
            (page["visible"] == seconds).then_some(())
        });
    }

    /// The values of a dimension, once there are so many.
    fn values(&self, by: &str, least: usize) -> Vec<String> {
        eventually(by, || {
            let found = self.stats(&format!("?by={by}"))["by"][by].clone();
            let values = found.as_array()?.iter().map(|one| one["value"].as_str().unwrap().to_owned());
            Some(values.collect::<Vec<_>>()).filter(|values| values.len() >= least)
        })
    }
}

fn page(scripts: u16, port: u16) -> String {
    let script = |name: &str| {
        format!("<script defer src=\"http://localhost:{scripts}/{name}\" data-site=website></script>")
    };
    format!(
        "<!doctype html><html lang=en><title>Shop</title>{}{}<main><h1>Shop</h1>\
         <p><a href=\"http://localhost:{port}/prices?utm_campaign=spring\">Prices</a> <a id=file href=/prices.pdf>File</a> \
         <a id=out href=https://elsewhere.example/>Elsewhere</a> <a href=# id=again data-bailee-choices>Your choices</a></main>",
        script("bailee.js"),
        script("bailee-choices.js"),
    )
}

/// The notice's root, once it is shown.
const ROOT: &str = "const root = document.querySelector('bailee-choices')?.shadowRoot;";

/// What the notice says, once it is shown.
fn asked(browser: &Chromium) -> String {
    eventually("the notice", || {
        let text = browser.run(&format!("{ROOT} return root?.querySelector('section').innerText"));
        text.as_str().map(str::to_owned)
    })
}

/// Answers the notice, and waits until the server has it; whether the browser then remembers a yes to being counted.
fn says(browser: &Chromium, id: &str) -> Value {
    asked(browser);
    browser.run(&format!("{ROOT} root.getElementById('{id}').click()"));
    eventually("the server has the answer", || Some(remembered(browser)).filter(|kept| kept["sent"] == true))
        ["choices"]["statistics"]
        .clone()
}

fn remembered(browser: &Chromium) -> Value {
    browser.run("return JSON.parse(localStorage.getItem('bailee.choices'))")
}

/// Whatever a page asks about its notice has come, so that what is not shown is not going to be.
fn is_not_asked(browser: &Chromium) -> bool {
    eventually("the notice's text", || {
        let loaded = browser.run("return performance.getEntriesByType('resource').filter(one => one.name.includes('notice') && one.responseEnd).length");
        (loaded == json!(1)).then_some(())
    });
    browser
        .run(&format!("return new Promise(done => setTimeout(done)).then(() => {{ {ROOT} return !root }})"))
        == true
}

#[test]
fn a_visit_is_counted_with_its_page_where_it_came_from_and_for_how_long_it_was_seen() {
    let place = Place::new();
    let Some(browser) = Chromium::visiting(place.site.address()) else { return };
    let source = "window.clock = 1; performance.now = () => window.clock";
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
    // To the browser another site, which is none of the policy's.
    browser.open_by_number("/");
    browser.click("Prices");
    place.counted(1);
    let by = |by: &str| place.stats(&format!("?by={by}"))["by"][by][0]["value"].clone();
    assert_eq!(
        (by("page"), by("source"), by("campaign")),
        (json!("/prices"), json!("127.0.0.1"), json!("spring"))
    );
    assert_eq!(
        (by("browser"), by("system"), by("device")),
        (json!("Chrome"), json!("Linux"), json!("desktop"))
    );

    // Somebody looks at another tab for a minute, and comes back.
    browser.run("window.clock = 5001");
    browser.devtools("Target.createTarget", json!({ "url": "about:blank" }));
    place.seen("/prices", 5.0);
    browser.run("window.clock = 65000");
    browser.devtools("Page.bringToFront", json!({}));
    eventually("the page is seen again", || {
        (browser.run("return document.visibilityState") == "visible").then_some(())
    });
    browser.run("window.clock = 67000");
    browser.open("/other");
    place.seen("/prices", 7.0);
    assert_eq!(place.counted(2)["visits"], 1);
}

#[test]
fn who_says_no_is_counted_without_a_cookie_and_not_asked_again() {
    let place = Place::new();
    let Some(browser) = place.visitor("/") else { return };
    assert!(asked(&browser).contains("May we recognise you?"));
    assert_eq!(says(&browser, "refuse"), false);
    browser.open("/prices");
    let totals = place.counted(2);
    assert_eq!((&totals["visitors"], &totals["recognised"]), (&json!(1), &json!(0)));
    assert!(is_not_asked(&browser));
    assert_eq!(browser.cookies(), Vec::<Value>::new());
}

#[test]
fn who_says_yes_is_recognised_by_a_cookie_and_a_no_takes_every_trace() {
    let place = Place::new();
    let Some(browser) = place.visitor("/") else { return };
    let before = place.stats("?by=page,browser,source,exit,entry");
    assert_eq!(says(&browser, "accept"), true);
    let cookies = browser.cookies();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    let kept = ["name", "domain", "httpOnly", "secure", "sameSite"].map(|field| cookies[0][field].clone());
    assert_eq!(json!(kept), json!(["visitor", "localhost", true, true, "Lax"]));
    assert_eq!(browser.run("return document.cookie"), "", "no script reads it");
    browser.open("/prices");
    assert_eq!(place.counted(2)["recognised"], 1);
    let operator = place.server.operator();
    let subjects = operator.get("/v1/subjects").send().expect(200);
    let mut granted = subjects["items"].as_array().unwrap().iter().filter_map(|one| {
        let choices = operator.get(&format!("/v1/subjects/{}/choices", one["id"].as_str()?)).send();
        let is_visitor = one["role"] == "visitor" && one["state"] == "active" && choices.status == 200;
        is_visitor.then(|| choices.json()["items"][0].clone()).filter(|choice| choice["state"] == "granted")
    });
    let choice = granted.next().expect("the choice of who said yes");
    let receipt =
        operator.get(&format!("/v1/choices/{}/receipt", choice["id"].as_str().unwrap())).send().expect(200);
    assert!(receipt.to_string().contains("May we recognise you?"), "{receipt}");

    browser.run("document.getElementById('again').click()");
    assert_eq!(says(&browser, "refuse"), false);
    assert_eq!(browser.cookies(), Vec::<Value>::new());
    let after = place.stats("?by=page,browser,source,exit,entry");
    assert_eq!((&after["totals"], &after["by"]), (&before["totals"], &before["by"]));
}

#[test]
fn a_browser_that_says_no_for_its_user_is_not_asked_not_recognised_and_told_that_it_stands() {
    let place = Place::new();
    let Some(browser) = place.visitor("/") else { return };
    assert_eq!(says(&browser, "accept"), true);
    browser.signal();
    browser.open("/under-the-signal");
    place.counted(2);
    let under = place.stats("?filter=page:/under-the-signal")["totals"].clone();
    assert_eq!((&under["visitors"], &under["recognised"]), (&json!(1), &json!(0)), "cookie or not");
    assert!(is_not_asked(&browser));

    browser.run("document.getElementById('again').click()");
    assert!(asked(&browser).contains("Your browser says no for you"), "{}", asked(&browser));
    let buttons =
        browser.run(&format!("{ROOT} return [...root.querySelectorAll('button, input')].map(one => one.id)"));
    assert_eq!(buttons, json!(["refuse"]), "there is nothing to say yes to");
    assert_eq!(says(&browser, "refuse"), false);
    assert_eq!(browser.cookies(), Vec::<Value>::new());

    // A page that says yes whatever its visitor was shown.
    let notice = place.server.call("GET", "/collect/notice?s=website").send().expect(200);
    let said = json!({ "s": "website", "version": notice["version"], "language": "en", "choices": { "statistics": true } });
    let port = place.server.address().socket().port();
    let answer = browser.run(&format!(
        "return fetch('http://localhost:{port}/collect/choices', {{ method: 'POST', body: JSON.stringify({said}), credentials: 'include' }})
           .then(async (reply) => [reply.status, await reply.json()])"
    ));
    assert_eq!(answer, json!([200, { "choices": { "statistics": false } }]));
    assert_eq!(browser.cookies(), Vec::<Value>::new());
}

#[test]
fn a_page_that_draws_itself_anew_is_one_visit_of_several_pages() {
    let place = Place::new();
    let Some(browser) = place.visitor("/") else { return };
    browser.run("history.pushState({}, '', '/a'); history.pushState({}, '', '/a?q=1#part')");
    place.counted(2);
    browser.run("history.back(); history.back()");
    let totals = place.counted(3);
    assert_eq!(totals["visits"], 1);
    let found = place.stats("?by=page,entry,exit")["by"].clone();
    let views = |path: &str| {
        let pages = found["page"].as_array().unwrap();
        pages.iter().find(|page| page["value"] == path).map_or(json!(0), |page| page["views"].clone())
    };
    assert_eq!((views("/"), views("/a")), (json!(2), json!(1)));
    assert_eq!((&found["entry"][0]["value"], &found["exit"][0]["value"]), (&json!("/"), &json!("/")));
}

#[test]
fn what_is_done_on_a_page_is_counted_as_the_policy_declares_it() {
    let place = Place::new();
    let Some(browser) = place.visitor("/") else { return };
    // The page stays; the script hears the click before.
    browser.run("document.addEventListener('click', (event) => event.preventDefault())");
    browser.run(
        "bailee('signup', { plan: 'large' }); bailee('signup', { email: 'ada@example.com' }); bailee('undeclared');
         document.getElementById('file').click(); document.getElementById('out').click()",
    );
    assert_eq!(place.values("outbound", 1), ["elsewhere.example"]);
    assert_eq!(place.values("download", 1), ["/prices.pdf"]);
    assert_eq!(place.values("property", 1), ["signup.plan=large"]);
    eventually("what is not declared is counted by reason", || {
        (place.stats("")["dropped"] == json!({ "undeclared": 2 })).then_some(())
    });
    assert_eq!(place.values("event", 1), ["signup"]);
}

#[test]
fn a_script_in_what_a_browser_says_of_a_page_is_text_in_the_console() {
    let place = Place::new();
    let script = "%3Cscript%3Ewindow.stolen=1%3C%2Fscript%3E";
    let Some(_browser) = place.visitor(&format!("/{script}?utm_campaign={script}&utm_source={script}"))
    else {
        return;
    };
    let Some(console) = member_of_staff(&place.server, "analyst") else { return };
    console.open("/console/visits");
    let text = console.text();
    assert!(text.contains("<script>window.stolen=1</script>"), "{text}");
    assert_eq!(
        console.run("return [window.stolen ?? 0, document.querySelectorAll('main script').length]"),
        json!([0, 0])
    );
}
