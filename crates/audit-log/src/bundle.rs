//! An entry bundle: up to 256 neighbouring entries, each after its length (C2SP `tlog-tiles`, "Log entries").

use thiserror::Error;

/// Bytes of the big-endian length before each entry.
const LENGTH_SIZE: usize = 2;

/// Writes `entries` as a bundle.
///
/// # Errors
/// [`BundleError::TooLong`] when an entry does not fit its 16-bit length.
pub fn encode_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong { length: entry.len() })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// Reads a bundle entry by entry, without copying. After an error nothing follows, because the place of the next
/// entry is not known.
pub fn decode_bundle(bytes: &[u8]) -> Entries<'_> {
    Entries { rest: bytes }
}

/// The entries of a bundle, from the left; see [`decode_bundle`].
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<&'a [u8], BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = split_entry(self.rest);
        self.rest = entry.map_or(&[], |(_, rest)| rest);
        Some(entry.map(|(entry, _)| entry).ok_or(BundleError::CutOff))
    }
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_SIZE>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

/// A bundle cannot be written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BundleError {
    /// An entry does not fit its length field.
    #[error("the entry is {length} bytes long, a bundle holds at most 65535 an entry")]
    TooLong {
        /// Bytes of the entry.
        length: usize,
    },
    /// The bundle ends inside an entry.
    #[error("the bundle ends inside the entry: it was cut off, or a length was changed")]
    CutOff,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_are_big_endian() {
        let bytes = encode_bundle([&b"ab"[..], &b""[..]]).unwrap();
        assert_eq!(bytes, [0, 2, b'a', b'b', 0, 0]);
        assert_eq!(encode_bundle([&[0; 65_536][..]]), Err(BundleError::TooLong { length: 65_536 }));
    }

    #[test]
    fn a_cut_is_reported_once_and_where_it_is() {
        let read: Vec<_> = decode_bundle(&[0, 1, 7, 0, 2, 7]).collect();
        assert_eq!(read, [Ok(&[7][..]), Err(BundleError::CutOff)]);
        assert_eq!(decode_bundle(&[0]).collect::<Vec<_>>(), [Err(BundleError::CutOff)]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_come_back(bytes: Vec<u8>) {
            if let Ok(entries) = decode_bundle(&bytes).collect::<Result<Vec<_>, _>>() {
                prop_assert_eq!(encode_bundle(entries).unwrap(), bytes);
            }
        }

        #[test]
        fn entries_come_back(entries: Vec<Vec<u8>>) {
            let bytes = encode_bundle(entries.iter().map(Vec::as_slice)).unwrap();
            let read: Vec<Vec<u8>> = decode_bundle(&bytes).map(|entry| entry.unwrap().to_vec()).collect();
            prop_assert_eq!(read, entries);
        }
    }
}
