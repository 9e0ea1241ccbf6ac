//! Breaking the glass: opening a person for what the policy does not name as ordinary, with the reason that is asked for first.

use axum::response::Response;
use gate::SignedIn;
use web::console::{Block, Sheet};

use super::{
    doing::{form, reason},
    frame, shown,
    stop::Stop,
};

const PLACE: &str = "/console/person";

/// Asks why, with what was asked for before.
pub(super) fn ask<const N: usize>(
    signed_in: &SignedIn,
    step: &'static str,
    said: [(&str, String); N],
) -> Result<Response, Stop> {
    let mut form = form(signed_in, "glass", format!("{PLACE}/{step}"));
    form.button = "Break the glass";
    form.fields.push(reason("Why you open it all the same"));
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value)));
    let lead = "Nobody was looked up yet. The policy does not name this purpose as one for which you open people as a matter of \
                course. You can, and say why: it stands in the log with what you opened, and whoever goes through who opened whose \
                data reads it.";
    let sheet =
        Sheet::new(frame(signed_in, PLACE), "This is out of the ordinary", lead).under(PLACE, "A person");
    shown(&sheet.with(Block::Forms(vec![form])))
}
