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
    serde_json::from_slice(bytes).map_err(|error| describe(&error))
}

/// Says where and what kind, and repeats nothing of the body: the parser's own words quote it.
fn describe(error: &serde_json::Error) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Data => Problem::malformed(format!(
            "The body does not have the shape that the OpenAPI document gives ({place}): {}.",
            mismatch(&error.to_string())
        )),
        _ => Problem::malformed(format!("The body is not JSON ({place}).")),
    }
}

/// What does not fit, from the parser's words. Only the name of a missing member is ours and may be repeated.
fn mismatch(words: &str) -> String {
    let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    if let Some((name, _)) = missing {
        return format!("`{name}` is missing");
    }
    let known = [
        ("unknown field", "a member is unknown"),
        ("duplicate field", "a member is there twice"),
        ("unknown variant", "a word is not one of those that are allowed here"),
        ("too many", "there are too many members or items, or a member is there twice"),
    ];
    let found = known.iter().find(|(prefix, _)| words.starts_with(prefix));
    found.map_or("a value is of another type or form", |(_, text)| text).to_owned()
}
