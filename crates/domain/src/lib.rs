//! The nouns of Bailee and their rules. Pure: no I/O, no ambient time, no ambient randomness.

pub mod ambient;
pub mod id;

pub use ambient::{Clock, Randomness};
pub use id::{AccountId, Bucket, ErasureId, Id, KeyId, RecordId, SubjectId};
