//! `POST /v1/subjects/{id}/merge` and `POST /v1/subjects/{id}/split`

use axum::{Json, extract::State, http::StatusCode};
use domain::{EntryId, Merge, RecordId, SubjectId};
use gate::Split;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataWrite, Granted, Path, id},
    problem::Problems,
    routes::requests::Said,
};

/// Whom a subject is merged into.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeInto {
    /// The subject that stays.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    into: String,
    /// Who found that the two are one person.
    #[schema(min_length = 1, max_length = 200)]
    by: Option<String>,
    /// On what evidence. It is sealed in the audit entries.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
}

/// A merge.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergeView {
    /// The merge's id.
    #[schema(value_type = String)]
    id: domain::id::MergeId,
    /// The subject that is gone.
    #[schema(value_type = String)]
    from: SubjectId,
    /// The subject that it is one with.
    #[schema(value_type = String)]
    into: SubjectId,
    /// How many records were moved. Each is another record now; the entries of `into` say which is which.
    records: u64,
    /// When the last of it was moved.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

impl MergeView {
    const fn of(merge: &Merge) -> Self {
        let Merge { id, from, into, records, ended_at, .. } = *merge;
        Self { id, from, into, records, ended_at }
    }
}

/// Makes a subject one with another one of the same role, as both are one person. It is gone at once and answers so, with the
/// other's id; its choices (the stricter word stands), what is known of its age, and its records become the other's.
#[utoipa::path(
    post, path = "/v1/subjects/{id}/merge", tag = "subjects", operation_id = "mergeSubject",
    params(("id" = String, Path, description = "The subject that goes.", pattern = "^sub_[0-9a-f]{32}$")),
    request_body = MergeInto,
    responses((status = 200, description = "They are one.", body = MergeView), Problems),
)]
pub(crate) async fn merge(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path(subject): Path<String>,
    body: Body<MergeInto>,
) -> Result<Json<MergeView>, Problem> {
    let MergeInto { into, by, because } = body.value;
    let said = Said { by, because }.read()?;
    let both = (id(&subject, "subject")?, id(&into, "subject")?);
    let merge = state.gate().merge_subjects(&caller, both, &said).await?;
    Ok(Json(MergeView::of(&merge)))
}

/// Which records are another person's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitOff {
    /// The records, each of this subject.
    #[schema(min_items = 1, max_items = 100)]
    records: Vec<String>,
    /// Who found that they are.
    #[schema(min_length = 1, max_length = 200)]
    by: Option<String>,
    /// On what evidence. It is sealed in the audit entries.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
}

/// A subject that was split.
#[derive(Serialize, ToSchema)]
pub(crate) struct SplitView {
    /// The new subject.
    #[schema(value_type = String)]
    subject: SubjectId,
    /// What each record was, and what it is now.
    records: Vec<MovedView>,
    /// The entry in the log of the one that was split.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// A record that was moved.
#[derive(Serialize, ToSchema)]
pub(crate) struct MovedView {
    /// What it was.
    #[schema(value_type = String)]
    from: RecordId,
    /// What it is now.
    #[schema(value_type = String)]
    to: RecordId,
}

impl SplitView {
    fn of(split: Split) -> Self {
        let records = split.records.into_iter().map(|(from, to)| MovedView { from, to }).collect();
        Self { subject: split.subject, records, entry: split.entry }
    }
}

/// Gives some of a subject's records to a new subject of the same role, as they are another person's: whoever has the e-mail
/// address now, for example. Nobody is found by them any more but the new one; nothing that was chosen is theirs.
#[utoipa::path(
    post, path = "/v1/subjects/{id}/split", tag = "subjects", operation_id = "splitSubject",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$")),
    request_body = SplitOff,
    responses((status = 201, description = "They are the new subject's.", body = SplitView), Problems),
)]
pub(crate) async fn split(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path(subject): Path<String>,
    body: Body<SplitOff>,
) -> Result<(StatusCode, Json<SplitView>), Problem> {
    let SplitOff { records, by, because } = body.value;
    let said = Said { by, because }.read()?;
    let records: Vec<RecordId> =
        records.iter().map(|record| id(record, "record")).collect::<Result<_, _>>()?;
    let split = state.gate().split_subject(&caller, id(&subject, "subject")?, &records, &said).await?;
    Ok((StatusCode::CREATED, Json(SplitView::of(split))))
}
