//! `DELETE /v1/records/{id}`

use axum::{Json, extract::State};
use domain::EntryId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{DataErase, Granted, IfMatch, Path, id},
    problem::Problems,
};

/// A record that is gone.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deleted {
    /// The entry that records the deletion.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// Deletes a record. To erase a person, use `POST /v1/subjects/{id}/erasure`.
#[utoipa::path(
    delete, path = "/v1/records/{id}", tag = "records", operation_id = "deleteRecord",
    params(
        ("id" = String, Path, description = "The record.", pattern = "^rec_[0-9a-f]{32}$"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version to delete."),
    ),
    responses((status = 200, description = "Deleted.", body = Deleted), Problems),
)]
pub(crate) async fn delete(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataErase>,
    Path(record): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<Json<Deleted>, Problem> {
    let entry = state.gate().delete_record(&caller, id(&record, "record")?, version).await?;
    Ok(Json(Deleted { entry }))
}
