//! The script that counts visits, in a real browser on somebody's site: what it tells, and what it never does.

use std::collections::BTreeSet;

use collect::{Reading, SCRIPT};
use domain::visit::{Channel, Hit, What};
use serde_json::{Value, json};
use stories::{Chromium, Delivered, Site};

/// A site whose pages count: themselves at `/`, by another host at `/across`, and with what happens before the script at `/early`.
fn shows(path: &str, port: u16) -> Option<(&'static str, String)> {
    let page = |host: &str, more: &str| {
        let script =
            format!("<script defer src=\"http://{host}:{port}/bailee.js\" data-site=\"shop\"></script>");
        let links = format!(
            "<a id=inside href=/other>Inside</a> <a id=file href=/files/prices.pdf?key=1>File</a> \
             <a id=given href=/given?key=1 download>Given</a> <a id=mail href=mailto:ada@example.com>Mail</a> \
             <a id=outside href=http://127.0.0.1:{port}/else?key=1><b id=within>Outside</b></a>"
        );
        ("text/html", format!("<!doctype html><title>Shop</title>{more}{script}<p>{links}"))
    };
    match path {
        "/" | "/a" | "/b" | "/other" | "/else" => Some(page("localhost", "")),
        "/across" => Some(page("127.0.0.1", "")),
        "/twice" => Some(page("localhost", "<script defer src=/bailee.js data-site=shop></script>")),
        "/early" => Some(page("localhost", "<script src=/early.js></script>")),
        "/early.js" => Some((
            "text/javascript",
            "window.bailee = window.bailee || function () { (bailee.q = bailee.q || []).push(arguments) };\n\
             bailee('sign up', { plan: 'large', seats: 3 })"
                .to_owned(),
        )),
        "/bailee.js" => Some(("text/javascript", SCRIPT.clone())),
        _ => None,
    }
}

/// What is read of a message, as the server reads it.
fn hit(message: &Delivered) -> Hit {
    let read = Reading::of_body(message.text.as_bytes(), |site, host| site == "shop" && host == "localhost");
    read.expect(&message.text).hit
}

fn hits(site: &Site, least: usize) -> Vec<Hit> {
    site.got("/collect", least).iter().map(hit).collect()
}

/// Opens a page and waits until it is counted.
fn visited(shown: &str) -> Option<(Site, Chromium)> {
    let site = Site::start(shows);
    let browser = Chromium::start(site.address())?;
    browser.open(shown);
    site.got("/collect", 1);
    Some((site, browser))
}

#[test]
fn a_visit_tells_the_page_and_its_campaign_and_leaves_nothing_behind() {
    let Some((site, browser)) = visited("/a?utm_source=news&q=ada%40example.com&gclid=1#part") else {
        return;
    };
    let message = &site.got("/collect", 1)[0];
    assert!(
        !message.text.contains("ada") && !message.text.contains("gclid") && !message.text.contains("part")
    );
    assert!(message.header("content-type").starts_with("text/plain"));
    assert!(!message.head.iter().any(|line| line.to_lowercase().starts_with("cookie:")));
    let What::Page { path, source, campaign } = hit(message).what else { panic!("a page") };
    assert_eq!((path.as_str(), source.channel), ("/a", Channel::Link));
    assert_eq!(campaign.and_then(|campaign| campaign.source).as_deref(), Some("news"));
    let kept = browser.run("return [document.cookie, localStorage.length, sessionStorage.length]");
    assert_eq!(kept, json!(["", 0, 0]));
}

#[test]
fn a_page_that_draws_itself_anew_is_a_view_for_each_path() {
    let Some((site, browser)) = visited("/") else { return };
    browser.run(
        "history.replaceState({}, '', '/?tidy=1'); history.pushState({}, '', '#part'); \
         history.pushState({}, '', '/b?q=1')",
    );
    // A page, and how long it was seen, for each but the last.
    hits(&site, 3);
    browser.run("history.back()");
    let pages = |hits: Vec<Hit>| -> Vec<_> {
        let page = |hit: Hit| match hit.what {
            What::Page { path, source, .. } => Some((path, source.channel, hit.view)),
            _ => None,
        };
        hits.into_iter().filter_map(page).collect()
    };
    hits(&site, 5);
    browser.run("navigation.addEventListener('navigate', (event) => event.intercept()); navigation.navigate('/other')");
    let all = pages(hits(&site, 7));
    let shown: Vec<_> = all.iter().map(|(path, channel, _)| (path.as_str(), *channel)).collect();
    assert_eq!(
        shown,
        [
            ("/", Channel::Direct),
            ("/b", Channel::Inside),
            ("/", Channel::Inside),
            ("/other", Channel::Inside)
        ]
    );
    let views: BTreeSet<u64> = all.iter().map(|(_, _, view)| *view).collect();
    assert_eq!(views.len(), all.len());
}

