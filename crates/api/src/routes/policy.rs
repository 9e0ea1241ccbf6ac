//! `/v1/policy` and `/v1/policy/versions`

pub(crate) mod replay;
mod view;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use view::{PolicyView, VersionView};

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, PolicyWrite, Repeatable, Strict, read},
    problem::Problems,
    routes::view::is_line,
};

/// How long the reason of what cannot wait may be, in characters.
const REASON: usize = 400;

/// What is in force for the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct InForce {
    /// The operator's policy.
    operator: PolicyView,
    /// The account's own, narrower policy, when it has one that applies.
    account: Option<PolicyView>,
}

/// The policies in force for the account, and what is to come in their place.
#[utoipa::path(
    get, path = "/v1/policy", tag = "policy", operation_id = "readPolicy",
    responses((status = 200, description = "What is in force.", body = InForce), Problems),
)]
pub(crate) async fn current(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
) -> Result<Json<InForce>, Problem> {
    let (gate, now) = (state.gate(), state.now());
    let effective = gate.policy(caller.account_id())?;
    let view = |account, in_force| PolicyView::of(in_force, &gate.policy_versions(account), now);
    Ok(Json(InForce {
        operator: view(effective.operator_account, &effective.operator),
        account: effective.account.as_ref().map(|(account, own)| view(*account, own)),
    }))
}

/// Every version of the account's own policy, oldest first: each with what it permits otherwise than the one in whose
/// place it comes, in sentences, and whether that is material.
#[utoipa::path(
    get, path = "/v1/policy/versions", tag = "policy", operation_id = "listPolicyVersions",
    responses((status = 200, description = "The versions.", body = Vec<VersionView>), Problems),
)]
pub(crate) async fn versions(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
) -> Result<Json<Vec<VersionView>>, Problem> {
    let versions = state.gate().policy_versions(caller.account_id());
    Ok(Json(versions.iter().map(VersionView::with_changes).collect()))
}

/// Why a version does not wait for its notice.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PublishQuery {
    /// Why a change that permits more cannot wait for the notice that was promised: a legal order, a mistake. It stands in
    /// the history for everyone to read, so it names no one.
    #[param(min_length = 1, max_length = 400)]
    because: Option<String>,
}

/// Publishes a version of the account's policy. It binds from the day that it names, or at the next decision when that has
/// come. One that permits more than before must name a day that leaves the notice which the policy in force promises.
#[utoipa::path(
    post, path = "/v1/policy/versions", tag = "policy", operation_id = "publishPolicy",
    params(PublishQuery, ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body(content = String, description = "The policy file.", content_type = "application/toml"),
    responses((status = 201, description = "Published.", body = VersionView), Problems),
)]
pub(crate) async fn publish(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<PolicyWrite>,
    repeatable: Repeatable,
    Strict(query): Strict<PublishQuery>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let because = query.because.as_deref();
    if because.is_some_and(|text| !is_line(text, REASON)) {
        return Err(Problem::malformed(
            "`because` takes 1 to 400 characters, none of them a control character.",
        ));
    }
    let source = source(request, &state).await?;
    let replay = repeatable.replay(&state, &caller, source.as_bytes())?;
    let gate = state.gate();
    let published = match because {
        None => gate.publish_policy(&caller, &source, replay.as_ref()).await?,
        Some(because) => gate.publish_policy_urgently(&caller, &source, because, replay.as_ref()).await?,
    };
    Ok((StatusCode::CREATED, Json(VersionView::of(&published))))
}

/// The policy file that a request carries.
async fn source(request: Request, state: &ApiState) -> Result<String, Problem> {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media_type.is_some_and(|text| text.starts_with("application/toml")) {
        return Err(Problem::unsupported());
    }
    let body = read(request, state).await?;
    String::from_utf8(body.into()).map_err(|_| Problem::malformed("The policy is not UTF-8."))
}
