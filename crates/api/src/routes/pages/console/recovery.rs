//! `/recovery`: whoever forgot their password is mailed a link. The answer is the same for everybody, and takes as long.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use web::console::{EntrancePage, Field, FieldKind, Form};

use super::{
    super::steps::Steps,
    entrance::{Connection, limited_mail, operator, written},
    posted::OwnForm,
    shown,
    stop::Stop,
};
use crate::{ApiState, extract::Open};

pub(super) async fn form(State(state): State<ApiState>, _: Open) -> Result<Response, Stop> {
    let form = Form {
        id: "recovery",
        action: "/recovery".to_owned(),
        title: None,
        explains: String::new(),
        fields: vec![Field::new("email", "E-mail address", FieldKind::Email)],
        hidden: Vec::new(),
        button: "Send me a link",
    };
    let lead = "Type the address with which you sign in: we mail you a link by which you set another password. Once you have, \
                you are signed out everywhere."
        .to_owned();
    shown(&EntrancePage {
        operator: operator(&state),
        title: "Set another password",
        lead,
        trouble: None,
        form,
    })
}

/// Whose password it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forgotten {
    email: String,
}

pub(super) async fn ask(
    State(state): State<ApiState>,
    connection: Connection,
    OwnForm(Forgotten { email }): OwnForm<Forgotten>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    limited_mail(&state, connection, &email)?;
    state.gate().recover(&email).await?;
    steps.end().await;
    written(
        "If somebody signs in with that address, a link is on its way there. It opens once, and for an hour.",
    )
}
