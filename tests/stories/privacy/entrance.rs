//! The way in: by a link, which opens once and soon, and tells nobody who is known.

use serde_json::json;
use stories::Browser;

use super::{ask, customer, link_in, links, open, secret, signed_in, store, with_mail};

#[test]
fn an_address_that_is_known_and_one_that_is_not_are_answered_alike() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", "ada@example.com");
    let mut browser = Browser::new(server.address().clone());
    let known = ask(&mut browser, "/privacy", "ada@example.com");
    let unknown = ask(&mut browser, "/privacy", "nobody@example.com");
    let no_address = ask(&mut browser, "/privacy", "no address at all");
    assert_eq!((known.status, unknown.status, no_address.status), (200, 200, 200), "{}", known.everything());
    assert_eq!((known.text(), unknown.text()), (unknown.text(), no_address.text()));
    assert!(known.text().contains("If we know this address") && browser.cookie().is_none());
    links(&mail, "ada@example.com", 1);
    assert!(mail.mails().iter().all(|one| one.to() == "ada@example.com"), "nobody else is written to");
    assert!(!server.printed().contains("ada@example.com"));
    // Whoever guesses on waits, for a person who is known and for one who is not.
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut statuses = (0..12).map(|_| ask(&mut browser, "/privacy", email).status);
        assert!(statuses.any(|status| status == 429), "{email}");
    }
}

#[test]
fn a_link_opens_once_by_its_button_and_looking_at_it_changes_nothing() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", "ada@example.com");
    let mut browser = Browser::new(server.address().clone());
    ask(&mut browser, "/privacy", "ADA@example.com");
    let link = links(&mail, "ada@example.com", 1).remove(0);
    for _ in 0..3 {
        let looked = browser.open(&link);
        assert_eq!(looked.status, 200, "a program that looks through mail uses nothing up");
        assert!(!looked.text().contains("Lovelace") && looked.header("cache-control") == Some("no-store"));
    }
    let evil = browser.form("/privacy/open", &[("link", secret(&link)), ("who", "0")]);
    assert_eq!(evil.header("Origin", "https://evil.example").send().status, 403);
    assert_eq!(open(&mut browser, &link, "1").status, 404, "nobody stands there");
    assert_eq!(open(&mut browser, &link, "0").status, 303);
    assert!(browser.cookie().unwrap().starts_with("__Host-bailee-privacy="));
    let mut thief = Browser::new(server.address().clone());
    for used in [open(&mut thief, &link, "0"), thief.open(&link)] {
        assert_eq!(used.status, 404);
        assert!(used.text().contains("opens nothing any more") && used.text().contains("Ask for a link"));
    }
    let half = secret(&link).len() / 2;
    let forged = format!("/privacy/open?link={}{}", &secret(&link)[..half], "0".repeat(half));
    for forged in [forged.as_str(), "/privacy/open?link=5e", "/privacy/open?link="] {
        assert_eq!(thief.open(forged).status, 404, "{forged}");
    }
    assert!(thief.cookie().is_none());
}

#[test]
fn several_people_at_one_address_are_told_apart_and_never_paired() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    let (ada, _) = customer(&operator, "Ada Lovelace", "family@example.com");
    let (byron, _) = customer(&operator, "George Byron", "family@example.com");
    store(&operator, &byron, "support_message", &json!({ "body": "a poem" }));
    store(&operator, &ada, "support_message", &json!({ "body": "an engine" }));
    let mut browser = Browser::new(server.address().clone());
    ask(&mut browser, "/privacy", "family@example.com");
    let link = links(&mail, "family@example.com", 1).remove(0);
    let page = browser.open(&link).text();
    assert!(page.contains("Who are you?") && page.contains("a client"), "{page}");
    assert_eq!(page.matches("name=\"who\"").count(), 2);
    assert!(!page.contains("Lovelace") && !page.contains("Byron") && !page.contains("sub_"), "{page}");
    assert_eq!(open(&mut browser, &link, "1").status, 303);
    let data = browser.open("/privacy/data").text();
    let is_ada = data.contains("Ada Lovelace") && data.contains("an engine");
    let is_byron = data.contains("George Byron") && data.contains("a poem");
    assert!(is_ada != is_byron, "{data}");
    assert_eq!(open(&mut browser, &link, "0").status, 404, "for one of them only");
}

