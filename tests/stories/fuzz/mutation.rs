//! Good examples, changed at random.

use std::{ops::Range, time::Duration};

use bolero::{TypeGenerator, check};

/// How long each fuzzer runs in the tests.
const SHORT: Duration = Duration::from_secs(2);

/// One change of some bytes.
#[derive(Debug, Clone, TypeGenerator)]
pub(crate) enum Change {
    /// Another byte at a place.
    Set(u32, u8),
    /// A byte more.
    Insert(u32, u8),
    /// Some bytes less.
    Remove(u32, u8),
    /// Some bytes twice.
    Repeat(u32, u8),
    /// Bytes from elsewhere.
    Copy(u32, u32, u8),
    /// Nothing after a place.
    Cut(u32),
    /// Something that parsers like to trip over.
    Trip(u32, u8),
}

const STONES: [&[u8]; 12] = [
    b"\0",
    b"\xFF\xFE",
    b"\"\"\"",
    b"{{",
    b"}}",
    b"[[",
    b"= ",
    b"18446744073709551616",
    b"-1",
    b"P9999999999Y",
    b"\r\n",
    b"\xF0\x9F\x92\xA9",
];

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match *self {
            Self::Set(at, byte) => {
                let place = within(at, bytes.len());
                bytes.get_mut(place).into_iter().for_each(|old| *old = byte);
            }
            Self::Insert(at, byte) => insert(bytes, at, &[byte]),
            Self::Remove(at, length) => drop(bytes.drain(stretch(at, length, bytes.len()))),
            Self::Repeat(at, length) => {
                let part = bytes[stretch(at, length, bytes.len())].to_vec();
                insert(bytes, at, &part);
            }
            Self::Copy(from, to, length) => {
                let part = bytes[stretch(from, length, bytes.len())].to_vec();
                insert(bytes, to, &part);
            }
            Self::Cut(at) => bytes.truncate(within(at, bytes.len())),
            Self::Trip(at, which) => insert(bytes, at, STONES[usize::from(which) % STONES.len()]),
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: u32, part: &[u8]) {
    let at = within(at, bytes.len());
    bytes.splice(at..at, part.iter().copied());
}

/// A place, taken around the end.
fn within(at: u32, length: usize) -> usize {
    at as usize % (length + 1)
}

fn stretch(at: u32, length: u8, whole: usize) -> Range<usize> {
    let start = within(at, whole);
    start..(start + usize::from(length)).min(whole)
}

/// Gives a parser one example after the other, each changed at random.
///
/// # Panics
/// The parser does.
pub(crate) fn fuzz(examples: &[Vec<u8>], parse: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let kinds = check!().with_test_time(SHORT).with_max_len(4_096);
    kinds.with_type::<(u8, Vec<Change>)>().for_each(|(which, changes)| {
        let mut bytes = examples[usize::from(*which) % examples.len()].clone();
        for change in changes.iter().take(24) {
            change.apply(&mut bytes);
        }
        parse(&bytes);
    });
}
