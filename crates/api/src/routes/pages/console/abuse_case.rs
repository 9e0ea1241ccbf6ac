//! A case about whoever came from an address: what came is kept past its clock, under a hold.

use axum::{extract::State, response::Response};
use domain::Permission;
use gate::{AddressFound, SignedIn, Wanted, read_address};
use serde::Deserialize;
use web::console::{Block, Form, Sheet, Value};

use super::{
    abuse::{PLACE, purpose},
    allow,
    doing::{Once, form, may, reason},
    frame, person,
    posted::Posted,
    shown,
    stop::Stop,
};
use crate::{ApiState, routes::requests::Said};

/// The form that opens one about the address that is shown; none where the role does not let them.
pub(super) fn door(state: &ApiState, signed_in: &SignedIn, found: &AddressFound) -> Option<Form> {
    let line = found.lines.first().filter(|_| may(signed_in, Permission::PlaceHold))?;
    let mut form = form(signed_in, "case", format!("{PLACE}/case"));
    form.title = Some("Open a case");
    form.explains = "Copies what came from this address into a case, which a hold keeps until somebody releases it. The log itself goes \
                     with its clock."
        .to_owned();
    form.button = "Open the case";
    form.fields = vec![reason("What is suspected, and why")];
    form.hidden.push(("address".to_owned(), line.address.reveal().to_string()));
    form.hidden.push(Once::field(state));
    Some(form)
}

/// About whom, and why.
#[derive(Deserialize)]
pub(super) struct Case {
    address: String,
    because: String,
    #[serde(flatten)]
    once: Once,
}

pub(super) async fn open(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Case>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::LookUpAddress).await?;
    allow(&state, &signed_in, Permission::PlaceHold).await?;
    let parts = [form.address.as_str(), &form.because];
    let replay = form.once.replay(&state, &signed_in, (PLACE, &parts))?;
    let why = Said { by: None, because: form.because.clone() }.read()?;
    let wanted = Wanted::Address(read_address(&form.address)?);
    let opened = Box::pin(state.gate().open_abuse_case(&signed_in.caller, &wanted, &why, Some(&replay)));
    let case = opened.await?;
    let mut facts = vec![
        ("Lines that are kept".to_owned(), Value::text(case.lines)),
        ("About".to_owned(), Value::code(case.subject)),
        ("Kept as".to_owned(), Value::code(case.record)),
    ];
    facts.extend(case.hold.map(|hold| {
        let id = hold.id.to_string();
        ("Held by".to_owned(), Value::Id { href: format!("/console/holds/{id}"), id })
    }));
    let lead = "Of whoever it is about nothing else is known. Note the id: by it the case is found again.";
    let sheet =
        Sheet::new(frame(&signed_in, PLACE), "The case is open", lead).under(PLACE, "Addresses and abuse");
    let purpose = purpose(&state)?.map(|(name, _)| name);
    let open = person::door(&signed_in, case.subject, purpose.as_deref());
    shown(&sheet.with(Block::Facts(facts)).doors("What you can do", vec![open]))
}
