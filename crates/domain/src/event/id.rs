//! The names of events. One is known from the commit on and survives a restore, as the entry's name does.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::audit::EntryId;

/// Names an event: the entry that it was committed with, and its place among the events of that entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventId {
    /// The entry.
    pub entry: EntryId,
    /// Counted from 0.
    pub ordinal: u32,
}

/// A text that is not the id of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an event: expected `evt_` and 32 hexadecimal digits")]
pub struct NotAnEventId;

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entry: EntryId { bundle, position }, ordinal } = self;
        write!(formatter, "evt_{bundle:016x}{position:08x}{ordinal:08x}")
    }
}

impl FromStr for EventId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<Self, NotAnEventId> {
        let digits = text.strip_prefix("evt_").ok_or(NotAnEventId)?;
        let bytes = HEXLOWER.decode(digits.as_bytes()).map_err(|_| NotAnEventId)?;
        let (bundle, rest) = bytes.split_first_chunk().ok_or(NotAnEventId)?;
        let (position, rest) = rest.split_first_chunk().ok_or(NotAnEventId)?;
        let ordinal = <[u8; 4]>::try_from(rest).map_err(|_| NotAnEventId)?;
        let entry = EntryId { bundle: u64::from_be_bytes(*bundle), position: u32::from_be_bytes(*position) };
        Ok(Self { entry, ordinal: u32::from_be_bytes(ordinal) })
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back() {
        let id = EventId { entry: EntryId { bundle: 71, position: 3 }, ordinal: 9 };
        assert_eq!(id.to_string(), "evt_00000000000000470000000300000009");
        for id in [id, EventId { entry: EntryId { bundle: u64::MAX, position: u32::MAX }, ordinal: u32::MAX }]
        {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for text in
            ["", "evt_00", "ent_00000000000000470000000300000009", "evt_0000000000000047000000030000000A"]
        {
            assert_eq!(text.parse::<EventId>(), Err(NotAnEventId), "{text}");
        }
    }
}
