//! One request: where it stands, what has happened, and what whoever looks may do.

use axum::{extract::State, response::Response};
use domain::{Permission, Request};
use gate::{Effective, SignedIn};
use web::console::{Block, Field, FieldKind, Form, Sheet, Value};

use super::{
    super::{
        Staff, allow,
        doing::{form, may, reason},
        frame, person, shown,
        stop::Stop,
        words::{channel, left, moment, step},
    },
    PLACE, desk, drafts, fulfilling,
    steps::Step,
};
use crate::{
    ApiState,
    extract::{Path, id},
};

pub(in super::super) async fn one(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(request): Path<String>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeRequests).await?;
    let request = state.gate().request(&signed_in.caller, id(&request, "request")?).await?;
    let effective = state.gate().policy(request.account)?;
    let is_ours = request.answered_by() == signed_in.caller.account_id();
    let mut forms = if is_ours { doors(&signed_in, &request, &effective) } else { Vec::new() };
    if is_ours {
        forms.extend(desk::doors(&state, &signed_in, &request).await?);
    }
    let steps = request.steps.iter().map(|one| (moment(one.at), step(one.what).to_owned()));
    let title = format!("Request for {}", request.right.as_str());
    let sheet = Sheet::new(frame(&signed_in, PLACE), title, "")
        .under(PLACE, "Requests")
        .with(Block::Facts(facts(&state, &request)))
        .section("What has happened", Block::Steps(steps.collect()));
    let nothing = Block::Text("There is nothing that your role may do about it where it stands.".to_owned());
    if forms.is_empty() {
        return shown(&sheet.section("What you can do", nothing));
    }
    let sheet = sheet.doors("What you can do", forms);
    let answers = request.is_open() && is_ours && may(&signed_in, Permission::DenyRequest);
    let drafts = if answers { drafts::drafts(&request, &effective) } else { Vec::new() };
    let words = "Made of what the policy says, to be taken and changed. Nothing is sent from here.";
    let sheet =
        if answers { sheet.section("Words to answer with", Block::Text(words.to_owned())) } else { sheet };
    shown(&drafts.into_iter().fold(sheet, |sheet, (title, text)| sheet.with(Block::Draft { title, text })))
}

fn facts(state: &ApiState, request: &Request) -> Vec<(String, Value)> {
    let (left, is_urgent) = left(request, state.now());
    let left = if is_urgent { Value::Urgent(left) } else { Value::Text(left) };
    let mut facts = vec![
        ("Request".to_owned(), Value::code(request.id)),
        ("State".to_owned(), Value::text(request.state.as_str())),
        ("Left".to_owned(), left),
        ("Due".to_owned(), Value::Moment(moment(request.terms.due_at()))),
        ("Received".to_owned(), Value::Moment(moment(request.terms.received_at))),
        ("Came by".to_owned(), Value::text(channel(request.channel))),
    ];
    let paused = request.terms.paused_since.map(|since| Value::Moment(moment(since)));
    facts.extend(paused.map(|since| ("Paused since".to_owned(), since)));
    facts.extend(request.identifiers.iter().map(|one| {
        let proved = if one.is_proved() { "proved" } else { "not proved yet" };
        (format!("Named by {}", one.field), Value::text(proved))
    }));
    if let Some(staff) = request.assigned_to {
        facts.push(("Seen to by".to_owned(), Value::code(staff)));
    }
    if request.is_open() && !request.subjects.is_empty() {
        facts.push(("People found".to_owned(), Value::text(request.subjects.len())));
    }
    facts.extend(request.tasks.iter().map(|task| {
        let done = task.done_at.map_or(Value::text("not done yet"), |at| Value::Moment(moment(at)));
        (format!("Done by {}", task.system), done)
    }));
    if !request.redactions.is_empty() {
        facts.push(("Left out of the package".to_owned(), Value::text(request.redactions.len())));
    }
    facts
}

/// Everything that whoever is signed in may do about a request where it stands.
fn doors(signed_in: &SignedIn, request: &Request, effective: &Effective) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    if request.is_open() && may(signed_in, Permission::OpenPerson) {
        let purpose = effective.declaring().document().requests.as_ref();
        let purpose = purpose.map(|requests| requests.get_ref().purpose.get_ref().clone());
        let subjects = request.subjects.iter();
        forms.extend(subjects.map(|subject| person::door(signed_in, *subject, purpose.as_deref())));
    }
    let steps =
        Step::ALL.into_iter().filter(|one| may(signed_in, one.permission()) && one.is_possible(request));
    forms.extend(steps.map(|one| door(signed_in, (request, one), effective)));
    forms
}

fn door(signed_in: &SignedIn, (request, step): (&Request, Step), effective: &Effective) -> Form {
    let action = format!("{PLACE}/{}/{}", request.id, step.as_str());
    let mut form = form(signed_in, step.as_str(), action);
    form.title = Some(step.label());
    form.button = step.label();
    step.explains().clone_into(&mut form.explains);
    match step {
        Step::Code | Step::Verify => form.fields.push(unproved(request)),
        Step::Task => form.fields.push(Field::new("system", "Which system", FieldKind::OneOf(left_over(request)))),
        Step::Deny => form.fields.extend(exceptions(request, effective)),
        Step::Redact => form.fields.push(
            Field::new("details", "What is left out", FieldKind::Lines { rows: 4, most: 100_000 })
                .optional()
                .hint("One a line: the id of a record, and the name of a field where only that is left out. It replaces what was said before.")
                .filled(left_out(request)),
        ),
        Step::Fulfil => form.fields.extend(fulfilling::fields(request, effective)),
        _ => {}
    }
    form.fields.extend(step.asks().map(reason));
    form
}

/// A choice among the identifiers that nobody proved yet.
fn unproved(request: &Request) -> Field {
    let places = request.identifiers.iter().enumerate().filter(|(_, one)| !one.is_proved());
    let places = places.map(|(place, one)| (place.to_string(), one.field.clone())).collect();
    Field::new("place", "Which identifier", FieldKind::OneOf(places))
}

/// A choice among the exceptions by which the policy limits the right, if there are any.
fn exceptions(request: &Request, effective: &Effective) -> Option<Field> {
    let document = effective.declaring().document();
    let limits = document.exceptions_to(request.right.as_str());
    let limits = limits
        .map(|(name, one)| (name.to_owned(), format!("{}: {}", one.label.get_ref(), one.ground.get_ref())));
    let mut words = vec![(String::new(), "none of them: for the reason below".to_owned())];
    words.extend(limits);
    let field = Field::new("exception", "Exception of the policy", FieldKind::OneOf(words.clone()));
    (words.len() > 1).then(|| field.optional())
}

/// What systems outside have still to do.
fn left_over(request: &Request) -> Vec<(String, String)> {
    let open = request.tasks.iter().filter(|task| task.done_at.is_none());
    open.map(|task| (task.system.clone(), task.system.clone())).collect()
}

fn left_out(request: &Request) -> String {
    let line = |one: &domain::request::Redaction| match &one.field {
        Some(field) => format!("{} {field}", one.record),
        None => one.record.to_string(),
    };
    request.redactions.iter().map(line).collect::<Vec<_>>().join("\n")
}
