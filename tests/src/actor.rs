//! Who calls: the operator and its Clients, each with a key.

use serde_json::{Value, json};

use crate::{Address, Call, Reply};

/// Someone with an API key.
#[derive(Debug, Clone)]
pub struct Actor {
    address: Address,
    key: String,
    /// The account that the key opens.
    pub account: String,
}

/// What the stories store about an End User, under the reference policy.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The subject.
    pub subject: String,
    /// The record.
    pub record: String,
    /// The audit entries of both.
    pub entries: [String; 2],
}

/// All that a Client's key can be allowed.
const CLIENT_SCOPES: [&str; 14] = [
    "data:read",
    "data:write",
    "data:erase",
    "holds:write",
    "requests:write",
    "policy:write",
    "accounts:write",
    "audit:read",
    "incidents:read",
    "incidents:write",
    "events:read",
    "webhooks:write",
    "access_log:read",
    "access_log:write",
];

impl Actor {
    /// The holder of a key; its account is asked for.
    pub(crate) fn with_key(address: &Address, key: &str) -> Self {
        let mut actor = Self { address: address.clone(), key: key.to_owned(), account: String::new() };
        let keys = actor.get("/v1/keys").send().expect(200);
        actor.account = text(&keys[0]["account"]);
        actor
    }

    /// The same key at another server.
    #[must_use]
    pub fn at(&self, server: &crate::Server) -> Self {
        Self { address: server.address().clone(), ..self.clone() }
    }

    /// The server that is asked.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The key itself.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A request with this key.
    pub fn call(&self, method: &str, target: &str) -> Call {
        Call::new(&self.address, method, target).key(&self.key)
    }

    /// `GET`
    pub fn get(&self, target: &str) -> Call {
        self.call("GET", target)
    }

    /// `POST` of JSON.
    pub fn post(&self, target: &str, body: &Value) -> Call {
        self.call("POST", target).json(body)
    }

    /// `PUT` of JSON.
    pub fn put(&self, target: &str, body: &Value) -> Call {
        self.call("PUT", target).json(body)
    }

    /// `PATCH` with a JSON merge patch.
    pub fn patch(&self, target: &str, body: &Value) -> Call {
        self.call("PATCH", target).body("application/merge-patch+json", body.to_string())
    }

    /// `DELETE`
    pub fn delete(&self, target: &str) -> Call {
        self.call("DELETE", target)
    }

    /// Publishes a policy version.
    pub fn publish(&self, source: &str) -> Reply {
        self.call("POST", "/v1/policy/versions").body("application/toml", source).send()
    }

    /// The same of a version that permits more and does not wait for the notice of it.
    pub fn publish_urgently(&self, source: &str) -> Reply {
        let target = "/v1/policy/versions?because=a%20story%20does%20not%20take%20weeks";
        self.call("POST", target).body("application/toml", source).send()
    }

    /// As the operator: opens a Client's account, lets it accept the policy and makes its key.
    pub fn open_client(&self, name: &str) -> Self {
        let opened = self.post("/v1/accounts", &json!({ "name": name })).send().expect(201);
        let account = text(&opened["id"]);
        let accept = format!("/v1/accounts/{account}/acceptance");
        self.post(&accept, &json!({ "informs_end_users": true })).send().expect(200);
        self.key_for(&account, &CLIENT_SCOPES)
    }

    /// Makes a key for an account.
    pub fn key_for(&self, account: &str, scopes: &[&str]) -> Self {
        let wanted = json!({ "name": "story", "scopes": scopes, "account": account });
        let made = self.post("/v1/keys", &wanted).send().expect(201);
        Self { address: self.address.clone(), key: text(&made["secret"]), account: account.to_owned() }
    }

    /// The key itself, for a program that is given it.
    pub fn secret(&self) -> &str {
        &self.key
    }

    /// Creates an End User.
    pub fn end_user(&self) -> String {
        text(&self.post("/v1/subjects", &json!({ "role": "end_user" })).send().expect(201)["id"])
    }

    /// The call that stores a profile of an End User.
    pub fn profile_call(&self, subject: &str, fields: &Value) -> Call {
        let target = format!("/v1/subjects/{subject}/records/end_user_profile?purpose=service_for_client");
        self.post(&target, &json!({ "fields": fields }))
    }

    /// Creates an End User with a profile.
    pub fn profile(&self, fields: &Value) -> Profile {
        let subject = self.post("/v1/subjects", &json!({ "role": "end_user" })).send().expect(201);
        let id = text(&subject["id"]);
        let record = self.profile_call(&id, fields).send().expect(201);
        let entries = [text(&subject["entry"]), text(&record["entry"])];
        Profile { subject: id, record: text(&record["id"]), entries }
    }

    /// Reads a record for the service.
    pub fn read(&self, record: &str) -> Reply {
        self.get(&format!("/v1/records/{record}?purpose=service_for_client")).send()
    }

    /// Erases a subject.
    pub fn erase(&self, subject: &str) -> Reply {
        self.call("POST", &format!("/v1/subjects/{subject}/erasure")).send()
    }

    /// Looks an e-mail address up for the service; the subjects found.
    pub fn find_by_email(&self, email: &str) -> Vec<String> {
        let ask = json!({ "field": "email", "value": email });
        let target = "/v1/subjects/lookup?purpose=service_for_client";
        let found = self.post(target, &ask).send().expect(200);
        found["subjects"].as_array().map(|all| all.iter().map(text).collect()).unwrap_or_default()
    }
}

/// A text member of a reply.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| unreachable!("expected a text, found {value}")).to_owned()
}
