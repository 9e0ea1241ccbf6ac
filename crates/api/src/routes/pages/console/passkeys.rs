//! `/console/passkeys` and `/sign-in/passkey`: one's own passkeys, and signing in with one. Their pages are the only ones of the
//! console with a script, as a browser offers passkeys in no other way.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Passkey, Permission, SubjectId,
    staff::{Browser, passkey},
};
use gate::{Assertion, NewPasskey, Told};
use serde::Deserialize;
use web::console::{PasskeyLine, PasskeysPage};

use super::{
    super::steps::Steps,
    allow,
    cookie::is_this_machine,
    entrance::{self, Connection},
    frame,
    fresh::{Fresh, FreshPosted},
    posted::OwnForm,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{ApiState, Problem};

/// Where they are.
const PLACE: &str = "/console/passkeys";
/// As the console's, and scripts of this server.
pub(super) const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                         base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TROUBLE: &str =
    "That passkey is not known here. Sign in with your password, or ask whoever invited you.";

/// A page that may run a script of this server.
pub(super) fn with_script(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    response
}

pub(super) async fn page(State(state): State<ApiState>, Fresh(signed_in): Fresh) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::KeepOwnPasskeys).await?;
    let line = |passkey: Passkey| PasskeyLine {
        id: passkey.id,
        name: passkey.name,
        added: moment(passkey.added_at),
    };
    let lines = state.gate().passkeys(&signed_in).await?.into_iter().map(line).collect();
    let challenge = state.gate().passkey_challenge(Some(&signed_in.session))?;
    let user = passkey::text(signed_in.staff.subject.as_bytes());
    shown(&PasskeysPage { frame: frame(&signed_in, PLACE), lines, challenge, user }).map(with_script)
}

/// What a browser says with a passkey.
#[derive(Deserialize)]
pub(super) struct Spoken {
    challenge: String,
    credential: String,
    client: String,
    authenticator: String,
}

impl From<Spoken> for Told {
    fn from(Spoken { challenge, credential, client, authenticator }: Spoken) -> Self {
        Self { challenge, credential, client, authenticator }
    }
}

/// A passkey that was just made.
#[derive(Deserialize)]
pub(super) struct Made {
    #[serde(flatten)]
    spoken: Spoken,
    key: String,
    name: String,
}

pub(super) async fn add(
    State(state): State<ApiState>,
    headers: HeaderMap,
    FreshPosted { signed_in, form }: FreshPosted<Made>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::KeepOwnPasskeys).await?;
    if form.name.trim().is_empty() {
        return Err(Problem::malformed("A passkey takes a name, by which you know it again.").into());
    }
    let new = NewPasskey { told: form.spoken.into(), key: form.key, name: form.name };
    state.gate().add_passkey(&signed_in, &new, &origin(&headers)?).await?;
    Ok(Redirect::to(PLACE).into_response())
}

/// Which one is removed.
#[derive(Deserialize)]
pub(super) struct Named {
    credential: String,
}

pub(super) async fn remove(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form }: FreshPosted<Named>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::KeepOwnPasskeys).await?;
    state.gate().remove_passkey(&signed_in, &form.credential).await?;
    Ok(Redirect::to(PLACE).into_response())
}

/// Somebody who signs in with a passkey.
#[derive(Deserialize)]
pub(super) struct Known {
    challenge: String,
    credential: String,
    client: String,
    authenticator: String,
    person: String,
    signature: String,
}

pub(super) async fn sign_in(
    State(state): State<ApiState>,
    connection: Connection,
    headers: HeaderMap,
    OwnForm(known): OwnForm<Known>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    entrance::limited_as(&state, connection, &known.person)?;
    let found = match assertion(known) {
        Some(assertion) => {
            let browser = Browser::of(entrance::agent(&headers));
            state.gate().sign_in_with_passkey(&assertion, &origin(&headers)?, browser).await?
        }
        None => None,
    };
    match found {
        Some((_, secret)) => Ok(entrance::let_in(&state, &headers, &secret)),
        None => {
            steps.end().await;
            let mut response = entrance::page(&state, Some(TROUBLE))?;
            *response.status_mut() = StatusCode::FORBIDDEN;
            Ok(response)
        }
    }
}

pub(super) fn assertion(known: Known) -> Option<Assertion> {
    let person = passkey::bytes(&known.person)?;
    let Known { challenge, credential, client, authenticator, signature, .. } = known;
    let told = Told { challenge, credential, client, authenticator };
    Some(Assertion { told, subject: SubjectId::from_bytes(person.try_into().ok()?), signature })
}

/// The page's origin, as its browser says; the form's extractor has compared its host with ours. Without TLS there are passkeys
/// on this machine itself only.
pub(super) fn origin(headers: &HeaderMap) -> Result<String, Problem> {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let is_safe = match origin.split_once("://") {
        Some(("https", _)) => true,
        Some(("http", host)) => is_this_machine(host),
        _ => false,
    };
    if is_safe { Ok(origin.to_owned()) } else { Err(Problem::not_of_the_session()) }
}
