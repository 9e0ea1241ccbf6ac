//! What comes in of visits: messages, beacons, logs of web servers, agents. None of it tells an address that it was given.

use std::sync::LazyLock;

use collect::{Agents, Lines, Names, Reading};

use super::mutation::fuzz;

/// The address that every example tells.
const ADDRESS: &str = "ada@example.com";

fn examples(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.replace("ADDRESS", ADDRESS).into_bytes()).collect()
}

fn tells_nobody(reading: &Reading) {
    let told = serde_json::to_string(&reading.hit).unwrap();
    assert!(!told.contains(ADDRESS), "{told}");
}

#[test]
fn messages_are_read_or_refused() {
    let examples = examples(&[
        r#"{"s":"shop","v":"00000000000000ff","k":"page","u":"https://shop.example/ADDRESS?utm_source=ADDRESS","r":"https://a.example/ADDRESS"}"#,
        r#"{"s":"shop","v":"00000000000000ff","k":"event","u":"https://shop.example/","n":"sign up","p":{"by":"ADDRESS","seats":3}}"#,
        r#"{"s":"shop","v":"00000000000000ff","k":"download","u":"https://shop.example/","n":"https://ADDRESS/ADDRESS.pdf?ADDRESS"}"#,
        r#"{"s":"shop","v":"00000000000000ff","k":"outbound","u":"https://shop.example/","n":"https://ADDRESS:80/"}"#,
        r#"{"s":"shop","v":"00000000000000ff","k":"seen","u":"https://shop.example/","m":1500}"#,
    ]);
    fuzz(&examples, |bytes| {
        if let Ok(reading) = Reading::of_body(bytes, |_, _| true) {
            tells_nobody(&reading);
        }
    });
}

#[test]
fn beacons_are_read_or_refused() {
    let examples = examples(&[
        "s=shop&u=https%3A%2F%2Fshop.example%2FADDRESS%3Futm_term%3DADDRESS&r=https://a.example/ADDRESS",
        "s=shop&n=mail+opened&p.to=ADDRESS&p.issue=March",
    ]);
    fuzz(&examples, |bytes| {
        if let Ok(reading) = Reading::of_query(&String::from_utf8_lossy(bytes), 0, |_, _| true) {
            tells_nobody(&reading);
        }
    });
}

#[test]
fn lines_of_a_log_are_read_or_counted() {
    let examples = examples(&[
        "203.0.113.9 - ada [10/Oct/2026:13:55:36 -0700] \"GET /ADDRESS?utm_source=ADDRESS HTTP/1.1\" 200 1 \"https://a.example/ADDRESS\" \"Firefox/141.0\"\n",
        r#"{"ts":1791665736.5,"request":{"client_ip":"203.0.113.10","method":"GET","host":"shop.example","uri":"/ADDRESS","headers":{"User-Agent":["Firefox/141.0"]}},"status":200}"#,
    ]);
    fuzz(&examples, |bytes| {
        let mut lines = Lines::new(bytes, Names::default());
        let mut read = 0;
        for line in lines.by_ref().map(Result::unwrap) {
            read += 1;
            if let Ok(reading) = line.reading(("shop", "shop.example"), 0, |_, _| true) {
                tells_nobody(&reading);
            }
        }
        let all = bytes.split(|byte| *byte == b'\n').count() as u64;
        assert!(read + lines.bad().values().sum::<u64>() <= all);
    });
}

#[test]
fn agents_are_read() {
    static AGENTS: LazyLock<Agents> = LazyLock::new(Agents::default);
    let examples = examples(&[
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        "NewsGator ADDRESS/1.0",
    ]);
    fuzz(&examples, |bytes| {
        let surroundings = AGENTS.read(&String::from_utf8_lossy(bytes)).surroundings;
        assert!(!format!("{surroundings:?}").contains('@'));
    });
}
