//! Who signs in for a Client: invited, given another role, let in no more. Names are opened for who manages them, and that is in
//! the log.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{AccountTask, Filed, MemberRole, Staff as Member};
use gate::{GateError, NameCard, NewMember, SignedIn};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{allow_for, may};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    routes::{
        cases::{QueueQuery, cursor},
        pages::{
            console::{Staff, doing, frame, fresh::FreshPosted, sessions::Nothing, shown, stop::Stop},
            steps::Steps,
        },
        view::{is_name, next},
    },
};

/// Where they are.
pub(super) const PLACE: &str = "/console/account/members";
/// The most that are listed.
const LISTED: u32 = 50;

pub(in crate::routes::pages::console) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<QueueQuery>, Problem>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::SeeMembers).await?;
    let Strict(query) = query?;
    let members = state.gate().members(&signed_in.caller, query.is_open(), query.after()?, LISTED).await?;
    let next = next(&members, LISTED, |member| cursor(&member.filing()));
    let mut rows = Vec::new();
    for member in &members {
        rows.push(row(&state, &signed_in, member).await?);
    }
    let lead = "Who signs in for your company. Whoever looks at their names is noted.";
    let table = Table {
        label: "Members".to_owned(),
        columns: vec!["Member", "Address", "Role", "State"],
        rows,
        next: next.map(|next| format!("{PLACE}?after={next}")),
    };
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Members", lead).with(Block::Table(table));
    let forms = may(&signed_in, AccountTask::ManageMembers).then(|| inviting(&signed_in));
    shown(&sheet.doors("Invite somebody", forms.into_iter().collect()))
}

async fn row(state: &ApiState, signed_in: &SignedIn, member: &Member) -> Result<Vec<Value>, Stop> {
    let id = member.subject.to_string();
    let is_own = member.subject == signed_in.staff.subject;
    let manages = may(signed_in, AccountTask::ManageMembers);
    let (name, email) = match card(state, signed_in, member).await? {
        Some(card) => (card.name, Value::Text(card.email)),
        None => (id.clone(), Value::Nothing),
    };
    let who = match (is_own, manages) {
        (true, _) => Value::text("you"),
        (false, true) => Value::Link { href: format!("{PLACE}/{id}"), label: name },
        (false, false) => Value::Code(id),
    };
    Ok(vec![who, email, Value::text(member.role.label()), Value::text(member.state.as_str())])
}

/// Who it is, for whoever manages them.
async fn card(state: &ApiState, signed_in: &SignedIn, member: &Member) -> Result<Option<NameCard>, Stop> {
    if !may(signed_in, AccountTask::ManageMembers) {
        return Ok(None);
    }
    match state.gate().name_card(&signed_in.caller, member.subject).await {
        Ok(card) => Ok(Some(card)),
        Err(GateError::Gone(_) | GateError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn roles() -> FieldKind {
    let word = |role: MemberRole| (role.as_str().to_owned(), role.label().to_owned());
    FieldKind::OneOf(MemberRole::ALL.map(word).to_vec())
}

fn inviting(signed_in: &SignedIn) -> Form {
    Form {
        explains: "They are mailed a link that opens once and for three days.".to_owned(),
        fields: vec![
            Field::new("name", "Their name", FieldKind::Line),
            Field::new("email", "Their e-mail address", FieldKind::Email),
            Field::new("role", "As what", roles()).filled(MemberRole::Developer.as_str()),
        ],
        button: "Invite",
        ..doing::form(signed_in, "invite", PLACE)
    }
}

/// Somebody to be invited.
#[derive(Deserialize)]
pub(in crate::routes::pages::console) struct Invited {
    name: String,
    email: String,
    role: String,
}

pub(in crate::routes::pages::console) async fn invite(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form }: FreshPosted<Invited>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    allow_for(&state, &signed_in, AccountTask::ManageMembers).await?;
    if !is_name(&form.name) {
        return Err(Problem::malformed("A name takes 1 to 200 characters.").into());
    }
    let new = NewMember { email: form.email, name: form.name, role: parse(&form.role)?, is_mailed: true };
    let account = signed_in.caller.account_id();
    state.gate().invite_member(&signed_in.caller, account, &new, None).await?;
    // Nor does the time tell who is known.
    steps.end().await;
    Ok(Redirect::to(PLACE).into_response())
}

fn parse(role: &str) -> Result<MemberRole, Problem> {
    MemberRole::parse(role).ok_or_else(|| Problem::malformed("A member has one of the roles of the form."))
}

pub(in crate::routes::pages::console) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(member): Path<String>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::ManageMembers).await?;
    let subject = id(&member, "member")?;
    let card = state.gate().name_card(&signed_in.caller, subject).await?;
    let members = state.gate().members(&signed_in.caller, true, None, LISTED).await?;
    let member = members.into_iter().find(|member| member.subject == subject);
    let facts = vec![
        ("Address".to_owned(), Value::Text(card.email)),
        ("Role".to_owned(), member.as_ref().map_or(Value::Nothing, |one| Value::text(one.role.label()))),
        (
            "State".to_owned(),
            Value::text(member.as_ref().map_or("suspended", |member| member.state.as_str())),
        ),
    ];
    let forms = member.filter(|member| member.subject != signed_in.staff.subject);
    let forms = forms.map(|member| changing(&signed_in, &member)).unwrap_or_default();
    let sheet = Sheet::new(frame(&signed_in, PLACE), card.name, "").under(PLACE, "Members");
    shown(&sheet.with(Block::Facts(facts)).doors("What you can do", forms))
}

fn changing(signed_in: &SignedIn, member: &Member) -> Vec<Form> {
    let action = |step: &str| format!("{PLACE}/{}/{step}", member.subject);
    let role = Form {
        title: Some("Change the role"),
        explains: "It binds at their next click.".to_owned(),
        fields: vec![Field::new("role", "As what", roles()).filled(member.role.as_str())],
        button: "Change",
        ..doing::form(signed_in, "role", action("role"))
    };
    let suspend = Form {
        title: Some("Let them in no more"),
        explains: "Their sessions open nothing from their next click on, and this is not taken back: invite them again.".to_owned(),
        button: "Suspend",
        ..doing::form(signed_in, "suspend", action("suspend"))
    };
    vec![role, suspend]
}

/// Another role.
#[derive(Deserialize)]
pub(in crate::routes::pages::console) struct Moved {
    role: String,
}

pub(in crate::routes::pages::console) async fn change_role(
    State(state): State<ApiState>,
    Path(member): Path<String>,
    FreshPosted { signed_in, form }: FreshPosted<Moved>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::ManageMembers).await?;
    let (subject, role) = (id(&member, "member")?, parse(&form.role)?);
    state.gate().move_member(&signed_in.caller, subject, role).await?;
    Ok(Redirect::to(PLACE).into_response())
}

pub(in crate::routes::pages::console) async fn suspend(
    State(state): State<ApiState>,
    Path(member): Path<String>,
    FreshPosted { signed_in, .. }: FreshPosted<Nothing>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::ManageMembers).await?;
    state.gate().suspend_member(&signed_in.caller, id(&member, "member")?).await?;
    Ok(Redirect::to(PLACE).into_response())
}
