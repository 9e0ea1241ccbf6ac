//! What is shown next, in a real browser on somebody's site: without a yes the cap is kept in the browser, and what it counts is
//! never sent.

use collect::{ITEMS, SCRIPT};
use serde_json::{Value, json};
use stories::{Chromium, Site, eventually};

/// A site with two slots, and a server that knows nobody.
fn shows(path: &str, _: u16) -> Option<(&'static str, String)> {
    let item = |id: &str, cap: Value| json!({ "id": id, "slot": "top", "tags": [], "weight": 1, "cap": cap });
    match path {
        "/" => {
            let scripts = ["bailee", "bailee-items"]
                .map(|name| format!("<script defer src=/{name}.js data-site=shop></script>"))
                .join("");
            let slot = "<div data-bailee-slot=top><a href=# data-bailee-item=spring hidden>Spring</a></div>";
            Some((
                "text/html",
                format!("<!doctype html><html lang=en><title>Shop</title>{scripts}<main>{slot}</main>"),
            ))
        }
        "/picked" => {
            let script = "<script defer src=/picked/bailee-items.js data-site=shop></script>";
            let slot = "<div data-bailee-slot=top><p data-bailee-item=a>A</p><p data-bailee-item=b hidden>B</p></div>";
            Some((
                "text/html",
                format!("<!doctype html><html lang=en><title>Shop</title>{script}<main>{slot}</main>"),
            ))
        }
        "/collect/next-item" => {
            let all = json!({ "candidates": [item("spring", json!({ "times": 2, "hours": 24 }))] });
            Some(("application/json", all.to_string()))
        }
        "/picked/collect/next-item" => {
            Some(("application/json", json!({ "item": item("b", Value::Null) }).to_string()))
        }
        "/bailee.js" => Some(("text/javascript", SCRIPT.clone())),
        _ if path.ends_with("/bailee-items.js") => Some(("text/javascript", ITEMS.clone())),
        _ => None,
    }
}

fn is_shown(browser: &Chromium, item: &str) -> bool {
    browser.run(&format!("return !document.querySelector('[data-bailee-item={item}]').hidden")) == json!(true)
}

#[test]
fn without_a_yes_the_cap_is_kept_in_the_browser_and_never_sent() {
    let site = Site::start(shows);
    let Some(browser) = Chromium::start(site.address()) else { return };
    for time in 1..=2 {
        browser.open("/");
        eventually("the item", || is_shown(&browser, "spring").then_some(()));
        assert_eq!(site.got("/collect/next-item", time).len(), time);
    }
    browser.run("document.querySelector('[data-bailee-item]').click()");
    browser.open("/");
    site.got("/collect/next-item", 3);
    let answered = browser.run("return baileeNext('top').then((item) => item === undefined)");
    assert_eq!(answered, json!(true), "twice in a day is enough");
    assert!(!is_shown(&browser, "spring"));
    let kept = browser.run("return JSON.parse(localStorage.getItem('bailee.items')).spring.length");
    assert_eq!(kept, json!(2));
    for asked in site.all("/collect/next-item") {
        assert_eq!(asked.body(), json!({ "s": "shop", "slot": "top" }), "nothing else is sent");
    }
    let told = eventually("what was shown and clicked", || {
        let told: Vec<Value> = site.all("/collect").iter().map(|one| one.body()["n"].clone()).collect();
        told.contains(&json!("item_clicked")).then_some(told)
    });
    assert_eq!(told.iter().filter(|name| **name == json!("item_shown")).count(), 2, "{told:?}");
}

#[test]
fn what_was_picked_elsewhere_is_shown_and_nothing_is_counted_here() {
    let site = Site::start(shows);
    let Some(browser) = Chromium::start(site.address()) else { return };
    browser.open("/picked");
    eventually("the item", || is_shown(&browser, "b").then_some(()));
    assert!(!is_shown(&browser, "a"));
    assert_eq!(browser.run("return localStorage.length"), json!(0));
}
