//! Query strings, read strictly.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

use crate::{ApiState, Problem};

/// A query whose parameters are all known and there once.
pub(crate) struct Strict<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Strict<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(query).map(Self).map_err(|_| {
            Problem::malformed(
                "The query does not have the parameters that the OpenAPI document gives: one is missing, unknown, \
                 there twice, or of another type. Reading and writing personal data names its `purpose`.",
            )
        })
    }
}

/// Every read and write of personal data names its purpose (promise `purposes`).
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PurposeQuery {
    /// The purpose, as the policy declares it.
    #[param(example = "support")]
    pub(crate) purpose: String,
}
