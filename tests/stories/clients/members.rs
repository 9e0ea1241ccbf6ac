//! Several people of one Client, and those of another.

use serde_json::json;
use stories::Server;

use super::{accepted, account, member};

#[test]
fn each_role_sees_and_does_what_is_its_own_and_a_change_binds_at_once() {
    let server = Server::start();
    let client = accepted(&server);
    let (mut owner, _) = member(&server, &client.account, "client_owner");
    let (mut developer, id) = member(&server, &client.account, "developer");
    let (mut contact, _) = member(&server, &client.account, "privacy_contact");
    assert_eq!(developer.open("/console/requests").status, 403);
    assert_eq!(developer.open("/console/account/keys").status, 200);
    assert_eq!(contact.open("/console/account/keys").status, 403);
    assert_eq!(contact.open("/console/requests").status, 200);
    for page in
        ["/console/account/profile", "/console/account/cancel", &format!("/console/account/members/{id}")]
    {
        assert_eq!(developer.open(page).status, 403, "{page}");
    }
    for page in ["/console/person", "/console/staff", "/console/accounts", "/console/keys", "/console/log"] {
        assert_eq!(owner.open(page).status, 403, "{page} is the operator’s");
    }
    let members = owner.open("/console/account/members").text();
    assert!(members.contains("Ines Moreau") && members.contains("developer@"), "{members}");
    assert!(!developer.open("/console/account/members").text().contains("Ines Moreau"));
    // Moved, with an open session.
    let page = format!("/console/account/members/{id}");
    owner.open(&page);
    assert_eq!(owner.send(&format!("{page}/role"), &[("role", "privacy_contact")]).status, 303);
    assert_eq!(developer.open("/console/account/keys").status, 403);
    // Let in no more, with an open session.
    owner.open(&page);
    assert_eq!(owner.send(&format!("{page}/suspend"), &[]).status, 303);
    assert_eq!(developer.open("/console/account").header("location"), Some("/sign-in"));
}

#[test]
fn an_operators_role_is_none_of_a_clients_and_the_other_way_round() {
    let server = Server::start();
    let client = accepted(&server);
    let (mut owner, id) = member(&server, &client.account, "client_owner");
    let page = format!("/console/account/members/{id}");
    owner.open("/console/account/members");
    for role in ["owner", "custodian"] {
        let form = [("name", "Edith"), ("email", "edith@example.com"), ("role", role)];
        assert_eq!(owner.send("/console/account/members", &form).status, 400, "{role}");
    }
    assert_eq!(owner.send(&format!("{page}/role"), &[("role", "developer")]).status, 400, "not their own");
    assert_eq!(owner.send(&format!("{page}/suspend"), &[]).status, 400, "nor themselves");
    let operator = server.operator();
    let new = json!({ "email": "edith@example.com", "name": "Edith", "role": "client_owner" });
    operator.post("/v1/staff", &new).send().problem(400, "malformed");
    let new = json!({ "email": "edith@example.com", "name": "Edith", "role": "owner" });
    operator.post(&format!("/v1/accounts/{}/members", client.account), &new).send().problem(400, "malformed");
    let own = format!("/v1/accounts/{}/members", operator.account);
    let new = json!({ "email": "edith@example.com", "name": "Edith", "role": "developer" });
    operator.post(&own, &new).send().problem(404, "not-found");
    operator.post(&format!("/v1/staff/{id}/suspend"), &json!({})).send().problem(404, "not-found");
    assert!(operator.get("/v1/staff").send().expect(200).as_array().unwrap().is_empty());
}

#[test]
fn nobody_reaches_for_what_is_another_clients() {
    let server = Server::start();
    let (ours, theirs) = (accepted(&server), accepted(&server));
    let (mut owner, _) = member(&server, &ours.account, "client_owner");
    let (_, stranger) = member(&server, &theirs.account, "developer");
    let key = theirs.post("/v1/keys", &json!({ "name": "x", "scopes": ["data:read"] })).send().expect(201);
    let key = key["id"].as_str().unwrap();
    let webhook = json!({ "url": "https://example.com/" });
    let webhook = theirs.post("/v1/webhooks", &webhook).send().expect(201);
    let webhook = webhook["id"].as_str().unwrap();
    let identifiers = json!([{ "field": "email", "value": "ada@example.com" }]);
    let request = json!({ "right": "access", "identifiers": identifiers });
    let request = theirs.post("/v1/requests", &request).send().expect(201);
    let request = format!("/console/requests/{}", request["id"].as_str().unwrap());
    owner.open("/console/account/members");
    let forms = [
        (format!("/console/account/members/{stranger}/role"), "role", "privacy_contact"),
        (format!("/console/account/members/{stranger}/suspend"), "x", "y"),
        (format!("/console/account/keys/{key}/revoke"), "x", "y"),
        (format!("/console/account/webhooks/{webhook}/remove"), "x", "y"),
        (format!("{request}/deny"), "because", "x"),
    ];
    for (target, name, value) in forms {
        assert_eq!(owner.send(&target, &[(name, value)]).status, 404, "{target}");
    }
    assert_eq!(owner.open(&request).status, 404);
    assert_eq!(owner.open(&format!("/console/account/members/{stranger}")).status, 404);
    assert!(!owner.open("/console/account/members").text().contains(&stranger));
}

#[test]
fn before_a_client_accepted_there_is_one_page() {
    let server = Server::start();
    let account = account(&server);
    let (mut developer, _) = member(&server, &account, "developer");
    assert_eq!(developer.open("/console/account").status, 200);
    for page in ["keys", "members", "webhooks"] {
        let reply = developer.open(&format!("/console/account/{page}"));
        assert_eq!(reply.header("location"), Some("/console/account/policy"), "{page}");
    }
    let page = developer.open("/console/account/policy").text();
    assert!(page.contains("for the owner of the account") && !page.contains("Accept the policy"), "{page}");
    let forged = developer.send("/console/account/policy", &[("version", "1"), ("informs", "yes")]);
    assert_eq!(forged.status, 403);
}
