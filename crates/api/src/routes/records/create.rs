//! `POST /v1/subjects/{id}/records/{type}`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::Source;
use gate::NewRecord;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataWrite, Granted, Path, PurposeQuery, Repeatable, Strict, StrictObject, id},
    problem::Problems,
    routes::view::RecordView,
};

/// A record to be stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRecord {
    /// The fields that the record type declares.
    #[schema(value_type = Object, example = json!({"email": "ada@example.com"}))]
    fields: StrictObject,
    /// Purposes it is collected for, besides the one in the query.
    #[serde(default)]
    collected_for: Vec<String>,
    /// Where it came from: `subject`, `account`, `observed` or `third_party`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "subject")]
    source: Source,
}

impl CreateRecord {
    pub(crate) fn into_new(self, record_type: String) -> NewRecord {
        NewRecord {
            record_type,
            fields: self.fields.0,
            collected_for: self.collected_for,
            source: self.source,
        }
    }
}

/// Stores a record about a subject. Each field is sealed under the subject's own key.
#[utoipa::path(
    post, path = "/v1/subjects/{id}/records/{type}", tag = "records", operation_id = "createRecord",
    params(
        ("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"),
        ("type" = String, Path, description = "The record type of the policy."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255),
        PurposeQuery,
    ),
    request_body = CreateRecord,
    responses((status = 201, description = "Stored.", body = RecordView), Problems),
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path((subject, record_type)): Path<(String, String)>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
    repeatable: Repeatable,
    body: Body<CreateRecord>,
) -> Result<impl IntoResponse, Problem> {
    let subject = id(&subject, "subject")?;
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let new = body.value.into_new(record_type);
    let stored = state.gate().create_record(&caller, subject, &purpose, &new, replay.as_ref()).await?;
    let view = RecordView::stored(stored);
    let headers = [(header::LOCATION, view.location()), (header::ETAG, view.etag())];
    Ok((StatusCode::CREATED, headers, Json(view)))
}
