//! The whole way of a person: see, correct, choose, ask, complain, be erased, and hold the proof.

use serde_json::{Value, json};
use stories::eventually;

use super::{between, customer, led_to, signed_in, store, text, with_mail};

#[test]
fn a_person_sees_what_is_held_corrects_it_and_chooses() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (ada, record) = customer(&operator, "Ada <script>alert(1)</script>", "ada@example.com");
    store(&operator, &ada, "support_message", &json!({ "body": "Where is my invoice?" }));
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let data = browser.open("/privacy/data").text();
    for part in ["Ada &#60;script&#62;alert", "Where is my invoice?", "You gave it.", "ada@example.com"] {
        assert!(data.contains(part), "{part} is missing in {data}");
    }
    assert!(!data.contains("<script"));
    let form = format!("/privacy/data/{record}/correct");
    let page = browser.open(&form).text();
    assert!(page.contains("name=\"field_full_name\"") && !page.contains("field_email"), "{page}");
    let version = between(&page, "name=\"version\" value=\"", "\"").to_owned();
    let written = [("version", version.as_str()), ("field_full_name", "Ada Lovelace")];
    let review = browser.send(&format!("/privacy/data/{record}/review"), &written).text();
    assert!(review.contains("Is this right?") && review.contains("<td>Ada Lovelace</td>"), "{review}");
    let held = operator.get(&format!("/v1/records/{record}?purpose=support")).send().expect(200);
    assert_eq!(held["fields"]["full_name"], "Ada <script>alert(1)</script>", "nothing is changed yet");
    let done = browser.send(&form, &written);
    assert_eq!(done.status, 303, "{}", done.everything());
    assert!(done.header("location").unwrap().starts_with("/privacy/requests/req_"), "the files on paper");
    assert_eq!(
        browser.send(&form, &[written[0], ("field_full_name", "Eve")]).status,
        412,
        "of another version"
    );
    let held = operator.get(&format!("/v1/records/{record}?purpose=support")).send().expect(200);
    assert_eq!(held["fields"]["full_name"], "Ada Lovelace");
    let entries = operator.get(&format!("/v1/subjects/{ada}/entries?limit=100")).send().expect(200);
    let changed = entries["items"].as_array().unwrap().iter();
    let mut changed = changed.filter(|one| one["detail"]["action"] == "record.updated");
    assert_eq!(changed.next().unwrap()["detail"]["by_person"], true, "{entries}");
    let readings = browser.open("/privacy/readings").text();
    assert!(readings.contains("by you") && readings.contains("answering requests"), "{readings}");
    let of_others = browser.open("/privacy/readings?others=true").text();
    assert!(
        !of_others.contains("by you") && of_others.contains("one piece of your data was read"),
        "{of_others}"
    );
}

#[test]
fn a_second_correction_is_told_outside_too() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (_, record) = customer(&operator, "Ada", "ada@example.com");
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let form = format!("/privacy/data/{record}/correct");
    let mut correct = |name: &str| {
        let version = between(&browser.open(&form).text(), "name=\"version\" value=\"", "\"").to_owned();
        led_to(&browser.send(&form, &[("version", &version), ("field_full_name", name)]))
    };
    let first = correct("Ada Lovelace");
    let id = first.rsplit('/').next().unwrap();
    let done = json!({ "because": "on paper too" });
    operator.post(&format!("/v1/requests/{id}/tasks/paper_files"), &done).send().expect(200);
    assert_eq!(correct("Ada Byron"), first, "it is the same request");
    let request = operator.get(&format!("/v1/requests/{id}")).send().expect(200);
    assert!(
        request["tasks"][0].get("done_at").is_none_or(Value::is_null),
        "it is to be done anew: {request}"
    );
    let words = text(&request["record"]);
    let words = operator.get(&format!("/v1/records/{words}?purpose=requests")).send().expect(200);
    let message = text(&words["fields"]["message"]);
    assert!(message.contains("Ada Lovelace") && message.contains("Ada Byron"), "{message}");
    let told = eventually("the second task", || {
        let events = operator.get("/v1/events").send().expect(200);
        let tasks = events["items"].as_array().unwrap().iter();
        let tasks = tasks.filter(|one| one["type"] == "request.task" && one["data"]["request"] == id);
        Some(tasks.count()).filter(|count| *count == 2)
    });
    assert_eq!(told, 2);
    assert!(browser.open(&first).text().contains("you added to it"));
}

