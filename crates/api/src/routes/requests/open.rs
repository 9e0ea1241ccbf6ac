//! `POST /v1/requests`, `GET /v1/requests` and `GET /v1/requests/{id}`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{Filed, Request, Right, request::Channel};
use gate::{Named, NewRequest};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{RequestView, Said};
use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, Granted, Path, Repeatable, RequestsWrite, Strict, id},
    problem::Problems,
    routes::{
        cases::{QueueQuery, beginning, cursor},
        view::{Page, next},
    },
};

/// The most identifiers of one request.
const IDENTIFIERS: usize = 8;

/// A request to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenRequest {
    /// `access`, `rectification`, `erasure`, `restriction`, `portability` or `objection`.
    #[schema(value_type = String, example = "access")]
    right: Right,
    /// How it came: `api`, `page`, `email`, `post`, `fax` or `voice`.
    #[serde(default = "api")]
    #[schema(value_type = String, required = false)]
    channel: Channel,
    /// The day it was received, where that was not today: its clock starts with that day.
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
    /// Who asks, where someone vouches for them; `verified` says who and how.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    subject: Option<String>,
    /// Who made sure that it is them, and how.
    verified: Option<Said>,
    /// Otherwise: by what they say they are known. Each is proved by itself, and nobody is found by what is not.
    #[serde(default)]
    #[schema(required = false, max_items = 8)]
    identifiers: Vec<NamedIdentifier>,
    /// The Client whose End User turned to the operator.
    #[schema(pattern = "^acc_[0-9a-f]{32}$")]
    client: Option<String>,
    /// What they wrote.
    #[schema(max_length = 65536)]
    message: Option<String>,
    /// The letter, in base64.
    #[schema(max_length = 65536)]
    scan: Option<String>,
}

/// By what a person says they are known.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedIdentifier {
    /// A lookup field of the policy.
    #[schema(example = "email", max_length = 100)]
    pub(crate) field: String,
    /// Its value.
    #[schema(max_length = 1024)]
    pub(crate) value: String,
}

pub(crate) const fn api() -> Channel {
    Channel::Api
}

impl OpenRequest {
    fn read(self) -> Result<NewRequest, Problem> {
        let named = match (self.subject, self.verified, self.identifiers) {
            (Some(subject), Some(how), identifiers) if identifiers.is_empty() => {
                Named::Vouched(id(&subject, "subject")?, how.read()?)
            }
            (Some(_), ..) => {
                return Err(Problem::malformed(
                    "With `subject` say in `verified` who made sure that it is them, and how; and no `identifiers`.",
                ));
            }
            (None, Some(_), _) => return Err(Problem::malformed("`verified` goes with `subject`.")),
            (None, None, identifiers) if identifiers.len() > IDENTIFIERS => {
                return Err(Problem::malformed("A request names at most 8 identifiers."));
            }
            (None, None, identifiers) => {
                Named::By(identifiers.into_iter().map(|one| (one.field, one.value)).collect())
            }
        };
        let received_at = self.received_on.map(beginning).transpose()?;
        let client = self.client.map(|client| id(&client, "account")).transpose()?;
        let (message, scan) = (self.message, self.scan);
        let (right, channel) = (self.right, self.channel);
        Ok(NewRequest { right, channel, received_at, named, client, message, scan })
    }
}

/// Enters a request. Its clock starts when it was received; whether anyone is known by what it names plays no part here.
#[utoipa::path(
    post, path = "/v1/requests", tag = "requests", operation_id = "openRequest",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    request_body = OpenRequest,
    responses((status = 201, description = "Entered.", body = RequestView), Problems),
)]
pub(crate) async fn open(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    repeatable: Repeatable,
    body: Body<OpenRequest>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let new = body.value.read()?;
    let (request, entry) = state.gate().open_request(&caller, &new, replay.as_ref()).await?;
    let location = format!("/v1/requests/{}", request.id);
    let view = RequestView::of(request, &caller, Some(entry));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(view)))
}

/// The queue of the account: what must be answered first comes first.
#[utoipa::path(
    get, path = "/v1/requests", tag = "requests", operation_id = "listRequests", params(QueueQuery),
    responses((status = 200, description = "A page of requests.", body = Page<RequestView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Strict(query): Strict<QueueQuery>,
) -> Result<Json<Page<RequestView>>, Problem> {
    let limit = query.limit();
    let requests: Vec<Request> = state.gate().queue(&caller, query.is_open(), query.after()?, limit).await?;
    let next = next(&requests, limit, |request| cursor(&request.filing()));
    let items = requests.into_iter().map(|request| RequestView::of(request, &caller, None)).collect();
    Ok(Json(Page { items, next }))
}

/// One request: of the account, or that it passed on.
#[utoipa::path(
    get, path = "/v1/requests/{id}", tag = "requests", operation_id = "readRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    responses((status = 200, description = "The request.", body = RequestView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(request): Path<String>,
) -> Result<Json<RequestView>, Problem> {
    let request = state.gate().request(&caller, id(&request, "request")?).await?;
    Ok(Json(RequestView::of(request, &caller, None)))
}
