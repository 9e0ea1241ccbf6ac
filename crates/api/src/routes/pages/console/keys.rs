//! `/console/keys`: the API keys of the account; issuing one, whose secret is shown once, and revoking.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{ApiKey, KeyId, Permission, Scope};
use gate::{KeyRequest, SignedIn};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::{Confirmed, Once, Question, form, may},
    frame,
    fresh::FreshPosted,
    lists::{self, ListQuery},
    log,
    posted::Posted,
    shown,
    stop::Stop,
    words::{moment, scope as in_words},
};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    routes::{cases::beginning, view::is_name},
};

const PLACE: &str = "/console/keys";

pub(super) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<ListQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeKeys).await?;
    let Strict(query) = query?;
    let keys = state.gate().keys(signed_in.caller.account_id());
    let (keys, next) = lists::page(keys, (PLACE, &query), |key| key.id.to_string());
    let now = state.now();
    let table = Table {
        label: "API keys".to_owned(),
        columns: vec!["Key", "Called", "May", "Made", "Ends", "State"],
        rows: keys.iter().map(|key| row(key, now)).collect(),
        next,
    };
    let lead = "Programs call the API with a key. Its secret was shown once and is kept nowhere; a key that may have leaked is \
                revoked, and another one issued.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "API keys", lead).with(Block::Table(table));
    let forms = may(&signed_in, Permission::ManageKeys).then(|| issue_form(&state, &signed_in));
    shown(&sheet.doors("What you can do", forms.into_iter().collect()))
}

fn row(key: &ApiKey, now: Timestamp) -> Vec<Value> {
    vec![
        Value::Id { href: format!("{PLACE}/{}", key.id), id: key.id.to_string() },
        Value::text(&key.name),
        Value::Text(Scope::join(&key.scopes)),
        Value::Moment(moment(key.created_at)),
        key.expires_at.map(moment).into(),
        standing(key, now),
    ]
}

fn standing(key: &ApiKey, now: Timestamp) -> Value {
    match key.revoked_at {
        Some(_) => Value::text("revoked"),
        None if key.is_live(now) => Value::text("works"),
        None => Value::text("its time is over"),
    }
}

fn issue_form(state: &ApiState, signed_in: &SignedIn) -> Form {
    let mut form = form(signed_in, "issue", PLACE);
    form.title = Some("Issue a key");
    form.explains = "Whoever holds it may do what it may. You are asked once more.".to_owned();
    form.button = "Go on";
    form.fields = vec![
        Field::new("name", "What it is called", FieldKind::Line)
            .hint("After the program that uses it, not after a person."),
        Field::new("ends", "Last day on which it works", FieldKind::Day).optional(),
    ];
    let tick = |scope: &Scope| {
        Field::new(scope.as_str(), format!("May {}", in_words(*scope)), FieldKind::Tick).optional()
    };
    form.fields.extend(Scope::ALL.iter().map(tick));
    form.hidden.push(Once::field(state));
    form
}

/// A key that is to be issued.
#[derive(Deserialize)]
pub(super) struct Issued {
    name: String,
    #[serde(default)]
    ends: String,
    #[serde(flatten)]
    once: Once,
    #[serde(flatten)]
    confirmed: Confirmed,
    /// A tick for each thing that it may do.
    #[serde(flatten)]
    ticks: BTreeMap<String, String>,
}

impl Issued {
    fn scopes(&self) -> Result<Vec<Scope>, Problem> {
        let scopes: Option<Vec<Scope>> = self.ticks.keys().map(|word| Scope::parse(word)).collect();
        let none = || Problem::malformed("Tick what the key may do: one thing at least.");
        scopes.filter(|scopes| !scopes.is_empty()).ok_or_else(none)
    }

    /// The end of its last day.
    fn ends_at(&self) -> Result<Option<Timestamp>, Problem> {
        let text = self.ends.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let day = text.parse::<Date>().ok().and_then(|day| day.tomorrow().ok());
        let day =
            day.ok_or_else(|| Problem::malformed("A day is written as year, month and day: 2026-11-30."))?;
        beginning(day).map(Some)
    }
}

