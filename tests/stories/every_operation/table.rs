//! One row an operation: the scope it needs and a call that would succeed.

mod accounts;
mod complaints;
mod events;
mod requests;
mod staff;
mod visits;

use accounts::Accounts;
use complaints::Complaints;
use requests::Requests;
use serde_json::json;
use stories::{Actor, Call, Server, eventually, policy};
use visits::Visits;

/// What an End User may choose about under the reference policy.
const CHOICE: &str = "purposes.mailing_for_client";

/// What the calls of the table are about.
pub(super) struct Fixture {
    pub(super) subject: String,
    pub(super) record: String,
    pub(super) entry: String,
    /// Somebody else of the same role.
    twin: String,
    erasure: String,
    choice: String,
    hold: String,
    /// Someone whose account is closed.
    closed: String,
    requests: Requests,
    complaints: Complaints,
    key: String,
    /// Incidents that are open, assessed and closed.
    incidents: [String; 3],
    account: String,
    webhook: String,
    /// A record of the operator's, with an address.
    contact: String,
    /// The operator's.
    attestation: String,
    assessment: String,
    /// A member of staff.
    member: String,
    accounts: Accounts,
    visits: Visits,
}

impl Fixture {
    /// Something of each kind, in the account of `client`; what only the operator can have, in the operator's.
    pub(super) fn of(client: &Actor, operator: &Actor) -> Self {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let erased = client.erase(&client.end_user()).expect(200);
        let key =
            client.post("/v1/keys", &json!({ "name": "spare", "scopes": ["data:read"] })).send().expect(201);
        let said = client
            .put(
                &format!("/v1/subjects/{}/choices/{CHOICE}", client.end_user()),
                &json!({ "state": "denied", "method": "api" }),
            )
            .send()
            .expect(200);
        let hold = client.post("/v1/holds", &hold_on(&client.end_user())).send().expect(201);
        let closed = client.end_user();
        let account = json!({ "trigger": "account" });
        client.post(&format!("/v1/subjects/{closed}/triggers"), &account).send().expect(200);
        let ada = client.profile(&json!({ "full_name": "Ada" }));
        let [_, entry] = ada.entries;
        Self {
            subject: ada.subject,
            record: ada.record,
            entry,
            twin: client.end_user(),
            erasure: text(&erased["id"]),
            choice: text(&said["id"]),
            hold: text(&hold["id"]),
            closed,
            requests: Requests::of(client),
            complaints: Complaints::of(client),
            key: text(&key["id"]),
            incidents: ["open", "assessed", "closed"].map(|state| incident(client, state)),
            account: client.account.clone(),
            webhook: text(&client.post("/v1/webhooks", &events::webhook()).send().expect(201)["id"]),
            contact: contact(operator),
            member: staff::invited(operator, &format!("{}@staff.example", staff::end_of(&client.account))),
            accounts: Accounts::of(operator),
            visits: Visits::of(operator),
            attestation: text(&operator.post("/v1/attestations", &attested()).send().expect(201)["id"]),
            assessment: eventually("the first assessment", || {
                let latest = operator.get("/v1/assessments").send();
                (latest.status == 200).then(|| text(&latest.expect(200)["id"]))
            }),
        }
    }
}

/// A record of somebody at a Client.
fn contact(operator: &Actor) -> String {
    let person = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    let person = person["id"].as_str().unwrap_or_default();
    let target = format!("/v1/subjects/{person}/records/client_profile?purpose=orders");
    let fields = json!({ "fields": { "full_name": "Cyd", "email": "cyd@client.example" } });
    operator.post(&target, &fields).send().expect(201)["id"].as_str().unwrap_or_default().to_owned()
}

/// What a person says is in place under the reference policy.
fn attested() -> serde_json::Value {
    json!({
        "measure": "premises",
        "document_sha256": "5e".repeat(32),
        "by": "Head of operations",
        "because": "The report of the inspection",
    })
}

/// An incident that has come as far as this.
fn incident(client: &Actor, state: &str) -> String {
    let opened = client.post("/v1/incidents", &json!({ "what_happened": "Something" })).send().expect(201);
    let id = opened["id"].as_str().unwrap_or_default().to_owned();
    let step =
        |name: &str, body| client.post(&format!("/v1/incidents/{id}/{name}"), &body).send().expect(200);
    if state != "open" {
        step("assessment", json!({ "risk": "unlikely" }));
    }
    if state == "closed" {
        step("closure", json!({}));
    }
    id
}

