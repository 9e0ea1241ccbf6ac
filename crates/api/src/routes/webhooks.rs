//! `/v1/webhooks`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{EventId, EventKind, Webhook, webhook::WebhookState};
use gate::NewWebhook;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, EventsRead, Granted, Path, Repeatable, WebhooksWrite, id},
    problem::Problems,
    routes::events::event_id,
};

/// Where events are delivered to, and how that goes.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookView {
    /// The webhook's id.
    #[schema(value_type = String, example = "whk_019aa1b2c3d48e5f8a7b6c5d4e3f2a1b")]
    id: domain::WebhookId,
    /// Where events are sent.
    url: String,
    /// Which events; none named, all.
    #[schema(value_type = Vec<String>)]
    events: Vec<EventKind>,
    /// `active` or `disabled`.
    state: &'static str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was given up. A replay takes it up again.
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Timestamp>,
    /// The last event that arrived: what to replay after.
    #[schema(value_type = Option<String>)]
    delivered: Option<EventId>,
    /// How often the next event was tried in vain.
    failures: u32,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Timestamp>,
    /// When it is tried again.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
    /// What happened last.
    last_attempt: Option<AttemptView>,
    /// Until when the secret before signs as well.
    #[schema(value_type = Option<String>, format = DateTime)]
    former_secret_until: Option<Timestamp>,
    /// What signs, `whsec_…`. Shown once, and not again to a repeated request.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// An attempt to deliver an event.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptView {
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Which event.
    #[schema(value_type = String)]
    event: EventId,
    /// `delivered`, or why it did not arrive: `url`, `inside_address`, `no_address`, `no_connection`, `tls`, `timeout`,
    /// `broken_reply`, `redirect`, `status_4xx`, `status_5xx`, `gone`.
    result: &'static str,
}

impl WebhookView {
    fn of(webhook: Webhook, secret: Option<String>) -> Self {
        let (state, disabled_at) = match webhook.state {
            WebhookState::Active => ("active", None),
            WebhookState::Disabled { at, .. } => ("disabled", Some(at)),
        };
        let is_failing = webhook.failures > 0 && webhook.is_active();
        let last_attempt = webhook.last.map(|last| AttemptView {
            at: last.at,
            event: last.event,
            result: last.failure.map_or("delivered", domain::webhook::Failure::as_str),
        });
        Self {
            id: webhook.id,
            url: webhook.url,
            events: webhook.kinds,
            state,
            created_at: webhook.created_at,
            disabled_at,
            delivered: webhook.delivered,
            failures: webhook.failures,
            failing_since: webhook.failing_since,
            next_attempt_at: is_failing.then_some(webhook.due_at),
            last_attempt,
            former_secret_until: webhook.former.map(|former| former.until),
            secret,
        }
    }
}

/// A webhook to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateWebhook {
    /// Where events are sent: `https`, and no `@` in it.
    #[schema(example = "https://example.com/bailee", max_length = 2000)]
    url: String,
    /// Which events; left out, all.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["request.opened", "subject.erased"]))]
    events: Vec<EventKind>,
}

/// Makes a webhook. It is told what happens from now on; its secret is shown this once.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "events", operation_id = "createWebhook",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = CreateWebhook,
    responses((status = 201, description = "Made; the secret is shown this once.", body = WebhookView), Problems),
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<WebhooksWrite>,
    repeatable: Repeatable,
    body: Body<CreateWebhook>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let CreateWebhook { url, events } = body.value;
    let refused = |failure| Problem::malformed(format!("Nothing is sent to this `url`: {failure}."));
    state.service.check_receiver(&caller, &url).map_err(refused)?;
    let new = NewWebhook { url, kinds: events };
    let (webhook, secret) = state.gate().create_webhook(&caller, &new, replay.as_ref()).await?;
    let location = format!("/v1/webhooks/{}", webhook.id);
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::CREATED, headers, Json(WebhookView::of(webhook, secret))))
}

/// The webhooks of the account, without their secrets.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "events", operation_id = "listWebhooks",
    responses((status = 200, description = "The webhooks.", body = Vec<WebhookView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<EventsRead>,
) -> Result<Json<Vec<WebhookView>>, Problem> {
    let webhooks = state.gate().webhooks(&caller).await?;
    Ok(Json(webhooks.into_iter().map(|webhook| WebhookView::of(webhook, None)).collect()))
}

/// A webhook, and what happened last.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "events", operation_id = "readWebhook",
    params(("id" = String, Path, description = "The webhook.", pattern = "^whk_[0-9a-f]{32}$")),
    responses((status = 200, description = "The webhook.", body = WebhookView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<EventsRead>,
    Path(webhook): Path<String>,
) -> Result<Json<WebhookView>, Problem> {
    let webhook = state.gate().webhook(&caller, id(&webhook, "webhook")?).await?;
    Ok(Json(WebhookView::of(webhook, None)))
}

/// Removes a webhook. What is under way to it may still arrive.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "events", operation_id = "removeWebhook",
    params(("id" = String, Path, description = "The webhook.", pattern = "^whk_[0-9a-f]{32}$")),
    responses((status = 204, description = "Removed."), Problems),
)]
pub(crate) async fn remove(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<WebhooksWrite>,
    Path(webhook): Path<String>,
) -> Result<StatusCode, Problem> {
    state.gate().remove_webhook(&caller, id(&webhook, "webhook")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a webhook another secret. For a day the one before signs as well, so that a receiver can change over.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/secret", tag = "events", operation_id = "rotateWebhookSecret",
    params(("id" = String, Path, description = "The webhook.", pattern = "^whk_[0-9a-f]{32}$")),
    responses((status = 200, description = "The secret is shown this once.", body = WebhookView), Problems),
)]
pub(crate) async fn rotate(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<WebhooksWrite>,
    Path(webhook): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let (webhook, secret) = state.gate().rotate_webhook(&caller, id(&webhook, "webhook")?).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(WebhookView::of(webhook, Some(secret)))))
}

/// From where on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayWebhook {
    /// The id of an event: those after it. Left out, all that are kept.
    #[schema(pattern = "^evt_[0-9a-f]{32}$")]
    after: Option<String>,
}

/// Delivers once more what came after an event, or all that is kept. A webhook that was given up is taken up again.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/replay", tag = "events", operation_id = "replayWebhook",
    params(("id" = String, Path, description = "The webhook.", pattern = "^whk_[0-9a-f]{32}$")),
    request_body = ReplayWebhook,
    responses((status = 200, description = "It is delivered to.", body = WebhookView), Problems),
)]
pub(crate) async fn replay(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<WebhooksWrite>,
    Path(webhook): Path<String>,
    body: Body<ReplayWebhook>,
) -> Result<Json<WebhookView>, Problem> {
    let after = event_id(body.value.after.as_deref())?;
    let webhook = state.gate().replay_webhook(&caller, id(&webhook, "webhook")?, after).await?;
    Ok(Json(WebhookView::of(webhook, None)))
}

/// Sends a webhook a `webhook.test` event, in its turn.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", tag = "events", operation_id = "testWebhook",
    params(("id" = String, Path, description = "The webhook.", pattern = "^whk_[0-9a-f]{32}$")),
    responses((status = 202, description = "It will be sent.", body = WebhookView), Problems),
)]
pub(crate) async fn test(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<WebhooksWrite>,
    Path(webhook): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let webhook = state.gate().test_webhook(&caller, id(&webhook, "webhook")?).await?;
    Ok((StatusCode::ACCEPTED, Json(WebhookView::of(webhook, None))))
}
