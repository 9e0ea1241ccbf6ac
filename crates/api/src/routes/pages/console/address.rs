//! `/console/address` and `/address`: signing in with another address. It is asked for by whoever typed their password a moment ago,
//! and done by the button behind the link that is mailed to it.

use axum::{extract::State, http::StatusCode, response::Response};
use domain::Permission;
use serde::Deserialize;
use web::console::{EntrancePage, Field, FieldKind, Form, Sheet};

use super::{
    super::{message::message, steps::Steps},
    allow, doing,
    entrance::{Connection, limited, operator},
    frame,
    fresh::{Fresh, FreshPosted},
    posted::OwnForm,
    shown,
    stop::Stop,
};
use crate::{
    ApiState, Problem,
    extract::{Open, Strict},
};

/// Where it is asked for.
const PLACE: &str = "/console/address";

pub(super) async fn form(State(state): State<ApiState>, Fresh(signed_in): Fresh) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::KeepOwnPasskeys).await?;
    let form = Form {
        fields: vec![Field::new("email", "Your new e-mail address", FieldKind::Email)],
        button: "Send me a link there",
        ..doing::form(&signed_in, "address", PLACE)
    };
    let lead = "We mail a link to the address with which you want to sign in. Once you press its button, you sign in with that one only, \
                you are signed out everywhere, and we tell you so at the old one.";
    shown(&Sheet::new(frame(&signed_in, PLACE), "Your address", lead).doors("Change it", vec![form]))
}

/// The address with which somebody wants to sign in.
#[derive(Deserialize)]
pub(super) struct Wanted {
    email: String,
}

pub(super) async fn ask(
    State(state): State<ApiState>,
    FreshPosted { signed_in, form: Wanted { email } }: FreshPosted<Wanted>,
) -> Result<Response, Stop> {
    let steps = Steps::begun();
    allow(&state, &signed_in, Permission::KeepOwnPasskeys).await?;
    state.gate().ask_to_move(&signed_in, &email).await?;
    steps.end().await;
    let lead = "If nobody else signs in with that address, a link is on its way there. It opens once, and for an hour. Until you press its \
                button everything stays as it is.";
    shown(&Sheet::new(frame(&signed_in, PLACE), "Look at your mail", lead).under(PLACE, "Your address"))
}

/// The link: in the address of the page, and in its form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    link: String,
}

pub(super) async fn page(
    State(state): State<ApiState>,
    _: Open,
    query: Result<Strict<Link>, Problem>,
) -> Result<Response, Stop> {
    let Strict(Link { link }) = query?;
    if !state.gate().leads_to_address(&link).await? {
        return leads_nowhere();
    }
    let form = Form {
        id: "address",
        action: "/address".to_owned(),
        title: None,
        explains: String::new(),
        fields: Vec::new(),
        hidden: vec![("link".to_owned(), link)],
        button: "Sign in with this address from now on",
    };
    let lead = "Once you press the button, you sign in with the address at which you got this link, and with the old one no more. You are \
                signed out everywhere. If you did not ask for this, close the page."
        .to_owned();
    let operator = operator(&state);
    shown(&EntrancePage { operator, title: "Another address", lead, trouble: None, form })
}

pub(super) async fn change(
    State(state): State<ApiState>,
    connection: Connection,
    OwnForm(Link { link }): OwnForm<Link>,
) -> Result<Response, Stop> {
    limited(&state, connection)?;
    match state.gate().move_by_link(&link).await {
        Ok(()) => {
            let detail =
                "You were signed out everywhere. Sign in with the new address; your password is the same.";
            let said = ("You sign in with the new address", detail);
            Ok(message(StatusCode::OK, said, ("/sign-in", "Sign in")))
        }
        Err(gate::GateError::NotFound(_) | gate::GateError::Gone(_)) => leads_nowhere(),
        Err(error) => Err(error.into()),
    }
}

/// The same for a link that was used, one that is too old and one that never was.
fn leads_nowhere() -> Result<Response, Stop> {
    let detail = "It opens once and for an hour only. Sign in with your address as it is, and ask for another link there.";
    let said = ("This link opens nothing", detail);
    Ok(message(StatusCode::NOT_FOUND, said, ("/sign-in", "Sign in")))
}