/// A row of the table.
pub(super) struct Row {
    /// The operation's id in the OpenAPI document.
    pub(super) operation: &'static str,
    /// The scope it needs; none when its door is open.
    pub(super) scope: Option<&'static str>,
    /// Whether it names something of an account, which another account must not reach.
    pub(super) is_private: bool,
    /// Whether only the operator may do it.
    pub(super) is_operators: bool,
    method: &'static str,
    target: String,
    body: Option<(&'static str, String)>,
}

impl Row {
    /// The call, without a key.
    pub(super) fn call(&self, server: &Server) -> Call {
        let call = server.call(self.method, &self.target);
        match &self.body {
            Some((media_type, text)) => call.body(media_type, text.clone()),
            None => call,
        }
    }

    fn new(operation: &'static str, scope: &'static str, method: &'static str, target: &str) -> Self {
        let (scope, target) = (Some(scope), target.to_owned());
        Self { operation, scope, is_private: false, is_operators: false, method, target, body: None }
    }

    fn open(operation: &'static str, target: &str) -> Self {
        Self { scope: None, ..Self::new(operation, "", "GET", target) }
    }

    fn private(self) -> Self {
        Self { is_private: true, ..self }
    }

    fn operators(self) -> Self {
        Self { is_operators: true, ..self }
    }

    fn with(self, value: &serde_json::Value) -> Self {
        Self { body: Some(("application/json", value.to_string())), ..self }
    }

