//! `POST /v1/requests/{id}/codes` and `POST /v1/requests/{id}/verify`

use axum::{Json, extract::State, http::StatusCode};
use gate::{Attempt, Determination};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{RequestView, Said};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, Path, RequestsWrite, id},
    problem::Problems,
};

/// A code to be made for an identifier.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MakeCode {
    /// Which identifier of the request, counted from 0.
    #[schema(minimum = 0, maximum = 7)]
    identifier: u8,
    /// `email` mails the code to the identifier, which is an e-mail address, and tells it to nobody else. Without it the
    /// caller delivers the code.
    #[schema(value_type = Option<String>, example = "email")]
    send: Option<Way>,
}

/// How a code reaches the owner of an identifier, when the caller does not deliver it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// By mail.
    Email,
}

/// A code that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodeView {
    /// The request.
    #[serde(flatten)]
    request: RequestView,
    /// The code, unless it is mailed. Send it to the value of the identifier and to nowhere else; it is good for a day and
    /// five attempts, and shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// Makes a code for an identifier and mails it there, or, for one that only the caller can reach, such as a telephone number,
/// gives it to the caller to deliver. One that was made before is good no more.
#[utoipa::path(
    post, path = "/v1/requests/{id}/codes", tag = "requests", operation_id = "makeCode",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = MakeCode,
    responses((status = 201, description = "Made.", body = CodeView), Problems),
)]
pub(crate) async fn make_code(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<MakeCode>,
) -> Result<(StatusCode, Json<CodeView>), Problem> {
    let (request, place) = (id(&request, "request")?, usize::from(body.value.identifier));
    let (request, entry, code) = match body.value.send {
        None => {
            let (request, entry, code) = state.gate().make_code(&caller, request, place).await?;
            (request, entry, Some(code))
        }
        Some(Way::Email) => {
            let (request, entry) = state.gate().mail_code(&caller, request, place).await?;
            (request, entry, None)
        }
    };
    let request = RequestView::of(request, &caller, Some(entry));
    Ok((StatusCode::CREATED, Json(CodeView { request, code })))
}

/// What shows that an identifier is the person's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    /// Which identifier of the request, counted from 0.
    #[schema(minimum = 0, maximum = 7)]
    identifier: u8,
    /// The code that was sent to it.
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// Or who looked, and at what.
    by_hand: Option<Said>,
}

/// Shows that an identifier is the person's: by the code that was sent to it, or because someone looked.
#[utoipa::path(
    post, path = "/v1/requests/{id}/verify", tag = "requests", operation_id = "verifyRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = Verify,
    responses((status = 200, description = "It is theirs.", body = RequestView), Problems),
)]
pub(crate) async fn verify(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<Verify>,
) -> Result<Json<RequestView>, Problem> {
    let (request, place) = (id(&request, "request")?, usize::from(body.value.identifier));
    let (request, entry) = match (body.value.code, body.value.by_hand) {
        (Some(code), None) => match state.gate().try_code(&caller, request, place, &code).await? {
            Attempt::Proved(request, entry) => (*request, entry),
            Attempt::Wrong => return Err(wrong_code()),
        },
        (None, Some(how)) => {
            let how: Determination = how.read()?;
            state.gate().verify_by_hand(&caller, request, place, &how).await?
        }
        _ => return Err(Problem::malformed("Give `code` or `by_hand`.")),
    };
    Ok(Json(RequestView::of(request, &caller, Some(entry))))
}

fn wrong_code() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "/problems/code",
        "This code proves nothing",
        "It is not the one that was sent last, or it was tried too often, or its day is over. Have a new one sent.",
    )
}
