//! The policy checked and published, the log searched, evidence verified, and who opened whose data signed off.

use serde_json::json;
use stories::{Server, eventually};

use super::{carried, client_person, signed_in, text};

#[test]
fn a_policy_is_checked_on_the_page_and_published_once_after_being_asked() {
    let server = Server::start();
    let source = std::fs::read_to_string(stories::policy("influxis-2018.toml")).unwrap();
    let (mut owner, _) = signed_in(&server, "owner");
    owner.open("/console/policy");
    let broken = source.replace("retention = \"account_records\"", "retention = \"<nothing>\"");
    let said = owner.send("/console/policy/check", &[("text", &broken)]).text();
    assert!(said.contains("cannot be published") && said.contains("&#60;nothing&#62;"), "{}", &said[..4000]);
    assert!(!said.contains("/publish\""));
    let fewer =
        source.replacen("    \"fraud_prevention\",\n    \"marketing\",\n", "    \"fraud_prevention\",\n", 1);
    let fewer = fewer.replace("version = \"2018-05-25\"", "version = \"2018-05-26\"");
    assert_ne!(fewer, source);
    let said = owner.send("/console/policy/check", &[("text", &fewer.replace('\n', "\r\n"))]).text();
    assert!(said.contains("can be published") && said.contains("Permitted no more"), "{said}");
    let form: Vec<_> = carried(&said).into_iter().filter(|(name, _)| name != "text").collect();
    let once = form.iter().find(|(name, _)| name == "once").unwrap().1.clone();
    let publish = [("text", fewer.as_str()), ("because", ""), ("once", once.as_str())];
    let asks = owner.send("/console/policy/publish", &publish);
    assert_eq!(asks.status, 200, "{}", asks.everything());
    assert!(asks.text().contains("It becomes version 2"), "{}", asks.text());
    let versions =
        || server.operator().get("/v1/policy/versions").send().expect(200).as_array().map(Vec::len);
    assert_eq!(versions(), Some(1), "it was only asked");
    let yes = [("text", fewer.as_str()), ("because", ""), ("once", once.as_str()), ("confirmed", "1")];
    let done = owner.send("/console/policy/publish", &yes);
    assert_eq!(
        (done.status, done.header("location")),
        (303, Some("/console/policy/versions/2")),
        "{}",
        done.everything()
    );
    assert_eq!(
        owner.send("/console/policy/publish", &yes).header("location"),
        Some("/console/policy/versions/2")
    );
    assert_eq!(versions(), Some(2), "twice is once");
    let shown = owner.open("/console/policy/versions/2").text();
    assert!(shown.contains("Permitted no more"), "{shown}");
    let (mut custodian, _) = signed_in(&server, "custodian");
    custodian.open("/console/policy");
    assert!(
        custodian.send_file("/console/policy/check", ("file", &source)).text().contains("can be published")
    );
    custodian.open("/console/policy");
    assert_eq!(custodian.send("/console/policy/check", &[("text", &source)]).status, 200);
    assert_eq!(custodian.send("/console/policy/publish", &yes).status, 403);
}

