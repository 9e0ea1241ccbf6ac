//! A company opens an account by itself, answers its End Users, and leaves.

use serde_json::json;
use stories::{Actor, Browser, MailServer, Server};

use super::{PASSWORD, action, link_in, set_password, text, with_mail};

const INES: &str = "ines@harbour-radio.example";

fn apply(browser: &mut Browser, email: &str) -> stories::Reply {
    browser.open("/sign-up");
    let typed =
        [("company", "Harbour <Radio>"), ("name", "Ines Moreau"), ("email", email), ("is_of_age", "yes")];
    browser.send_exactly("/sign-up", &typed)
}

/// Somebody who has signed up, followed the link and signed in.
fn signed_up(server: &Server, mail: &MailServer) -> Browser {
    let mut browser = Browser::new(server.address().clone());
    assert_eq!(apply(&mut browser, INES).status, 200);
    let secret = link_in(mail.mail(INES, "Open your account").text());
    assert_eq!(browser.open(&format!("/invitation?link={secret}")).status, 200);
    let set = set_password(&mut browser, &secret, PASSWORD);
    assert_eq!((set.status, set.header("location")), (303, Some("/sign-in")), "{}", set.everything());
    assert_eq!(set_password(&mut browser, &secret, PASSWORD).status, 404, "a link opens once");
    assert_eq!(browser.sign_in(INES, PASSWORD).status, 303);
    browser
}

fn accept(browser: &mut Browser) {
    let page = browser.open("/console/account/policy").text();
    assert!(page.contains("We inform our End Users"), "{page}");
    let version =
        page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let silent = browser.send("/console/account/policy", &[("version", &version)]);
    assert_eq!(silent.status, 400, "nobody accepts without stating that they inform their End Users");
    browser.open("/console/account/policy");
    let accepted = browser.send("/console/account/policy", &[("version", &version), ("informs", "yes")]);
    assert_eq!(accepted.status, 303, "{}", accepted.everything());
}

fn issue_key(browser: &mut Browser, server: &Server) -> Actor {
    let page = browser.open("/console/account/keys").text();
    let once = page.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let ticks = ["data:read", "data:write", "requests:write", "accounts:write", "audit:read"];
    let mut fields = vec![("name", "server"), ("days", "90"), ("once", once.as_str())];
    fields.extend(ticks.map(|tick| (tick, "yes")));
    let made = browser.send("/console/account/keys", &fields);
    assert_eq!(made.status, 200, "{}", made.everything());
    let page = made.text();
    let secret = page.split("bailee_").nth(1).unwrap();
    let secret: String = secret.chars().take_while(char::is_ascii_hexdigit).collect();
    let again = browser.send("/console/account/keys", &fields).text();
    assert!(!again.contains("bailee_"), "a form that is sent twice makes one key: {again}");
    server.holder(&format!("bailee_{secret}"))
}

#[test]
fn what_cannot_be_kept_is_refused_whoever_is_known() {
    let Some((server, mail)) = with_mail() else { return };
    signed_up(&server, &mail);
    let mut browser = Browser::new(server.address().clone());
    for email in [INES, "nobody@harbour-radio.example"] {
        let typed = [
            ("company", "4111 1111 1111 1111"),
            ("name", "Ines Moreau"),
            ("email", email),
            ("is_of_age", "yes"),
        ];
        assert_eq!(browser.send_exactly("/sign-up", &typed).status, 400, "{email}");
    }
}

#[test]
fn a_company_signs_up_accepts_answers_and_leaves() {
    let Some((server, mail)) = with_mail() else { return };
    let mut browser = signed_up(&server, &mail);
    assert_eq!(browser.open("/console").header("location"), Some("/console/account"));
    let overview = browser.open("/console/account").text();
    assert!(overview.contains("Harbour &#60;Radio&#62;") && overview.contains("not yet"), "{overview}");
    let first = browser.open("/console/account/keys");
    assert_eq!(first.header("location"), Some("/console/account/policy"), "accepting comes first");
    accept(&mut browser);
    let client = issue_key(&mut browser, &server);
    client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    assert!(!browser.open("/console/account/keys").text().contains("never"), "it says that it was used");
    // An End User asks the operator, who passes it on.
    let identifiers = json!([{ "field": "email", "value": "ada@example.com" }]);
    let new = json!({ "right": "access", "client": client.account, "identifiers": identifiers });
    let request = text(&server.operator().post("/v1/requests", &new).send().expect(201)["id"]);
    assert!(browser.open("/console/account").text().contains(&request), "it waits on the first page");
    let page = format!("/console/requests/{request}");
    browser.open(&page);
    let denied = browser.send(&format!("{page}/deny"), &[("because", "Nobody proved anything")]);
    assert_eq!(denied.status, 303, "{}", denied.everything());
    let shown = browser.open("/console/account/cancel").text();
    assert!(shown.contains("90 days") && shown.contains("time to take its data back"), "{shown}");
    assert_eq!(browser.send("/console/account/cancel", &[]).status, 400, "it must have been read");
    browser.open("/console/account/cancel");
    let gone = browser.send("/console/account/cancel", &[("understood", "yes")]);
    assert!(gone.text().contains("The account is cancelled"), "{}", gone.everything());
    assert_eq!(browser.sign_in(INES, PASSWORD).status, 403, "nobody signs in any more");
    client.get("/v1/subjects").send().expect(200);
    client.post("/v1/subjects", &json!({ "role": "end_user" })).send().problem(403, "scope");
}

#[test]
fn whoever_is_known_is_answered_in_the_same_way_and_told_by_mail() {
    let Some((server, mail)) = with_mail() else { return };
    signed_up(&server, &mail);
    let mut browser = Browser::new(server.address().clone());
    let (known, unknown) = (apply(&mut browser, INES), apply(&mut browser, "edith@example.com"));
    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    mail.mail(INES, "You have an account");
    mail.mail("edith@example.com", "Open your account");
    let mails = mail.mails();
    let to_ines = mails.iter().filter(|one| one.to() == INES && one.text().contains("link="));
    assert_eq!(to_ines.count(), 1, "nobody gets another link to an account that is there");
}

#[test]
fn nobody_signs_up_where_the_policy_does_not_let_them_or_too_young() {
    let server = Server::start();
    let mut browser = Browser::new(server.address().clone());
    let page = browser.open("/sign-up").text();
    assert!(page.contains("I am 13 or older"), "{page}");
    let typed = [("company", "Harbour Radio"), ("name", "Ines"), ("email", INES)];
    assert_eq!(browser.send_exactly("/sign-up", &typed).status, 400);
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed.toml");
    let policy = std::fs::read_to_string(stories::policy("influxis-2018.toml")).unwrap();
    std::fs::write(&closed, policy.replace("sign_up = true\n", "")).unwrap();
    let server = Server::with(stories::Setup { policy: closed, ..stories::Setup::default() });
    let mut browser = Browser::new(server.address().clone());
    assert_eq!(browser.open("/sign-up").status, 404);
    assert_eq!(apply(&mut browser, INES).status, 404);
    assert!(!browser.open("/sign-in").text().contains("/sign-up"));
    assert_eq!(action(&browser.open("/sign-in").text(), "/sign-in"), "/sign-in");
}
