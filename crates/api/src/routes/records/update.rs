//! `PATCH /v1/records/{id}`

use axum::{Json, extract::State, http::header, response::IntoResponse};
use gate::Patch;

use crate::{
    ApiState, Problem,
    extract::{Body, DataWrite, Granted, IfMatch, Path, PurposeQuery, Strict, StrictObject, id},
    problem::Problems,
    routes::view::RecordView,
};

/// Changes fields of a record by a JSON merge patch (RFC 7396). The others stay sealed as they are.
#[utoipa::path(
    patch, path = "/v1/records/{id}", tag = "records", operation_id = "updateRecord",
    params(
        ("id" = String, Path, description = "The record.", pattern = "^rec_[0-9a-f]{32}$"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that the change is based on."),
        PurposeQuery,
    ),
    request_body(content = Object, description = "The fields that change; `null` removes one.", content_type = "application/merge-patch+json"),
    responses((status = 200, description = "Changed.", body = RecordView), Problems),
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path(record): Path<String>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
    IfMatch(version): IfMatch,
    body: Body<StrictObject>,
) -> Result<impl IntoResponse, Problem> {
    let patch = Patch { version, fields: body.value.0 };
    let stored = state.gate().update_record(&caller, id(&record, "record")?, &purpose, &patch).await?;
    let view = RecordView::stored(stored);
    Ok(([(header::ETAG, view.etag())], Json(view)))
}
