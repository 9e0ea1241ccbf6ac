//! `GET /v1/subjects/{id}/records`

use axum::{Json, extract::State, http::header, response::IntoResponse};
use domain::id::RecordKind;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, Path, Strict, id},
    problem::Problems,
    routes::view::{Page, RecordView, next, page_limit},
};

/// What a subject's records are read for, and which page of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// The purpose, as the policy declares it.
    #[param(example = "support")]
    purpose: String,
    /// Where the page begins: the `next` of the page before.
    after: Option<String>,
    /// How many records at most, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// All that is held on a subject, opened as far as the purpose allows. One entry covers the page.
#[utoipa::path(
    get, path = "/v1/subjects/{id}/records", tag = "records", operation_id = "listRecords",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"), ListQuery),
    responses((status = 200, description = "A page of records.", body = Page<RecordView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(subject): Path<String>,
    Strict(query): Strict<ListQuery>,
) -> Result<impl IntoResponse, Problem> {
    let subject = id(&subject, "subject")?;
    let limit = page_limit(query.limit);
    let after = query.after.as_deref().map(|text| id::<RecordKind>(text, "cursor")).transpose()?;
    let records = state.gate().list_records(&caller, subject, &query.purpose, after, limit).await?;
    let next = next(&records, limit, |opened| opened.record.id);
    let items = records.into_iter().map(RecordView::opened).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Page { items, next })))
}
