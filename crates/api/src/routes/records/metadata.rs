//! `POST /v1/records/metadata/query` and `POST /v1/records/metadata`

use axum::{Json, extract::State, http::header, response::IntoResponse};
use domain::{
    EntryId, RecordId, Scope, Source,
    id::{RecordKind, SubjectKind},
    metadata::{Selection, Setting},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::metadata::MetadataRow;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, DataWrite, Granted, PurposeQuery, Repeatable, Strict, id},
    problem::Problems,
    routes::view::{MetadataView, next},
};

/// The most records that a query answers with.
const LIMIT: u32 = 10_000;

/// Which records: exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetadataSelect {
    /// Those that were collected for a purpose.
    #[schema(example = "support")]
    collected_for: Option<String>,
    /// Those about a subject.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    subject: Option<String>,
    /// Those in which screening found something; only `true` can be meant.
    flagged: Option<bool>,
}

impl MetadataSelect {
    fn read(self) -> Result<Selection, Problem> {
        match (self.collected_for, self.subject, self.flagged) {
            (Some(purpose), None, None) => Ok(Selection::CollectedFor(purpose)),
            (None, Some(subject), None) => Ok(Selection::Subject(id::<SubjectKind>(&subject, "subject")?)),
            (None, None, Some(true)) => Ok(Selection::Flagged),
            _ => Err(Problem::malformed(
                "`select` names `collected_for`, `subject` or `flagged: true`, one of the three.",
            )),
        }
    }
}

/// A query.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetadataQuery {
    select: MetadataSelect,
    /// Where the page begins: the `next` of the page before.
    after: Option<String>,
    /// How many records at most, 1 to 10,000; as many as that when it is left out.
    #[schema(minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
}

/// The metadata of one record.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetadataItem {
    /// The record's id.
    #[schema(value_type = String)]
    id: RecordId,
    /// Whose it is.
    #[schema(value_type = String)]
    subject: domain::SubjectId,
    /// The record type of the policy.
    #[serde(rename = "type")]
    record_type: String,
    /// The version of the record.
    version: u32,
    #[serde(flatten)]
    metadata: MetadataView,
}

impl MetadataItem {
    fn of(row: MetadataRow) -> Self {
        Self {
            id: row.record,
            subject: row.subject,
            record_type: row.record_type,
            version: row.record_version,
            metadata: MetadataView::of(row.metadata),
        }
    }
}

/// A page of metadata, in the order of the records' ids.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetadataFound {
    items: Vec<MetadataItem>,
    /// What to pass as `after` for the next page; none at the end.
    next: Option<String>,
    /// The entry that records the query.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// The metadata of the records that were collected for a purpose, are about a subject, or in which screening found
/// something: what the custodian looks through. Nothing is opened.
#[utoipa::path(
    post, path = "/v1/records/metadata/query", tag = "records", operation_id = "queryMetadata",
    params(PurposeQuery), request_body = MetadataQuery,
    responses((status = 200, description = "A page of metadata.", body = MetadataFound), Problems),
)]
pub(crate) async fn query(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
    body: Body<MetadataQuery>,
) -> Result<impl IntoResponse, Problem> {
    let MetadataQuery { select, after, limit } = body.value;
    let limit = limit.unwrap_or(LIMIT);
    if !(1..=LIMIT).contains(&limit) {
        return Err(Problem::malformed("`limit` is a number from 1 to 10,000."));
    }
    let selection = select.read()?;
    let after = after.map(|text| id::<RecordKind>(&text, "cursor")).transpose()?;
    let page = state.gate().query_metadata(&caller, &selection, &purpose, after, limit).await?;
    let next = next(&page.rows, limit, |row| row.record);
    let items = page.rows.into_iter().map(MetadataItem::of).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(MetadataFound { items, next, entry: page.entry })))
}

/// The field that is set: exactly one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetadataSet {
    /// The purposes and recipients that the people object to.
    objections: Option<Vec<String>>,
    /// The purposes for which the records may feed automated decisions.
    automated: Option<Vec<String>>,
    /// The recipients that the records were shared with.
    shared_with: Option<Vec<String>>,
    /// Where they came from: `subject`, `account`, `observed` or `third_party`.
    #[schema(value_type = Option<String>, example = "subject")]
    source: Option<Source>,
    /// They end no later than this: an end is only brought forward. It deletes, so the key needs `data:erase` too.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl MetadataSet {
    fn read(self) -> Result<Setting, Problem> {
        let mut settings = [
            self.objections.map(Setting::Objections),
            self.automated.map(Setting::Automated),
            self.shared_with.map(Setting::SharedWith),
            self.source.map(Setting::Source),
            self.expires_at.map(Setting::EndsBy),
        ]
        .into_iter()
        .flatten();
        match (settings.next(), settings.next()) {
            (Some(setting), None) => Ok(setting),
            _ => Err(Problem::malformed("`set` has exactly one field.")),
        }
    }
}

/// A change of one field of many records.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetadataChange {
    select: MetadataSelect,
    set: MetadataSet,
}

/// What a change led to.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetadataChanged {
    /// How many records were set.
    changed: u64,
    /// The entry that records the change.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// Sets one field of the metadata of every record that is selected. Nothing is opened, and no record gets another
/// version: metadata has one of its own.
#[utoipa::path(
    post, path = "/v1/records/metadata", tag = "records", operation_id = "changeMetadata",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255),
        PurposeQuery,
    ),
    request_body = MetadataChange,
    responses((status = 200, description = "It is set.", body = MetadataChanged), Problems),
)]
pub(crate) async fn change(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
    repeatable: Repeatable,
    body: Body<MetadataChange>,
) -> Result<Json<MetadataChanged>, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let (selection, setting) = (body.value.select.read()?, body.value.set.read()?);
    if matches!(setting, Setting::EndsBy(_)) && !caller.allows(Scope::DataErase) {
        return Err(Problem::forbidden(Scope::DataErase.as_str()));
    }
    let set = state.gate().change_metadata(&caller, &selection, &purpose, &setting, replay.as_ref()).await?;
    Ok(Json(MetadataChanged { changed: set.changed, entry: set.entry }))
}
