//! Visits through the door: what is counted of whoever looks at a site.
//!
//! Hits come without a key and are not entered one by one: they are kept until their visit is over, and name no one. Whoever agreed
//! to be recognised is a subject, whose visits become records, with an entry each. Of anybody else nothing is kept that outlives
//! the salt of the day.

mod closing;
mod consent;
mod cookie;
mod ending;
mod examined;
mod expiry;
mod forgetting;
mod goals;
mod importing;
mod intake;
mod items;
mod ledger;
mod linking;
mod public;
mod reports;
mod salts;
mod sites;
mod tailoring;
mod tallying;
mod token;

use domain::{
    SubjectId,
    visit::{Hit, Kept, Surroundings},
};
use serde::{Deserialize, Serialize};

pub use consent::{AskedPurpose, Consent, Remembered};
pub(crate) use ending::{overtaken, refuse_sent};
pub use examined::EXAMINER;
pub use importing::{Imported, LeftOut, LogImport, Seen};
pub(crate) use intake::Intake;
pub use intake::Taken;
pub(crate) use ledger::Ledger;
pub use linking::OpenedLink;
pub use public::PublicFigures;
pub use reports::{VisitQuestion, VisitReport};
pub(crate) use salts::Salts;
pub use sites::KnownSite;
pub use tailoring::NextItem;

use crate::GateError;

/// A hit as it arrives.
pub struct Arrival<'a> {
    /// What it says.
    pub hit: Hit,
    /// What is known of the browser.
    pub surroundings: Surroundings,
    /// The address it comes from: it goes into a keyed hash, and nowhere else.
    pub address: &'a str,
    /// What the browser says of itself: likewise.
    pub agent: &'a str,
    /// The value of the site's cookie.
    pub cookie: Option<&'a str>,
    /// Whether the browser says that its user does not want to be followed (`Sec-GPC`, `DNT`).
    pub refuses: bool,
}

/// What is kept of a hit.
#[derive(Serialize, Deserialize)]
struct Facts {
    kept: Kept,
    /// Whose it is, sealed under the account's keys; none of a visitor who is not recognised.
    owner: Option<Vec<u8>>,
}

impl Facts {
    fn read(bytes: &[u8]) -> Result<Self, GateError> {
        postcard::from_bytes(bytes).map_err(|_| GateError::Damaged("a hit"))
    }

    fn bytes(&self) -> Result<Vec<u8>, GateError> {
        postcard::to_stdvec(self).map_err(|_| GateError::Damaged("a hit that cannot be written"))
    }
}

/// A visitor who is recognised.
struct Recognised {
    subject: SubjectId,
    /// As which the decision was made.
    version: u32,
    number: u64,
}
