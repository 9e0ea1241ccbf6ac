//! The API keys of a Client: what each may do, until when it works, and when it was last used. A secret is shown once.

use std::collections::HashMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{AccountTask, ApiKey, MemberRole, Role, Scope};
use gate::{KeyRequest, NewKey, SignedIn};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{allow_for, may};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    routes::{
        pages::console::{
            Staff, doing,
            doing::Once,
            frame,
            fresh::FreshPosted,
            lists::{self, ListQuery},
            posted::Posted,
            sessions::Nothing,
            shown,
            stop::Stop,
            words::{apart, moment},
        },
        view::is_name,
    },
};

/// Where they are.
pub(super) const PLACE: &str = "/console/account/keys";
/// For how long a key can work, in days.
const LIVES: [(&str, &str); 4] =
    [("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("always", "until it is revoked")];

pub(in crate::routes::pages::console) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<ListQuery>, Problem>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::SeeKeys).await?;
    let Strict(query) = query?;
    let lead =
        "With a key your programs reach the API. Give each program its own, with no more than it needs.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Keys", lead);
    let mut keys = state.gate().keys(signed_in.caller.account_id());
    keys.reverse();
    let (keys, next) = lists::page(keys, (PLACE, &query), |key| key.id.to_string());
    let sheet = sheet.with(table((&keys, next), &signed_in, state.now()));
    let forms = may(&signed_in, AccountTask::IssueKey).then(|| issuing(&state, &signed_in));
    shown(&sheet.doors("Make a key", forms.into_iter().collect()))
}

fn table((keys, next): (&[ApiKey], Option<String>), signed_in: &SignedIn, now: Timestamp) -> Block {
    if keys.is_empty() {
        return Block::Empty {
            title: "There is no key yet".to_owned(),
            teaches: "Make one below: its secret is shown once, and goes into the header Authorization of each request."
                .to_owned(),
        };
    }
    let row = |key: &ApiKey| {
        let end = if key.is_live(now) && may(signed_in, AccountTask::RevokeKey) {
            doing::button(signed_in, "Revoke", format!("{PLACE}/{}/revoke", key.id), &key.name)
        } else if key.is_live(now) {
            Value::text("works")
        } else {
            Value::text(if key.revoked_at.is_some() { "revoked" } else { "over" })
        };
        vec![
            Value::text(&key.name),
            Value::Text(Scope::join(&key.scopes)),
            Value::Moment(moment(key.created_at)),
            key.expires_at.map_or_else(|| Value::text("when it is revoked"), |at| Value::Moment(moment(at))),
            key.used_at.map_or_else(|| Value::text("never"), |at| Value::Moment(moment(at))),
            end,
        ]
    };
    Block::Table(Table {
        label: "Keys".to_owned(),
        columns: vec!["Name", "May do", "Made", "Ends", "Last used, to a day", "State"],
        rows: keys.iter().map(row).collect(),
        next,
    })
}

fn role(signed_in: &SignedIn) -> Option<MemberRole> {
    match signed_in.staff.role {
        Role::Member(role) => Some(role),
        Role::Staff(_) => None,
    }
}

/// The scopes that somebody may give to a key.
fn grantable(signed_in: &SignedIn) -> impl Iterator<Item = Scope> {
    let role = role(signed_in);
    Scope::ALL.iter().copied().filter(move |scope| role.is_some_and(|role| role.may_grant(*scope)))
}

fn issuing(state: &ApiState, signed_in: &SignedIn) -> Form {
    let lives = LIVES.map(|(days, label)| (days.to_owned(), label.to_owned())).to_vec();
    let mut fields = vec![
        Field::new("name", "What you call it", FieldKind::Line),
        Field::new("days", "How long it works", FieldKind::OneOf(lives)).filled("90"),
    ];
    let tick = |scope: Scope| Field::new(scope.as_str(), scope.as_str(), FieldKind::Tick).optional();
    fields.extend(grantable(signed_in).map(tick));
    let mut form = Form {
        explains: "Tick what it may do.".to_owned(),
        fields,
        button: "Make the key",
        ..doing::form(signed_in, "issue", PLACE)
    };
    form.hidden.push(Once::field(state));
    form
}

/// A key to be made: its name, its life, and a field for each scope.
#[derive(Deserialize)]
pub(in crate::routes::pages::console) struct Wanted {
    name: String,
    days: String,
    #[serde(flatten)]
    once: Once,
    #[serde(flatten)]
    ticks: HashMap<String, String>,
}

pub(in crate::routes::pages::console) async fn issue(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form }: FreshPosted<Wanted>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::IssueKey).await?;
    let scopes: Vec<Scope> =
        grantable(&signed_in).filter(|scope| form.ticks.contains_key(scope.as_str())).collect();
    if !is_name(&form.name) || scopes.is_empty() {
        let why = "A key takes a name of 1 to 200 characters, and at least one tick.";
        return Err(Problem::malformed(why).into());
    }
    let request = KeyRequest { name: &form.name, scopes: &scopes, expires_at: end(&state, &form.days)? };
    let parts = [form.name.as_str(), &form.days, &Scope::join(&scopes)];
    let replay = form.once.replay(&state, &signed_in, (PLACE, &parts))?;
    let account = signed_in.caller.account_id();
    let made = state.gate().create_key(&signed_in.caller, account, &request, Some(&replay)).await?;
    told(&signed_in, made)
}

fn end(state: &ApiState, days: &str) -> Result<Option<Timestamp>, Problem> {
    let known = LIVES.iter().find(|(known, _)| *known == days);
    let (days, _) =
        known.ok_or_else(|| Problem::malformed("A key works for one of the times of the form."))?;
    let days: Option<i64> = days.parse().ok();
    Ok(days.and_then(|days| state.now().checked_add(SignedDuration::from_hours(24 * days)).ok()))
}

fn told(signed_in: &SignedIn, made: NewKey) -> Result<Response, Stop> {
    let sheet =
        Sheet::new(frame(signed_in, PLACE), format!("The key “{}” is made", apart(&made.key.name)), "");
    let sheet = match made.secret {
        Some(secret) => sheet
            .with(Block::Text("Copy it now: it is shown this once, and kept nowhere.".to_owned()))
            .with(Block::Source(secret)),
        None => sheet.with(Block::Text(
            "It was made before, by the same form, and its secret was shown then. If you have not copied it, revoke it and make another."
                .to_owned(),
        )),
    };
    shown(&sheet.under(PLACE, "Keys"))
}

pub(in crate::routes::pages::console) async fn revoke(
    State(state): State<ApiState>,
    Path(key): Path<String>,
    Posted { signed_in, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::RevokeKey).await?;
    state.gate().revoke_key(&signed_in.caller, id(&key, "key")?).await?;
    Ok(Redirect::to(PLACE).into_response())
}
