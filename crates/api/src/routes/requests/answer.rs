//! `POST /v1/requests/{id}/fulfil` and `POST /v1/requests/{id}/deny`

use axum::{Json, extract::State};
use domain::About;
use gate::{Correction, Fields, Fulfilment};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{RequestView, Said, moved};
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, Path, RequestsWrite, id},
    problem::Problems,
};

/// The most corrections of one request.
const CORRECTIONS: usize = 100;

/// How a request is fulfilled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fulfil {
    /// Of a rectification: what is corrected.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    corrections: Vec<CorrectionBody>,
    /// Of an objection: the purposes and recipients that are meant, as `purposes.marketing`.
    #[serde(default)]
    #[schema(required = false, max_items = 100, value_type = Vec<String>)]
    objections: Vec<String>,
    /// Who decided.
    #[schema(min_length = 1, max_length = 200)]
    by: Option<String>,
    /// The decision in words, sealed in the audit entry.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
}

/// A correction of one record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionBody {
    /// The record.
    #[schema(pattern = "^rec_[0-9a-f]{32}$")]
    record: String,
    /// What its fields become; `null` removes one (RFC 7396).
    #[schema(value_type = Object)]
    fields: Fields,
}

impl Fulfil {
    fn read(self) -> Result<Fulfilment, Problem> {
        if self.corrections.len() > CORRECTIONS || self.objections.len() > CORRECTIONS {
            return Err(Problem::malformed("At most 100 `corrections` or `objections`."));
        }
        let decision = Said { by: self.by, because: self.because }.read()?;
        let correction = |one: CorrectionBody| -> Result<Correction, Problem> {
            Ok(Correction { record: id(&one.record, "record")?, fields: one.fields })
        };
        let about = |text: String| -> Result<About, Problem> {
            text.parse().map_err(|_| Problem::not_found("purpose or recipient"))
        };
        Ok(Fulfilment {
            corrections: self.corrections.into_iter().map(correction).collect::<Result<_, _>>()?,
            objections: self.objections.into_iter().map(about).collect::<Result<_, _>>()?,
            decision,
        })
    }
}

/// Does what was asked for, and closes the request: a package is made ready, people are erased, records corrected, uses
/// restricted or objected to. Of nobody who did not prove to be the person.
#[utoipa::path(
    post, path = "/v1/requests/{id}/fulfil", tag = "requests", operation_id = "fulfilRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = Fulfil,
    responses((status = 200, description = "Fulfilled.", body = RequestView), Problems),
)]
pub(crate) async fn fulfil(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<Fulfil>,
) -> Result<Json<RequestView>, Problem> {
    let how = body.value.read()?;
    let request = state.gate().fulfil_request(&caller, id(&request, "request")?, &how).await?;
    Ok(moved(&caller, request))
}

/// Why a request is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deny {
    /// The exception of the policy that limits the right, where there is one.
    #[schema(example = "fraud", max_length = 100)]
    exception: Option<String>,
    /// Who decided.
    #[schema(min_length = 1, max_length = 200)]
    by: Option<String>,
    /// The reason, which the person is told.
    #[schema(min_length = 1, max_length = 4000)]
    because: String,
}

/// Refuses a request, for a reason that the person is told.
#[utoipa::path(
    post, path = "/v1/requests/{id}/deny", tag = "requests", operation_id = "denyRequest",
    params(("id" = String, Path, description = "The request.", pattern = "^req_[0-9a-f]{32}$")),
    request_body = Deny,
    responses((status = 200, description = "Refused.", body = RequestView), Problems),
)]
pub(crate) async fn deny(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<RequestsWrite>,
    Path(request): Path<String>,
    body: Body<Deny>,
) -> Result<Json<RequestView>, Problem> {
    let Deny { exception, by, because } = body.value;
    let why = Said { by, because }.read()?;
    let request = id(&request, "request")?;
    let request = state.gate().refuse_request(&caller, request, exception.as_deref(), &why).await?;
    Ok(moved(&caller, request))
}
