use domain::visit::{Channel, LONGEST, Source};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn has(site: &str, host: &str) -> bool {
    site == "shop" && ["shop.example", "www.shop.example"].contains(&host)
}

fn read(body: &Value) -> Result<Reading, Drop> {
    Reading::of_body(body.to_string().as_bytes(), has)
}

/// A message of a kind, with further fields.
fn message(kind: &str, more: &Value) -> Value {
    let mut body =
        json!({"s": "shop", "v": "00000000000000ff", "k": kind, "u": "https://shop.example/a?b=c"});
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

fn what(kind: &str, more: &Value) -> Result<What, Drop> {
    read(&message(kind, more)).map(|reading| reading.hit.what)
}

#[test]
fn each_kind_is_read() {
    let reading = read(&message("page", &json!({"r": "https://duckduckgo.com/"}))).expect("a reading");
    let source = Source { channel: Channel::Search, name: Some("DuckDuckGo".to_owned()) };
    let page = What::Page { path: "/a".to_owned(), source, campaign: None };
    let hit = Hit { view: 255, what: page };
    assert_eq!(reading, Reading { site: "shop".to_owned(), host: Some("shop.example".to_owned()), hit });
    assert_eq!(what("seen", &json!({"m": 1500})), Ok(What::Seen { milliseconds: 1_500 }));
    let told =
        json!({"n": "sign up", "p": {"plan": "large", "seats": 3, "yearly": true, "by": "ada@example.com"}});
    let properties = [("plan", "large"), ("seats", "3"), ("yearly", "true"), ("by", "…")]
        .map(|(a, b)| (a.into(), b.into()));
    assert_eq!(
        what("event", &told),
        Ok(What::Event { name: "sign up".to_owned(), properties: properties.into() })
    );
    let outbound = json!({"n": "https://ada@www.other.example:8080/x?y=z"});
    assert_eq!(what("outbound", &outbound), Ok(What::Outbound { host: "other.example".to_owned() }));
    let download = json!({"n": "https://files.example/list%20of/prices.pdf?key=1#x"});
    assert_eq!(what("download", &download), Ok(What::Download { path: "/list of/prices.pdf".to_owned() }));
}

#[test]
fn a_page_of_the_same_site_before_is_inside() {
    let read = what("page", &json!({"r": "https://www.shop.example"}));
    assert!(matches!(read, Ok(What::Page { source: Source { channel: Channel::Inside, name: None }, .. })));
}

#[test]
fn a_site_may_be_a_clients() {
    let site = "acc_019ad5c27f7e7d318d9e41d6a7c0a1b2.shop";
    let body = message("page", &json!({"s": site})).to_string();
    let read = Reading::of_body(body.as_bytes(), |named, _| named == site);
    assert_eq!(read.map(|reading| reading.site).as_deref(), Ok(site));
}

#[test]
fn a_site_has_only_its_hosts() {
    for (site, url) in [
        ("shop", "https://evil.example/"),
        ("shop", "https://shop.example.evil.example/"),
        ("other", "https://shop.example/"),
    ] {
        let body = message("page", &json!({"s": site, "u": url}));
        assert_eq!(read(&body), Err(Drop::UnknownSite), "{site} {url}");
    }
}

#[test]
fn what_may_not_be_said_is_refused() {
    let (long, longer) = ("ab ".repeat(LONGEST), "ab ".repeat(LONGEST_MESSAGE));
    let many: BTreeMap<String, u32> = (0..25).map(|number| (format!("p{number}"), number)).collect();
    for (kind, more) in [
        ("nothing", json!({})),
        ("page", json!({"cookie": "x"})),
        ("page", json!({"m": 1})),
        ("page", json!({"n": "x"})),
        ("page", json!({"v": "ff"})),
        ("page", json!({"v": "+0000000000000ff"})),
        ("page", json!({"v": 255})),
        ("page", json!({"u": "javascript:alert(1)"})),
        ("page", json!({"u": format!("https://shop.example/{long}")})),
        ("page", json!({"r": longer})),
        ("page", json!({"s": ""})),
        ("page", json!({"s": "ada@example.com"})),
        ("page", json!({"s": "a".repeat(129)})),
        ("seen", json!({})),
        ("seen", json!({"m": -1})),
        ("seen", json!({"m": 1.5})),
        ("seen", json!({"m": u64::from(u32::MAX) + 1})),
        ("seen", json!({"m": 1, "r": "https://a.example"})),
        ("event", json!({})),
        ("event", json!({"n": ""})),
        ("event", json!({"n": "<script>"})),
        ("event", json!({"n": "ada@example.com"})),
        ("event", json!({"n": "order 123456789"})),
        ("event", json!({"n": "a".repeat(65)})),
        ("event", json!({"n": "x", "p": {"a": {"b": 1}}})),
        ("event", json!({"n": "x", "p": {"a": null}})),
        ("event", json!({"n": "x", "p": {"ada@example.com": 1}})),
        ("event", json!({"n": "x", "p": {"a": long}})),
        ("event", json!({"n": "x", "p": many})),
        ("outbound", json!({"n": "mailto:ada@example.com"})),
        ("outbound", json!({"n": "other.example"})),
        ("download", json!({"n": "/prices.pdf"})),
    ] {
        assert_eq!(what(kind, &more), Err(Drop::Malformed), "{kind} {more}");
    }
    for body in ["", "null", "[]", "{}", "\u{feff}{}", "{\"s\":1}"] {
        assert_eq!(Reading::of_body(body.as_bytes(), has), Err(Drop::Malformed), "{body}");
    }
    let twice = message("seen", &json!({"m": 1})).to_string().replacen('{', "{\"m\":2,", 1);
    assert_eq!(Reading::of_body(twice.as_bytes(), has), Err(Drop::Malformed));
}

/// Everything that a hit says, for looking for what it must not.
fn texts(hit: &Hit) -> Vec<String> {
    match &hit.what {
        What::Page { path, source, campaign } => {
            let campaign = campaign.clone().unwrap_or_default();
            let more = [source.name.clone(), campaign.source, campaign.medium, campaign.name, campaign.term];
            more.into_iter().chain([Some(path.clone()), campaign.content]).flatten().collect()
        }
        What::Seen { .. } => vec![],
        What::Event { name, properties } => {
            properties.iter().flat_map(|(name, value)| [name, value]).chain([name]).cloned().collect()
        }
        What::Outbound { host } => vec![host.clone()],
        What::Download { path } => vec![path.clone()],
    }
}

proptest! {
    #[test]
    fn random_bytes_are_no_message(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Reading::of_body(&bytes, |_, _| true).is_err());
    }

    #[test]
    fn no_address_and_no_query_comes_through(
        kind in prop::sample::select(vec!["page", "event", "outbound", "download"]),
        around in "[ -~é]{0,12}",
        local in "[a-z0-9._+-]{1,12}",
        sign in prop::sample::select(vec!["@", "%40", "%2540", "＠"]),
    ) {
        let mail = format!("{around}{local}{sign}example.com");
        let body = match kind {
            "page" => message(kind, &json!({
                "u": format!("https://shop.example/{mail}/{mail}?utm_source={mail}&utm_content={mail}&q={mail}#{mail}"),
                "r": format!("https://other.example/{mail}?{mail}"),
            })),
            "event" => message(kind, &json!({"n": "x", "p": {"a": mail, "b": format!("{mail}, {mail}")}})),
            _ => message(kind, &json!({"n": format!("https://{mail}/{mail}?{mail}")})),
        };
        let Ok(reading) = read(&body) else { return Ok(()) };
        for text in texts(&reading.hit) {
            let has_address = text.split(['/', ' ']).any(|word| word.chars().skip(1).any(|one| one == '@' || one == '＠'));
            prop_assert!(!has_address && !text.contains("%40"), "{text}");
            prop_assert!(kind == "event" || kind == "page" || !text.contains('?'), "{text}");
            prop_assert!(!text.chars().any(char::is_control) && text.len() <= LONGEST);
        }
        if let What::Page { path, .. } = &reading.hit.what {
            prop_assert!(!path.contains(['?', '#']), "{path}");
        }
    }
}
