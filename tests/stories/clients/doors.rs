//! What the owner of one Client, and a stranger, can find out or spoil at the doors: nothing.

use serde_json::json;
use stories::{Browser, Server, Setup};

use super::{PASSWORD, accepted, link_in, member, set_password, text, with_mail};

fn invite(owner: &mut Browser, email: &str) -> stories::Reply {
    owner.open("/console/account/members");
    owner.send("/console/account/members", &[("name", "Edith"), ("email", email), ("role", "developer")])
}

#[test]
fn inviting_somebody_does_not_tell_who_signs_in_for_another_client() {
    let Some((server, mail)) = with_mail() else { return };
    let (ours, theirs) = (accepted(&server), accepted(&server));
    let (mut owner, _) = member(&server, &ours.account, "client_owner");
    member(&server, &theirs.account, "developer");
    let known = format!("developer@{}.example", theirs.account);
    let answers = [known.as_str(), "edith@example.com"].map(|email| {
        let reply = invite(&mut owner, email);
        let listed = owner.open("/console/account/members").text();
        assert!(listed.contains(email), "{listed}");
        (reply.status, reply.header("location").map(str::to_owned), listed.matches("invited").count())
    });
    assert_eq!((answers[0].0, &answers[0].1), (answers[1].0, &answers[1].1));
    assert_eq!((answers[0].2, answers[1].2), (1, 2));
    let told = mail.mail(&known, "and sign in with");
    assert!(!told.text().contains("link="), "{}", told.text());
    let link = link_in(mail.mail("edith@example.com", "You are invited").text());
    let mut edith = Browser::new(server.address().clone());
    assert_eq!(set_password(&mut edith, &link, PASSWORD).status, 303);
    assert_eq!(edith.sign_in("edith@example.com", PASSWORD).status, 303);
    assert_eq!(edith.sign_in(&known, PASSWORD).status, 303, "and whoever was known signs in as before");
    // A Client's key is told no more than its owner.
    for email in [known.as_str(), "nobody@example.com"] {
        let new = json!({ "email": email, "name": "Edith", "role": "developer" });
        let mine = format!("/v1/accounts/{}/members", ours.account);
        let reply = ours.post(&mine, &new).send();
        if email == known {
            reply.problem(409, "exists");
        } else {
            assert!(reply.expect(201).get("link").is_none());
        }
    }
}

#[test]
fn one_signs_in_with_another_address_and_the_old_one_is_told() {
    let Some((server, mail)) = with_mail() else { return };
    let client = accepted(&server);
    let (mut owner, _) = member(&server, &client.account, "client_owner");
    let old = format!("client_owner@{}.example", client.account);
    let mut elsewhere = Browser::new(server.address().clone());
    assert_eq!(elsewhere.sign_in(&old, PASSWORD).status, 303);
    let page = owner.open("/console/address").text();
    assert!(page.contains("Your new e-mail address"), "{page}");
    assert_eq!(owner.send("/console/address", &[("email", "no address")]).status, 422);
    owner.open("/console/address");
    let asked = owner.send("/console/address", &[("email", "ines@new.example")]);
    assert!(asked.text().contains("Look at your mail"), "{}", asked.everything());
    let link = link_in(mail.mail("ines@new.example", "with this address").text());
    let mut anywhere = Browser::new(server.address().clone());
    for _ in 0..2 {
        let looked = anywhere.open(&format!("/address?link={link}"));
        assert_eq!(looked.status, 200, "looking changes nothing");
        assert_eq!(looked.header("cache-control"), Some("no-store"));
    }
    let evil = anywhere.form("/address", &[("link", &link)]).header("Origin", "https://evil.example");
    assert_eq!(evil.send().status, 403);
    assert_eq!(owner.open("/console/account").status, 200);
    assert_eq!(anywhere.send_exactly("/address", &[("link", &link)]).status, 200);
    for browser in [&mut owner, &mut elsewhere] {
        assert_eq!(browser.open("/console/account").header("location"), Some("/sign-in"));
    }
    for used in [anywhere.send_exactly("/address", &[("link", &link)]), anywhere.open("/address?link=5e")] {
        assert_eq!(used.status, 404, "{}", used.everything());
    }
    let told = mail.mail(&old, "with another address");
    assert!(!told.text().contains("ines@new"), "{}", told.text());
    assert_eq!(anywhere.sign_in(&old, PASSWORD).status, 403);
    assert_eq!(anywhere.sign_in("ines@new.example", PASSWORD).status, 303);
    assert!(!server.printed().contains("@new.example"));
}

