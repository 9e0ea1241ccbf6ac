//! Fills the installation: three Clients, their keys and policies, Ada, and a thousand others, all through the gate.

use std::sync::Arc;

use anyhow::Context;
use domain::{Account, AccountId, RecordId, Scope, Source, SubjectId, Told, digest::sha256_hex};
use gate::{Caller, Determination, Gate, GateError, KeyRequest, NewAttestation, NewKey, NewSubject};
use serde_json::json;
use service::{
    Service,
    attested::{Measure, measures},
};
use tokio::task::JoinSet;

use super::{
    FAN_CLUB_POLICY, console,
    people::{Home, Person, Purposeful, people, record},
    visits,
};
use crate::commands::keys;

/// The Clients; the last one has a policy of its own.
const CLIENTS: [&str; 3] = ["Harbour Radio", "Atlas Language School", "Northern Lights fan club"];
/// Ada's address, which must be in no file.
pub(super) const ADA_EMAIL: &str = api::DEMONSTRATION_PERSON;
/// What Ada wrote.
const ADA_MESSAGE: &str = "Hello, my invoice shows two months instead of one. Could you have a look? Ada";

/// What the demonstration knows of what it stored.
pub(super) struct Loaded {
    pub(super) operator: AccountId,
    pub(super) operator_key: String,
    pub(super) client_keys: Vec<(AccountId, String)>,
    pub(super) ada: Ada,
    pub(super) subjects: Vec<Known>,
}

/// The person of the tour.
pub(super) struct Ada {
    pub(super) subject: SubjectId,
    pub(super) message: RecordId,
}

/// A person that the demonstration names to whoever tries it.
pub(super) struct Known {
    pub(super) subject: SubjectId,
    pub(super) account: AccountId,
    pub(super) role: &'static str,
}

/// Everyone whose data is stored for whom.
struct Callers {
    operator: Caller,
    clients: Vec<Caller>,
}

impl Callers {
    fn of(&self, home: Home) -> &Caller {
        match home {
            Home::Operator => &self.operator,
            Home::Client(which) => &self.clients[which],
            Home::FanClub => &self.clients[2],
        }
    }
}

/// Opens the accounts and stores everyone.
///
/// # Errors
/// The gate refused something that the policies permit, or a store failed.
pub(super) async fn load(service: &Service, seed: u64) -> anyhow::Result<Loaded> {
    let gate = service.gate();
    let operator = gate.operator()?;
    let operator_key = shown(keys::first_operator_key(gate).await?)?;
    let callers =
        Callers { clients: open_clients(service, &operator).await?, operator: Caller::system(operator) };
    let mut client_keys = Vec::new();
    for client in &callers.clients {
        let account = client.account_id();
        let request = KeyRequest { name: "demonstration", scopes: Scope::ALL, expires_at: None };
        let made = gate.create_key(&callers.operator, account, &request, None).await?;
        client_keys.push((account, shown(made)?));
    }
    attest(gate, &callers.operator).await.context("nothing could be attested")?;
    let ada = store_ada(gate, &callers.operator).await.context("Ada could not be stored")?;
    let subjects = store_all(gate, &callers, people(seed)).await.context("the people could not be stored")?;
    let opened = console::open(gate, &callers.operator, &callers.clients[0]).await;
    opened.context("nobody could be invited to the console")?;
    visits::come(gate).await.context("nobody could visit the site")?;
    Ok(Loaded { operator: callers.operator.account_id(), operator_key, client_keys, ada, subjects })
}

fn shown(made: NewKey) -> anyhow::Result<String> {
    made.secret.context("a new key has a secret")
}

async fn open_clients(service: &Service, operator: &Account) -> anyhow::Result<Vec<Caller>> {
    let (gate, operator) = (service.gate(), Caller::system(operator.clone()));
    let mut clients = Vec::new();
    for name in CLIENTS {
        let opened = service.gate().open_account(&operator, name, None).await?;
        let accepted = gate.accept_policy(&operator, opened.id, None).await?;
        clients.push(Caller::system(accepted));
    }
    if let Some(fan_club) = clients.last() {
        gate.publish_policy(fan_club, FAN_CLUB_POLICY, None).await?;
    }
    Ok(clients)
}

