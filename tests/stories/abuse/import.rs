//! `bailee import access-log`: visits of the days of a log, once.

use jiff::{ToSpan, civil::Date};
use serde_json::{Value, json};
use stories::Server;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const ROBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// The last day of the server that is over.
fn yesterday(server: &Server) -> Date {
    let until = stats(server, "")["until"].as_str().unwrap().parse::<Date>().unwrap();
    until.saturating_sub(1.day())
}

fn stats(server: &Server, query: &str) -> Value {
    server.operator().get(&format!("/v1/sites/website/stats{query}")).send().expect(200)
}

/// A line in the combined format.
fn line((day, time): (Date, &str), address: &str, request: &str, agent: &str) -> String {
    let at = day.strftime("%d/%b/%Y");
    format!(r#"{address} - - [{at}:{time} +0000] "GET {request} HTTP/1.1" 200 99 "-" "{agent}""#)
}

fn import(server: &Server, files: &[&str]) -> Value {
    let mut arguments = vec!["import", "access-log", "--site", "website", "--json"];
    arguments.extend(files);
    let output = server.run(&arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    for printed in [said, String::from_utf8_lossy(&output.stdout).into_owned()] {
        assert!(!printed.contains("203.0.113") && !printed.contains("secret"), "{printed}");
    }
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_log_is_counted_once() {
    let mut server = Server::start();
    let day = yesterday(&server);
    let (before, old) = (day.saturating_sub(1.day()), day.saturating_sub(3.years()));
    let caddy = json!({
        "ts": format!("{day}T10:20:00Z"), "status": 200,
        "request": { "client_ip": "203.0.113.7", "method": "GET", "host": "www.influxis.com", "uri": "/prices",
            "headers": { "User-Agent": [FIREFOX] } },
    });
    let log = [
        line((old, "10:00:00"), "203.0.113.7", "/", FIREFOX),
        line((before, "23:50:00"), "203.0.113.7", "/", FIREFOX),
        line((day, "10:00:00"), "203.0.113.7", "/?email=secret@example.com", FIREFOX),
        line((day, "10:05:00"), "203.0.113.8", "/", FIREFOX),
        line((day, "10:06:00"), "203.0.113.8", "/style.css", FIREFOX),
        line((day, "10:06:00"), "203.0.113.9", "/", ROBOT),
        caddy.to_string(),
        "203.0.113.9 secret nonsense".to_owned(),
        line((day.saturating_add(2.days()), "10:00:00"), "203.0.113.7", "/", FIREFOX),
    ];
    std::fs::write(server.folder().join("access.log"), log.join("\n")).unwrap();
    server.stop();
    let told = import(&server, &["access.log"]);
    let expected = json!({
        "lines": 9, "bad": { "form": 1 }, "no_pages": 1, "other_hosts": 0, "robots": 1, "pages": 4,
        "visits": 3, "days": 2, "left_out": { "too_old": 1, "not_over": 1 },
    });
    assert_eq!(told, expected);
    let again = import(&server, &["access.log"]);
    assert_eq!((&again["visits"], &again["left_out"]["already"]), (&json!(0), &json!(5)), "{again}");

    server.serve();
    let found = stats(&server, &format!("?from={before}&until={day}&by=page,browser"));
    let totals = &found["totals"];
    assert_eq!(
        (&totals["visitors"], &totals["visits"], &totals["views"]),
        (&json!(3), &json!(3), &json!(4)),
        "whoever comes on two days counts on each: {found}"
    );
    assert_eq!(found["by"]["browser"][0]["value"], "Firefox");
    assert_eq!(found["dropped"], json!({ "robot": 1 }));
    assert!(!found.to_string().contains("secret"));
}

#[test]
fn what_cannot_be_imported_is_told() {
    let mut server = Server::start();
    server.stop();
    let run = |site: &str, file: &str| {
        let output = server.run(&["import", "access-log", "--site", site, file]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(run("elsewhere", "-").contains("site"));
    assert!(run("website", "missing.log").contains("cannot read missing.log"));
}
