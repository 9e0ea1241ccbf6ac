//! The notice that asks for choices, in a real browser on somebody's site, with a strict policy for what it may load.

use collect::CHOICES;
use serde_json::{Value, json};
use stories::{Chromium, Site};

fn notice(version: &str) -> String {
    let purposes = json!([
        { "name": "statistics", "label": "Statistics", "text": "We count which pages are read." },
        { "name": "tailoring", "label": "What interests you", "text": "<b>We</b> show what fits what you have read." },
    ]);
    json!({
        "version": version, "language": "en", "title": "May we count your visits?", "text": "<script>alert(1)</script>",
        "purposes": purposes, "accept": "Yes to all", "refuse": "No to all", "choose": "As ticked",
    })
    .to_string()
}

/// A site that asks; at `/later` by a newer notice.
fn shows(path: &str, _: u16) -> Option<(&'static str, String)> {
    let page = |script: &str| {
        let link = "<a href=# data-bailee-choices id=again>Your choices</a>";
        let script = format!("<script defer src={script} data-site=shop></script>");
        let head = format!(
            "<!doctype html><html lang=en><meta name=viewport content=width=device-width><title>Shop</title>{script}"
        );
        Some(("text/html", format!("{head}<main><h1>Shop</h1><p>{link}</main>")))
    };
    match path {
        "/" => page("/bailee-choices.js"),
        "/later" => page("/later/bailee-choices.js"),
        "/collect/notice" => Some(("application/json", notice("1"))),
        "/later/collect/notice" => Some(("application/json", notice("2"))),
        _ if path.ends_with("/bailee-choices.js") => Some(("text/javascript", CHOICES.clone())),
        _ => None,
    }
}

/// The notice's root, once it is shown.
const ROOT: &str = "const root = document.querySelector('bailee-choices')?.shadowRoot;";

fn asked(browser: &Chromium) {
    stories::eventually("the notice", || is_shown(browser).then_some(()));
}

fn is_shown(browser: &Chromium) -> bool {
    browser.run(&format!("{ROOT} return !!root")) == Value::Bool(true)
}

fn kept(browser: &Chromium) -> Value {
    browser.run("return JSON.parse(localStorage.getItem('bailee.choices'))")
}

/// Waits until the browser knows that the server has the choice.
fn sent(browser: &Chromium) {
    stories::eventually("the answer", || (kept(browser)["sent"] == Value::Bool(true)).then_some(()));
}

/// Whatever was asked of the server has come, so that what is not shown is not going to be.
fn settled(browser: &Chromium) {
    stories::eventually("the notice's text", || {
        let loaded = browser.run("return performance.getEntriesByType('resource').filter(one => one.name.includes('notice') && one.responseEnd).length");
        (loaded == json!(1)).then_some(())
    });
    browser.run("return new Promise(done => setTimeout(done))");
}

fn key(browser: &Chromium, key: &str, code: u32) {
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
        browser.devtools("Input.dispatchKeyEvent", event);
    }
}

fn start() -> Option<(Site, Chromium)> {
    let site = Site::start(shows);
    let browser = Chromium::start(site.address())?;
    browser.open("/");
    asked(&browser);
    Some((site, browser))
}

fn press(browser: &Chromium, name: &str) {
    let pressed = browser.run(&format!(
        "{ROOT} const found = [...root.querySelectorAll('button')].find(one => one.textContent === '{name}'); found.click(); return !!found"
    ));
    assert_eq!(pressed, Value::Bool(true));
}

