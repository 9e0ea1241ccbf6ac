//! `GET /v1/outbox` and `POST /v1/outbox/{id}/retry`

use axum::{Json, extract::State};
use domain::{Filed, Message, MessageState};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, Path, RequestsWrite, Strict, id},
    problem::Problems,
    routes::{
        cases::{QueueQuery, cursor},
        view::{Page, next},
    },
};

/// A message. Neither its address nor its words are here, nor stored anywhere.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageView {
    /// The message's id, which also makes its `Message-ID`.
    #[schema(value_type = String)]
    id: domain::MessageId,
    /// `code`, `received`, `extended`, `paused`, `refused`, `fulfilled`, `passed_on`, `request_clock`, `hold_review`,
    /// `incident_clock` or `digest`.
    template: &'static str,
    /// What it is about: a request, a hold or an incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// `waiting`, `sent` or `failed`.
    state: &'static str,
    /// Since when it waits, or did.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// How often it was tried, of one that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    /// When it is tried next, of one that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// When it was sent, or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Why it was not sent: `unreachable` or `later` of one that waits; `refused`, `no_address`, `given_up`, `erased`, `gone`,
    /// `not_allowed`, `superseded`, `too_many` or `restored` of one that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

impl MessageView {
    fn of(message: &Message) -> Self {
        let (attempts, next_at, at, why) = match message.state {
            MessageState::Waiting { attempts, next_at, why } => (Some(attempts), Some(next_at), None, why),
            MessageState::Sent { at } => (None, None, Some(at), None),
            MessageState::Failed { at, why } => (None, None, Some(at), Some(why)),
        };
        Self {
            id: message.id,
            template: message.template.as_str(),
            about: message.about.map(|about| about.to_string()),
            state: message.state.as_str(),
            since: message.since,
            attempts,
            next_at,
            at,
            why: why.map(domain::message::Unsent::as_str),
        }
    }
}

/// What is to be told by mail, the one that is given up first at the head; or what was sent and what could not be.
#[utoipa::path(
    get, path = "/v1/outbox", tag = "outbox", operation_id = "listOutbox", params(QueueQuery),
    responses((status = 200, description = "A page of messages.", body = Page<MessageView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(query): Strict<QueueQuery>,
) -> Result<Json<Page<MessageView>>, Problem> {
    let limit = query.limit();
    let messages: Vec<Message> = state.gate().queue(&caller, query.is_open(), query.after()?, limit).await?;
    let next = next(&messages, limit, |message| cursor(&message.filing()));
    Ok(Json(Page { items: messages.iter().map(MessageView::of).collect(), next }))
}

/// Tries a message anew that could not be sent.
#[utoipa::path(
    post, path = "/v1/outbox/{id}/retry", tag = "outbox", operation_id = "retryMessage",
    params(("id" = String, Path, description = "The message.", pattern = "^msg_[0-9a-f]{32}$")),
    responses((status = 200, description = "It waits for its next attempt.", body = MessageView), Problems),
)]
pub(crate) async fn retry(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(message): Path<String>,
) -> Result<Json<MessageView>, Problem> {
    let message = state.gate().retry_message(&caller, id(&message, "message")?).await?;
    Ok(Json(MessageView::of(&message)))
}
