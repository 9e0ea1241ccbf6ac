//! Before what is dangerous the password is typed once more, or a passkey used, unless that was done a moment ago: an open session
//! that somebody else sits down at does nothing that lasts.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use gate::SignedIn;
use serde::{Deserialize, de::DeserializeOwned};
use web::console::{ConfirmPage, Field, FieldKind, Form};

use super::{
    super::steps::Steps,
    Staff, doing,
    entrance::{Connection, limited_as},
    frame,
    passkeys::{Known, assertion, origin, with_script},
    posted::Posted,
    shown,
    stop::Stop,
};
use crate::{ApiState, Problem, extract::Strict};

const TROUBLE: &str = "That was not your password. Nothing was done.";
const NO_PASSKEY: &str = "That was no passkey of yours, or it was used before. Nothing was done.";

/// Whoever is signed in, and typed their password a moment ago: for a page with a form that is dangerous.
pub(super) struct Fresh(pub(super) SignedIn);

impl FromRequestParts<ApiState> for Fresh {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Stop> {
        let Staff(signed_in) = Staff::from_request_parts(parts, state).await?;
        must_be_fresh(state, &signed_in, parts.uri.path())?;
        Ok(Self(signed_in))
    }
}

/// Such a form itself.
pub(super) struct FreshPosted<T> {
    pub(super) signed_in: SignedIn,
    pub(super) form: T,
}

impl<T: DeserializeOwned + Send> FromRequest<ApiState> for FreshPosted<T> {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Stop> {
        let path = request.uri().path().to_owned();
        let Posted { signed_in, form } = Posted::from_request(request, state).await?;
        must_be_fresh(state, &signed_in, &path)?;
        Ok(Self { signed_in, form })
    }
}

/// Refuses whoever did not type their password a moment ago: they are asked for it first.
pub(super) fn must_be_fresh(state: &ApiState, signed_in: &SignedIn, path: &str) -> Result<(), Stop> {
    if signed_in.session.is_fresh(state.now()) {
        return Ok(());
    }
    Err(Stop::First(format!("/console/confirm?to={}", place_of(path))))
}

/// The page that a form is on: its path without ids and what is done, as far as there is a page of its own.
fn place_of(path: &str) -> String {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let deep = if segments.get(1) == Some(&"account") { 3 } else { 2 };
    let named = segments.iter().take(deep).take_while(|segment| !segment.contains('_'));
    named.fold(String::new(), |path, segment| path + "/" + segment)
}

/// Whether one may be sent there: a page of the console, and nothing else.
fn is_place(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'/' || byte == b'-';
    path.starts_with("/console") && path.bytes().all(is_plain) && !path.contains("//")
}

/// Where one goes on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Onward {
    to: String,
}

pub(super) async fn form(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<Onward>, Problem>,
) -> Result<Response, Stop> {
    let Strict(Onward { to }) = query?;
    page(&state, &signed_in, to, None)
}

fn page(
    state: &ApiState,
    signed_in: &SignedIn,
    to: String,
    trouble: Option<&'static str>,
) -> Result<Response, Stop> {
    if !is_place(&to) {
        return Err(Problem::not_found("page").into());
    }
    let mut form = Form {
        fields: vec![Field::new("password", "Password", FieldKind::Password)],
        button: "Go on",
        ..doing::form(signed_in, "confirm", "/console/confirm")
    };
    form.hidden.push(("to".to_owned(), to.clone()));
    let has_passkeys = !signed_in.staff.passkeys().is_empty();
    let challenge = has_passkeys.then(|| state.gate().passkey_challenge(Some(&signed_in.session)));
    let challenge = challenge.transpose()?;
    let page = shown(&ConfirmPage { frame: frame(signed_in, ""), trouble, form, to, challenge });
    if has_passkeys { page.map(with_script) } else { page }
}

/// The password, typed once more.
#[derive(Deserialize)]
pub(super) struct Confirmation {
    password: String,
    to: String,
}

pub(super) async fn confirm(
    State(state): State<ApiState>,
    connection: Connection,
    Posted { signed_in, form: Confirmation { password, to } }: Posted<Confirmation>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    limited_as(&state, connection, &signed_in.staff.subject.to_string())?;
    let is_them = is_place(&to) && state.gate().prove_password(&signed_in, &password).await?;
    go_on(&state, &signed_in, (to, steps), is_them, TROUBLE).await
}

/// A passkey, used once more.
#[derive(Deserialize)]
pub(super) struct ConfirmedByPasskey {
    #[serde(flatten)]
    known: Known,
    to: String,
}

pub(super) async fn confirm_by_passkey(
    State(state): State<ApiState>,
    connection: Connection,
    headers: HeaderMap,
    Posted { signed_in, form: ConfirmedByPasskey { known, to } }: Posted<ConfirmedByPasskey>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    limited_as(&state, connection, &signed_in.staff.subject.to_string())?;
    let is_them = match assertion(known).filter(|_| is_place(&to)) {
        Some(used) => state.gate().prove_by_passkey(&signed_in, &used, &origin(&headers)?).await?,
        None => false,
    };
    go_on(&state, &signed_in, (to, steps), is_them, NO_PASSKEY).await
}

async fn go_on(
    state: &ApiState,
    signed_in: &SignedIn,
    (to, steps): (String, Steps),
    is_them: bool,
    trouble: &'static str,
) -> Result<Response, Stop> {
    if is_them {
        return Ok(Redirect::to(&to).into_response());
    }
    steps.end().await;
    let mut response = page(state, signed_in, to, Some(trouble))?;
    *response.status_mut() = StatusCode::FORBIDDEN;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_sent_back_to_the_page_and_never_to_another_site() {
        let id = "sub_01010101010101010101010101010101";
        assert_eq!(place_of(&format!("/console/account/members/{id}/suspend")), "/console/account/members");
        assert_eq!(place_of("/console/account/keys"), "/console/account/keys");
        assert_eq!(place_of(&format!("/console/holds/{id}/release")), "/console/holds");
        for path in ["/console", "/console/account/keys", "/console/policy-versions"] {
            assert!(is_place(path), "{path}");
        }
        for path in
            ["//evil.example", "https://evil.example", "/console//x", "/console?x=1", "/console.x", ""]
        {
            assert!(!is_place(path), "{path}");
        }
    }
}
