//! `/console/staff`: who may sign in and as what; inviting, changing and suspending. Names are opened only when asked for.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{ConsoleRole, Filed, Permission, Staff as Member, SubjectId};
use gate::{NewStaff, SignedIn};
use serde::Deserialize;
use serde_json::Value as Json;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::{Confirmed, Once, Question, form, may},
    frame,
    fresh::FreshPosted,
    log,
    posted::Posted,
    shown,
    stop::Stop,
};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    routes::{
        cases::{QueueQuery, cursor},
        view::{is_name, next},
    },
};

const PLACE: &str = "/console/staff";

pub(super) async fn list(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<QueueQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeStaff).await?;
    let Strict(query) = query?;
    let (is_open, limit) = (query.is_open(), query.limit());
    let members = state.gate().staff(&signed_in.caller, is_open, query.after()?, limit).await?;
    let closed = if is_open { "" } else { "closed=true&" };
    let next = next(&members, limit, |member| cursor(&member.filing()));
    let table = Table {
        label: "Staff".to_owned(),
        columns: vec!["Member of staff", "As what", "State"],
        rows: members.iter().map(|member| row(&signed_in, member)).collect(),
        next: next.map(|next| format!("{PLACE}?{closed}after={next}")),
    };
    let lead = "Who may sign in to this console. Who they are is sealed like anybody’s data: open one to see the name.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Staff", lead);
    let sheet = sheet.with(others(is_open)).with(Block::Table(table));
    let forms = may(&signed_in, Permission::ManageStaff).then(|| invite_form(&state, &signed_in));
    shown(&sheet.doors("What you can do", forms.into_iter().collect()))
}

/// The way to those who are let in no more, and back.
fn others(is_open: bool) -> Block {
    let (href, label) = match is_open {
        true => (format!("{PLACE}?closed=true"), "Those who are let in no more"),
        false => (PLACE.to_owned(), "Those who are let in"),
    };
    Block::Way { href, label: label.to_owned() }
}

fn row(signed_in: &SignedIn, member: &Member) -> Vec<Value> {
    let is_self = member.subject == signed_in.staff.subject;
    let role =
        if is_self { format!("{} (you)", member.role.as_str()) } else { member.role.as_str().to_owned() };
    vec![
        Value::Id { href: format!("{PLACE}/{}", member.subject), id: member.subject.to_string() },
        Value::Text(role),
        Value::text(member.state.as_str()),
    ]
}

fn roles() -> FieldKind {
    let words = ConsoleRole::ALL.map(|role| (role.as_str().to_owned(), role.as_str().to_owned()));
    FieldKind::OneOf(words.into())
}

fn invite_form(state: &ApiState, signed_in: &SignedIn) -> Form {
    let mut form = form(signed_in, "invite", PLACE);
    form.title = Some("Invite somebody");
    form.explains =
        "Makes a link that opens once and for three days. You are shown it, and give it to them yourself."
            .to_owned();
    form.button = "Invite";
    form.fields = vec![
        Field::new("email", "E-mail address", FieldKind::Email),
        Field::new("name", "Name", FieldKind::Line),
        Field::new("role", "As what", roles()).filled("support"),
    ];
    form.hidden.push(Once::field(state));
    form
}

/// Somebody who is to be invited.
#[derive(Deserialize)]
pub(super) struct Invited {
    email: String,
    name: String,
    role: String,
    #[serde(flatten)]
    once: Once,
}

fn role(word: &str) -> Result<ConsoleRole, Problem> {
    ConsoleRole::parse(word)
        .ok_or_else(|| Problem::malformed("There is no such role. Choose one of the form."))
}

pub(super) async fn invite(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form }: FreshPosted<Invited>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ManageStaff).await?;
    let parts = [form.email.as_str(), &form.name, &form.role];
    let replay = form.once.replay(&state, &signed_in, (PLACE, &parts))?;
    if !is_name(&form.name) {
        return Err(Problem::malformed("A name takes 1 to 200 characters on one line.").into());
    }
    let new = NewStaff { email: form.email, name: form.name, role: role(&form.role)? };
    let invited = state.gate().invite_staff(&signed_in.caller, &new, Some(&replay)).await?;
    let lead = "Give them this link, by a way that nobody else reads. It is shown this once.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Invited", lead).under(PLACE, "Staff");
    let link = invited.link.map(|link| format!("/invitation?link={link}"));
    shown(&match link {
        Some(link) => sheet.section("The link, after the address of this server", Block::Source(link)),
        None => sheet.with(Block::Text(
            "They were invited by this form before, and the link was shown then.".to_owned(),
        )),
    })
}

/// A member of staff of the operator's.
async fn member(state: &ApiState, signed_in: &SignedIn, subject: &str) -> Result<Member, Problem> {
    let subject: SubjectId = id(subject, "member of staff")?;
    Ok(state.gate().member_of_staff(&signed_in.caller, subject).await?)
}

pub(super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(subject): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeStaff).await?;
    let member = member(&state, &signed_in, &subject).await?;
    shown(&sheet(&state, &signed_in, &member, Vec::new()))
}