#[test]
fn only_time_that_somebody_could_see_the_page_counts() {
    let Some((site, browser)) = visited("/") else { return };
    browser.run(
        "performance.now = () => window.clock;
         const look = (state, clock) => {
           window.clock = clock;
           Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
           document.dispatchEvent(new Event('visibilitychange'));
         };
         look('hidden', 1000000); look('visible', 2000000); look('visible', 2000500); look('hidden', 2002500);
         look('hidden', 2500000); look('visible', 3000000); look('hidden', 3000250);",
    );
    let all = hits(&site, 4);
    // Beacons may overtake one another.
    let mut seen: Vec<u32> = all
        .iter()
        .filter_map(|hit| if let What::Seen { milliseconds } = hit.what { Some(milliseconds) } else { None })
        .collect();
    seen.sort_unstable();
    assert_eq!(seen.len(), 3);
    assert_eq!([seen[1] - seen[0], seen[2] - seen[0]], [2_500, 2_750]);
    assert!(all.iter().all(|hit| hit.view == all[0].view));
}

#[test]
fn links_out_and_files_are_told_without_what_they_carry() {
    let Some((site, browser)) = visited("/") else { return };
    // The page stays; the script hears the click before.
    browser.run("document.addEventListener('click', (event) => event.preventDefault())");
    for (link, least) in [("inside", 1), ("mail", 1), ("file", 2), ("given", 3), ("within", 4)] {
        browser.run(&format!("document.getElementById('{link}').click()"));
        site.got("/collect", least);
    }
    let messages = site.got("/collect", 4);
    assert!(messages.iter().all(|message| !message.text.contains("key") && !message.text.contains("ada")));
    let what: Vec<What> = messages[1..].iter().map(|message| hit(message).what).collect();
    let download = |path: &str| What::Download { path: path.to_owned() };
    let outbound = What::Outbound { host: "127.0.0.1".to_owned() };
    assert_eq!(what, [download("/files/prices.pdf"), download("/given"), outbound]);
}

#[test]
fn leaving_a_page_tells_how_long_it_was_seen() {
    let Some((site, browser)) = visited("/a") else { return };
    browser.click("Inside");
    let all = hits(&site, 3);
    let first = all[0].view;
    assert!(all.iter().any(|hit| hit.view == first && matches!(hit.what, What::Seen { .. })));
    let inside = |hit: &Hit| matches!(&hit.what, What::Page { path, source, .. } if path == "/other" && source.channel == Channel::Inside);
    assert!(all.iter().any(|hit| hit.view != first && inside(hit)));
}

#[test]
fn events_are_told_also_those_that_came_before_the_script() {
    let Some((site, browser)) = visited("/early") else { return };
    site.got("/collect", 2);
    browser.run("bailee('read on')");
    let what: Vec<What> = hits(&site, 3).into_iter().map(|hit| hit.what).collect();
    let properties = [("plan", "large"), ("seats", "3")].map(|(name, value)| (name.into(), value.into()));
    let event = |name: &str, properties| What::Event { name: name.to_owned(), properties };
    assert_eq!(what[1..], [event("sign up", properties.into()), event("read on", [].into())]);
}

#[test]
fn going_back_to_a_page_is_another_view_and_a_script_that_stands_twice_counts_once() {
    let Some((site, browser)) = visited("/twice") else { return };
    browser.run("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); bailee('end')");
    let all = hits(&site, 4);
    let pages: Vec<u64> =
        all.iter().filter(|hit| matches!(hit.what, What::Page { .. })).map(|hit| hit.view).collect();
    assert_eq!((pages.len(), all.len()), (2, 4));
    assert_ne!(pages[0], pages[1]);
}

#[test]
fn a_page_of_another_host_tells_the_same_and_a_browser_without_beacons_too() {
    let Some((site, browser)) = visited("/across") else { return };
    browser.run("delete Navigator.prototype.sendBeacon; bailee('by fetch')");
    let messages = site.got("/collect", 2);
    assert!(matches!(hit(&messages[1]).what, What::Event { .. }));
    for message in messages {
        assert!(message.header("host").starts_with("127.0.0.1"));
        assert!(message.header("origin").starts_with("http://localhost"));
        // Else it would have to ask first whether it may.
        assert!(message.header("content-type").starts_with("text/plain"));
    }
    assert_eq!(browser.run("return navigator.sendBeacon === undefined"), Value::Bool(true));
}

#[test]
fn what_happens_waits_until_the_server_has_heard_of_the_page_but_not_longer_than_the_page() {
    let Some((_site, browser)) = visited("/") else { return };
    let sent = browser.run(
        "const sent = [], answers = [];
         navigator.sendBeacon = (_, body) => sent.push([JSON.parse(body).k, JSON.parse(body).u.slice(-1)].join(' '));
         window.fetch = () => new Promise((answer) => answers.push(answer));
         history.pushState({}, '', '/a'); bailee('soon');
         const before = sent.splice(0);
         answers[0]();
         return new Promise((done) => setTimeout(done)).then(() => {
           const after = sent.splice(0);
           history.pushState({}, '', '/b'); bailee('soon');
           dispatchEvent(new Event('pagehide'));
           return [before, after, sent];
         });",
    );
    assert_eq!(sent, json!([["seen /"], ["event a"], ["seen a", "seen b", "event b"]]));
}
