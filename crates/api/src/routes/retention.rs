//! `GET /v1/retention/plan`

use axum::{Json, extract::State};
use domain::{AccountId, AccountKind, Trigger};
use gate::{Going, Grain, Keeping, Plan, Waiting};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, Strict},
    problem::Problems,
};

/// How far a plan looks when nobody says how far.
const AHEAD: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Up to when, and how fine.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanQuery {
    /// Up to this moment; without it, for ninety days.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// `day`, `week` (from Monday on) or `month`: what the days are gathered into.
    #[serde(default)]
    #[param(required = false, inline)]
    by: By,
}

/// What the days of a plan are gathered into.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    #[default]
    Day,
    Week,
    Month,
}

/// What goes when, as things stand now.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanView {
    /// The moment it was made.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Up to when it looks.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// What goes, by day, week or month.
    going: Vec<GoingView>,
    /// What is over already and not deleted yet.
    overdue: Vec<GoingView>,
    /// What would go until then, and is kept by a hold or an open request.
    kept: Vec<KeepingView>,
    /// What has no end yet.
    waiting: Vec<WaitingView>,
    /// Records that would go until then, of people for whom ends are being reckoned anew just now.
    settling: u64,
}

/// Records that go.
#[derive(Serialize, ToSchema)]
pub(crate) struct GoingView {
    /// The day, or the first day of the week or month, in UTC.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Whose.
    #[schema(value_type = String)]
    account: AccountId,
    /// The record type.
    record_type: String,
    /// The clock that the policy in force gives it.
    clock: Option<String>,
    /// How many.
    records: u64,
}

/// Records that are kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeepingView {
    /// The hold or the request.
    by: String,
    /// The exception of the policy; none for a request.
    exception: Option<String>,
    /// When the hold is looked at again, or the request must have been answered.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// Whose.
    #[schema(value_type = String)]
    account: AccountId,
    /// The record type.
    record_type: String,
    /// The clock that the policy in force gives it.
    clock: Option<String>,
    /// The first day on which one of them would go, in UTC.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// How many.
    records: u64,
}

/// Records that wait for something to happen.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingView {
    /// `account`, `visits` or `contract`; none when nothing would bring their end.
    #[schema(value_type = Option<String>)]
    trigger: Option<Trigger>,
    /// Whose.
    #[schema(value_type = String)]
    account: AccountId,
    /// The record type.
    record_type: String,
    /// The clock that the policy in force gives it.
    clock: Option<String>,
    /// How many.
    records: u64,
}

/// What goes when, before it does: counts only. The operator sees every account's, a Client its own.
#[utoipa::path(
    get, path = "/v1/retention/plan", tag = "retention", operation_id = "readRetentionPlan", params(PlanQuery),
    responses((status = 200, description = "The plan.", body = PlanView), Problems),
)]
pub(crate) async fn plan(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(query): Strict<PlanQuery>,
) -> Result<Json<PlanView>, Problem> {
    let own = (caller.account.kind == AccountKind::Client).then(|| caller.account_id());
    let until = query.until.unwrap_or_else(|| state.gate().ambient().clock.now() + AHEAD);
    let plan = state.gate().retention_plan(own, until).await?;
    Ok(Json(plan.by(query.by.into()).into()))
}

impl From<By> for Grain {
    fn from(by: By) -> Self {
        match by {
            By::Day => Self::Day,
            By::Week => Self::Week,
            By::Month => Self::Month,
        }
    }
}

impl From<Plan> for PlanView {
    fn from(plan: Plan) -> Self {
        let going = |list: Vec<Going>| list.into_iter().map(GoingView::from).collect();
        Self {
            at: plan.at,
            until: plan.until,
            going: going(plan.going),
            overdue: going(plan.overdue),
            kept: plan.kept.into_iter().map(KeepingView::from).collect(),
            waiting: plan.waiting.into_iter().map(WaitingView::from).collect(),
            settling: plan.settling,
        }
    }
}

impl From<Going> for GoingView {
    fn from(Going { day, account, record_type, clock, records }: Going) -> Self {
        Self { day, account, record_type, clock, records }
    }
}

impl From<Keeping> for KeepingView {
    fn from(kept: Keeping) -> Self {
        let Keeping { by, exception, until, account, record_type, clock, day, records } = kept;
        Self { by, exception, until, account, record_type, clock, day, records }
    }
}

impl From<Waiting> for WaitingView {
    fn from(Waiting { trigger, account, record_type, clock, records }: Waiting) -> Self {
        Self { trigger, account, record_type, clock, records }
    }
}