#[test]
fn a_choice_is_one_click_each_way_and_leaves_a_receipt() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (ada, _) = customer(&operator, "Ada Lovelace", "ada@example.com");
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let page = browser.open("/privacy/choices").text();
    assert!(page.contains("value=\"purposes.marketing\"") && page.contains("You have not said"), "{page}");
    assert_eq!(page.matches("value=\"yes\"").count(), page.matches("value=\"no\"").count());
    let stands = || {
        let target = format!("/v1/subjects/{ada}/choices/purposes.marketing");
        operator.get(&target).send().expect(200)["state"].clone()
    };
    for (answer, state) in [("yes", "granted"), ("yes", "granted"), ("no", "withdrawn"), ("yes", "granted")] {
        browser.open("/privacy/choices");
        let said = [("about", "purposes.marketing"), ("answer", answer)];
        assert_eq!(browser.send("/privacy/choices", &said).status, 303);
        assert_eq!(stands(), json!(state));
    }
    let all = operator.get(&format!("/v1/subjects/{ada}/choices")).send().expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 3, "saying the same twice is one choice");
    let page = browser.open("/privacy/choices").text();
    let receipt = format!("/privacy/receipts/{}", between(&page, "/privacy/receipts/", "\""));
    let receipt: Value = serde_json::from_str(&browser.open(&receipt).text()).unwrap();
    let shown = &receipt["statement"]["dpv:hasNotice"]["dct:description"];
    assert!(shown.as_str().unwrap().starts_with("May Influxis use your data for"), "{receipt}");
    for nonsense in ["purposes.orders", "purposes.nothing", "processing.x", "<script>"] {
        browser.open("/privacy/choices");
        let refused = browser.send("/privacy/choices", &[("about", nonsense), ("answer", "yes")]);
        assert!(refused.status == 400 || refused.status == 404, "{nonsense}: {}", refused.everything());
    }
}

#[test]
fn a_package_is_asked_for_and_fetched_once() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    customer(&operator, "Ada Lovelace", "ada@example.com");
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let list = browser.open("/privacy/requests").text();
    assert!(list.contains("You have not asked") && list.contains("right=access"), "{list}");
    browser.open("/privacy/requests/new?right=access");
    let asked = [("right", "access"), ("message", "All of it, please")];
    let page = led_to(&browser.send("/privacy/requests", &asked));
    browser.open("/privacy/requests/new?right=access");
    let again = browser.send("/privacy/requests", &asked);
    assert_eq!(again.header("location"), Some(page.as_str()), "a form that is sent twice asks once");
    let id = page.rsplit('/').next().unwrap();
    let seen = operator.get(&format!("/v1/requests/{id}")).send().expect(200);
    assert_eq!((&seen["state"], &seen["channel"]), (&json!("open"), &json!("page")));
    assert_eq!(seen["identifiers"], json!([{ "field": "email", "is_proved": true }]), "by the link");
    mail.mail("ada@example.com", "was received");
    let because = json!({ "because": "looked through" });
    operator.post(&format!("/v1/requests/{id}/fulfil"), &because).send().expect(200);
    let shown = browser.open(&page).text();
    assert!(shown.contains("Your package is ready") && shown.contains("looked through"), "{shown}");
    let fetch = format!("{page}/package");
    assert_eq!(browser.open(&fetch).status, 405, "looking ahead fetches nothing");
    browser.open(&page);
    let package = browser.send(&fetch, &[]);
    assert_eq!((package.status, package.header("content-type")), (200, Some("application/zip")));
    browser.open(&page);
    assert_eq!(browser.send(&fetch, &[]).status, 409, "once");
}

#[test]
fn a_request_is_taken_back_and_a_refusal_says_why() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    customer(&operator, "Ada Lovelace", "ada@example.com");
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let mut ask = |right: &str| {
        browser.open(&format!("/privacy/requests/new?right={right}"));
        let asked = browser.send("/privacy/requests", &[("right", right), ("message", "")]);
        (led_to(&asked), browser.clone())
    };
    let (page, mut browser_then) = ask("restriction");
    browser_then.open(&page);
    assert_eq!(browser_then.send(&format!("{page}/withdraw"), &[]).status, 303);
    assert!(browser_then.open(&page).text().contains("you took it back"));
    let (page, mut browser_then) = ask("objection");
    let id = page.rsplit('/').next().unwrap();
    let because = json!({ "because": "It is what the contract is about" });
    operator.post(&format!("/v1/requests/{id}/deny"), &because).send().expect(200);
    let shown = browser_then.open(&page).text();
    assert!(shown.contains("It is what the contract is about") && !shown.contains("/withdraw"), "{shown}");
    assert!(mail.mail("ada@example.com", "was refused").text().contains("It is what the contract is about"));
}