/// Someone attests whatever the policy lets them.
async fn attest(gate: &Gate, operator: &Caller) -> anyhow::Result<()> {
    for Measure { name, declared, .. } in measures(gate, operator).await? {
        let because = format!("the report of the last inspection: {}", declared.label.get_ref());
        let document = sha256_hex(&because);
        let given = Determination { by: Some(declared.owner.get_ref().clone()), because };
        gate.attest(operator, &NewAttestation { measure: name, document, until: None, given }, None).await?;
    }
    Ok(())
}

async fn store_ada(gate: &Gate, operator: &Caller) -> anyhow::Result<Ada> {
    let new = NewSubject { role: "client".to_owned(), region: Some("SE".to_owned()), age: Told::OfAge };
    let (subject, _, _) = gate.create_subject(operator, &new, None).await?;
    let (name, from) = ("Ada Lindqvist", Source::Subject);
    let profile =
        json!({ "full_name": name, "email": ADA_EMAIL, "phone": "+1 661 555 0100", "country": "SE" });
    let message = json!({ "full_name": name, "email": ADA_EMAIL, "body": ADA_MESSAGE });
    let access = json!({ "ip_address": "192.0.2.77", "page": "/contact", "browser": "Firefox 141" });
    store(gate, operator, subject.id, &record("client_profile", "service_requests", from, profile)).await?;
    store(gate, operator, subject.id, &record("access_log", "service_diagnosis", Source::Observed, access))
        .await?;
    let message =
        store(gate, operator, subject.id, &record("support_message", "support", from, message)).await?;
    Ok(Ada { subject: subject.id, message })
}

/// Stores everyone at once, so that many share one durable commit.
async fn store_all(gate: &Arc<Gate>, callers: &Callers, people: Vec<Person>) -> anyhow::Result<Vec<Known>> {
    let mut tasks = JoinSet::new();
    let mut known: Vec<Known> = Vec::new();
    for (number, person) in people.into_iter().enumerate() {
        let (gate, caller) = (Arc::clone(gate), callers.of(person.home).clone());
        tasks.spawn(async move { store_person(&gate, &caller, &person).await.map(|known| (number, known)) });
    }
    let mut stored = Vec::new();
    while let Some(done) = tasks.join_next().await {
        stored.push(done??);
    }
    stored.sort_by_key(|(number, _)| *number);
    // Two of each role and account are enough to try things with.
    for (_, person) in stored {
        let alike = |other: &&Known| other.account == person.account && other.role == person.role;
        if known.iter().filter(alike).count() < 2 {
            known.push(person);
        }
    }
    Ok(known)
}

async fn store_person(gate: &Gate, caller: &Caller, person: &Person) -> anyhow::Result<Known> {
    let new = NewSubject {
        role: person.role.to_owned(),
        region: Some(person.country.to_owned()),
        age: Told::OfAge,
    };
    let (subject, _, _) = gate.create_subject(caller, &new, None).await?;
    for one in &person.records {
        store(gate, caller, subject.id, one).await?;
    }
    Ok(Known { subject: subject.id, account: caller.account_id(), role: person.role })
}

async fn store(
    gate: &Gate,
    caller: &Caller,
    subject: SubjectId,
    one: &Purposeful,
) -> anyhow::Result<RecordId> {
    let stored = gate.create_record(caller, subject, one.purpose, &one.record, None).await;
    let named = || format!("a record of type {} for {}", one.record.record_type, one.purpose);
    Ok(stored.map_err(explained).with_context(named)?.record.id)
}

/// A refusal with its reasons: the policies shipped here must permit what the demonstration stores.
fn explained(error: GateError) -> anyhow::Error {
    match &error {
        GateError::Refused { refusals, .. } => {
            let reasons = refusals.iter().map(|one| format!("{} ({})", one.reason.text(), one.declaration));
            anyhow::anyhow!("refused: {}", reasons.collect::<Vec<_>>().join("; "))
        }
        _ => error.into(),
    }
}
