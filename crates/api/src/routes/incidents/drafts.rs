//! `GET /v1/incidents/{id}/drafts/{part}`

use axum::{Json, extract::State};
use domain::{AccountId, incident::Part};
use serde::Serialize;
use service::incidents::{Draft, Field};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Granted, IncidentsRead, Path, id},
    problem::Problems,
};

/// What has to be said to someone, with the blanks that a person must fill.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftView {
    /// `authority`, `clients` or `persons`.
    part: &'static str,
    /// Which Client is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
    /// What stands above it.
    title: String,
    /// What it has to say, in order.
    fields: Vec<FieldView>,
    /// How many blanks there are.
    blanks: usize,
    /// The whole as Markdown.
    markdown: String,
}

/// One thing that has to be said.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldView {
    /// Its name.
    name: &'static str,
    /// The article of the GDPR that asks for it.
    article: &'static str,
    /// What stands above it.
    heading: &'static str,
    /// What is known, a statement each.
    known: Vec<String>,
    /// What a person must write; none when what is known is enough.
    to_write: Option<&'static str>,
}

impl FieldView {
    fn of(Field { name, article, heading, known, to_write }: Field) -> Self {
        Self { name, article, heading, known, to_write }
    }
}

impl DraftView {
    fn of(Draft { part, account, title, fields, blanks, markdown }: Draft) -> Self {
        let fields = fields.into_iter().map(FieldView::of).collect();
        Self { part: part.as_str(), account, title, fields, blanks, markdown }
    }
}

/// Drafts for the authority, for each Client that is concerned, or for the people (GDPR, articles 33(3), 33(2), 34(2)), from
/// the incident and its scopes. Nothing is sent, and nothing sealed is opened.
#[utoipa::path(
    get, path = "/v1/incidents/{id}/drafts/{part}", tag = "incidents", operation_id = "readDrafts",
    params(
        ("id" = String, Path, description = "The incident.", pattern = "^inc_[0-9a-f]{32}$"),
        ("part" = String, Path, description = "Who is told.", pattern = "^(authority|clients|persons)$"),
    ),
    responses((status = 200, description = "The drafts.", body = Vec<DraftView>), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsRead>,
    Path((incident, part)): Path<(String, String)>,
) -> Result<Json<Vec<DraftView>>, Problem> {
    let part = Part::ALL.into_iter().find(|known| known.as_str() == part);
    let part = part.ok_or_else(|| Problem::not_found("draft"))?;
    let incident = state.gate().incident(&caller, id(&incident, "incident")?).await?;
    let drafts = state.service.drafts(&caller, &incident, part)?;
    Ok(Json(drafts.into_iter().map(DraftView::of).collect()))
}
