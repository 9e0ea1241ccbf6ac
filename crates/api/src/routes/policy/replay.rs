//! `POST /v1/policy/replay`

use axum::{
    Json,
    extract::{Request, State},
};
use domain::EntryId;
use gate::ReplayedPolicy;
use jiff::{SignedDuration, Timestamp};
use policy::replay::Turned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::source;
use crate::{
    ApiState, Problem,
    extract::{Granted, PolicyWrite, Strict},
    problem::Problems,
};

/// How many days are looked at when nothing is said, and at most.
const DAYS: u16 = 30;
const MOST_DAYS: u16 = 366;

/// How far back is looked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReplayQuery {
    /// How many days: 30 when nothing is said.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u16>,
}

/// What a policy would have decided otherwise.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplayView {
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// How many decisions were made again. One about several categories counts once for each.
    decisions: u64,
    /// What was allowed and would be refused.
    newly_refused: Vec<TurnedView>,
    /// What was refused and would be allowed.
    newly_allowed: Vec<TurnedView>,
    /// Decisions that would turn out otherwise under the policy of their time too: something else has changed since.
    changed_since: u64,
    /// Decisions of which the log does not say what was asked.
    unnamed: u64,
    /// Entries of that time that nobody can open any more, as their person was erased since, in whichever account.
    unopenable: u64,
    /// Entries of people whose key is damaged or missing without an erasure.
    damaged: u64,
    /// The entry that records that it was asked.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// Decisions about one use that would turn out otherwise.
#[derive(Serialize, ToSchema)]
pub(crate) struct TurnedView {
    /// In plain words.
    sentence: String,
    /// How many decisions.
    count: u64,
    /// What the data was to be used for.
    purpose: String,
    /// Which category.
    category: String,
    /// Who was to receive it.
    recipient: Option<String>,
    /// Whose data, by role.
    role: String,
    /// Why it would be refused.
    #[schema(value_type = Option<String>)]
    reason: Option<policy::decide::Reason>,
}

impl TurnedView {
    fn of(Turned { sentence, count, purpose, category, recipient, role, reason }: Turned) -> Self {
        Self { sentence, count, purpose, category, recipient, role, reason }
    }
}

impl ReplayView {
    fn of(replayed: ReplayedPolicy) -> Self {
        let ReplayedPolicy { from, until, otherwise, changed_since, unnamed, unopenable, damaged, entry } =
            replayed;
        let all = |list: Vec<Turned>| list.into_iter().map(TurnedView::of).collect();
        Self {
            from,
            until,
            decisions: otherwise.decisions,
            newly_refused: all(otherwise.newly_refused),
            newly_allowed: all(otherwise.newly_allowed),
            changed_since,
            unnamed,
            unopenable,
            damaged,
            entry,
        }
    }
}

/// Makes the decisions of the last days again as if this policy were in force, and says what would turn out otherwise. It
/// changes nothing. The operator's policy is tried on the decisions of every account, and tells nothing but counts.
#[utoipa::path(
    post, path = "/v1/policy/replay", tag = "policy", operation_id = "replayPolicy",
    params(ReplayQuery),
    request_body(content = String, description = "The policy file.", content_type = "application/toml"),
    responses((status = 200, description = "What would turn out otherwise.", body = ReplayView), Problems),
)]
pub(crate) async fn replay(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<PolicyWrite>,
    Strict(query): Strict<ReplayQuery>,
    request: Request,
) -> Result<Json<ReplayView>, Problem> {
    let days = query.days.unwrap_or(DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::malformed("`days` is 1 to 366."));
    }
    let text = source(request, &state).await?;
    let from = state.now() - SignedDuration::from_hours(24 * i64::from(days));
    Ok(Json(ReplayView::of(state.gate().replay_policy(&caller, &text, from).await?)))
}
