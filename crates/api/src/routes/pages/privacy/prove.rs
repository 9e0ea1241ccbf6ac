//! `/privacy/prove`: the link of a mail with a code. Looking at it changes nothing; only its button shows that whoever reads the mail
//! is the one who asked, once.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use web::{Language, console::MessagePage, privacy::ProvePage};

use super::{shown, stop::Stop};
use crate::{
    ApiState, Problem,
    extract::{Open, Strict},
    routes::pages::console::{
        entrance::{Connection, limited},
        posted::OwnForm,
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
    query: Result<Strict<Proof>, Problem>,
) -> Result<Response, Stop> {
    let Strict(Proof { link }) = query?;
    if !state.gate().is_proof(&link).await? {
        return proves_nothing();
    }
    shown(&ProvePage { link })
}

pub(super) async fn prove(
    State(state): State<ApiState>,
    connection: Connection,
    OwnForm(Proof { link }): OwnForm<Proof>,
) -> Result<Response, Stop> {
    limited(&state, connection)?;
    let Some(request) = state.gate().prove_by_link(&link).await? else { return proves_nothing() };
    shown(&MessagePage {
        language: Language::English,
        title: "The address is yours".to_owned(),
        detail: format!("Your request {} goes on. What becomes of it is told to this address.", request.id),
        href: "/privacy",
        label: "Your privacy",
    })
}

/// The same for a link that was used, one that is too old and one that never was.
fn proves_nothing() -> Result<Response, Stop> {
    let page = MessagePage {
        language: Language::English,
        title: "This link shows nothing any more".to_owned(),
        detail: "It counts once, and as long as the code in its mail. Ask whoever takes your request for another code."
            .to_owned(),
        href: "/privacy",
        label: "Your privacy",
    };
    Ok((StatusCode::NOT_FOUND, shown(&page)?).into_response())
}
