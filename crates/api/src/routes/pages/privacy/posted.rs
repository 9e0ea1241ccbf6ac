//! A form of whoever is signed in to the privacy center: from a page of this server, shown in the very session that sends it.

use axum::extract::{FromRequest, FromRequestParts, Request};
use gate::Oneself;
use serde::{Deserialize, de::DeserializeOwned};
use web::Language;

use super::{Person, stop::Stop};
use crate::{
    ApiState, Problem,
    routes::pages::console::posted::{Enclosed, OwnForm},
};

/// A form of theirs.
pub(super) struct Posted<T> {
    pub(super) oneself: Oneself,
    pub(super) language: Language,
    pub(super) form: T,
}

/// A form with nothing to fill in.
#[derive(Deserialize)]
pub(super) struct Nothing {}

impl<T: DeserializeOwned + Send> FromRequest<ApiState> for Posted<T> {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        // Whoever sends slowly may be out by now.
        let OwnForm(Enclosed { form_token, form }) = OwnForm::from_request(request, state).await?;
        let Person(oneself, language) = Person::from_request_parts(&mut parts, state).await?;
        if !oneself.is_own_form(&form_token) {
            return Err(Problem::not_of_the_session().into());
        }
        Ok(Self { oneself, language, form })
    }
}