#[test]
fn a_complaint_is_filed_answered_and_taken_to_somebody_else() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    customer(&operator, "Ada Lovelace", "ada@example.com");
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    assert!(browser.open("/privacy/complaints").text().contains("You have written nothing yet"));
    assert_eq!(browser.send("/privacy/complaints", &[("matter", "complaint"), ("message", " ")]).status, 400);
    browser.open("/privacy/complaints");
    let written = [("matter", "complaint"), ("message", "I was called twice")];
    let page = led_to(&browser.send("/privacy/complaints", &written));
    browser.open("/privacy/complaints");
    assert_eq!(led_to(&browser.send("/privacy/complaints", &written)), page, "a form that is sent twice");
    assert!(browser.open(&page).text().contains("it came in"));
    let id = page.rsplit('/').next().unwrap();
    let decided = json!({ "outcome": "rejected", "by": "Grace Hopper", "findings": "Nobody <b>called</b>" });
    let said = json!({ "by": "Grace Hopper", "because": "We look into it" });
    operator.post(&format!("/v1/complaints/{id}/acknowledge"), &said).send().expect(200);
    let said = json!({ "to": "Grace Hopper", "by": "Edith", "because": "She knows" });
    operator.post(&format!("/v1/complaints/{id}/assign"), &said).send().expect(200);
    operator.post(&format!("/v1/complaints/{id}/decide"), &decided).send().expect(200);
    let shown = browser.open(&page).text();
    assert!(shown.contains("Nobody &#60;b&#62;called") && !shown.contains("Grace Hopper"), "{shown}");
    assert_eq!(browser.send(&format!("{page}/appeal"), &[("because", "Look again")]).status, 303);
    let seen = operator.get(&format!("/v1/complaints/{id}")).send().expect(200);
    assert_eq!(seen["state"], "appealed");
}

#[test]
fn a_person_is_erased_and_holds_the_certificate() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (ada, _) = customer(&operator, "Ada Lovelace", "ada@example.com");
    let log = json!({ "fields": { "ip_address": "192.0.2.7", "page": "/", "browser": "Firefox" }, "source": "observed" });
    let target = format!("/v1/subjects/{ada}/records/access_log?purpose=service_diagnosis");
    operator.post(&target, &log).send().expect(201);
    let mut browser = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let form = browser.open("/privacy/requests/new?right=erasure").text();
    assert!(form.contains("stays: the security of the network") && form.contains("<td>goes</td>"), "{form}");
    let asked = browser.send("/privacy/requests", &[("right", "erasure"), ("message", "")]);
    let page = led_to(&asked);
    let shown = browser.open(&page).text();
    let link = format!("/privacy/certificate?link={}", between(&shown, "/privacy/certificate?link=", "\""));
    let waiting = browser.open(&link).text();
    assert!(waiting.contains("it is being looked at") && !waiting.contains("Lovelace"), "{waiting}");
    let id = page.rsplit('/').next().unwrap();
    let because = json!({ "because": "as asked" });
    operator.post(&format!("/v1/requests/{id}/fulfil"), &because).send().expect(200);
    for target in ["/privacy/data", "/privacy/requests", "/privacy/sessions", &page] {
        assert_eq!(browser.open(target).header("location"), Some("/privacy"), "{target}");
    }
    let certificate = browser.open(&link).text();
    assert!(
        certificate.contains("What was held is destroyed") && certificate.contains("security"),
        "{certificate}"
    );
    let file = between(&certificate, "/privacy/certificate/", "\"").to_owned();
    let file = eventually("a proof", || {
        let file = browser.open(&format!("/privacy/certificate/{file}"));
        let file: Value = serde_json::from_str(&file.text()).unwrap();
        (file["proof"]["state"] != "pending").then_some(file)
    });
    assert_eq!((&file["state"] != "inaccessible", &file["subject"]), (true, &json!(ada)));
    let told = mail.mail("ada@example.com", "was fulfilled");
    assert_eq!(super::link_in(told.text()), link, "also after everything is erased");
    let stranger = "0".repeat(96);
    assert_eq!(browser.open(&format!("/privacy/certificate?link={stranger}")).status, 404);
    let mut late = stories::Browser::new(server.address().clone());
    assert_eq!(super::ask(&mut late, "/privacy", "ada@example.com").status, 200);
    assert_eq!(mail.mails().iter().filter(|one| one.text().contains("/privacy/open")).count(), 1);
}
