//! `POST /v1/subjects/{id}/records/{type}`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::Source;
use gate::{NewRecord, Terms};
use jiff::Timestamp;
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
    /// The purposes and recipients that the person objects to for this record.
    #[serde(default)]
    objections: Vec<String>,
    /// The purposes for which it may feed automated decisions.
    #[serde(default)]
    automated: Vec<String>,
    /// The recipients it was shared with before it came here.
    #[serde(default)]
    shared_with: Vec<String>,
    /// It ends no later than this; left out, when its retention clock says.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl CreateRecord {
    pub(crate) fn into_new(self, record_type: String) -> (NewRecord, Terms) {
        let new = NewRecord {
            record_type,
            fields: self.fields.0,
            collected_for: self.collected_for,
            source: self.source,
        };
        let terms = Terms {
            objections: self.objections,
            automated: self.automated,
            shared_with: self.shared_with,
            ends_by: self.expires_at,
        };
        (new, terms)
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
    let (new, terms) = body.value.into_new(record_type);
    let gate = state.gate();
    let stored = gate.create_record_under(&caller, subject, &purpose, &new, &terms, replay.as_ref()).await?;
    let view = RecordView::stored(stored);
    let headers = [(header::LOCATION, view.location()), (header::ETAG, view.etag())];
    Ok((StatusCode::CREATED, headers, Json(view)))
}
