//! `/v1/holds`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{EntryId, Filed, Hold, HoldState};
use gate::{Determination, NewHold};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, Granted, HoldsWrite, Path, Repeatable, Strict, id},
    problem::Problems,
    routes::{
        cases::{QueueQuery, cursor},
        view::{Page, is_name, next},
    },
};

/// The longest statement of evidence, in characters.
const EVIDENCE: usize = 4_000;

/// A hold: nothing that it names is deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct HoldView {
    /// The hold's id.
    #[schema(value_type = String)]
    id: domain::id::HoldId,
    /// Whose data.
    #[schema(value_type = String)]
    subject: domain::SubjectId,
    /// The exception of the policy.
    #[schema(example = "fraud")]
    exception: String,
    /// The record types that it keeps.
    record_types: Vec<String>,
    /// `placed` or `released`.
    state: &'static str,
    /// When it was placed.
    #[schema(value_type = String, format = DateTime)]
    placed_at: Timestamp,
    /// When it must be looked at again. It does not end by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    review_at: Option<Timestamp>,
    /// When it was released.
    #[schema(value_type = Option<String>, format = DateTime)]
    released_at: Option<Timestamp>,
    /// The entry of what was just done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

impl HoldView {
    fn of(hold: Hold, entry: Option<EntryId>) -> Self {
        let (state, review_at, released_at) = match hold.state {
            HoldState::Placed { review_at } => ("placed", Some(review_at), None),
            HoldState::Released { released_at } => ("released", None, Some(released_at)),
        };
        Self {
            id: hold.id,
            subject: hold.subject,
            exception: hold.exception,
            record_types: hold.record_types,
            state,
            placed_at: hold.placed_at,
            review_at,
            released_at,
            entry,
        }
    }
}

/// A hold to be placed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceHold {
    /// Whose data.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    subject: String,
    /// An exception of the policy that someone must determine.
    #[schema(example = "fraud")]
    exception: String,
    /// Who determined that it applies, and on what evidence.
    #[serde(flatten)]
    determined: Determined,
}

/// Who determined something, and on what evidence. Both are sealed in the audit entry.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Determined {
    /// Who.
    #[schema(min_length = 1, max_length = 200)]
    determined_by: String,
    /// On what evidence.
    #[schema(min_length = 1, max_length = 4000)]
    evidence: String,
}

impl Determined {
    fn read(self) -> Result<Determination, Problem> {
        if !is_name(&self.determined_by) {
            return Err(Problem::malformed("`determined_by` names someone in 1 to 200 characters."));
        }
        if self.evidence.trim().is_empty() || self.evidence.chars().count() > EVIDENCE {
            return Err(Problem::malformed("`evidence` takes 1 to 4,000 characters."));
        }
        Ok(Determination { by: Some(self.determined_by), because: self.evidence })
    }
}

/// Places a hold: from now on nothing that the exception names is deleted of this person, whoever asks.
#[utoipa::path(
    post, path = "/v1/holds", tag = "retention", operation_id = "placeHold",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = PlaceHold,
    responses((status = 201, description = "Placed.", body = HoldView), Problems),
)]
pub(crate) async fn place(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<HoldsWrite>,
    repeatable: Repeatable,
    body: Body<PlaceHold>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let PlaceHold { subject, exception, determined } = body.value;
    let new = NewHold { subject: id(&subject, "subject")?, exception, determined: determined.read()? };
    let (hold, entry) = state.gate().place_hold(&caller, &new, replay.as_ref()).await?;
    let location = format!("/v1/holds/{}", hold.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(HoldView::of(hold, Some(entry)))))
}

/// The holds of the account: those that must be looked at first come first.
#[utoipa::path(
    get, path = "/v1/holds", tag = "retention", operation_id = "listHolds", params(QueueQuery),
    responses((status = 200, description = "A page of holds.", body = Page<HoldView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(query): Strict<QueueQuery>,
) -> Result<Json<Page<HoldView>>, Problem> {
    let limit = query.limit();
    let holds: Vec<Hold> = state.gate().queue(&caller, query.is_open(), query.after()?, limit).await?;
    let next = next(&holds, limit, |hold| cursor(&hold.filing()));
    Ok(Json(Page { items: holds.into_iter().map(|hold| HoldView::of(hold, None)).collect(), next }))
}

/// One hold.
#[utoipa::path(
    get, path = "/v1/holds/{id}", tag = "retention", operation_id = "readHold",
    params(("id" = String, Path, description = "The hold.", pattern = "^hld_[0-9a-f]{32}$")),
    responses((status = 200, description = "The hold.", body = HoldView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(hold): Path<String>,
) -> Result<Json<HoldView>, Problem> {
    let hold = state.gate().hold(&caller, id(&hold, "hold")?).await?;
    Ok(Json(HoldView::of(hold, None)))
}

/// Someone looked at a hold again, and it still stands, for another term of the policy.
#[utoipa::path(
    post, path = "/v1/holds/{id}/review", tag = "retention", operation_id = "reviewHold",
    params(("id" = String, Path, description = "The hold.", pattern = "^hld_[0-9a-f]{32}$")),
    request_body = Determined,
    responses((status = 200, description = "It stands.", body = HoldView), Problems),
)]
pub(crate) async fn review(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<HoldsWrite>,
    Path(hold): Path<String>,
    body: Body<Determined>,
) -> Result<Json<HoldView>, Problem> {
    let determined = body.value.read()?;
    let (hold, entry) = state.gate().review_hold(&caller, id(&hold, "hold")?, &determined).await?;
    Ok(Json(HoldView::of(hold, Some(entry))))
}

/// Releases a hold: what it kept goes when its time is over, or at once where the person was erased meanwhile.
#[utoipa::path(
    post, path = "/v1/holds/{id}/release", tag = "retention", operation_id = "releaseHold",
    params(("id" = String, Path, description = "The hold.", pattern = "^hld_[0-9a-f]{32}$")),
    request_body = Determined,
    responses((status = 200, description = "Released.", body = HoldView), Problems),
)]
pub(crate) async fn release(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<HoldsWrite>,
    Path(hold): Path<String>,
    body: Body<Determined>,
) -> Result<Json<HoldView>, Problem> {
    let determined = body.value.read()?;
    let (hold, entry) = state.gate().release_hold(&caller, id(&hold, "hold")?, &determined).await?;
    Ok(Json(HoldView::of(hold, Some(entry))))
}
