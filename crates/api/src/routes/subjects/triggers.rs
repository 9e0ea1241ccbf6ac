//! `POST /v1/subjects/{id}/triggers` and `DELETE /v1/subjects/{id}/triggers/{trigger}`

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use domain::{EntryId, Subject, Trigger, Triggers};
use gate::NewTrigger;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataWrite, Granted, Path, Repeatable, id},
    problem::Problems,
};

/// What happened to a person from which retention clocks run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PullTrigger {
    /// `account` (it was closed), `visits` (the person was here) or `contract` (it ended): what a clock of the policy waits
    /// for.
    #[schema(value_type = String, pattern = "^(account|visits|contract)$")]
    trigger: Trigger,
    /// When; without it, now. It may lie in the past, and not in the future.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// What has happened to a person from which retention clocks run.
#[derive(Serialize, ToSchema)]
pub(crate) struct TriggersView {
    /// When each happened last.
    #[schema(value_type = BTreeMap<String, String>)]
    triggers: BTreeMap<&'static str, Timestamp>,
    /// Whether the ends of records do not all follow yet. They will in a moment, and nothing expires before.
    settling: bool,
    /// The entry that records it.
    #[schema(value_type = String)]
    entry: EntryId,
}

impl TriggersView {
    fn of((subject, entry): (Subject, EntryId)) -> Json<Self> {
        let triggers = words(&subject.triggers);
        Json(Self { triggers, settling: subject.triggers.is_settling(), entry })
    }
}

/// What happened, by its word.
pub(crate) fn words(triggers: &Triggers) -> BTreeMap<&'static str, Timestamp> {
    triggers.all().map(|(trigger, at)| (trigger.as_str(), at)).collect()
}

/// Says that something happened to a person from which retention clocks run. Each later visit moves its clocks on; an
/// account or a contract ends once.
#[utoipa::path(
    post, path = "/v1/subjects/{id}/triggers", tag = "retention", operation_id = "pullTrigger",
    params(
        ("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255),
    ),
    request_body = PullTrigger,
    responses((status = 200, description = "It binds at the next decision.", body = TriggersView), Problems),
)]
pub(crate) async fn pull(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path(subject): Path<String>,
    repeatable: Repeatable,
    body: Body<PullTrigger>,
) -> Result<Json<TriggersView>, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let PullTrigger { trigger, at } = body.value;
    let at = Some(at.unwrap_or_else(|| state.gate().ambient().clock.now()));
    let subject = id(&subject, "subject")?;
    let pulled =
        state.gate().pull_trigger(&caller, subject, NewTrigger { trigger, at }, replay.as_ref()).await?;
    Ok(TriggersView::of(pulled))
}

/// Takes back that an account was closed or a contract ended, while no record has come to the end that this gave it.
#[utoipa::path(
    delete, path = "/v1/subjects/{id}/triggers/{trigger}", tag = "retention", operation_id = "takeTriggerBack",
    params(
        ("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"),
        ("trigger" = String, Path, description = "What did not happen.", pattern = "^(account|contract)$"),
    ),
    responses((status = 200, description = "What still stands.", body = TriggersView), Problems),
)]
pub(crate) async fn take_back(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path((subject, trigger)): Path<(String, String)>,
) -> Result<Json<TriggersView>, Problem> {
    let subject = id(&subject, "subject")?;
    let trigger = Trigger::parse(&trigger).ok_or_else(|| Problem::not_found("trigger"))?;
    let taken = state.gate().pull_trigger(&caller, subject, NewTrigger { trigger, at: None }, None).await?;
    Ok(TriggersView::of(taken))
}
