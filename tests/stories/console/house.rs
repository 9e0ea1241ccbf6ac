//! Who may do what here: staff invited, changed and suspended, keys issued and revoked, Clients opened.

use serde_json::json;
use stories::{Browser, Server};

use super::{PASSWORD, carried, pairs, signed_in, text};

fn once(page: &str) -> String {
    carried(page).into_iter().find(|(name, _)| name == "once").unwrap().1
}

#[test]
fn an_owner_invites_changes_and_suspends_and_each_binds_at_once() {
    let server = Server::start();
    let (mut owner, own) = signed_in(&server, "owner");
    let page = owner.open("/console/staff").text();
    assert!(page.contains("(you)") && !page.contains("Grace"), "{page}");
    let once = once(&page);
    let said = [
        ("email", "edith@staff.example"),
        ("name", "Edith <b>Clarke"),
        ("role", "support"),
        ("once", once.as_str()),
    ];
    let invited = owner.send("/console/staff", &said).text();
    let link = invited.split("/invitation?link=").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let again = owner.send("/console/staff", &said).text();
    assert!(again.contains("shown then") && !again.contains("/invitation?link="), "{again}");
    let mut edith = Browser::new(server.address().clone());
    edith.send_exactly("/invitation", &[("link", &link), ("password", PASSWORD)]);
    assert_eq!(edith.sign_in("edith@staff.example", PASSWORD).status, 303);
    assert_eq!(edith.open("/console/holds").status, 403);

    let staff = server.operator().get("/v1/staff").send().expect(200);
    let hers = staff.as_array().unwrap().iter().find(|one| one["role"] == json!("support")).unwrap();
    let her = format!("/console/staff/{}", text(&hers["id"]));
    let shown = owner.open(&her).text();
    assert!(!shown.contains("Edith"), "{shown}");
    let named = owner.send(&format!("{her}/name"), &[]).text();
    assert!(named.contains("Edith &#60;b&#62;Clarke") && !named.contains("argon2"), "{named}");
    owner.open(&her);
    let asks = owner.send(&format!("{her}/role"), &[("role", "custodian")]).text();
    assert_eq!(edith.open("/console/holds").status, 403, "it was only asked");
    assert_eq!(owner.send(&format!("{her}/role"), &pairs(&carried(&asks))).status, 303);
    assert_eq!(edith.open("/console/holds").status, 200, "in the session that she has");
    let stale = owner.send(&format!("{her}/role"), &pairs(&carried(&asks)));
    assert_eq!(stale.status, 412, "{}", stale.everything());

    owner.open(&her);
    let asks = owner.send(&format!("{her}/suspend"), &[]).text();
    assert_eq!(owner.send(&format!("{her}/suspend"), &pairs(&carried(&asks))).status, 303);
    assert_eq!(edith.open("/console/holds").header("location"), Some("/sign-in"));
    let mine = format!("/console/staff/{own}");
    assert!(!owner.open(&mine).text().contains("/suspend\""), "nobody suspends themself");
    let yes = [("confirmed", "2")];
    assert_eq!(owner.send(&format!("{mine}/suspend"), &yes).status, 400);
    assert_eq!(owner.send(&format!("{mine}/role"), &[("role", "support"), ("confirmed", "2")]).status, 400);
}

#[test]
fn whoever_is_no_owner_manages_nobody() {
    let server = Server::start();
    let (_, owner) = signed_in(&server, "owner");
    for role in ["custodian", "auditor", "support", "analyst"] {
        let (mut browser, _) = signed_in(&server, role);
        let page = browser.open("/console/sessions");
        assert_eq!(page.status, 200);
        for (target, fields) in [
            (
                "/console/staff".to_owned(),
                vec![("email", "x@y.example"), ("name", "X"), ("role", "owner"), ("once", "0")],
            ),
            (format!("/console/staff/{owner}/suspend"), vec![("confirmed", "2")]),
            (format!("/console/staff/{owner}/role"), vec![("role", "analyst"), ("confirmed", "2")]),
            (
                "/console/keys".to_owned(),
                vec![("name", "k"), ("data:read", "yes"), ("once", "0"), ("confirmed", "issue")],
            ),
            ("/console/accounts".to_owned(), vec![("name", "k"), ("once", "0")]),
            ("/console/policy/publish".to_owned(), vec![("text", "x"), ("once", "0")]),
        ] {
            let reply = browser.send(&target, &fields);
            assert_eq!(reply.status, 403, "{role} {target}: {}", reply.everything());
        }
    }
}

#[test]
fn a_key_is_issued_once_shown_once_and_revoked() {
    let server = Server::start();
    let (mut owner, _) = signed_in(&server, "owner");
    let page = owner.open("/console/keys").text();
    let once = once(&page);
    let nothing = [("name", "the shop"), ("ends", ""), ("once", once.as_str())];
    assert_eq!(owner.send("/console/keys", &nothing).status, 400, "it may nothing");
    let said = [("name", "the shop"), ("ends", "2099-01-31"), ("audit:read", "yes"), ("once", once.as_str())];
    let asks = owner.send("/console/keys", &said).text();
    assert!(asks.contains("read the audit log") && asks.contains("2099-01-31"), "{asks}");
    let again = carried(&asks);
    let issued = owner.send("/console/keys", &pairs(&again)).text();
    let secret = issued.split("bailee_").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let keys = server.operator().get("/v1/keys").send().expect(200);
    let made = keys.as_array().unwrap().iter().find(|key| key["name"] == json!("the shop")).unwrap();
    assert_eq!(made["scopes"], json!(["audit:read"]));
    assert_eq!(made["expires_at"], json!("2099-02-01T00:00:00Z"));
    let twice = owner.send("/console/keys", &pairs(&again)).text();
    assert!(twice.contains("shown then") && !twice.contains(&secret), "{twice}");
    let key = format!("/console/keys/{}", text(&made["id"]));
    assert!(!owner.open(&key).text().contains(&secret));
    let asks = owner.send(&format!("{key}/revoke"), &[]).text();
    assert_eq!(owner.send(&format!("{key}/revoke"), &pairs(&carried(&asks))).status, 303);
    assert!(owner.open(&key).text().contains("revoked"));
    let other = server.client();
    let foreign = text(&other.get("/v1/keys").send().expect(200)[0]["id"]);
    assert_eq!(owner.open(&format!("/console/keys/{foreign}")).status, 404, "a Client’s key is the Client’s");
}

#[test]
fn a_client_is_opened_once_and_shown_with_what_it_must_accept() {
    let server = Server::start();
    let (mut owner, _) = signed_in(&server, "owner");
    let page = owner.open("/console/accounts").text();
    let said = [("name", "Ada <i>Ltd"), ("once", &once(&page))];
    assert_eq!(owner.send("/console/accounts", &said).status, 303);
    assert_eq!(owner.send("/console/accounts", &said).status, 303);
    let shown = owner.open("/console/accounts").text();
    assert_eq!(shown.matches("Ada &#60;i&#62;Ltd").count(), 1, "{shown}");
    assert!(shown.contains("version 1 by"), "{shown}");
}
