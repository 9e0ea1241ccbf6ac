//! The operator closes an account, or ends it for a violation: whoever was in it does not return.

use serde_json::{Value, json};
use stories::{Browser, Server, eventually};

use super::{PASSWORD, accepted, member, with_mail};

fn step(server: &Server, account: &str, step: &str) -> Value {
    let because = json!({ "by": "Cleo", "because": "It sent what nobody had asked for" });
    server.operator().post(&format!("/v1/accounts/{account}/{step}"), &because).send().expect(200)
}

#[test]
fn a_suspended_account_lets_nobody_in_until_it_is_reinstated() {
    let server = Server::start();
    let client = accepted(&server);
    let (mut owner, _) = member(&server, &client.account, "client_owner");
    let email = format!("client_owner@{}.example", client.account);
    let suspended = step(&server, &client.account, "suspend");
    assert_eq!(suspended["state"], "suspended");
    assert_eq!(owner.open("/console/account").header("location"), Some("/sign-in"));
    assert_eq!(owner.sign_in(&email, PASSWORD).status, 403);
    client.get("/v1/subjects").send().problem(403, "closed");
    client.get("/v1/keys").send().problem(403, "closed");
    assert_eq!(step(&server, &client.account, "reinstate")["state"], "active");
    client.get("/v1/subjects").send().expect(200);
    assert_eq!(owner.sign_in(&email, PASSWORD).status, 303);
    let entry = suspended["entry"].as_str().unwrap();
    let said = server.operator().get(&format!("/v1/audit/entries/{entry}")).send().expect(200);
    assert_eq!(said["detail"]["case"]["because"], "It sent what nobody had asked for", "{said}");
}

#[test]
fn an_account_that_ended_for_a_violation_bars_its_people_by_a_hash() {
    let Some((server, mail)) = with_mail() else { return };
    let client = accepted(&server);
    let ada = client.profile(&json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let (mut owner, id) = member(&server, &client.account, "client_owner");
    let email = format!("client_owner@{}.example", client.account);
    assert_eq!(step(&server, &client.account, "end")["state"], "ended");
    assert_eq!(owner.open("/console/account").header("location"), Some("/sign-in"));
    client.get("/v1/subjects").send().problem(403, "closed");
    let operator = server.operator();
    for next in ["reinstate", "suspend", "end"] {
        let again = json!({ "because": "x" });
        operator.post(&format!("/v1/accounts/{}/{next}", client.account), &again).send().problem(410, "gone");
    }
    // What they signed in with goes at once; the hash stays, under a purpose of its own.
    let records = eventually("the sign-in details to go", || {
        let records =
            operator.get(&format!("/v1/subjects/{id}/records?purpose=offender_bar")).send().expect(200);
        let all: Vec<String> =
            records["items"].as_array()?.iter().map(|one| one["type"].to_string()).collect();
        (all == ["\"barred_person\""]).then_some(records)
    });
    assert!(!records.to_string().contains("client_owner@"), "{records}");
    let mut browser = Browser::new(server.address().clone());
    let apply = |browser: &mut Browser, email: &str| {
        let typed = [("company", "Again"), ("name", "Ines"), ("email", email), ("is_of_age", "yes")];
        browser.send_exactly("/sign-up", &typed)
    };
    let (barred, other) = (apply(&mut browser, &email), apply(&mut browser, "edith@example.com"));
    assert_eq!((barred.status, barred.text()), (other.status, other.text()), "the answer is the same");
    mail.mail("edith@example.com", "Open your account");
    let to_them = mail.mails().into_iter().filter(|one| one.to() == email).count();
    assert_eq!(to_them, 0, "nobody writes to them");
    assert!(!ada.subject.is_empty());
}
