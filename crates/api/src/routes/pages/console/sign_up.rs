//! `/sign-up`: a company opens an account by itself, where the policy lets it. The answer is the same whoever is known, and takes as
//! long; a mail says the rest.

use axum::{extract::State, http::StatusCode, response::Response};
use gate::{Applicant, GateError};
use serde::Deserialize;
use web::console::{EntrancePage, Field, FieldKind, Form};

use super::{
    super::steps::Steps,
    entrance::{Connection, limited_mail, operator, written},
    posted::OwnForm,
    shown,
    stop::Stop,
};
use crate::{ApiState, Problem, extract::Open, routes::view::is_name};

/// What is typed to open an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Application {
    company: String,
    name: String,
    email: String,
    #[serde(default)]
    is_of_age: Option<String>,
}

pub(super) async fn form(State(state): State<ApiState>, _: Open) -> Result<Response, Stop> {
    if !state.gate().is_sign_up_open() {
        return Err(Problem::not_found("page").into());
    }
    page(&state, None, None)
}

fn page(state: &ApiState, typed: Option<&Application>, trouble: Option<String>) -> Result<Response, Stop> {
    let of = |text: fn(&Application) -> &String| typed.map(text).cloned().unwrap_or_default();
    let mut fields = vec![
        Field::new("company", "Company", FieldKind::Line).filled(of(|typed| &typed.company)),
        Field::new("name", "Your name", FieldKind::Line).filled(of(|typed| &typed.name)),
        Field::new("email", "Your e-mail address", FieldKind::Email).filled(of(|typed| &typed.email)),
    ];
    if let Some(years) = minimum_age(state) {
        fields.push(Field::new("is_of_age", format!("I am {years} or older"), FieldKind::Tick));
    }
    let form = Form {
        id: "sign-up",
        action: "/sign-up".to_owned(),
        title: None,
        explains: String::new(),
        fields,
        hidden: Vec::new(),
        button: "Open an account",
    };
    let operator = operator(state);
    let lead = format!(
        "Store and answer for the data of your own users with {operator}. We mail you a link; once you have chosen a password by \
         it, the account is there. Its keys work once you have accepted the policy."
    );
    shown(&EntrancePage { operator, title: "Open an account", lead, trouble, form })
}

fn minimum_age(state: &ApiState) -> Option<u8> {
    let operator = state.gate().operator().ok()?;
    let policy = state.gate().policy(operator.id).ok()?.operator.policy;
    Some(*policy.document().age.as_ref()?.get_ref().minimum.get_ref())
}

pub(super) async fn apply(
    State(state): State<ApiState>,
    connection: Connection,
    OwnForm(typed): OwnForm<Application>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    limited_mail(&state, connection, &typed.email)?;
    if !is_name(&typed.company) || !is_name(&typed.name) {
        return refused(&state, &typed, "A company and a name take 1 to 200 characters each.");
    }
    if minimum_age(&state).is_some() && typed.is_of_age.is_none() {
        return refused(&state, &typed, "Nobody opens an account who is not old enough, or does not say so.");
    }
    let Application { company, name, email, .. } = &typed;
    let applicant = Applicant { company: company.clone(), name: name.clone(), email: email.clone() };
    match state.gate().sign_up(&applicant).await {
        // What the policy does not want in a text is looked for only where something is kept, so nobody is told.
        Ok(()) | Err(GateError::Screened(_)) => {}
        Err(GateError::Invalid(_)) => {
            return refused(&state, &typed, "Check the name of the company, your name and the address.");
        }
        Err(error) => return Err(error.into()),
    }
    steps.end().await;
    written("A mail is on its way to the address that you typed. Its link opens once, and for three days.")
}

fn refused(state: &ApiState, typed: &Application, why: &str) -> Result<Response, Stop> {
    let mut response = page(state, Some(typed), Some(format!("Nothing was opened. {why}")))?;
    *response.status_mut() = StatusCode::BAD_REQUEST;
    Ok(response)
}
