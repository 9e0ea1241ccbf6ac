//! `/privacy` and `/privacy/at/{client}`: where a person asks for a link. The answer is the same, and takes as long, whether anybody
//! is known at the address.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Account, AccountKind};
use gate::{Caller, name_in_address};
use serde::Deserialize;
use web::{
    Language,
    privacy::{ElsewherePage, EnterPage, SentPage},
};

use super::{Wanted, controller, shown, stop::Stop};
use crate::{
    ApiState, Problem,
    extract::{Open, Path, Strict},
    routes::pages::{
        console::{
            cookie,
            entrance::{Connection, limited_mail},
            posted::OwnForm,
        },
        steps::Steps,
    },
};

/// The operator's own, or whoever is in already.
pub(super) async fn of_the_operator(
    State(state): State<ApiState>,
    _: Open,
    Wanted(language): Wanted,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    if let Some(secret) = cookie::read(cookie::PRIVACY, &headers, &state)
        && state.gate().person_signed_in(secret).await?.is_some()
    {
        return Ok(Redirect::to("/privacy/data").into_response());
    }
    enter(&state, language, &state.gate().operator()?, "/privacy".to_owned())
}

pub(super) async fn of_a_client(
    State(state): State<ApiState>,
    _: Open,
    Wanted(language): Wanted,
    Path(client): Path<String>,
) -> Result<Response, Stop> {
    enter(&state, language, &called(&state, &client)?, format!("/privacy/at/{client}"))
}

fn called(state: &ApiState, client: &str) -> Result<Account, Stop> {
    Ok(state.gate().client_called(client).ok_or_else(|| Problem::not_found("entrance of this name"))?)
}

fn enter(state: &ApiState, language: Language, account: &Account, action: String) -> Result<Response, Stop> {
    let (controller, contact) = controller(state, &Caller::system(account.clone()))?;
    if state.gate().lets_people_in(account)? {
        let has_one_click = state.advance.is_some() && account.kind == AccountKind::Operator;
        return shown(&EnterPage { language, controller, contact, action, has_one_click });
    }
    let operator = state.gate().operator()?;
    shown(&ElsewherePage { language, controller, contact, operator: operator.name })
}

/// What somebody calls the Client that they are looking for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FindQuery {
    name: String,
}

/// To the entrance of a Client, by its name.
pub(super) async fn find(
    State(state): State<ApiState>,
    _: Open,
    query: Result<Strict<FindQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(FindQuery { name }) = query?;
    let account = called(&state, &name_in_address(&name))?;
    Ok(Redirect::to(&format!("/privacy/at/{}", account.id)).into_response())
}

/// The address that is typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    email: String,
}

pub(super) async fn ask_the_operator(
    State(state): State<ApiState>,
    connection: Connection,
    Wanted(language): Wanted,
    OwnForm(asked): OwnForm<Asked>,
) -> Result<Response, Stop> {
    let account = state.gate().operator()?;
    ask(&state, (connection, language), (&account, "/privacy".to_owned()), &asked).await
}

pub(super) async fn ask_a_client(
    State(state): State<ApiState>,
    connection: Connection,
    Wanted(language): Wanted,
    Path(client): Path<String>,
    OwnForm(asked): OwnForm<Asked>,
) -> Result<Response, Stop> {
    let account = called(&state, &client)?;
    ask(&state, (connection, language), (&account, format!("/privacy/at/{client}")), &asked).await
}

async fn ask(
    state: &ApiState,
    (connection, language): (Connection, Language),
    (account, back): (&Account, String),
    asked: &Asked,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    limited_mail(state, connection, &asked.email)?;
    state.gate().ask_for_link(account, &asked.email).await?;
    steps.end().await;
    sent(state, language, account, back)
}

/// What everybody is told who asked for a link.
pub(super) fn sent(
    state: &ApiState,
    language: Language,
    account: &Account,
    back: String,
) -> Result<Response, Stop> {
    let (controller, contact) = controller(state, &Caller::system(account.clone()))?;
    shown(&SentPage { language, controller, contact, back })
}
