//! Places that are named to be sent to wherever they lie: receivers that are inside on purpose.

use super::target::Target;

/// Named places, each a host and a port.
#[derive(Debug, Clone, Default)]
pub struct NamedPlaces(Vec<String>);

/// What is no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no host and port, such as 127.0.0.1:8443 or hooks.internal:443")]
pub struct NotAPlace(String);

impl NamedPlaces {
    /// Reads places.
    ///
    /// # Errors
    /// The first that is none.
    pub fn parse<'a>(places: impl IntoIterator<Item = &'a str>) -> Result<Self, NotAPlace> {
        let read = |place: &str| {
            let target = Target::parse(&format!("https://{place}/")).ok();
            let named = target.map(|target| target.authority());
            // One that names no port, or more than a place, is written otherwise.
            named.filter(|named| named.eq_ignore_ascii_case(place)).ok_or_else(|| NotAPlace(place.to_owned()))
        };
        places.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn has(&self, target: &Target) -> bool {
        self.0.contains(&target.authority())
    }
}
