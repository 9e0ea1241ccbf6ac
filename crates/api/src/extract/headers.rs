//! `If-Match` and `Idempotency-Key`.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use gate::Caller;
use service::Repetition;
use store::records::Replay;

use crate::{ApiState, Problem};

/// The longest idempotency key.
const KEY_LENGTH: usize = 255;

/// The version named by `If-Match`; none when the header is missing or `*`.
pub(crate) struct IfMatch(pub(crate) Option<u32>);

impl FromRequestParts<ApiState> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let version = version.and_then(|digits| digits.parse().ok());
        version.map(|version| Self(Some(version))).ok_or_else(|| {
            Problem::malformed("`If-Match` takes the `ETag` of the record, for example `\"3\"`.")
        })
    }
}

/// A request that may carry an `Idempotency-Key`.
pub(crate) struct Repeatable {
    key: Option<String>,
    target: String,
}

impl Repeatable {
    /// What is remembered of the request, when it has a key.
    pub(crate) fn replay(
        &self,
        state: &ApiState,
        caller: &Caller,
        body: &[u8],
    ) -> Result<Option<Replay>, Problem> {
        let Some(key) = &self.key else { return Ok(None) };
        Ok(Some(state.service.replay(caller, &Repetition { key, target: &self.target, body })?))
    }

    /// The same for one line of a bulk request.
    pub(crate) fn replay_line(
        &self,
        state: &ApiState,
        caller: &Caller,
        line: &str,
        body: &[u8],
    ) -> Result<Option<Replay>, Problem> {
        let Some(key) = &self.key else { return Ok(None) };
        let key = format!("{key}/{line}");
        Ok(Some(state.service.replay(caller, &Repetition { key: &key, target: &self.target, body })?))
    }
}

impl FromRequestParts<ApiState> for Repeatable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        let target = format!("{} {}", parts.method, parts.uri);
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self { key: None, target }) };
        let key = value.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > KEY_LENGTH {
            return Err(Problem::malformed("`Idempotency-Key` takes 1 to 255 visible ASCII characters."));
        }
        Ok(Self { key: Some(key.to_owned()), target })
    }
}
