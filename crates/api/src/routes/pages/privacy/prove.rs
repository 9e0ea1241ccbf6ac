//! `/privacy/prove`: the link of a mail with a code. Looking at it changes nothing; only its button shows that whoever reads the mail
//! is the one who asked, once.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use web::privacy::ProvePage;

use super::{Wanted, shown, stop::Stop};
use crate::{
    ApiState, Problem,
    extract::{Open, Strict},
    routes::pages::{
        console::{
            entrance::{Connection, limited},
            posted::OwnForm,
        },
        message::message,
    },
};

/// The link: in the address, and in the form of its page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proof {
    link: String,
}

pub(super) async fn page(
    State(state): State<ApiState>,
    _: Open,
    Wanted(language): Wanted,
    query: Result<Strict<Proof>, Problem>,
) -> Result<Response, Stop> {
    let Strict(Proof { link }) = query?;
    if !state.gate().is_proof(&link).await? {
        return proves_nothing();
    }
    shown(&ProvePage { language, link })
}

pub(super) async fn prove(
    State(state): State<ApiState>,
    connection: Connection,
    Wanted(language): Wanted,
    OwnForm(Proof { link }): OwnForm<Proof>,
) -> Result<Response, Stop> {
    limited(&state, connection)?;
    let Some(request) = state.gate().prove_by_link(&link).await? else { return proves_nothing() };
    let detail = language.fill(
        "Your request {} goes on. What becomes of it is told to this address.",
        &request.id.to_string(),
    );
    let said = ("The address is yours", detail);
    Ok(message(StatusCode::OK, said, ("/privacy", "Your privacy")))
}

/// The same for a link that was used, one that is too old and one that never was.
fn proves_nothing() -> Result<Response, Stop> {
    let detail = "It counts once, and as long as the code in its mail. Ask whoever takes your request for another code.";
    let said = ("This link shows nothing any more", detail);
    Ok(message(StatusCode::NOT_FOUND, said, ("/privacy", "Your privacy")))
}
