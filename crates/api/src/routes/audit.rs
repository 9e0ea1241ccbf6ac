//! `/audit`: the public side of the log (C2SP `tlog-tiles`), for anyone to check.

use audit_log::{TileKind, TilePath, bundle::encode_bundle, path::FULL_WIDTH};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    ApiState, Problem,
    extract::{Open, Path},
    problem::Problems,
};

/// The tiles and entry bundles; their paths have a form of their own that OpenAPI cannot describe.
pub(crate) fn tiles() -> Router<ApiState> {
    Router::new().route("/audit/tile/{*path}", get(tile))
}

/// The latest signed checkpoint.
#[utoipa::path(
    get, path = "/audit/checkpoint", tag = "evidence", operation_id = "readCheckpoint", security(()),
    responses((status = 200, description = "A signed note (C2SP tlog-checkpoint).", body = String, content_type = "text/plain"), Problems),
)]
pub(crate) async fn checkpoint(State(state): State<ApiState>, _: Open) -> Result<Response, Problem> {
    let note = state.gate().checkpoint().await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], note)
        .into_response())
}

/// The key that checkpoints are verified with.
#[utoipa::path(
    get, path = "/audit/key", tag = "evidence", operation_id = "readLogKey", security(()),
    responses((status = 200, description = "A verifier key (C2SP signed-note).", body = String, content_type = "text/plain"), Problems),
)]
pub(crate) async fn key(State(state): State<ApiState>, _: Open) -> String {
    format!("{}\n", state.gate().log_key())
}

async fn tile(State(state): State<ApiState>, Path(path): Path<String>, _: Open) -> Result<Response, Problem> {
    let path: TilePath = format!("tile/{path}").parse().map_err(|_| Problem::not_found("tile"))?;
    let bytes = match path.kind() {
        TileKind::Hashes { level } => state.gate().log_tile(level, path.index(), path.width()).await?,
        TileKind::Entries => {
            let from =
                path.index().checked_mul(FULL_WIDTH.into()).ok_or_else(|| Problem::not_found("tile"))?;
            let to = from.checked_add(path.width().into()).ok_or_else(|| Problem::not_found("tile"))?;
            let leaves = state.gate().log_leaves(from, to).await?;
            encode_bundle(leaves.iter().map(Vec::as_slice)).map_err(|_| Problem::not_found("tile"))?
        }
    };
    // A full tile never changes; a partial one is replaced by a wider one under another path.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}
