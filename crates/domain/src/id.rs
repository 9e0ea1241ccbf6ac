//! Typed identifiers: `sub_018f…`. Inside is a `UUIDv8` (RFC 9562, section 5.8) that carries the moment it was
//! made, the bucket it belongs to and random bits, so that any id routes to its shard by itself.
//!
//! Byte layout (big-endian): `0..6` milliseconds since the Unix epoch; `6..8` version `8` and 12 random bits;
//! `8..10` variant `0b10` and the upper 14 bits of the bucket; `10` the lower 2 bits of the bucket and 6 random
//! bits; `11..16` random.

use std::{fmt, marker::PhantomData, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::ambient::{Clock, Randomness, random_bytes};

/// The distribution column: everything of one subject shares its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bucket(pub u16);

impl Bucket {
    /// A bucket for a new subject or account, evenly spread.
    pub fn random(randomness: &dyn Randomness) -> Self {
        Self(u16::from_be_bytes(random_bytes(randomness)))
    }
}

/// The kind of thing an [`Id`] names; its prefix is what a person sees.
pub trait Kind: 'static + Send + Sync {
    /// What stands before the underscore, for example `sub`.
    const PREFIX: &'static str;
}

/// An identifier that names one kind of thing and cannot be mistaken for another.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// A new id, made now, in `bucket`.
    pub fn new(clock: &dyn Clock, randomness: &dyn Randomness, bucket: Bucket) -> Self {
        Self::derived(clock.now(), random_bytes(randomness), bucket)
    }

    /// The id of a moment and of bytes in place of randomness: the same for the same, so that of two who make it one does.
    pub fn derived(at: Timestamp, bytes: [u8; 16], bucket: Bucket) -> Self {
        let milliseconds = at.as_millisecond().max(0).cast_unsigned();
        let mut bytes = bytes;
        bytes[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
        // The variant takes two bits, so the bucket's sixteen start after them and end two bits into byte 10.
        let placed = u32::from(bucket.0) << 6 | u32::from(bytes[10] & 0x3f);
        bytes[8..11].copy_from_slice(&placed.to_be_bytes()[1..]);
        Self::from_uuid(Uuid::new_v8(bytes))
    }

    /// An id read back from where it was stored.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// An id read back from its sixteen stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self::from_uuid(Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.uuid.as_bytes()
    }

    /// The bucket this id routes to.
    pub fn bucket(&self) -> Bucket {
        let bytes = self.uuid.as_bytes();
        let placed = u32::from_be_bytes([0, bytes[8], bytes[9], bytes[10]]);
        Bucket(u16::try_from((placed >> 6) & 0xffff).unwrap_or_default())
    }
}

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind: expected `{expected}_` and 32 hexadecimal digits")]
pub struct NotAnId {
    /// The prefix that was expected.
    pub expected: &'static str,
}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let error = NotAnId { expected: K::PREFIX };
        let digits =
            text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or(error.clone())?;
        // One id has one spelling, or the same thing could be asked for under two names.
        if digits.len() != 32 || digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(error);
        }
        Uuid::try_parse(digits).map(Self::from_uuid).map_err(|_| error)
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}_{}", K::PREFIX, self.uuid.as_simple())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A query answers with thousands of ids, and the general way through `Display` takes several times as long.
        let mut text = [0; 48];
        let (prefix, rest) = text.split_at_mut(K::PREFIX.len());
        prefix.copy_from_slice(K::PREFIX.as_bytes());
        rest[0] = b'_';
        let digits = self.uuid.as_simple().encode_lower(&mut rest[1..]).len();
        let length = K::PREFIX.len() + 1 + digits;
        serializer.serialize_str(std::str::from_utf8(&text[..length]).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $alias:ident, $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// A Client of the operator, or the operator itself: the tenant.
    AccountKind, AccountId, "acc";
    /// A person whose data is held.
    SubjectKind, SubjectId, "sub";
    /// One record about one subject.
    RecordKind, RecordId, "rec";
    /// A key that opens the API.
    KeyKind, KeyId, "key";
    /// The erasure of one subject, and its certificate.
    ErasureKind, ErasureId, "era";
    /// A choice of one subject, and its receipt.
    ChoiceKind, ChoiceId, "cho";
    /// Something that must not be deleted.
    HoldKind, HoldId, "hld";
    /// What a person asked for.
    RequestKind, RequestId, "req";
    /// What is told to someone by mail.
    MessageKind, MessageId, "msg";
    /// What someone complains of, asks or alleges.
    ComplaintKind, ComplaintId, "cmp";
    /// Two subjects that become one.
    MergeKind, MergeId, "mrg";
    /// A report of suspected misuse, and its handling.
    IncidentKind, IncidentId, "inc";
    /// Someone signed in with a browser.
    SessionKind, SessionId, "ses";
    /// A link that lets a person into the privacy center.
    LinkKind, LinkId, "lnk";
    /// Where events are delivered to.
    WebhookKind, WebhookId, "whk";
    /// What a person says is in place, as no machine can look.
    AttestationKind, AttestationId, "att";
    /// What was found of every promise at one time.
    AssessmentKind, AssessmentId, "asm";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::{SystemClock, SystemRandomness};

    #[test]
    fn an_id_carries_its_bucket_and_its_time() {
        for bucket in [0, 1, 0x3fff, 0x8000, 0xffff] {
            let id = SubjectId::new(&SystemClock, &SystemRandomness::default(), Bucket(bucket));
            assert_eq!(id.bucket(), Bucket(bucket));
            assert_eq!(id.uuid.get_version_num(), 8);
            assert_eq!(id.uuid.get_variant(), uuid::Variant::RFC4122);
        }
    }

    #[test]
    fn one_id_has_one_spelling() {
        let id = SubjectId::new(&SystemClock, &SystemRandomness::default(), Bucket(7));
        let text = id.to_string();
        assert_eq!(text.parse::<SubjectId>(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert!(text.to_uppercase().parse::<SubjectId>().is_err());
        assert!(text.parse::<RecordId>().is_err());
        assert!("sub_".parse::<SubjectId>().is_err());
    }

    #[test]
    fn ids_are_laid_out_as_their_vectors_say() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../docs/formats-vectors.json")).unwrap();
        for vector in vectors["ids"].as_array().unwrap() {
            let (clock, randomness) = (given_clock(vector), given_randomness(vector));
            let bucket = Bucket(vector["bucket"].as_u64().unwrap().try_into().unwrap());
            let text = vector["text"].as_str().unwrap();
            let made = match &text[..3] {
                "acc" => AccountId::new(&clock, &randomness, bucket).to_string(),
                "sub" => SubjectId::new(&clock, &randomness, bucket).to_string(),
                _ => RecordId::new(&clock, &randomness, bucket).to_string(),
            };
            assert_eq!(made, text);
        }
    }

    struct Given<T>(T);

    impl Clock for Given<jiff::Timestamp> {
        fn now(&self) -> jiff::Timestamp {
            self.0
        }
    }

    impl Randomness for Given<u128> {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.0.to_be_bytes());
        }
    }

    fn given_clock(vector: &serde_json::Value) -> Given<jiff::Timestamp> {
        Given(jiff::Timestamp::from_millisecond(vector["milliseconds"].as_i64().unwrap()).unwrap())
    }

    fn given_randomness(vector: &serde_json::Value) -> Given<u128> {
        Given(u128::from_str_radix(vector["random"].as_str().unwrap(), 16).unwrap())
    }
}