#[test]
fn a_member_of_staff_and_a_person_open_nothing_of_each_other() {
    let Some((server, mail)) = with_mail() else { return };
    let operator = server.operator();
    customer(&operator, "Ada Lovelace", "ada@example.com");
    let new = json!({ "email": "grace@staff.example", "name": "Grace Hopper", "role": "owner" });
    let invited = operator.post("/v1/staff", &new).send().expect(201);
    let invitation = invited["link"].as_str().unwrap().to_owned();
    let mut staff = Browser::new(server.address().clone());
    let password = "four plain little words";
    staff.send_exactly("/invitation", &[("link", secret(&invitation)), ("password", password)]);
    assert_eq!(staff.sign_in("grace@staff.example", password).status, 303);
    let person = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let value = |browser: &Browser| browser.cookie().unwrap().split_once('=').unwrap().1.to_owned();
    let with = |name: &str, value: &str, target: &str| {
        let call = stories::Call::new(server.address(), "GET", target);
        call.header("Cookie", format!("{name}={value}")).send()
    };
    let (of_staff, of_person) = (value(&staff), value(&person));
    assert_eq!(with("__Host-bailee", &of_staff, "/console").status, 200);
    assert_eq!(with("__Host-bailee-privacy", &of_person, "/privacy/data").status, 200);
    for (name, value, target, to) in [
        ("__Host-bailee", &of_person, "/console", "/sign-in"),
        ("__Host-bailee-privacy", &of_person, "/console", "/sign-in"),
        ("__Host-bailee-privacy", &of_staff, "/privacy/data", "/privacy"),
        ("__Host-bailee", &of_staff, "/privacy/data", "/privacy"),
        ("bailee-privacy", &of_person, "/privacy/data", "/privacy"),
    ] {
        let reply = with(name, value, target);
        assert_eq!((reply.status, reply.header("location")), (303, Some(to)), "{name} at {target}");
    }
    // Staff come in by their own door only.
    let mut browser = Browser::new(server.address().clone());
    ask(&mut browser, "/privacy", "grace@staff.example");
    ask(&mut browser, "/privacy", "ada@example.com");
    links(&mail, "ada@example.com", 2);
    assert!(mail.mails().iter().all(|one| one.to() != "grace@staff.example"));
}

#[test]
fn a_session_ends_where_one_says_so() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", "ada@example.com");
    let mut here = signed_in(&server, &mail, "/privacy", "ada@example.com");
    let mut there = signed_in(&server, &mail, "/privacy", "ada@example.com");
    assert_eq!(here.open("/privacy").header("location"), Some("/privacy/data"));
    let shown = here.open("/privacy/sessions").text();
    let end = super::between(&shown, "action=\"/privacy/sessions/", "\"");
    assert_eq!(here.send(&format!("/privacy/sessions/{end}"), &[]).status, 303);
    assert_eq!(there.open("/privacy/data").header("location"), Some("/privacy"), "it was revoked");
    let mut thief = here.clone();
    here.open("/privacy/data");
    assert_eq!(here.send_exactly("/privacy/sign-out", &[("form_token", "0")]).status, 403);
    here.open("/privacy/data");
    assert_eq!(here.send("/privacy/sign-out", &[]).status, 303);
    assert!(here.cookie().is_none());
    assert_eq!(thief.open("/privacy/data").status, 303, "an old cookie opens nothing");
}

#[test]
fn the_mail_says_what_it_is_and_names_nobody() {
    let Some((server, mail)) = with_mail() else { return };
    customer(&server.operator(), "Ada Lovelace", "ada@example.com");
    ask(&mut Browser::new(server.address().clone()), "/privacy", "ada@example.com");
    links(&mail, "ada@example.com", 1);
    let taken = mail.mail("ada@example.com", "Your link to Influxis");
    assert!(link_in(taken.text()).starts_with("/privacy/open?link="));
    assert!(taken.text().contains(&format!("http://{}", server.address().socket())), "{}", taken.text());
    assert!(!taken.text().contains("Lovelace") && taken.text().contains("If it was not you"));
}
