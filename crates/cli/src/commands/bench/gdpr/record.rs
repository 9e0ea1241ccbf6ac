//! What is in a record of GDPRbench. As there, everything follows from its number.

use crate::commands::bench::dice::mix;

/// How many purposes there are; the policy beside this declares them.
pub(super) const PURPOSES: u32 = 25;
/// Characters of data.
const DATA: usize = 100;
const SOURCES: [&str; 4] = ["subject", "account", "observed", "third_party"];

/// How many there are.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Records that are loaded.
    pub(super) records: u32,
    /// People: about ten records each.
    pub(super) subjects: u32,
}

impl Shape {
    /// A whole number of people for each purpose, so that the records of a person share one, as in GDPRbench.
    pub(super) fn new(records: u32) -> Self {
        Self { records, subjects: (records / 10 / PURPOSES * PURPOSES).max(PURPOSES) }
    }

    pub(super) const fn subject(self, record: u32) -> u32 {
        record % self.subjects
    }
}

pub(super) const fn purpose(record: u32) -> u32 {
    record % PURPOSES
}

/// What a person objects to: one of the twenty-four purposes that are not the record's own, so that it stays readable
/// for that.
pub(super) const fn objection(purpose: u32, choice: u32) -> u32 {
    (purpose + 1 + choice % (PURPOSES - 1)) % PURPOSES
}

/// Whether a record may feed automated decisions.
pub(super) const fn automated(record: u32) -> bool {
    record.is_multiple_of(2)
}

/// The recipient a record was shared with.
pub(super) const fn shared(record: u32) -> u32 {
    record % 10
}

pub(super) const fn source(record: u32) -> &'static str {
    SOURCES[(record % 4) as usize]
}

/// A hundred characters that tell which record and which of its versions they are.
pub(super) fn data(record: u32, revision: u32) -> String {
    let mut text = format!("n{record:010}v{revision:06}:");
    let mut chance = u64::from(record) << 32 | u64::from(revision);
    while text.len() < DATA {
        chance = mix(chance.wrapping_add(1));
        // Letters: long rows of digits are now and then the number of a payment card, which is refused.
        text.extend((0..16).map(|place| char::from(b'a' + ((chance >> (4 * place)) & 15) as u8)));
    }
    text.truncate(DATA);
    text
}

/// The version that data is of, when it is this record's and whole.
pub(super) fn revision(record: u32, found: &str) -> Option<u32> {
    let revision = found.get(12..18)?.parse().ok()?;
    (found == data(record, revision)).then_some(revision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_has_its_length_and_tells_what_it_is_of() {
        let text = data(99_999, 3);
        assert_eq!(text.len(), DATA);
        assert_eq!(revision(99_999, &text), Some(3));
        assert_eq!(revision(99_998, &text), None);
        assert_eq!(revision(99_999, &text.replace(':', ";")), None);
    }

    #[test]
    fn a_person_has_one_purpose_and_objects_to_another() {
        let shape = Shape::new(100_000);
        assert_eq!(shape.subjects, 10_000);
        for record in (0..100_000).step_by(77) {
            assert_eq!(purpose(record), purpose(shape.subject(record)));
            assert_ne!(objection(purpose(record), record), purpose(record));
        }
    }
}