#[test]
fn no_is_as_easy_as_yes_and_is_not_asked_again() {
    let Some((site, browser)) = start() else { return };
    browser.is_accessible();
    let sizes = browser.run(&format!(
        "{ROOT} return [...root.querySelectorAll('button')].map(one => {{ const {{ width, height }} = one.getBoundingClientRect(); return [Math.round(width), Math.round(height), getComputedStyle(one).backgroundColor].join() }})"
    ));
    let sizes = sizes.as_array().unwrap();
    assert!(sizes.len() == 3 && sizes.iter().all(|size| size == &sizes[0]), "{sizes:?}");
    // Nothing is ticked for anybody, a text is no markup, and the styles apply though the site allows none.
    let looks = browser.run(&format!(
        "{ROOT} return [root.querySelectorAll('input:checked').length, root.querySelectorAll('script, label b b').length, getComputedStyle(root.host).position]"
    ));
    assert_eq!(looks, json!([0, 0, "fixed"]));
    press(&browser, "No to all");
    assert!(!is_shown(&browser));
    sent(&browser);
    let choices = json!({ "statistics": false, "tailoring": false });
    let message = site.got("/collect/choices", 1)[0].body();
    assert_eq!(message, json!({ "s": "shop", "version": "1", "language": "en", "choices": choices }));
    assert_eq!(
        (kept(&browser)["choices"].clone(), browser.run("return document.cookie")),
        (choices, json!(""))
    );
    browser.open("/");
    settled(&browser);
    assert!(!is_shown(&browser));
    browser.open("/later");
    asked(&browser);
    assert_eq!(site.all("/collect/choices").len(), 1);
}

#[test]
fn a_keyboard_is_enough() {
    let Some((site, browser)) = start() else { return };
    let focused = || {
        browser.run(&format!("{ROOT} return (root.activeElement || {{}}).name || (root.activeElement || {{}}).textContent || ''"))
    };
    assert_eq!(focused(), json!(""));
    let mut order = Vec::new();
    for _ in 0..5 {
        key(&browser, "Tab", 9);
        order.push(focused());
    }
    assert_eq!(
        Value::from(order),
        json!(["statistics", "tailoring", "No to all", "As ticked", "Yes to all"])
    );
    browser.run(&format!("{ROOT} root.querySelector('input').focus()"));
    browser.devtools(
        "Input.dispatchKeyEvent",
        json!({ "type": "keyDown", "key": " ", "code": "Space", "text": " ", "windowsVirtualKeyCode": 32 }),
    );
    browser.devtools(
        "Input.dispatchKeyEvent",
        json!({ "type": "keyUp", "key": " ", "code": "Space", "windowsVirtualKeyCode": 32 }),
    );
    press(&browser, "As ticked");
    sent(&browser);
    let message = site.got("/collect/choices", 1)[0].body();
    assert_eq!(message["choices"], json!({ "statistics": true, "tailoring": false }));
}

#[test]
fn a_choice_can_be_made_anew_where_it_was_made() {
    let Some((site, browser)) = start() else { return };
    press(&browser, "Yes to all");
    sent(&browser);
    browser.run("document.getElementById('again').click()");
    asked(&browser);
    let state = browser.run(&format!(
        "{ROOT} return [root.activeElement.id, root.querySelectorAll('input:checked').length]"
    ));
    assert_eq!(state, json!(["title", 2]));
    key(&browser, "Escape", 27);
    assert!(!is_shown(&browser));
    assert_eq!(browser.run("return document.activeElement.id"), json!("again"));
    assert_eq!(kept(&browser)["choices"]["statistics"], Value::Bool(true));
    browser.run("document.getElementById('again').click()");
    asked(&browser);
    press(&browser, "No to all");
    let messages = site.got("/collect/choices", 2);
    assert_eq!(messages[1].body()["choices"], json!({ "statistics": false, "tailoring": false }));
}

#[test]
fn a_browser_that_says_no_for_its_user_is_not_asked_unless_asked_to() {
    let Some((site, browser)) = start() else { return };
    for signal in ["globalPrivacyControl", "doNotTrack"] {
        let source = format!("Object.defineProperty(Navigator.prototype, '{signal}', {{ value: 1 }})");
        let set = browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
        browser.open("/");
        settled(&browser);
        assert!(!is_shown(&browser), "{signal}");
        browser.devtools("Page.removeScriptToEvaluateOnNewDocument", set);
    }
    assert!(site.all("/collect/choices").is_empty());
    browser.run("document.getElementById('again').click()");
    asked(&browser);
}
