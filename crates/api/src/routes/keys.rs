//! `/v1/keys`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{ApiKey, Scope};
use gate::KeyRequest;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AccountsWrite, Body, Granted, Path, Repeatable, id},
    problem::Problems,
    routes::view::is_name,
};

/// An API key, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyView {
    /// The key's id.
    #[schema(value_type = String)]
    id: domain::KeyId,
    /// The account it opens.
    #[schema(value_type = String)]
    account: domain::AccountId,
    /// What its owner calls it.
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<Scope>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it stops working.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
    /// When it was last used, to within a day.
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Timestamp>,
    /// What to put after `Authorization: Bearer`. Shown once, and not again to a repeated request.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl KeyView {
    fn of(key: ApiKey, secret: Option<String>) -> Self {
        Self {
            id: key.id,
            account: key.account,
            name: key.name,
            scopes: key.scopes,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            used_at: key.used_at,
            secret,
        }
    }
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateKey {
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<String>, example = json!(["data:read", "data:write"]))]
    scopes: Vec<Scope>,
    /// The account it opens; left out, the caller's own.
    #[schema(pattern = "^acc_[0-9a-f]{32}$")]
    account: Option<String>,
    /// When it stops working.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// The keys of the account.
#[utoipa::path(
    get, path = "/v1/keys", tag = "accounts", operation_id = "listKeys",
    responses((status = 200, description = "The keys, without their secrets.", body = Vec<KeyView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
) -> Result<Json<Vec<KeyView>>, Problem> {
    let keys = state.gate().keys(caller.account_id());
    Ok(Json(keys.into_iter().map(|key| KeyView::of(key, None)).collect()))
}

/// Makes an API key. A key cannot grant more than the one that makes it.
#[utoipa::path(
    post, path = "/v1/keys", tag = "accounts", operation_id = "createKey",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = CreateKey,
    responses((status = 201, description = "Made; the secret is shown this once.", body = KeyView), Problems),
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    repeatable: Repeatable,
    body: Body<CreateKey>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let new = body.value;
    if let Some(beyond) = new.scopes.iter().find(|scope| !caller.allows(**scope)) {
        return Err(Problem::forbidden(beyond.as_str()));
    }
    if !is_name(&new.name) || new.scopes.is_empty() {
        return Err(Problem::malformed(
            "A key takes a `name` of 1 to 200 characters, none of them a control character, and at least one scope.",
        ));
    }
    let account = match &new.account {
        Some(account) => id(account, "account")?,
        None => caller.account_id(),
    };
    let request = KeyRequest { name: &new.name, scopes: &new.scopes, expires_at: new.expires_at };
    let made = state.gate().create_key(&caller, account, &request, replay.as_ref()).await?;
    let view = KeyView::of(made.key, made.secret);
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// Revokes a key; it works no more from the next request on.
#[utoipa::path(
    delete, path = "/v1/keys/{id}", tag = "accounts", operation_id = "revokeKey",
    params(("id" = String, Path, description = "The key.", pattern = "^key_[0-9a-f]{32}$")),
    responses((status = 204, description = "Revoked."), Problems),
)]
pub(crate) async fn revoke(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccountsWrite>,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    state.gate().revoke_key(&caller, id(&key, "key")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