/// A try to sign in through a proxy that says who asked it.
fn tries(browser: &Browser, through: &str, email: &str) -> u16 {
    let form = [("email", email), ("password", "wrong wrong wrong")];
    browser.form("/sign-in", &form).header("X-Forwarded-For", through).send().status
}

#[test]
fn behind_a_trusted_proxy_a_stranger_keeps_nobody_from_signing_in() {
    let proxies = "[proxies]\ntrusted = [\"127.0.0.0/8\"]";
    let server = Server::with(Setup { limits: proxies, ..Setup::default() });
    let client = accepted(&server);
    let (mut developer, _) = member(&server, &client.account, "developer");
    let email = format!("developer@{}.example", client.account);
    let browser = Browser::new(server.address().clone());
    let stranger = |number: u8| format!("203.0.113.{number}, 198.51.100.7");
    let mut statuses = (0..12).map(|number| tries(&browser, &stranger(number), &email));
    assert!(statuses.any(|status| status == 429), "what a stranger writes on the left changes nothing");
    assert_eq!(tries(&browser, "192.0.2.1", &email), 403, "somebody else is asked for their password");
    assert_eq!(developer.sign_in(&email, PASSWORD).status, 303, "and who knows it comes in");
}

#[test]
fn without_a_proxy_that_is_trusted_nobody_says_who_they_are() {
    let server = Server::start();
    let browser = Browser::new(server.address().clone());
    let mut statuses =
        (0..12).map(|number| tries(&browser, &format!("203.0.113.{number}"), "ada@example.com"));
    assert!(statuses.any(|status| status == 429));
}

#[test]
fn the_first_of_two_clients_of_one_name_keeps_its_entrance() {
    let server = Server::start();
    let operator = server.operator();
    let (first, second) = (operator.open_client("Harbour Radio"), operator.open_client("HARBOUR radio"));
    let mut browser = Browser::new(server.address().clone());
    let found = browser.open("/privacy/at?name=harbour%20radio");
    let entrance = format!("/privacy/at/{}", first.account);
    assert_eq!(found.header("location"), Some(entrance.as_str()), "{}", found.everything());
    assert_eq!(browser.open(&format!("/privacy/at/{}", second.account)).status, 200);
    // Nor is it taken by another name later.
    let third = operator.open_client("Coast");
    let (mut owner, _) = member(&server, &third.account, "client_owner");
    let page = owner.open("/console/account/profile").text();
    let contact = text(&json!(page.split("<option value=\"").nth(1).and_then(|rest| rest.split('"').next())));
    let fields = [("name", "Harbour-Radio"), ("contact", contact.as_str())];
    let asked = owner.send("/console/account/profile", &fields);
    let version = asked.text().split("name=\"confirmed\" value=\"").nth(1).map(|rest| rest.to_owned());
    let version = version.and_then(|rest| rest.split('"').next().map(str::to_owned)).unwrap_or_default();
    let confirmed = [fields[0], fields[1], ("confirmed", version.as_str())];
    let taken = owner.send("/console/account/profile", &confirmed);
    assert_eq!(taken.status, 400, "{}", taken.everything());
    assert!(taken.text().contains("has this name here already"), "{}", taken.text());
}
