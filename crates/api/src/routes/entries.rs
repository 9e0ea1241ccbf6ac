//! `GET /v1/subjects/{id}/entries` and `GET /v1/audit/entries/{entry}`

use axum::{Json, extract::State};
use domain::{Detail, EntryId, SubjectId, id::SubjectKind};
use gate::LogProof;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiState, Problem,
    extract::{AuditRead, Granted, Path, Strict, id},
    problem::Problems,
    routes::{
        subjects::read::PageQuery,
        view::{Page, next, page_limit},
    },
};

/// An entry of the audit log about a subject.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryView {
    /// The entry.
    #[schema(value_type = String)]
    entry: EntryId,
    /// Its place in the log, once it has one.
    index: Option<u64>,
    /// What it commits to: who did what, for which purpose, under which clause.
    #[schema(value_type = Object)]
    detail: Detail,
}

/// Who did what with a person's data, newest first.
#[utoipa::path(
    get, path = "/v1/subjects/{id}/entries", tag = "evidence", operation_id = "listEntries",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"), PageQuery),
    responses((status = 200, description = "A page of entries.", body = Page<EntryView>), Problems),
)]
pub(crate) async fn of_subject(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
    Path(subject): Path<String>,
    Strict(query): Strict<PageQuery>,
) -> Result<Json<Page<EntryView>>, Problem> {
    let subject: SubjectId = id(&subject, "subject")?;
    let limit = page_limit(query.limit);
    let cursor = |text: &str| text.parse::<EntryId>().map_err(|_| Problem::not_found("cursor"));
    let before = query.after.as_deref().map(cursor).transpose()?;
    let entries = state.gate().entries_of(&caller, subject, before, limit).await?;
    let next = next(&entries, limit, |opened| opened.entry);
    let view = |one: gate::OpenedEntry| EntryView { entry: one.entry, index: one.index, detail: one.detail };
    Ok(Json(Page { items: entries.into_iter().map(view).collect(), next }))
}

/// Whom an entry is thought to be about.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntryQuery {
    /// The subject whose key may open the private side. The log itself does not say whom an entry is about.
    #[param(pattern = "^sub_[0-9a-f]{32}$")]
    subject: Option<String>,
}

/// An entry with its proof, and its private side when the caller may open it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProvedEntry {
    /// The entry, its leaf, and the way from it to the signed checkpoint.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    proof: LogProof,
    /// What it commits to, when the caller's keys open it.
    #[schema(value_type = Option<Object>)]
    detail: Option<Detail>,
}

/// One entry of the audit log with its inclusion proof, by its name or its place.
#[utoipa::path(
    get, path = "/v1/audit/entries/{entry}", tag = "evidence", operation_id = "readEntry",
    params(
        ("entry" = String, Path, description = "`ent_…`, or a place in the log.", pattern = "^(ent_[0-9a-f]{24}|[0-9]{1,18})$"),
        EntryQuery,
    ),
    responses((status = 200, description = "The entry.", body = ProvedEntry), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AuditRead>,
    Path(entry): Path<String>,
    Strict(query): Strict<EntryQuery>,
) -> Result<Json<ProvedEntry>, Problem> {
    let subject = query.subject.as_deref().map(|text| id::<SubjectKind>(text, "subject")).transpose()?;
    let proof = match (entry.parse::<EntryId>(), entry.parse::<u64>()) {
        (Ok(entry), _) => state.gate().prove(entry).await?,
        (_, Ok(index)) => state.gate().prove_at(index).await?,
        _ => return Err(Problem::not_found("entry")),
    };
    let detail = state.gate().open_entry(&caller, proof.entry, subject).await?;
    Ok(Json(ProvedEntry { proof, detail }))
}
