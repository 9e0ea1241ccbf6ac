//! `GET /v1/subjects` and `GET /v1/subjects/{id}`

use axum::{Json, extract::State};
use domain::id::SubjectKind;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, Path, Strict, id},
    problem::Problems,
    routes::view::{Page, SubjectView, next, page_limit},
};

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Where the page begins: the `next` of the page before.
    pub(crate) after: Option<String>,
    /// How many items at most, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<u32>,
}

/// One subject: its role and state, and nothing that says who it is.
#[utoipa::path(
    get, path = "/v1/subjects/{id}", tag = "subjects", operation_id = "readSubject",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$")),
    responses((status = 200, description = "The subject.", body = SubjectView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(subject): Path<String>,
) -> Result<Json<SubjectView>, Problem> {
    let subject = state.gate().subject(&caller, id(&subject, "subject")?).await?;
    Ok(Json(SubjectView::of(&state, subject, None)?))
}

/// The subjects of the account, in the order of their ids.
#[utoipa::path(
    get, path = "/v1/subjects", tag = "subjects", operation_id = "listSubjects",
    params(PageQuery),
    responses((status = 200, description = "A page of subjects.", body = Page<SubjectView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(query): Strict<PageQuery>,
) -> Result<Json<Page<SubjectView>>, Problem> {
    let limit = page_limit(query.limit);
    let after = query.after.as_deref().map(|text| id::<SubjectKind>(text, "cursor")).transpose()?;
    let subjects = state.gate().list_subjects(&caller, after, limit).await?;
    let next = next(&subjects, limit, |subject| subject.id);
    let items = subjects.into_iter().map(|subject| SubjectView::of(&state, subject, None));
    let items = items.collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next }))
}
