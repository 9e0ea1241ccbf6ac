//! `/v1/events`

use axum::{Json, extract::State};
use domain::{Event, EventId, EventKind, event::Facts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiState, Problem,
    extract::{EventsRead, Granted, Strict},
    problem::Problems,
    routes::view::{Page, next, page_limit},
};

/// An event, as it is also delivered.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventView {
    /// Its name: the same however often it is delivered.
    #[schema(value_type = String, example = "evt_00000000000000470000000300000000")]
    id: EventId,
    /// What it tells.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "request.opened")]
    kind: EventKind,
    /// When that happened.
    #[schema(value_type = String, format = DateTime)]
    timestamp: Timestamp,
    /// What is concerned: ids, words of the policy and times.
    #[schema(value_type = Object)]
    data: Facts,
}

impl EventView {
    fn of(Event { id, told, .. }: Event) -> Self {
        Self { id, kind: told.kind, timestamp: told.at, data: told.facts }
    }
}

/// From where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// The id of an event: those after it. Left out, from the oldest that is kept.
    #[param(pattern = "^evt_[0-9a-f]{32}$")]
    after: Option<String>,
    /// How many, at most 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The events of the account in the order of the audit log. One that comes later never stands before one that was read.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", operation_id = "listEvents", params(EventsQuery),
    responses((status = 200, description = "A page of events.", body = Page<EventView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<EventsRead>,
    Strict(query): Strict<EventsQuery>,
) -> Result<Json<Page<EventView>>, Problem> {
    let limit = page_limit(query.limit);
    let events = state.gate().events(&caller, event_id(query.after.as_deref())?, limit).await?;
    let next = next(&events, limit, |event: &Event| event.id);
    Ok(Json(Page { items: events.into_iter().map(EventView::of).collect(), next }))
}

/// The event that a caller names.
pub(crate) fn event_id(text: Option<&str>) -> Result<Option<EventId>, Problem> {
    let read = |text: &str| text.parse().map_err(|_| Problem::not_found("event"));
    text.map(read).transpose()
}
