use std::collections::BTreeMap;

use domain::visit::{Channel, Source, What};
use proptest::prelude::*;

use super::*;

const COMBINED: &str = r#"203.0.113.9 - ada [10/Oct/2026:13:55:36 -0700] "GET /a/b?utm_source=news HTTP/1.1" 200 2326 "https://www.google.com/" "Mozilla/5.0 (X11; Linux) \"odd\" Firefox/141.0""#;
const WITH_HOST: &str = r#"shop.example:443 2001:db8::9 - - [10/Oct/2026:20:55:36 +0000] "GET /caf\xC3\xA9 HTTP/2.0" 304 0 "-" "-""#;
const CADDY: &str = r#"{"level":"info","ts":1791665736.5,"logger":"http.log.access","request":{"remote_ip":"203.0.113.9","client_ip":"203.0.113.10","proto":"HTTP/2.0","method":"GET","host":"shop.example:8443","uri":"/a/b","headers":{"User-Agent":["Firefox/141.0"],"Referer":["https://www.google.com/"]}},"status":200,"size":10}"#;
const NGINX: &str = r#"{"time_iso8601":"2026-10-10T20:55:36+00:00","remote_addr":"203.0.113.9","request":"GET /a/b HTTP/1.1","status":"200","http_user_agent":"Firefox/141.0","http_referer":"-"}"#;
const TRAEFIK: &str = r#"{"ClientHost":"203.0.113.9","DownstreamStatus":200,"RequestHost":"shop.example","RequestMethod":"GET","RequestPath":"/a/b","StartUTC":"2026-10-10T20:55:36.123Z","request_User-Agent":"Firefox/141.0"}"#;

fn lines(log: &str) -> (Vec<Line>, BTreeMap<Bad, u64>) {
    let mut lines = Lines::new(log.as_bytes(), Names::default());
    let read = lines.by_ref().map(|line| line.expect("a log in memory")).collect();
    (read, lines.bad().clone())
}

fn line(text: &str) -> Line {
    let (mut read, bad) = lines(text);
    assert!(bad.is_empty() && read.len() == 1, "{text}: {bad:?}");
    read.remove(0)
}

fn has(site: &str, host: &str) -> bool {
    site == "shop" && host == "shop.example"
}

#[test]
fn the_combined_format_is_read() {
    let read = line(COMBINED);
    assert_eq!(read.at.to_string(), "2026-10-10T20:55:36Z");
    assert_eq!(read.address.reveal().to_string(), "203.0.113.9");
    assert_eq!(read.agent.reveal(), "Mozilla/5.0 (X11; Linux) \"odd\" Firefox/141.0");
    assert_eq!((read.method.as_str(), read.status, read.host.as_deref()), ("GET", 200, None));
    assert_eq!(read.referrer.as_ref().map(|url| url.reveal().as_str()), Some("https://www.google.com/"));
    assert!(read.is_page());
    assert!(!format!("{read:?}").contains("203.0.113.9"));
    let reading = read.reading(("shop", "shop.example"), 5, has).expect("a reading");
    let What::Page { path, source, campaign } = reading.hit.what else { panic!("a page") };
    assert_eq!(
        (path.as_str(), campaign.and_then(|campaign| campaign.source).as_deref()),
        ("/a/b", Some("news"))
    );
    assert_eq!(source, Source { channel: Channel::Link, name: Some("news".to_owned()) });
}

#[test]
fn a_host_may_stand_before_it_and_bytes_may_be_escaped() {
    let read = line(WITH_HOST);
    assert_eq!((read.host.as_deref(), read.address.reveal().is_ipv6()), (Some("shop.example"), true));
    assert_eq!((read.agent.reveal().as_str(), read.referrer.clone()), ("", None));
    let reading = read.reading(("shop", "other.example"), 5, has).expect("a reading");
    assert!(matches!(reading.hit.what, What::Page { path, .. } if path == "/café"));
}

#[test]
fn json_of_the_common_servers_is_read() {
    for (text, address, host) in [
        (CADDY, "203.0.113.10", Some("shop.example")),
        (NGINX, "203.0.113.9", None),
        (TRAEFIK, "203.0.113.9", Some("shop.example")),
    ] {
        let read = line(text);
        assert_eq!(read.address.reveal().to_string(), address);
        assert_eq!(read.at.as_second(), 1_791_665_736);
        assert_eq!((read.agent.reveal().as_str(), read.host.as_deref()), ("Firefox/141.0", host));
        assert_eq!((read.target.reveal().as_str(), read.status), ("/a/b", 200));
    }
}

