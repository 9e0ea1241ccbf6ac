//! `/console/requests/new`: a request that came on paper, by e-mail, fax or telephone, entered with the day on which it came. Its clock
//! starts with that day; a letter that was scanned is sealed with it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Permission, Right, request::Channel};
use gate::{Effective, Named, NewRequest, SignedIn};
use serde::Deserialize;
use web::console::{Block, Field, FieldKind, Form, Sheet};

use super::{
    super::{
        Staff, allow,
        arrival::{self, Arrived},
        doing::{Once, form},
        frame,
        posted::Posted,
        shown,
        stop::Stop,
    },
    PLACE,
};
use crate::{ApiState, Problem, extract::id};

pub(in super::super) async fn form_page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::EnterRequest).await?;
    let effective = state.gate().policy(signed_in.caller.account_id())?;
    let lead = "For what did not come through a page of this server. Nobody is looked up by what is typed here: first somebody makes \
                sure who it is.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Enter a request", lead).under(PLACE, "Requests");
    shown(&sheet.with(Block::Forms(vec![entering(&state, &signed_in, &effective)])))
}

fn entering(state: &ApiState, signed_in: &SignedIn, effective: &Effective) -> Form {
    let mut form = form(signed_in, "enter", PLACE);
    form.button = "Enter it";
    let rights = Right::ALL.map(|right| (right.as_str().to_owned(), right.as_str().to_owned()));
    form.fields.push(Field::new("right", "What is asked for", FieldKind::OneOf(rights.into())));
    form.fields.extend(arrival::fields(state));
    let known_by = FieldKind::OneOf(super::super::person::known_by(effective));
    form.fields.extend([
        Field::new("field", "They say that they are known by", known_by),
        Field::new("value", "What it is", FieldKind::Line),
    ]);
    if state.gate().is_operator(&signed_in.caller) {
        let client = Field::new("client", "The Client whose End User it is", FieldKind::Line).optional();
        form.fields.push(client.hint("The id of its account, acc_…: the request is passed on to it."));
    }
    form.fields.extend(arrival::words("What they wrote"));
    form.hidden.push(Once::field(state));
    form
}

/// A request that is to be entered.
#[derive(Deserialize)]
pub(in super::super) struct Entered {
    right: Right,
    field: String,
    value: String,
    #[serde(default)]
    client: String,
    #[serde(flatten)]
    arrived: Arrived,
    #[serde(flatten)]
    once: Once,
}

pub(in super::super) async fn enter(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Entered>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::EnterRequest).await?;
    let Entered { right, field, value, client, arrived, once } = form;
    let channel: Channel = arrived.channel;
    let parts = [right.as_str(), &field, &value, &client, &arrived.received, &arrived.message, &arrived.scan];
    let replay = once.replay(&state, &signed_in, (PLACE, &parts))?;
    if value.trim().is_empty() || value.len() > domain::value::STRING_BYTES {
        return Err(Problem::malformed("Say by what they are known, as they wrote it.").into());
    }
    let client = Some(client.trim()).filter(|client| !client.is_empty());
    let new = NewRequest {
        right,
        channel,
        received_at: Some(arrived.received_at()?),
        named: Named::By(vec![(field, value.trim().to_owned())]),
        client: client.map(|client| id(client, "account")).transpose()?,
        message: arrived.message(),
        scan: arrived.scan()?,
    };
    let (request, _) = state.gate().open_request(&signed_in.caller, &new, Some(&replay)).await?;
    Ok(Redirect::to(&format!("{PLACE}/{}", request.id)).into_response())
}
