//! How a Client is called and who of it is written to: a change is shown before it is made, and made once.

use stories::{Browser, Reply, Server};

use super::{accepted, member};

const PLACE: &str = "/console/account/profile";

/// What the page that asks carries along.
fn confirmed(page: &str) -> String {
    page.split("name=\"confirmed\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn change(browser: &mut Browser, name: &str, contact: &str, confirmed: &str) -> Reply {
    browser.send(PLACE, &[("name", name), ("contact", contact), ("confirmed", confirmed)])
}

#[test]
fn a_change_of_the_profile_is_shown_before_it_is_made() {
    let server = Server::start();
    let client = accepted(&server);
    let (mut owner, own) = member(&server, &client.account, "client_owner");
    let (_, contact) = member(&server, &client.account, "privacy_contact");
    let page = owner.open(PLACE).text();
    assert!(page.contains("Ines Moreau") && page.contains(&contact), "{page}");
    let name = "Harbour <b>Radio";
    let asks = change(&mut owner, name, &contact, "").text();
    assert!(
        asks.contains("Nothing has been done yet") && asks.contains("Harbour &#60;b&#62;Radio"),
        "{asks}"
    );
    assert!(asks.contains("privacy_contact@") && asks.contains("no longer to \u{2068}nobody"), "{asks}");
    let called = || {
        let all = server.operator().get("/v1/accounts").send().expect(200);
        let all = all.as_array().unwrap().clone();
        all.into_iter().find(|one| one["id"] == client.account.as_str()).unwrap()["name"].clone()
    };
    assert_eq!(called(), "Client", "it was only asked");
    let confirmed = confirmed(&asks);
    assert_eq!(change(&mut owner, name, &contact, &confirmed).header("location"), Some(PLACE));
    assert_eq!(called(), name);
    owner.open(PLACE);
    let again = change(&mut owner, name, &contact, &confirmed);
    assert_eq!(again.header("location"), Some(PLACE), "sent twice, it changes nothing more");
    let stale = change(&mut owner, "Another", &own, &confirmed);
    assert_eq!(stale.status, 412, "what was shown is no more so: {}", stale.everything());
    assert_eq!(called(), name);
}

#[test]
fn nobody_of_another_client_is_written_to_and_only_an_owner_changes_it() {
    let server = Server::start();
    let (ours, theirs) = (accepted(&server), accepted(&server));
    let (mut owner, _) = member(&server, &ours.account, "client_owner");
    let (_, stranger) = member(&server, &theirs.account, "privacy_contact");
    assert!(!owner.open(PLACE).text().contains(&stranger));
    assert_eq!(change(&mut owner, "Client", &stranger, "").status, 404);
    for name in ["", "two\nlines", &"x".repeat(201)] {
        owner.open(PLACE);
        assert_eq!(change(&mut owner, name, "", "").status, 400, "{name}");
    }
    for role in ["developer", "privacy_contact"] {
        let (mut browser, _) = member(&server, &ours.account, role);
        assert_eq!(browser.open(PLACE).status, 403, "{role}");
        browser.open("/console/account");
        assert_eq!(change(&mut browser, "Mine", "", "").status, 403, "{role}");
    }
}
