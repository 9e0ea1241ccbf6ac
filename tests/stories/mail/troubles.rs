//! Mail servers that are not there, that say later, or no: nothing is lost, and nothing is told twice.

use serde_json::{Value, json};
use stories::{Actor, eventually};

use super::{asks, message, outbox, target, with_mail};

fn retry(actor: &Actor, message: &Value) -> Value {
    let target = format!("/v1/outbox/{}/retry", message["id"].as_str().unwrap());
    actor.post(&target, &json!({})).send().expect(200)
}

#[test]
fn what_the_mail_server_puts_off_arrives_later_and_once() {
    let Some((server, mail)) = with_mail() else { return };
    let client = server.client();
    mail.answers(Some("450 greylisted, ada@example.com"));
    asks(&client, "access", "ada@example.com");
    let waiting = message(&client, "received", "waiting", "later");
    assert_eq!((mail.asked().as_deref(), &waiting["attempts"]), (Some("ada@example.com"), &json!(1)));
    assert!(!waiting.to_string().contains("ada@"), "{waiting}");
    mail.answers(None);
    retry(&client, &waiting);
    let taken = mail.mail("ada@example.com", "was received");
    let sent = message(&client, "received", "sent", "");
    assert!(taken.header("message-id").contains(sent["id"].as_str().unwrap()));
    let again = format!("/v1/outbox/{}/retry", sent["id"].as_str().unwrap());
    client.post(&again, &json!({})).send().problem(409, "state");
    assert_eq!(mail.mails().len(), 1);
    assert!(!server.printed().contains("example.com"), "{}", server.printed());
}

#[test]
fn an_address_that_is_refused_fails_at_once() {
    let Some((server, mail)) = with_mail() else { return };
    let client = server.client();
    mail.answers(Some("550 no such user ada@example.com"));
    asks(&client, "access", "ada@example.com");
    let failed = message(&client, "received", "failed", "refused");
    assert!(outbox(&client, false).is_empty(), "{failed}");
    let metrics = server.call("GET", "/metrics").send().text();
    let counted =
        metrics.lines().any(|line| line.starts_with("bailee_messages_total") && line.contains("failed"));
    assert!(counted, "{metrics}");
    assert!(!metrics.contains("example.com") && !server.printed().contains("example.com"));
}

#[test]
fn a_mail_server_that_is_not_there_loses_nothing() {
    let Some((mut server, mut mail)) = with_mail() else { return };
    let client = server.client();
    mail.stop();
    asks(&client, "access", "ada@example.com");
    let waiting = message(&client, "received", "waiting", "unreachable");
    // Nobody looked at the address for a server that is not there.
    assert_eq!(mail.asked(), None);
    server.kill();
    server.serve();
    mail.serve();
    let client = client.at(&server);
    let still = outbox(&client, false);
    assert_eq!(still[0]["id"], waiting["id"]);
    retry(&client, &waiting);
    mail.mail("ada@example.com", "was received");
    message(&client, "received", "sent", "");
    assert_eq!(mail.mails().len(), 1);
}

#[test]
fn nobody_is_told_after_they_were_erased() {
    let Some((server, mail)) = with_mail() else { return };
    let client = server.client();
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let vouched =
        json!({ "right": "restriction", "subject": ada.subject, "verified": { "because": "signed in" } });
    mail.answers(Some("450 later"));
    let request = client.post("/v1/requests", &vouched).send().expect(201);
    client.post(&target(&request, "extend"), &json!({ "because": "the archive" })).send().expect(200);
    let waiting = message(&client, "extended", "waiting", "later");
    client.erase(&ada.subject).expect(200);
    mail.answers(None);
    retry(&client, &waiting);
    message(&client, "extended", "failed", "erased");
    assert!(mail.mails().is_empty());
}

#[test]
fn without_a_mail_server_messages_wait_and_the_server_says_so() {
    let server = stories::Server::start();
    let client = server.client();
    asks(&client, "access", "ada@example.com");
    let waiting = &outbox(&client, false)[0];
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("waiting"), &json!(0)));
    let ready = server.call("GET", "/readyz").send().expect(200);
    assert!(ready["warnings"][0].as_str().is_some_and(|text| text.contains("mail")), "{ready}");
    let said = eventually("a remark", || Some(server.printed()).filter(|text| text.contains("[mail]")));
    assert!(!said.contains("example.com"));
}