pub(super) async fn issue(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form: filled }: FreshPosted<Issued>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ManageKeys).await?;
    let (scopes, expires_at) = (filled.scopes()?, filled.ends_at()?);
    if !is_name(&filled.name) {
        return Err(Problem::malformed("A key is called by 1 to 200 characters on one line.").into());
    }
    if !filled.confirmed.to("issue")? {
        return ask_to_issue(&signed_in, &filled, &scopes);
    }
    let parts = [filled.name.as_str(), &filled.ends, &Scope::join(&scopes)];
    let replay = filled.once.replay(&state, &signed_in, (PLACE, &parts))?;
    let wanted = KeyRequest { name: &filled.name, scopes: &scopes, expires_at };
    let account = signed_in.caller.account_id();
    let made = state.gate().create_key(&signed_in.caller, account, &wanted, Some(&replay)).await?;
    let lead = "Put it where the program finds it and nobody else. It is shown this once and kept nowhere.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "The key was issued", lead)
        .under(PLACE, "API keys")
        .with(Block::Facts(vec![("Key".to_owned(), Value::code(made.key.id))]));
    shown(&match made.secret {
        Some(secret) => sheet.section("The secret", Block::Source(secret)),
        None => sheet.with(Block::Text(
            "It was issued by this form before, and its secret was shown then.".to_owned(),
        )),
    })
}

fn ask_to_issue(signed_in: &SignedIn, filled: &Issued, scopes: &[Scope]) -> Result<Response, Stop> {
    let mut form = form(signed_in, "issue", PLACE);
    form.button = "Yes, issue it";
    form.hidden.push(filled.once.again());
    let said = [
        ("name", filled.name.clone()),
        ("ends", filled.ends.clone()),
        (Confirmed::FIELD, "issue".to_owned()),
    ];
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value)));
    form.hidden.extend(scopes.iter().map(|scope| (scope.as_str().to_owned(), "yes".to_owned())));
    let ends = match filled.ends.trim() {
        "" => "It works until it is revoked.".to_owned(),
        day => format!("It works up to and with {day}."),
    };
    let question = Question {
        from: (PLACE.to_owned(), "API keys"),
        place: PLACE,
        title: "Issue this key?".to_owned(),
        sentences: scopes
            .iter()
            .map(|scope| format!("Whoever holds it may {}.", in_words(*scope)))
            .chain([ends])
            .collect(),
        form,
    };
    question.ask(signed_in)
}

/// A key of the account.
fn key(state: &ApiState, signed_in: &SignedIn, key: &str) -> Result<ApiKey, Problem> {
    let id: KeyId = id(key, "key")?;
    let keys = state.gate().keys(signed_in.caller.account_id());
    keys.into_iter().find(|key| key.id == id).ok_or_else(|| Problem::not_found("key"))
}

pub(super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(id): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeKeys).await?;
    let key = key(&state, &signed_in, &id)?;
    let facts = [
        ("Key", Value::code(key.id)),
        ("Called", Value::text(&key.name)),
        ("May", Value::Text(Scope::join(&key.scopes))),
        ("State", standing(&key, state.now())),
        ("Made", Value::Moment(moment(key.created_at))),
        ("Ends", key.expires_at.map(moment).into()),
        ("Revoked", key.revoked_at.map(moment).into()),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
    let sheet =
        Sheet::new(frame(&signed_in, PLACE), "A key", "").under(PLACE, "API keys").with(Block::Facts(facts));
    let mut revoke = form(&signed_in, "revoke", format!("{PLACE}/{}/revoke", key.id));
    (revoke.title, revoke.button) = (Some("Revoke"), "Revoke");
    revoke.explains = "It works no more from the next request on. You are asked once more.".to_owned();
    let revoke = (key.revoked_at.is_none() && may(&signed_in, Permission::ManageKeys)).then_some(revoke);
    let asking = log::door(&state, &signed_in, &key.id.to_string());
    shown(&sheet.doors("What you can do", asking.into_iter().chain(revoke).collect()))
}

pub(super) async fn revoke(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Posted { signed_in, form: confirmed }: Posted<Confirmed>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ManageKeys).await?;
    let key = key(&state, &signed_in, &id)?;
    let here = format!("{PLACE}/{}", key.id);
    if confirmed.to("revoke")? {
        if key.revoked_at.is_none() {
            state.gate().revoke_key(&signed_in.caller, key.id).await?;
        }
        return Ok(Redirect::to(&here).into_response());
    }
    let mut form = form(&signed_in, "revoke", format!("{here}/revoke"));
    form.button = "Yes, revoke it";
    form.hidden.push((Confirmed::FIELD.to_owned(), "revoke".to_owned()));
    let sentences = vec![
        format!("Whatever uses the key “{}” is refused from the next request on.", key.name),
        "It cannot be taken back; another key can be issued.".to_owned(),
    ];
    let (from, title) = ((here, "The key"), "Revoke this key?".to_owned());
    Question { from, place: PLACE, title, sentences, form }.ask(&signed_in)
}
