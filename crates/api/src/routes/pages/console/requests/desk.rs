//! What those who answer requests tell each other: who sees to one, and notes, which are opened only when asked for.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Permission, Request, RequestId, SubjectId};
use gate::{GateError, SignedIn};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Value};

use super::{
    super::{
        allow,
        doing::{Once, form, may, reason},
        frame,
        posted::Posted,
        shown,
        stop::Stop,
        words::moment,
    },
    PLACE,
};
use crate::{
    ApiState,
    extract::{Path, id},
    routes::requests::Said,
};

/// The most members of staff to choose from.
const LISTED: u32 = 200;

/// The forms of the desk, for whoever may use them.
pub(super) async fn doors(
    state: &ApiState,
    signed_in: &SignedIn,
    request: &Request,
) -> Result<Vec<Form>, GateError> {
    let here = format!("{PLACE}/{}", request.id);
    let mut forms = Vec::new();
    if request.is_open() && may(signed_in, Permission::AssignRequest) {
        let mut assign = form(signed_in, "assign", format!("{here}/assign"));
        (assign.title, assign.button) = (Some("Give it to somebody"), "Give it");
        assign.explains = "Who sees to it. The person is not told.".to_owned();
        let mut words = vec![(String::new(), "nobody".to_owned())];
        words.extend(colleagues(state, signed_in).await?);
        let now = request.assigned_to.map(|to| to.to_string()).unwrap_or_default();
        assign.fields.push(Field::new("to", "To whom", FieldKind::OneOf(words)).optional().filled(now));
        forms.push(assign);
    }
    if may(signed_in, Permission::NoteRequest) {
        let mut note = form(signed_in, "note", format!("{here}/note"));
        (note.title, note.button) = (Some("Keep a note"), "Keep it");
        note.explains = "For your colleagues. It is sealed, and goes with the person.".to_owned();
        note.fields.push(reason("Note"));
        note.hidden.push(Once::field(state));
        let mut notes = form(signed_in, "notes", format!("{here}/notes"));
        (notes.title, notes.button) = (Some("Read the notes"), "Read them");
        notes.explains = "Opens what colleagues noted. That you read it is recorded.".to_owned();
        forms.extend([note, notes]);
    }
    Ok(forms)
}

/// Who may see to a request: members of staff who can sign in and may answer. Whoever may not see staff is shown themselves.
pub(super) async fn colleagues(
    state: &ApiState,
    signed_in: &SignedIn,
) -> Result<Vec<(String, String)>, GateError> {
    let staff = state.gate().staff(&signed_in.caller, true, None, LISTED).await?;
    let may_see =
        staff.iter().filter(|one| one.role.may(Permission::SendCode) && one.state.as_str() == "active");
    let called = |one: &domain::Staff| {
        let id = one.subject.to_string();
        let who = if one.subject == signed_in.staff.subject { "you".to_owned() } else { id.clone() };
        (id, format!("{} ({})", who, one.role.as_str()))
    };
    let is_shown =
        |one: &&domain::Staff| one.subject == signed_in.staff.subject || may(signed_in, Permission::SeeStaff);
    Ok(may_see.filter(is_shown).map(called).collect())
}

/// To whom a request is given.
#[derive(Deserialize)]
pub(in super::super) struct Given {
    #[serde(default)]
    to: String,
}

pub(in super::super) async fn assign(
    State(state): State<ApiState>,
    Path(request): Path<String>,
    Posted { signed_in, form }: Posted<Given>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::AssignRequest).await?;
    let request: RequestId = id(&request, "request")?;
    let to = Some(form.to.as_str()).filter(|to| !to.is_empty());
    let to: Option<SubjectId> = to.map(|to| id(to, "member of staff")).transpose()?;
    state.gate().assign_request(&signed_in.caller, request, to).await?;
    Ok(Redirect::to(&format!("{PLACE}/{request}")).into_response())
}

/// What is noted.
#[derive(Deserialize)]
pub(in super::super) struct Noted {
    because: String,
    #[serde(flatten)]
    once: Once,
}

pub(in super::super) async fn note(
    State(state): State<ApiState>,
    Path(request): Path<String>,
    Posted { signed_in, form }: Posted<Noted>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::NoteRequest).await?;
    let request: RequestId = id(&request, "request")?;
    let here = format!("{PLACE}/{request}");
    let replay = form.once.replay(&state, &signed_in, (&here, &[&form.because]))?;
    let note = Said { by: None, because: form.because }.read()?;
    state.gate().note_request(&signed_in.caller, request, &note, Some(&replay)).await?;
    Ok(Redirect::to(&here).into_response())
}

/// A form with nothing to fill in.
#[derive(Deserialize)]
pub(in super::super) struct Nothing {}

pub(in super::super) async fn notes(
    State(state): State<ApiState>,
    Path(request): Path<String>,
    Posted { signed_in, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::NoteRequest).await?;
    let request: RequestId = id(&request, "request")?;
    let notes = state.gate().notes_of_request(&signed_in.caller, request).await?;
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Notes about a request", "The newest first.")
        .under(format!("{PLACE}/{request}"), "The request");
    if notes.is_empty() {
        let teaches = "A note is kept on the page of the request, for whoever sees to it next.".to_owned();
        return shown(&sheet.with(Block::Empty { title: "Nothing was noted".to_owned(), teaches }));
    }
    let sheet = notes.into_iter().fold(sheet, |sheet, (_, detail)| {
        let by = detail.staff.map_or(Value::text("an app"), Value::code);
        let facts = vec![("When".to_owned(), Value::Moment(moment(detail.at))), ("By".to_owned(), by)];
        let text = detail.case.and_then(|statement| statement.because).unwrap_or_default();
        sheet.with(Block::Source(text)).with(Block::Facts(facts))
    });
    shown(&sheet)
}