#[test]
fn fields_may_have_names_of_ones_own() {
    let log = r#"{"when":"2026-10-10T20:55:36Z","who":{"from":"203.0.113.9"},"what":"GET /a HTTP/1.1","status":200}"#;
    let own = |name: &str| vec![name.to_owned()];
    let names =
        Names { time: own("when"), address: own("who.from"), request: own("what"), ..Names::default() };
    let read = Lines::new(log.as_bytes(), names).next().expect("a line").expect("a log in memory");
    assert_eq!(read.target.reveal(), "/a");
}

#[test]
fn only_pages_that_were_found_are_pages() {
    for (request, status, is_page) in [
        ("GET / HTTP/1.1", 200, true),
        ("GET /a.html HTTP/1.1", 304, true),
        ("GET /v1.2/notes?x=a.css HTTP/1.1", 200, true),
        ("GET http://shop.example/a HTTP/1.1", 200, true),
        ("GET /style.CSS?v=1 HTTP/1.1", 200, false),
        ("POST / HTTP/1.1", 200, false),
        ("GET / HTTP/1.1", 404, false),
        ("GET / HTTP/1.1", 302, false),
    ] {
        let text = COMBINED
            .replace("GET /a/b?utm_source=news HTTP/1.1", request)
            .replace("200 2326", &format!("{status} 1"));
        assert_eq!(line(&text).is_page(), is_page, "{request} {status}");
    }
}

#[test]
fn what_cannot_be_read_is_counted_by_reason() {
    let long = format!("{}\n{COMBINED}\n", "x".repeat(200_000));
    for (log, bad) in [
        (long.as_str(), Bad::TooLong),
        ("nonsense", Bad::Form),
        ("{\"a\":", Bad::Form),
        (r#"203.0.113.9 - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 200 1"#, Bad::Form),
        (&COMBINED.replace("Oct", "Foo"), Bad::Time),
        (&COMBINED.replace("203.0.113.9 ", "somewhere "), Bad::Address),
        (&COMBINED.replace("GET /", "\\x16\\x03"), Bad::Request),
        (&COMBINED.replace("GET /", "GET "), Bad::Request),
        (&COMBINED.replace("\" 200", "\" 999"), Bad::Status),
        (&NGINX.replace("2026-", "26-"), Bad::Time),
        (&NGINX.replace("203.0.113.9", "-"), Bad::Address),
    ] {
        let (read, counted) = lines(log);
        assert_eq!(counted, BTreeMap::from([(bad, 1)]), "{log:.99}");
        assert_eq!(read.len(), usize::from(bad == Bad::TooLong), "{log:.99}");
    }
    let (read, counted) = lines("\n# a remark\n\r\n");
    assert!(read.is_empty() && counted.is_empty());
}

#[test]
fn a_line_of_another_host_is_not_the_sites() {
    let read = line(&WITH_HOST.replace("shop.example", "evil.example"));
    assert_eq!(read.reading(("shop", "shop.example"), 5, has), Err(Drop::UnknownSite));
}

proptest! {
    #[test]
    fn any_log_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut lines = Lines::new(bytes.as_slice(), Names::default());
        let read = lines.by_ref().filter(|line| line.is_ok()).count() as u64;
        let all = bytes.split(|byte| *byte == b'\n').count() as u64;
        prop_assert!(read + lines.bad().values().sum::<u64>() <= all);
    }

    #[test]
    fn a_line_that_is_changed_is_read_or_counted(at in 0..COMBINED.len(), length in 0usize..20, with in "\\PC{0,9}") {
        let end = (at + length).min(COMBINED.len());
        let text = format!("{}{with}{}", &COMBINED[..at], &COMBINED[end..]);
        let (read, bad) = lines(&text);
        prop_assert!(read.len() as u64 + bad.values().sum::<u64>() == 1 || text.starts_with('#'), "{text}");
        for line in read {
            let _ = line.reading(("shop", "shop.example"), 0, |_, _| true);
        }
    }
}
