//! Where a sealed field belongs; a ciphertext moved anywhere else does not open.

use domain::{AccountId, RecordId, SubjectId};

use crate::encoding::Encoding;

/// The place of one field's value, bound into its seal as additional authenticated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The tenant.
    pub account: AccountId,
    /// The person.
    pub subject: SubjectId,
    /// The record type's name in the policy.
    pub record_type: &'a str,
    /// The record.
    pub record: RecordId,
    /// The field's name in the policy.
    pub field: &'a str,
    /// The version of the record, so that an older value cannot be put back unnoticed.
    pub version: u32,
}

impl Place<'_> {
    /// The bytes that are authenticated with the ciphertext: `docs/formats.md`, "A sealed field".
    pub(crate) fn encode(&self) -> Encoding {
        Encoding::labelled("bailee field v1")
            .fixed(self.account.as_bytes())
            .fixed(self.subject.as_bytes())
            .fixed(self.record.as_bytes())
            .fixed(&self.version.to_be_bytes())
            .text(self.record_type.as_bytes())
            .text(self.field.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Parts = (u8, u8, u8, u32, String, String);

    // Few letters and short texts, so that equal and nearly equal places come up often.
    fn parts() -> impl Strategy<Value = Parts> {
        (0..2u8, 0..2u8, 0..2u8, 0..2u32, "[ab\0]{0,3}", "[ab\0]{0,3}")
    }

    fn encode((account, subject, record, version, record_type, field): &Parts) -> Vec<u8> {
        let place = Place {
            account: AccountId::from_bytes([*account; 16]),
            subject: SubjectId::from_bytes([*subject; 16]),
            record_type,
            record: RecordId::from_bytes([*record; 16]),
            field,
            version: *version,
        };
        place.encode().as_bytes().to_vec()
    }

    proptest! {
        #[test]
        fn two_places_never_share_an_encoding(one in parts(), other in parts()) {
            prop_assert_eq!(one == other, encode(&one) == encode(&other));
        }

        #[test]
        fn a_letter_moved_between_names_changes_the_encoding(
            text in "[ab]{5}",
            cut in 0..6usize,
            other in 0..6usize,
        ) {
            let split = |at| (0, 0, 0, 0, text[..at].to_owned(), text[at..].to_owned());
            prop_assert_eq!(cut == other, encode(&split(cut)) == encode(&split(other)));
        }
    }
}
