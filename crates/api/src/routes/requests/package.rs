//! `GET /v1/requests/{id}/package`, its preview, and `POST` to issue it again

use axum::{
    Json,
    extract::State,
    http::{Method, header},
    response::{IntoResponse, Response},
};
use domain::{Request, id::RequestId};
use gate::Caller;

use super::{RequestView, Said, moved};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, Path, RequestsWrite, id},
    package::{self, Place},
    problem::Problems,
};

/// The package of an access or portability request: a page to read, JSON and CSV, in one zip. It is fetched once, within the
/// time that the policy names.
#[utoipa::path(
    get, path = "/v1/requests/{id}/package", tag = "requests", operation_id = "fetchPackage",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    responses((status = 200, description = "The package.", body = Vec<u8>, content_type = "application/zip"), Problems),
)]
pub(crate) async fn fetch(
    method: Method,
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
) -> Result<Response, Problem> {
    let request: RequestId = id(&request, "request")?;
    // A question about it must not use it up.
    if method == Method::HEAD {
        return Err(Problem::malformed("A package is fetched with GET, once."));
    }
    let place = package::place().ok_or_else(Problem::too_many)?;
    let (request, acting) = state.gate().fetch_package(&caller, request).await?;
    Ok(zipped(&state, acting, request, place))
}

/// What the package would be, for whoever looks through it for what is about others, before it is released.
#[utoipa::path(
    get, path = "/v1/requests/{id}/package/preview", tag = "requests", operation_id = "previewPackage",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    responses((status = 200, description = "What it would be.", body = Vec<u8>, content_type = "application/zip"), Problems),
)]
pub(crate) async fn preview(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
) -> Result<Response, Problem> {
    let request: RequestId = id(&request, "request")?;
    let place = package::place().ok_or_else(Problem::too_many)?;
    let (request, acting) = state.gate().preview_package(&caller, request).await?;
    Ok(zipped(&state, acting, request, place))
}

/// Lets a package be fetched once more: its time was over, or what was fetched did not arrive.
#[utoipa::path(
    post, path = "/v1/requests/{id}/package", tag = "requests", operation_id = "reissuePackage",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = Said,
    responses((status = 200, description = "It can be fetched.", body = RequestView), Problems),
)]
pub(crate) async fn reissue(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<Said>,
) -> Result<Json<RequestView>, Problem> {
    let why = body.value.read()?;
    let request = state.gate().reissue_package(&caller, id(&request, "request")?, &why).await?;
    Ok(moved(&caller, request))
}

pub(crate) fn zipped(state: &ApiState, acting: Caller, request: Request, place: Place) -> Response {
    let name = format!("attachment; filename=\"{}.zip\"", request.id);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    (headers, package::stream(state, acting, request, place)).into_response()
}