#[test]
fn the_log_is_searched_and_an_entry_shown_with_its_proof() {
    let server = Server::start();
    let (subject, _) = client_person(&server.operator());
    let (mut support, curious) = signed_in(&server, "support");
    support.open("/console/person");
    let asked = [("field", "email"), ("value", "mira@example.com"), ("purpose", "support")];
    assert_eq!(support.send("/console/person/find", &asked).status, 200);
    let (mut auditor, _) = signed_in(&server, "auditor");
    let page = auditor.open("/console/log").text();
    let day = page.split("value=\"20").nth(1).map(|rest| format!("20{}", &rest[..8])).unwrap();
    let search = [("from", day.as_str()), ("until", &day), ("whose", &curious), ("action", "subject.read")];
    // An entry is found once it has its place in the log.
    let found = eventually("the entry of the reading", || {
        let found = auditor.send("/console/log/search", &search);
        assert_eq!(found.status, 200, "{}", found.everything());
        let found = found.text();
        found.contains("/console/log/entries/").then_some(found)
    });
    assert!(found.contains(&subject) && !found.contains("mira@"), "{found}");
    let entry = found.split("/console/log/entries/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let target = format!("/console/log/entries/{entry}");
    eventually("the entry has its place", || auditor.open(&target).text().contains("place ").then_some(()));
    let shown = auditor.open(&target).text();
    assert!(shown.contains("subject.read") && shown.contains("&#34;checkpoint&#34;"), "{shown}");
    let foreign = server.client().profile(&json!({ "email": "ada@example.com" }));
    let other = auditor.open(&format!("/console/log/entries/{}", foreign.entries[0])).text();
    assert!(other.contains("nobody here can open it") && !other.contains(&foreign.subject), "{other}");
    auditor.open("/console/log");
    let everything = [("from", day.as_str()), ("until", &day), ("action", "log.searched")];
    assert!(
        auditor.send("/console/log/search", &everything).text().contains("subject.read"),
        "searches are recorded"
    );
    auditor.open("/console/log");
    assert_eq!(auditor.send("/console/log/search", &[("from", "x"), ("until", &day)]).status, 400);
    assert_eq!(support.open("/console/log").status, 403);
}

#[test]
fn a_certificate_holds_and_one_that_was_changed_does_not() {
    let server = Server::start();
    let client = server.client();
    let ada = client.profile(&json!({ "email": "ada@example.com" }));
    let erasure = text(&client.erase(&ada.subject).expect(200)["id"]);
    let read = || client.get(&format!("/v1/erasures/{erasure}")).send().expect(200);
    eventually("it is certified", || (read()["proof"]["state"] == "proved").then_some(()));
    let (mut analyst, _) = signed_in(&server, "analyst");
    analyst.open("/console/evidence");
    let holds = analyst.send("/console/evidence", &[("text", &read().to_string())]).text();
    assert!(holds.contains("It holds") && holds.contains(&erasure), "{holds}");
    let mut changed = read();
    changed["certificate"]["keys_destroyed"] = json!(99);
    let fails = analyst.send("/console/evidence", &[("text", &changed.to_string())]).text();
    assert!(fails.contains("It does not hold") && !fails.contains("It holds"), "{fails}");
    assert_eq!(analyst.send("/console/evidence", &[("text", "{\"a\":1}")]).status, 400);
    let dropped = analyst.send_file("/console/evidence", ("file", &read().to_string()));
    assert!(dropped.text().contains("It holds"), "{}", dropped.everything());
    let mut thief = stories::Browser::new(server.address().clone());
    thief.sign_in("analyst@staff.example", super::PASSWORD);
    assert_eq!(
        thief.send_file("/console/evidence", ("file", "{}")).status,
        403,
        "without the token of the form"
    );
}

#[test]
fn who_opened_whose_data_is_counted_and_signed_off() {
    let server = Server::start();
    client_person(&server.operator());
    let (mut support, curious) = signed_in(&server, "support");
    support.open("/console/person");
    let asked = [("field", "email"), ("value", "mira@example.com"), ("purpose", "support")];
    support.send("/console/person/find", &asked);
    for _ in 0..10 {
        assert_eq!(support.send("/console/keys", &[("name", "x"), ("once", "0")]).status, 403);
    }
    let (mut custodian, _) = signed_in(&server, "custodian");
    let page = custodian.open("/console/access").text();
    let days: Vec<String> =
        page.split("value=\"20").skip(1).map(|rest| format!("20{}", &rest[..8])).collect();
    let time = [("from", days[0].as_str()), ("until", days[1].as_str())];
    // What was just done has its place in the log two seconds later at most.
    eventually("what he tried is shown", || {
        let answered = custodian.send("/console/access/ask", &time).text();
        (answered.contains(&curious) && answered.contains("was refused ten times or more")).then_some(())
    });
    let mut signed = time.to_vec();
    signed.push(("because", "Asked him: it was a test"));
    let done = custodian.send("/console/access/sign", &signed).text();
    assert!(done.contains("Signed off") && done.contains("ent_"), "{done}");
    let (mut auditor, _) = signed_in(&server, "auditor");
    auditor.open("/console/access");
    assert!(!auditor.send("/console/access/ask", &time).text().contains("/sign\""));
    assert_eq!(auditor.send("/console/access/sign", &signed).status, 403);
}

#[test]
fn what_goes_when_who_receives_what_and_whether_all_works_is_shown_without_names() {
    let server = Server::start();
    client_person(&server.operator());
    let (mut analyst, _) = signed_in(&server, "analyst");
    for (page, part) in [
        ("/console/retention", "client_profile"),
        ("/console/retention?by=day", "What goes when"),
        ("/console/recipients", "Grounds for disclosing"),
        ("/console/health", "Entries in the log"),
        ("/console/policy", "in force"),
        ("/console/policy/versions/1", "The text"),
    ] {
        let reply = analyst.open(page);
        assert_eq!(reply.status, 200, "{page}: {}", reply.everything());
        let html = reply.text();
        assert!(html.contains(part) && !html.contains("Mira"), "{page}: {html}");
        assert!(html.len() < 100_000, "{page} is too long");
    }
    assert_eq!(analyst.open("/console/policy/versions/9").status, 404);
    assert_eq!(analyst.open("/console/retention?by=hour").status, 400);
}
