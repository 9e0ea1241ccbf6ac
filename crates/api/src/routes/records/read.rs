//! `GET /v1/records/{id}`

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, Path, Strict, id},
    problem::Problems,
    routes::view::RecordView,
};

/// What a record is read for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadQuery {
    /// The purpose, as the policy declares it.
    #[param(example = "support")]
    purpose: String,
    /// The recipient it is read for, when it is to leave.
    recipient: Option<String>,
}

/// Opens the fields of a record that may be read for a purpose. The others are named with the reason.
#[utoipa::path(
    get, path = "/v1/records/{id}", tag = "records", operation_id = "readRecord",
    params(("id" = String, Path, description = "The record.", pattern = "^rec_[0-9a-f]{32}$"), ReadQuery),
    responses((status = 200, description = "The record.", body = RecordView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(record): Path<String>,
    Strict(query): Strict<ReadQuery>,
) -> Result<impl IntoResponse, Problem> {
    let record = id(&record, "record")?;
    let opened =
        state.gate().read_record(&caller, record, &query.purpose, query.recipient.as_deref()).await?;
    let view = RecordView::opened(opened);
    Ok(([(header::ETAG, view.etag()), (header::CACHE_CONTROL, "no-store".to_owned())], Json(view)))
}
