//! Path parameters.

use axum::{
    extract::{FromRequestParts, Path as AxumPath},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::{ApiState, Problem};

/// Path parameters. What is no text (RFC 3986, section 2.5) names nothing.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<ApiState> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let AxumPath(value) =
            AxumPath::from_request_parts(parts, state).await.map_err(|_| Problem::not_found("path"))?;
        Ok(Self(value))
    }
}