/// A form with nothing to fill in.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The same page with their name and address, which is recorded.
pub(super) async fn name(
    State(state): State<ApiState>,
    Path(subject): Path<String>,
    Posted { signed_in, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeStaff).await?;
    let member = member(&state, &signed_in, &subject).await?;
    let fields = state.gate().who_is(&signed_in.caller, &member).await?.into_revealed();
    let said = |(name, called): (&str, &str)| {
        let value = fields.get(name).and_then(Json::as_str).map_or(Value::Nothing, Value::text);
        (called.to_owned(), value)
    };
    shown(&sheet(
        &state,
        &signed_in,
        &member,
        [("full_name", "Name"), ("email", "E-mail address")].map(said).into(),
    ))
}

fn sheet(state: &ApiState, signed_in: &SignedIn, member: &Member, name: Vec<(String, Value)>) -> Sheet {
    let is_named = !name.is_empty();
    let mut facts = vec![
        ("Member of staff".to_owned(), Value::code(member.subject)),
        ("As what".to_owned(), Value::text(member.role.as_str())),
        ("State".to_owned(), Value::text(member.state.as_str())),
    ];
    facts.extend(name);
    let sheet = Sheet::new(frame(signed_in, PLACE), "A member of staff", "").under(PLACE, "Staff");
    let here = format!("{PLACE}/{}", member.subject);
    let mut forms = Vec::new();
    if !is_named {
        let mut naming = form(signed_in, "name", format!("{here}/name"));
        naming.explains = "Who it is. That you looked is recorded.".to_owned();
        naming.button = "Show the name";
        forms.push(naming);
    }
    forms.extend(log::door(state, signed_in, &member.subject.to_string()));
    let is_self = member.subject == signed_in.staff.subject;
    if may(signed_in, Permission::ManageStaff) && !is_self && member.state.as_str() != "suspended" {
        let mut change = form(signed_in, "role", format!("{here}/role"));
        (change.title, change.button) = (Some("Change what they are"), "Change it");
        change.explains = "Binds from their next page on. You are asked once more.".to_owned();
        change.fields.push(Field::new("role", "As what", roles()).filled(member.role.as_str()));
        let mut suspend = form(signed_in, "suspend", format!("{here}/suspend"));
        (suspend.title, suspend.button) = (Some("Suspend"), "Suspend");
        suspend.explains =
            "They are let in no more, from their next page on. You are asked once more.".to_owned();
        forms.extend([change, suspend]);
    }
    sheet.with(Block::Facts(facts)).doors("What you can do", forms)
}

/// As what somebody is to sign in.
#[derive(Deserialize)]
pub(super) struct NewRole {
    role: String,
    #[serde(flatten)]
    confirmed: Confirmed,
}

pub(super) async fn change_role(
    State(state): State<ApiState>,
    Path(subject): Path<String>,
    FreshPosted { signed_in, form: filled }: FreshPosted<NewRole>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ManageStaff).await?;
    let (member, role) = (member(&state, &signed_in, &subject).await?, role(&filled.role)?);
    let here = format!("{PLACE}/{}", member.subject);
    if filled.confirmed.to(&member.version.to_string())? {
        state.gate().change_staff_role(&signed_in.caller, member.subject, role).await?;
        return Ok(Redirect::to(&here).into_response());
    }
    let sentences = vec![
        format!("From their next page on they are {} and no longer {}.", role.as_str(), member.role.as_str()),
        "Their sessions go on; what they may do in them changes at once.".to_owned(),
    ];
    let question = ask(&signed_in, &member, (&here, "role"), "Change what they are?", sentences);
    let mut question = question;
    question.form.hidden.push(("role".to_owned(), filled.role));
    question.ask(&signed_in)
}

pub(super) async fn suspend(
    State(state): State<ApiState>,
    Path(subject): Path<String>,
    FreshPosted { signed_in, form: confirmed }: FreshPosted<Confirmed>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::ManageStaff).await?;
    let member = member(&state, &signed_in, &subject).await?;
    let here = format!("{PLACE}/{}", member.subject);
    if confirmed.to(&member.version.to_string())? {
        state.gate().suspend_staff(&signed_in.caller, member.subject).await?;
        return Ok(Redirect::to(&here).into_response());
    }
    let sentences = vec![
        "They are let in no more: every session of theirs opens nothing from its next page on.".to_owned(),
        "It cannot be taken back. Whoever comes back is invited anew.".to_owned(),
    ];
    ask(&signed_in, &member, (&here, "suspend"), "Suspend this member of staff?", sentences).ask(&signed_in)
}

fn ask(
    signed_in: &SignedIn,
    member: &Member,
    (here, step): (&str, &'static str),
    title: &str,
    sentences: Vec<String>,
) -> Question {
    let mut form = form(signed_in, step, format!("{here}/{step}"));
    form.button = "Yes, do it";
    form.hidden.push((Confirmed::FIELD.to_owned(), member.version.to_string()));
    let from = (here.to_owned(), "The member of staff");
    Question { from, place: PLACE, title: title.to_owned(), sentences, form }
}
