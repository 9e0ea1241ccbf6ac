//! The operator's policy, as a Client accepts it: for itself, and on behalf of its End Users, whom it informs.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{AccountTask, calendar, succession};
use gate::{Numbered, SignedIn};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet, Value};

use super::{PLACE, POLICY, allow_for, may};
use crate::{
    ApiState, Problem,
    routes::pages::console::{Staff, doing, frame, posted::Posted, shown, stop::Stop},
};

pub(in crate::routes::pages::console) async fn page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::SeeAccount).await?;
    let account = &signed_in.caller.account;
    let in_force = state.gate().policy(account.id)?.operator;
    let operator = state.gate().operator()?.id;
    let versions = state.gate().policy_versions(operator);
    let lead = "What you accept, you accept for your company and on behalf of your End Users, whom you inform of it.";
    let mut sheet = Sheet::new(frame(&signed_in, POLICY), "The policy", lead);
    sheet = sheet.section("In force", Block::Facts(facts(&in_force)));
    for coming in succession::upcoming(&versions, state.now()) {
        let heading = format!("From {}", calendar::day(coming.applies_at));
        let mut sentences = coming.sentences();
        if sentences.is_empty() {
            sentences.push("Nothing is permitted that was not before.".to_owned());
        }
        sheet = sheet.section(heading, Block::Sentences(sentences));
    }
    shown(&asked(&state, &signed_in, sheet))
}

fn facts(in_force: &Numbered) -> Vec<(String, Value)> {
    let (href, label) = ("/policy".to_owned(), "Read it".to_owned());
    vec![
        ("Version".to_owned(), Value::text(in_force.number)),
        ("Its text".to_owned(), Value::Link { href, label }),
    ]
}

fn asked(state: &ApiState, signed_in: &SignedIn, sheet: Sheet) -> Sheet {
    let Some(must) = state.gate().must_accept(&signed_in.caller.account) else {
        let nothing = "You have accepted what is in force, and all that is to come.".to_owned();
        return sheet.section("To be accepted", Block::Text(nothing));
    };
    if !may(signed_in, AccountTask::AcceptPolicy) {
        let nothing = "There is something to be accepted. That is for the owner of the account.".to_owned();
        return sheet.section("To be accepted", Block::Text(nothing));
    }
    let mut form = Form {
        explains: format!("Version {} is accepted, and whatever applies until then with it.", must.version),
        fields: vec![Field::new(
            "informs",
            "We inform our End Users of this policy, and accept it on their behalf",
            FieldKind::Tick,
        )],
        button: "Accept the policy",
        ..doing::form(signed_in, "accept", POLICY)
    };
    form.hidden.push(("version".to_owned(), must.version.to_string()));
    sheet.section("To be accepted", Block::Forms(vec![form]))
}

/// What is accepted, and what is stated with it.
#[derive(Deserialize)]
pub(in crate::routes::pages::console) struct Acceptance {
    version: String,
    #[serde(default)]
    informs: Option<String>,
}

pub(in crate::routes::pages::console) async fn accept(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Acceptance>,
) -> Result<Response, Stop> {
    allow_for(&state, &signed_in, AccountTask::AcceptPolicy).await?;
    let version = form.version.parse().ok();
    let version = version.ok_or_else(|| Problem::malformed("The form names no version of the policy."))?;
    if form.informs.is_none() {
        let why = "A company accepts the policy only by stating that it informs its End Users.";
        return Err(Problem::malformed(why).into());
    }
    let account = signed_in.caller.account_id();
    state.gate().accept_policy(&signed_in.caller, account, Some(version)).await?;
    Ok(Redirect::to(PLACE).into_response())
}
