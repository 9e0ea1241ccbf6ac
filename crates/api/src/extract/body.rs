//! A JSON body, read strictly: known members once each, bounded depth and size. The bytes are kept for the keyed
//! hash of a repeated request.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;

use crate::{ApiState, Problem};

/// A JSON body and its bytes.
pub(crate) struct Body<T> {
    pub(crate) value: T,
    pub(crate) bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<ApiState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::unsupported());
        }
        let bytes = read(request, state).await?;
        Ok(Self { value: parse(&bytes)?, bytes })
    }
}

/// Reads a body to its end, unless it is longer than the limit.
pub(crate) async fn read(request: Request, state: &ApiState) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
        _ => Problem::malformed("The body could not be read to its end."),
    })
}

fn is_json(request: &Request) -> bool {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence =
        media_type.and_then(|text| text.split(';').next()).map(|text| text.trim().to_ascii_lowercase());
    matches!(essence.as_deref(), Some("application/json" | "application/merge-patch+json"))
}

/// Reads JSON strictly.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        describe(error.inner(), &path)
    })?;
    reader.end().map_err(|error| describe(&error, "."))?;
    Ok(value)
}

/// Says where and what kind, and repeats nothing of the body: the parser's own words quote values.
fn describe(error: &serde_json::Error, path: &str) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Data => {
            let at = if is_plain(path) { format!(" at `{path}`") } else { String::new() };
            Problem::malformed(format!(
                "The body does not have the shape that the OpenAPI document gives{at} ({place}): a member is missing, \
                 unknown, there twice, or of another type."
            ))
        }
        _ => Problem::malformed(format!("The body is not JSON ({place}).")),
    }
}

/// Whether a path is made of member names that we could have written ourselves.
fn is_plain(path: &str) -> bool {
    path.len() <= 64
        && path != "."
        && path.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.' | b'[' | b']' | b'0'..=b'9'))
}
