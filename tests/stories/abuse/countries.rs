//! Countries: by a database that the operator brings, of whoever asks and not of the proxy between.

use serde_json::json;
use stories::{Server, Setup, eventually, places};
use tempfile::TempDir;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A server behind a proxy of this machine.
fn behind_a_proxy(places: &str) -> Setup {
    let sections = format!("[proxies]\ntrusted = [\"127.0.0.0/8\"]\n[visits]\nplaces = {places:?}\n");
    Setup { sections, ..Setup::default() }
}

#[test]
fn a_visit_tells_its_country() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("countries.mmdb");
    std::fs::write(&file, places(&[(2, "DE"), (3, "AT"), (127, "US")])).unwrap();
    let server = Server::with(behind_a_proxy(file.to_str().unwrap()));
    let operator = server.operator();
    eventually("the first assessment is over", || {
        (operator.get("/v1/assessments").send().status == 200).then_some(())
    });
    for (address, view) in [("2.0.0.1", 1), ("3.0.0.1", 2), ("2.0.0.2", 3), ("9.0.0.1", 4)] {
        let page = json!({ "s": "website", "v": format!("{view:016x}"), "k": "page", "u": "https://www.influxis.com/" });
        let call = server.call("POST", "/collect").header("user-agent", FIREFOX);
        let call = call.header("x-forwarded-for", format!("127.9.9.9, {address}"));
        assert_eq!(call.body("text/plain", page.to_string()).send().status, 204);
    }
    let found = operator.get("/v1/sites/website/stats?by=country").send().expect(200);
    let told: Vec<_> = found["by"]["country"].as_array().unwrap().iter().collect();
    let views = |code: &str| told.iter().find(|row| row["value"] == code).map(|row| row["visits"].clone());
    assert_eq!((views("DE"), views("AT"), views("US")), (Some(json!(2)), Some(json!(1)), None), "{found}");
}

#[test]
fn a_database_that_cannot_be_read_is_told_at_the_start() {
    let mut server = Server::start();
    server.stop();
    let configured = server.folder().join("bailee.toml");
    let configuration = std::fs::read_to_string(&configured).unwrap();
    std::fs::write(&configured, format!("{configuration}[visits]\nplaces = \"words.mmdb\"\n")).unwrap();
    std::fs::write(server.folder().join("words.mmdb"), "no database").unwrap();
    let refused = server.run(&["serve", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("words.mmdb"), "{said}");
    assert!(said.contains("GeoLite2-Country.mmdb"), "it says what to do: {said}");
}
