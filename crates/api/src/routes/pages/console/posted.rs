//! Forms. One that changes something must come from a page of this server, shown in the very session that sends it.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header},
};
use gate::SignedIn;
use serde::{Deserialize, de::DeserializeOwned};

use super::{Staff, multipart, stop::Stop};
use crate::{ApiState, Problem, extract::read};

/// A form that needs nobody signed in: the ways in. It comes from this server, as far as the browser says.
pub(in crate::routes::pages) struct OwnForm<T>(pub(in crate::routes::pages) T);

impl<T: DeserializeOwned> FromRequest<ApiState> for OwnForm<T> {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Stop> {
        let kind = kind(request.headers());
        let (true, Some(kind)) = (is_from_here(request.headers()), kind) else {
            return Err(Problem::not_of_the_session().into());
        };
        let bytes = read(request, state).await?;
        let strange =
            || Problem::malformed("The form is not one of this server’s, or a file in it is no text.");
        let form = match kind {
            Kind::Fields => serde_urlencoded::from_bytes(&bytes),
            Kind::Files(content_type) => {
                let fields = multipart::read(&content_type, &bytes).ok_or_else(strange)?;
                let fields = serde_urlencoded::to_string(fields).map_err(|_| strange())?;
                serde_urlencoded::from_str(&fields)
            }
        };
        form.map(Self).map_err(|_| strange().into())
    }
}

/// A form of whoever is signed in.
pub(super) struct Posted<T> {
    pub(super) signed_in: SignedIn,
    pub(super) form: T,
}

/// What is in every form.
#[derive(Deserialize)]
pub(in crate::routes::pages) struct Enclosed<T> {
    pub(in crate::routes::pages) form_token: String,
    #[serde(flatten)]
    pub(in crate::routes::pages) form: T,
}

impl<T: DeserializeOwned + Send> FromRequest<ApiState> for Posted<T> {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        // Whoever sends slowly may have been let in no more meanwhile.
        let OwnForm(Enclosed { form_token, form }) = OwnForm::from_request(request, state).await?;
        let Staff(signed_in) = Staff::from_request_parts(&mut parts, state).await?;
        if !signed_in.is_own_form(&form_token) {
            return Err(Problem::not_of_the_session().into());
        }
        Ok(Self { signed_in, form })
    }
}

/// How a form is encoded.
enum Kind {
    /// Fields only.
    Fields,
    /// With files; how it says so.
    Files(String),
}

/// How a form is encoded; none where it is no form.
fn kind(headers: &HeaderMap) -> Option<Kind> {
    let sent = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    match sent.split(';').next()?.trim() {
        "application/x-www-form-urlencoded" => Some(Kind::Fields),
        "multipart/form-data" => Some(Kind::Files(sent.to_owned())),
        _ => None,
    }
}

/// Whether the page that sends a form is of this host. A browser says so in `Origin`; what is no browser says nothing, and has no
/// cookie of anyone's either.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some() && host == text(header::HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "bailee.example".parse().unwrap());
        headers.extend(origin.map(|origin| (header::ORIGIN, origin.parse().unwrap())));
        headers
    }

    #[test]
    fn a_form_of_another_site_is_not_taken() {
        assert!(is_from_here(&headers(None)) && is_from_here(&headers(Some("https://bailee.example"))));
        for origin in
            ["null", "https://evil.example", "https://bailee.example.evil.example", "bailee.example", ""]
        {
            assert!(!is_from_here(&headers(Some(origin))), "{origin}");
        }
    }
}
