//! The country of an address, by a database that the operator brings (`.mmdb`, as MaxMind, DB-IP and IPinfo publish them).

use std::net::IpAddr;

use maxminddb::{PathElement, Reader};
use thiserror::Error;

/// Where the databases have the country: in an object of its own, or by themselves.
const COUNTRY: &[&[PathElement<'_>]] = &[
    &[PathElement::Key("country"), PathElement::Key("iso_code")],
    &[PathElement::Key("country_code")],
    &[PathElement::Key("registered_country"), PathElement::Key("iso_code")],
    &[PathElement::Key("country")],
];

/// A database of places.
pub struct Places(Reader<Vec<u8>>);

/// The file is no database of places.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the database of places cannot be read: {0}; give an .mmdb file with countries, such as GeoLite2-Country.mmdb"
)]
pub struct Unreadable(String);

impl Places {
    /// Reads a database, given as its bytes.
    ///
    /// # Errors
    /// [`Unreadable`] says what is wrong with it.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Unreadable> {
        Reader::from_source(bytes).map(Self).map_err(|error| Unreadable(error.to_string()))
    }

    /// The country of an address (ISO 3166-1 alpha-2), if the database knows it.
    pub fn country(&self, address: IpAddr) -> Option<String> {
        let found = self.0.lookup(address.to_canonical()).ok()?;
        // What a damaged part of the database says is taken for nothing.
        let mut says = COUNTRY.iter().filter_map(|path| found.decode_path::<String>(path).ok().flatten());
        says.find(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Places(…)")
    }
}

#[cfg(test)]
mod tests;
