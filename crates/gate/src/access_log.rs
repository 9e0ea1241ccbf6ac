//! The access log through the door: who asked for what, from where, apart from visits.
//!
//! Lines are not entered one by one, as hits are not. Who asked is sealed under a key of the account and day; the same key makes the tag
//! by which an address is found on that day, so a day whose key is destroyed is a day of which nobody can say anything. An address is
//! looked up for one purpose only, and who looked is in the log.

mod append;
mod cases;
mod examine;
mod expiry;
mod keys;
mod lookup;
mod signals;

use domain::{Personal, calendar};
use jiff::{Span, Timestamp};
use policy::{Document, document::AccessLog};
use serde::{Deserialize, Serialize};

pub use append::Refused;
pub(crate) use append::Waiting;
pub use cases::AbuseCase;
pub(crate) use keys::AccessKeys;
pub use lookup::{AddressFound, OpenedAccess, Wanted};
pub use signals::StandsOut;

use crate::GateError;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// Who asked, as it is sealed.
#[derive(Serialize, Deserialize)]
struct Who {
    address: std::net::IpAddr,
    agent: String,
}

impl Who {
    fn read(bytes: &[u8]) -> Result<Self, GateError> {
        postcard::from_bytes(bytes).map_err(|_| GateError::Damaged("a line of the access log"))
    }
}

/// An address as it is hashed: the same however it is written.
fn octets(address: &std::net::IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        std::net::IpAddr::V4(address) => address.octets().to_vec(),
        std::net::IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// What the operator's policy declares of the log, with how long a day is kept after its end.
fn declared(document: &Document) -> Option<(&AccessLog, Span)> {
    let log = document.access_log.as_ref()?.get_ref();
    let (_, clock) = log.declared(document)?;
    Some((log, *clock.then.as_ref()?.get_ref()))
}

/// Whether the time of a day is over: it runs from its end.
fn is_over(day: i32, life: Span, now: Timestamp) -> bool {
    let end = Timestamp::from_second(i64::from(day).saturating_add(1).saturating_mul(DAY));
    end.ok().and_then(|end| calendar::after(end, life)).is_some_and(|over| over <= now)
}

/// The day of a number, in words.
fn date(day: i32) -> String {
    let begin = Timestamp::from_second(i64::from(day).saturating_mul(DAY));
    begin.map(|begin| calendar::day(begin).to_string()).unwrap_or_default()
}

/// Somebody's address, read from what they typed.
///
/// # Errors
/// It is none.
pub fn read_address(text: &str) -> Result<Personal<std::net::IpAddr>, GateError> {
    let unread = || GateError::Malformed("this is no address of the internet protocol".to_owned());
    text.trim().parse().map(Personal::new).map_err(|_| unread())
}
