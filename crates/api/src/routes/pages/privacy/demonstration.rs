//! `/privacy/demonstration`: comes in as a person of the demonstration with one click. It takes the link out of the outbox as a mail
//! server would, so that it opens no door that a mailbox does not. Not there in any other server.

use axum::{extract::State, http::HeaderMap, response::Response};
use domain::message::Topic;
use gate::Says;

use super::{Wanted, entrance, link::come_in, posted::Nothing, stop::Stop};
use crate::{
    ApiState, DEMONSTRATION_PERSON, Problem, extract::Open, routes::pages::console::posted::OwnForm,
};

/// How many messages are looked through.
const MESSAGES: u32 = 256;

pub(super) async fn enter(
    State(state): State<ApiState>,
    _: Open,
    Wanted(language): Wanted,
    headers: HeaderMap,
    OwnForm(Nothing {}): OwnForm<Nothing>,
) -> Result<Response, Stop> {
    if state.advance.is_none() {
        return Err(Problem::not_found("path").into());
    }
    let operator = state.gate().operator()?;
    state.gate().ask_for_link(&operator, DEMONSTRATION_PERSON).await?;
    match mailed_link(&state).await? {
        Some(link) => come_in(&state, &headers, &link, 0).await,
        None => entrance::sent(&state, language, &operator, "/privacy".to_owned()),
    }
}

/// The link that was mailed last; none where a mail server has it, or as many were sent as may be.
async fn mailed_link(state: &ApiState) -> Result<Option<String>, Stop> {
    let mut found = None;
    for message in state.gate().due_messages(MESSAGES).await? {
        if !matches!(message.about, Some(Topic::Link(_))) {
            continue;
        }
        let Some(letter) = state.gate().begin_message(message).await? else { continue };
        if let Says::Link(secret, _) = &letter.says {
            found = Some(secret.reveal().clone());
        }
        state.gate().end_message(letter.message, Ok(())).await?;
    }
    Ok(found)
}
