//! Problem documents (RFC 9457): one mapping from every failure to what the caller sees, and nothing internal in it.

mod from_gate;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::EntryId;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// What went wrong, for the caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Which kind of problem: a path of this server that explains it.
    #[serde(rename = "type")]
    #[schema(example = "/problems/refused")]
    pub kind: &'static str,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status.
    #[serde(serialize_with = "number")]
    #[schema(value_type = u16)]
    pub status: StatusCode,
    /// What was wrong this time, and what to do.
    pub detail: String,
    /// The section of the policy that refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<u16>,
    /// The sentence of that section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
    /// The promise that would be broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub promise: Option<policy::Promise>,
    /// Why, as a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<policy::decide::Reason>,
    /// Every reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonView>,
    /// The hold, or the open request or complaint, that keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_by: Option<String>,
    /// When that is looked at again, or must have ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<jiff::Timestamp>,
    /// The subject that it is one with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub merged_into: Option<Box<domain::SubjectId>>,
    /// The fields concerned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// The findings of the policy checker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub diagnostics: Vec<serde_json::Value>,
    /// The entry of the audit log that records the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub entry: Option<EntryId>,
    /// After how many seconds it is worth trying again, where it is.
    #[serde(skip)]
    pub retry_after: u32,
}

/// One reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReasonView {
    /// The reason as a word.
    #[schema(value_type = String)]
    pub reason: policy::decide::Reason,
    /// The reason in words.
    pub text: &'static str,
    /// The declaration concerned.
    pub declaration: String,
    /// The promise that would be broken.
    #[schema(value_type = String)]
    pub promise: policy::Promise,
    /// The section of the policy.
    pub clause: u16,
    /// The sentence of that section.
    pub sentence: String,
}

impl ReasonView {
    /// Refusals as the caller sees them. A name that the policy does not declare is the caller's own text and is
    /// not repeated, by whichever of the reasons.
    pub fn all(refusals: &[policy::Refusal]) -> Vec<Self> {
        let undeclared: Vec<&str> =
            refusals.iter().filter(|one| is_undeclared(one.reason)).map(|one| &*one.declaration).collect();
        // Several fields of one category are refused for one reason.
        let mut all: Vec<Self> = Vec::new();
        for refusal in refusals {
            let view = Self::new(refusal, undeclared.contains(&&*refusal.declaration));
            if !all.contains(&view) {
                all.push(view);
            }
        }
        all
    }

    /// One refusal, likewise.
    pub fn of(refusal: &policy::Refusal) -> Self {
        Self::new(refusal, is_undeclared(refusal.reason))
    }

    fn new(refusal: &policy::Refusal, unknown: bool) -> Self {
        let kind = refusal.declaration.split('.').next().unwrap_or_default();
        Self {
            reason: refusal.reason,
            text: refusal.reason.text(),
            declaration: if unknown { kind.to_owned() } else { refusal.declaration.clone() },
            promise: refusal.promise,
            clause: refusal.clause.section,
            sentence: refusal.clause.sentence.clone(),
        }
    }
}

const fn is_undeclared(reason: policy::decide::Reason) -> bool {
    use policy::decide::Reason;
    matches!(
        reason,
        Reason::UnknownRole
            | Reason::UnknownCategory
            | Reason::UnknownPurpose
            | Reason::UnknownRecordType
            | Reason::UnknownRecipient
    )
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde wants")]
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    /// What a page says of it: the detail, and what is wrong with each field.
    pub(crate) fn in_full(&self) -> String {
        let fields =
            self.fields.iter().map(|one| format!(" {}: {}.", one.field, one.detail.trim_end_matches('.')));
        self.detail.clone() + &fields.collect::<String>()
    }

    /// A problem with a detail and nothing else.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            title,
            status,
            detail: detail.into(),
            clause: None,
            sentence: None,
            promise: None,
            reason: None,
            reasons: Vec::new(),
            frozen_by: None,
            until: None,
            merged_into: None,
            fields: Vec::new(),
            diagnostics: Vec::new(),
            entry: None,
            retry_after: 1,
        }
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "/problems/malformed", "The request cannot be read", detail)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        let detail = format!("There is no such {what} in this account.");
        Self::new(StatusCode::NOT_FOUND, "/problems/not-found", "There is no such thing", detail)
    }

    pub(crate) fn closed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "/problems/closed",
            "The account is closed",
            "The account was suspended or has ended. What was read with its keys before is not read any more.",
        )
    }

    pub(crate) fn not_accepted() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "/problems/not-accepted",
            "The account has not accepted the policy",
            "Accept the current policy first: `POST /v1/accounts/{id}/acceptance`.",
        )
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "/problems/unauthenticated",
            "No valid API key",
            "Send a live API key: `Authorization: Bearer bailee_…`.",
        )
    }

    pub(crate) fn not_of_the_role(role: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "/problems/role",
            "Your role may not do this",
            format!(
                "You are signed in as {role}. Ask somebody whose role it is; that you asked is in the audit log."
            ),
        )
    }

    pub(crate) fn not_of_the_session() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "/problems/form",
            "The form is not from this session",
            "Nothing was done. Go back to the page, load it again and send its form.",
        )
    }

    /// What somebody said yes to is not any more what they were shown.
    pub(crate) fn changed_meanwhile() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "/problems/stale",
            "It was changed since you looked",
            "Nothing was done. Go back to the page, load it again and decide on what stands there now.",
        )
    }

    pub(crate) fn forbidden(scope: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "/problems/scope",
            "The key may not do this",
            format!("This key lacks the scope `{scope}`."),
        )
    }

    pub(crate) fn too_many() -> Self {
        Self::too_many_because("Wait a moment and try again.")
    }

    fn too_many_because(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "/problems/too-many", "Too many requests", detail)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "/problems/too-large",
            "The body is too large",
            "Send less at once; use `POST /v1/bulk` for many records.",
        )
    }

    pub(crate) fn unsupported() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "/problems/media-type",
            "The body has another media type",
            "Send the media type that the OpenAPI document names, for example `Content-Type: application/json`.",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status, HeaderValue::from(self.retry_after));
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, retry_after);
            }
            _ => {}
        }
        response
    }
}

/// The problems that any operation with a key can answer with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the OpenAPI document only")]
pub(crate) enum Problems {
    /// The request cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(Problem),
    /// No valid API key.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// Refused: by the policy, with the clause; or because the key lacks the scope.
    #[response(status = 403, content_type = "application/problem+json")]
    Refused(Problem),
    /// There is no such thing in this account.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// In conflict with what is there.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// Erased or expired.
    #[response(status = 410, content_type = "application/problem+json")]
    Gone(Problem),
    /// Another version than `If-Match` names.
    #[response(status = 412, content_type = "application/problem+json")]
    Stale(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body has another media type.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(Problem),
    /// Fields that cannot be stored.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// Too many requests.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
    /// Stored data is damaged.
    #[response(status = 500, content_type = "application/problem+json")]
    Damaged(Problem),
    /// A store did not answer.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
    /// There is no room.
    #[response(status = 507, content_type = "application/problem+json")]
    Full(Problem),
}
