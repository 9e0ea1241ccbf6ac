//! Whoever forgot their password sets another, by a link that opens once; then they are signed out everywhere.

use stories::{Browser, Server};

use super::{PASSWORD, accepted, link_in, member, set_password, with_mail};

#[test]
fn another_password_ends_every_session_and_the_old_one() {
    let Some((server, mail)) = with_mail() else { return };
    let client = accepted(&server);
    let (mut open, _) = member(&server, &client.account, "developer");
    let email = format!("developer@{}.example", client.account);
    let mut browser = Browser::new(server.address().clone());
    browser.open("/recovery");
    assert_eq!(browser.send_exactly("/recovery", &[("email", &email)]).status, 200);
    let secret = link_in(mail.mail(&email, "Set another password").text());
    assert_eq!(open.open("/console/account").status, 200, "nothing has changed yet");
    assert_eq!(set_password(&mut browser, &secret, "five other plain little words").status, 303);
    assert_eq!(set_password(&mut browser, &secret, "and once more, it is too late").status, 404);
    assert_eq!(open.open("/console/account").header("location"), Some("/sign-in"), "signed out everywhere");
    assert_eq!(browser.sign_in(&email, PASSWORD).status, 403, "the old one opens nothing");
    assert_eq!(browser.sign_in(&email, "five other plain little words").status, 303);
}

#[test]
fn nobody_learns_who_is_known_by_forgetting_a_password() {
    let server = Server::start();
    let client = accepted(&server);
    member(&server, &client.account, "developer");
    let mut browser = Browser::new(server.address().clone());
    let mut ask = |email: &str| browser.send_exactly("/recovery", &[("email", email)]);
    let known = ask(&format!("developer@{}.example", client.account));
    let unknown = ask("nobody@example.com");
    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    assert_eq!(ask("no address").text(), known.text());
    let mut statuses = (0..20).map(|_| ask("nobody@example.com").status);
    assert!(statuses.any(|status| status == 429), "whoever goes on asking waits");
}
