//! The people of Clients: how an account comes about and ends, who signs in for it, and what each may do.

mod closing;
mod doors;
mod members;
mod profile;
mod recovery;
mod sign_up;
mod webhooks;

use serde_json::{Value, json};
use stories::{Actor, Browser, MailServer, Reply, Server, Setup};

const PASSWORD: &str = "four plain little words";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A server that sends its mail to a mail server; none where there is no program for one.
fn with_mail() -> Option<(Server, MailServer)> {
    let mail = MailServer::start()?;
    Some((Server::with(Setup { mail: mail.section(), ..Setup::default() }), mail))
}

/// The secret of the link in a mail.
fn link_in(mail: &str) -> String {
    let rest = mail.split("link=").nth(1).unwrap_or_default();
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn set_password(browser: &mut Browser, secret: &str, password: &str) -> Reply {
    browser.send_exactly("/invitation", &[("link", secret), ("password", password)])
}

/// Somebody of a Client whom the operator has invited, signed in; and who they are.
fn member(server: &Server, account: &str, role: &str) -> (Browser, String) {
    let email = format!("{role}@{account}.example");
    let new = json!({ "email": email, "name": "Ines Moreau", "role": role });
    let invited = server.operator().post(&format!("/v1/accounts/{account}/members"), &new).send().expect(201);
    let mut browser = Browser::new(server.address().clone());
    let secret = link_in(&text(&invited["link"]));
    assert_eq!(set_password(&mut browser, &secret, PASSWORD).status, 303);
    let reply = browser.sign_in(&email, PASSWORD);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/console")), "{}", reply.everything());
    (browser, text(&invited["id"]))
}

/// An account that the operator has opened, and that has accepted nothing yet.
fn account(server: &Server) -> String {
    text(
        &server.operator().post("/v1/accounts", &json!({ "name": "Harbour Radio" })).send().expect(201)["id"],
    )
}

/// An account of a Client that has accepted the policy, and a key of its own.
fn accepted(server: &Server) -> Actor {
    server.client()
}

/// Where a form of the page that is shown leads to.
fn action<'a>(page: &'a str, beginning: &str) -> &'a str {
    let found = page.split("action=\"").find(|part| part.starts_with(beginning));
    found.and_then(|part| part.split('"').next()).unwrap_or_default()
}