    fn with_text(self, media_type: &'static str, text: String) -> Self {
        Self { body: Some((media_type, text)), ..self }
    }
}

/// The whole table. A row is missing when the OpenAPI document has an operation that is not here; the stories fail
/// then.
pub(super) fn rows(about: &Fixture) -> Vec<Row> {
    let mut all = open_doors();
    all.extend(subjects(about));
    all.extend(choices(about));
    all.extend(records(about));
    all.extend(holds(about));
    all.extend(about.requests.rows(&about.subject));
    all.extend(about.complaints.rows());
    all.extend(evidence(about));
    all.extend(about.visits.rows());
    all.extend(incidents(about));
    all.extend(events::rows(&about.webhook));
    all.extend(about.accounts.rows());
    all.extend(staff::rows(&about.member, &about.account));
    all.extend(administration(about));
    all
}

/// The doors that need no key. This list is short on purpose: whatever joins it is seen by anyone.
fn open_doors() -> Vec<Row> {
    vec![
        Row::open("healthz", "/healthz"),
        Row::open("readyz", "/readyz"),
        Row::open("metrics", "/metrics"),
        Row::open("readCheckpoint", "/audit/checkpoint"),
        Row::open("readLogKey", "/audit/key"),
    ]
}

fn subjects(about: &Fixture) -> Vec<Row> {
    let subject = format!("/v1/subjects/{}", about.subject);
    let question = json!({ "subject": about.subject, "category": "email", "purpose": "support" });
    let merge = json!({ "into": about.twin, "because": "the same passport" });
    let split = json!({ "records": [about.record], "because": "another one's address" });
    vec![
        Row::new("listSubjects", "data:read", "GET", "/v1/subjects"),
        Row::new("createSubject", "data:write", "POST", "/v1/subjects").with(&json!({ "role": "end_user" })),
        Row::new("lookupSubject", "data:read", "POST", "/v1/subjects/lookup?purpose=support")
            .with(&json!({ "field": "email", "value": "ada@example.com" })),
        Row::new("readSubject", "data:read", "GET", &subject).private(),
        Row::new("decide", "data:read", "POST", "/v1/decisions").with(&question).private(),
        Row::new("eraseSubject", "data:erase", "POST", &format!("{subject}/erasure")).private(),
        Row::new("sayAge", "data:write", "PUT", &format!("{subject}/age"))
            .with(&json!({ "born": "1990-02-03" }))
            .private(),
        Row::new("pullTrigger", "data:write", "POST", &format!("{subject}/triggers"))
            .with(&json!({ "trigger": "account" }))
            .private(),
        Row::new(
            "takeTriggerBack",
            "data:write",
            "DELETE",
            &format!("/v1/subjects/{}/triggers/account", about.closed),
        )
        .private(),
        Row::new("readRetentionPlan", "data:read", "GET", "/v1/retention/plan"),
        Row::new("mergeSubject", "data:write", "POST", &format!("{subject}/merge")).with(&merge).private(),
        Row::new("splitSubject", "data:write", "POST", &format!("{subject}/split")).with(&split).private(),
        Row::new("discoverChild", "data:erase", "POST", &format!("{subject}/child")).private(),
        Row::new("readErasure", "data:read", "GET", &format!("/v1/erasures/{}", about.erasure)).private(),
    ]
}

fn choices(about: &Fixture) -> Vec<Row> {
    let choices = format!("/v1/subjects/{}/choices", about.subject);
    let about_mailing = format!("{choices}/{CHOICE}");
    vec![
        Row::new("listChoices", "data:read", "GET", &choices).private(),
        Row::new("readChoice", "data:read", "GET", &about_mailing).private(),
        Row::new("sayChoice", "data:write", "PUT", &about_mailing)
            .with(&json!({ "state": "granted", "method": "click", "text": "Write to me.", "language": "en" }))
            .private(),
        Row::new("readReceipt", "data:read", "GET", &format!("/v1/choices/{}/receipt", about.choice))
            .private(),
    ]
}

/// A hold under the exception of the reference policy that someone must determine.
fn hold_on(subject: &str) -> serde_json::Value {
    json!({
        "subject": subject,
        "exception": "fraud",
        "determined_by": "Head of security",
        "evidence": "Ticket 4711",
    })
}

fn holds(about: &Fixture) -> Vec<Row> {
    let hold = format!("/v1/holds/{}", about.hold);
    let determined = json!({ "determined_by": "Head of security", "evidence": "Nothing new" });
    vec![
        Row::new("listHolds", "data:read", "GET", "/v1/holds"),
        Row::new("placeHold", "holds:write", "POST", "/v1/holds").with(&hold_on(&about.subject)).private(),
        Row::new("readHold", "data:read", "GET", &hold).private(),
        Row::new("reviewHold", "holds:write", "POST", &format!("{hold}/review")).with(&determined).private(),
        Row::new("releaseHold", "holds:write", "POST", &format!("{hold}/release"))
            .with(&determined)
            .private(),
    ]
}

fn records(about: &Fixture) -> Vec<Row> {
    let of_subject = format!("/v1/subjects/{}/records", about.subject);
    let record = format!("/v1/records/{}", about.record);
    let for_service = format!("{record}?purpose=service_for_client");
    let new = json!({ "fields": { "full_name": "Ada" } });
    let line = json!({ "create": { "role": "end_user" } }).to_string();
    let select = json!({ "subject": about.subject });
    let setting = json!({ "select": select, "set": { "objections": ["marketing"] } });
    vec![
        Row::new(
            "createRecord",
            "data:write",
            "POST",
            &format!("{of_subject}/end_user_profile?purpose=support"),
        )
        .with(&new)
        .private(),
        Row::new("listRecords", "data:read", "GET", &format!("{of_subject}?purpose=support")).private(),
        Row::new("queryMetadata", "data:read", "POST", "/v1/records/metadata/query?purpose=support")
            .with(&json!({ "select": select }))
            .private(),
        Row::new("changeMetadata", "data:write", "POST", "/v1/records/metadata?purpose=support")
            .with(&setting)
            .private(),
        Row::new("readRecord", "data:read", "GET", &for_service).private(),
        Row::new("updateRecord", "data:write", "PATCH", &for_service)
            .with_text("application/merge-patch+json", new["fields"].to_string())
            .private(),
        Row::new("deleteRecord", "data:erase", "DELETE", &record).private(),
        Row::new("bulk", "data:write", "POST", "/v1/bulk?purpose=support")
            .with_text("application/x-ndjson", line),
    ]
}

fn evidence(about: &Fixture) -> Vec<Row> {
    let assessment = format!("/v1/assessments/{}", about.assessment);
    let withdrawal = format!("/v1/attestations/{}/withdraw", about.attestation);
    vec![
        Row::new("listEntries", "audit:read", "GET", &format!("/v1/subjects/{}/entries", about.subject))
            .private(),
        // The public side of an entry is anyone's; that its private side stays shut is told in `audit`.
        Row::new("readEntry", "audit:read", "GET", &format!("/v1/audit/entries/{}", about.entry)),
        Row::new("readAssessment", "audit:read", "GET", "/v1/assessments").operators(),
        Row::new("assess", "audit:read", "POST", "/v1/assessments").operators(),
        Row::new("listAssessments", "audit:read", "GET", "/v1/assessments/history").operators(),
        Row::new("readOneAssessment", "audit:read", "GET", &assessment).operators(),
        Row::new("readAssessmentBundle", "audit:read", "GET", &format!("{assessment}/bundle")).operators(),
        Row::new("listAttestations", "audit:read", "GET", "/v1/attestations").operators(),
        Row::new("attest", "policy:write", "POST", "/v1/attestations").with(&attested()).operators(),
        Row::new("withdrawAttestation", "policy:write", "POST", &withdrawal)
            .with(&json!({ "because": "A door stood open" }))
            .operators(),
    ]
}

fn incidents(about: &Fixture) -> Vec<Row> {
    let [open, assessed, closed] = about.incidents.each_ref().map(|id| format!("/v1/incidents/{id}"));
    let question =
        json!({ "key": about.key, "from": "2001-01-01T00:00:00Z", "until": "2101-01-01T00:00:00Z" });
    vec![
        Row::new("openIncident", "incidents:write", "POST", "/v1/incidents")
            .with(&json!({ "what_happened": "Something" })),
        Row::new("listIncidents", "incidents:read", "GET", "/v1/incidents"),
        Row::new("readIncident", "incidents:read", "GET", &open).private(),
        Row::new("scopeIncident", "incidents:write", "POST", &format!("{open}/scope"))
            .with(&question)
            .private(),
        Row::new("assessIncident", "incidents:write", "POST", &format!("{open}/assessment"))
            .with(&json!({ "risk": "high" }))
            .private(),
        Row::new("recordNotice", "incidents:write", "POST", &format!("{assessed}/notices"))
            .with(&json!({ "part": "authority" }))
            .private(),
        Row::new("closeIncident", "incidents:write", "POST", &format!("{assessed}/closure")).private(),
        Row::new("reopenIncident", "incidents:write", "POST", &format!("{closed}/reopening")).private(),
        Row::new("readDrafts", "incidents:read", "GET", &format!("{open}/drafts/authority")).private(),
    ]
}

fn administration(about: &Fixture) -> Vec<Row> {
    let acceptance = format!("/v1/accounts/{}/acceptance", about.account);
    let rotation = format!("/v1/accounts/{}/rotation", about.account);
    let source =
        std::fs::read_to_string(policy("client-fanclub.toml")).expect("the policy is in the repository");
    vec![
        Row::new("readPolicy", "data:read", "GET", "/v1/policy"),
        Row::new("listPolicyVersions", "data:read", "GET", "/v1/policy/versions"),
        Row::new("publishPolicy", "policy:write", "POST", "/v1/policy/versions")
            .with_text("application/toml", source.clone()),
        Row::new("replayPolicy", "policy:write", "POST", "/v1/policy/replay")
            .with_text("application/toml", source),
        Row::new("listAccounts", "accounts:write", "GET", "/v1/accounts"),
        Row::new("openAccount", "accounts:write", "POST", "/v1/accounts")
            .with(&json!({ "name": "Another" }))
            .operators(),
        Row::new("acceptPolicy", "accounts:write", "POST", &acceptance)
            .with(&json!({ "informs_end_users": true }))
            .private(),
        Row::new("setContact", "accounts:write", "PUT", &format!("/v1/accounts/{}/contact", about.account))
            .with(&json!({ "record": about.contact, "field": "email" }))
            .operators(),
        Row::new("rotateAccountKeys", "accounts:write", "POST", &rotation).operators(),
        Row::new("listKeys", "accounts:write", "GET", "/v1/keys"),
        Row::new("createKey", "accounts:write", "POST", "/v1/keys")
            .with(&json!({ "name": "another", "scopes": ["accounts:write"] })),
        Row::new("revokeKey", "accounts:write", "DELETE", &format!("/v1/keys/{}", about.key)).private(),
    ]
}
