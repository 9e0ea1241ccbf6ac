//! `/v1/policy` and `/v1/policy/versions`

pub(crate) mod replay;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use gate::Numbered;
use jiff::Timestamp;
use policy::{Change, Diff};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, PolicyWrite, Repeatable, read},
    problem::Problems,
};

/// A policy version.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionView {
    /// Counted from 1.
    number: u32,
    /// The policy's own version.
    version: String,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    /// The policy file; only in the answer of `GET /v1/policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// What it permits otherwise than the version before; only in the history, and not of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesView>,
}

/// What one version permits otherwise than the one before it, in sentences.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangesView {
    /// Whether it permits something to someone new, for longer, or with less choice: then people are asked again.
    material: bool,
    /// What may happen now and could not before.
    newly_permitted: Vec<ChangeView>,
    /// What could happen before and may not now.
    no_longer_permitted: Vec<ChangeView>,
    /// What happens otherwise than before.
    other: Vec<ChangeView>,
}

/// One change, as a person is told of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeView {
    /// In plain words.
    sentence: String,
    /// Whether it asks again.
    material: bool,
    /// The declaration that brings it about, for example `purposes.marketing`.
    declaration: String,
}

impl ChangesView {
    fn of(changes: &Diff) -> Self {
        let all = |list: &[Change]| list.iter().cloned().map(ChangeView::of).collect();
        Self {
            material: changes.is_material(),
            newly_permitted: all(&changes.newly_permitted),
            no_longer_permitted: all(&changes.no_longer_permitted),
            other: all(&changes.other),
        }
    }
}

impl ChangeView {
    fn of(Change { sentence, material, declaration }: Change) -> Self {
        Self { sentence, material, declaration }
    }
}

impl VersionView {
    fn of(numbered: &Numbered) -> Self {
        Self {
            number: numbered.number,
            version: numbered.policy.version().to_owned(),
            published_at: numbered.published_at,
            source: None,
            changes: None,
        }
    }

    fn with_source(numbered: &Numbered) -> Self {
        Self { source: Some(numbered.policy.source().to_string()), ..Self::of(numbered) }
    }

    fn with_changes(numbered: &Numbered) -> Self {
        let changes = numbered.changes.as_deref().map(ChangesView::of);
        Self { changes, ..Self::of(numbered) }
    }
}

/// What is in force for the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct InForce {
    /// The operator's policy.
    operator: VersionView,
    /// The account's own, narrower policy, when it has one.
    account: Option<VersionView>,
}

/// The policies in force for the account.
#[utoipa::path(
    get, path = "/v1/policy", tag = "policy", operation_id = "readPolicy",
    responses((status = 200, description = "What is in force.", body = InForce), Problems),
)]
pub(crate) async fn current(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
) -> Result<Json<InForce>, Problem> {
    let effective = state.gate().policy(caller.account_id())?;
    Ok(Json(InForce {
        operator: VersionView::with_source(&effective.operator),
        account: effective.account.as_ref().map(|(_, own)| VersionView::with_source(own)),
    }))
}

/// Every version of the account's own policy, oldest first: each with what it permits otherwise than the one before, in
/// sentences, and whether that is material.
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

/// Publishes a version of the account's policy. It binds at the next decision.
#[utoipa::path(
    post, path = "/v1/policy/versions", tag = "policy", operation_id = "publishPolicy",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body(content = String, description = "The policy file.", content_type = "application/toml"),
    responses((status = 201, description = "Published.", body = VersionView), Problems),
)]
pub(crate) async fn publish(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<PolicyWrite>,
    repeatable: Repeatable,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let source = source(request, &state).await?;
    let replay = repeatable.replay(&state, &caller, source.as_bytes())?;
    let published = state.gate().publish_policy(&caller, &source, replay.as_ref()).await?;
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
