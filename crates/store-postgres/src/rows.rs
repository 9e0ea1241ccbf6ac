//! How values become columns and back. What does not read back is reported as corruption, never guessed.

use domain::{
    EntryId,
    id::{Id, Kind},
};
use jiff::{SignedDuration, Timestamp};
use store::StoreError;
use tokio_postgres::{Row, types::FromSql};
use uuid::Uuid;

/// What every reading function returns.
pub(crate) type Read<T> = Result<T, StoreError>;

/// The present moment by the database's clock, as a column holds it.
pub(crate) const MOMENT: &str = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

pub(crate) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(what.to_owned())
}

/// One column of a row.
pub(crate) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: &str) -> Read<T> {
    row.try_get(column).map_err(|_| corrupt(column))
}

pub(crate) fn get_id<K: Kind>(row: &Row, column: &str) -> Read<Id<K>> {
    get(row, column).map(Id::from_uuid)
}

pub(crate) fn get_unsigned(row: &Row, column: &str) -> Read<u64> {
    get::<i64>(row, column).map(i64::cast_unsigned)
}

pub(crate) fn get_count(row: &Row, column: &str) -> Read<u32> {
    u32::try_from(get::<i64>(row, column)?).map_err(|_| corrupt(column))
}

pub(crate) fn get_code(row: &Row, column: &str) -> Read<u8> {
    u8::try_from(get::<i16>(row, column)?).map_err(|_| corrupt(column))
}

pub(crate) fn get_bytes<const N: usize>(row: &Row, column: &str) -> Read<[u8; N]> {
    get::<&[u8]>(row, column)?.try_into().map_err(|_| corrupt(column))
}

pub(crate) fn get_time(row: &Row, column: &str) -> Read<Timestamp> {
    Timestamp::from_microsecond(get(row, column)?).map_err(|_| corrupt(column))
}

pub(crate) fn get_optional_time(row: &Row, column: &str) -> Read<Option<Timestamp>> {
    let stored: Option<i64> = get(row, column)?;
    stored.map(Timestamp::from_microsecond).transpose().map_err(|_| corrupt(column))
}

pub(crate) fn get_json<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Read<T> {
    serde_json::from_str(get(row, column)?).map_err(|_| corrupt(column))
}

/// The entry that a row names in its columns `bundle` and `position`.
pub(crate) fn get_entry(row: &Row) -> Read<Option<EntryId>> {
    let bundle: Option<i64> = get(row, "bundle")?;
    let Some(bundle) = bundle else { return Ok(None) };
    let position = u32::try_from(get::<i32>(row, "position")?).map_err(|_| corrupt("position"))?;
    Ok(Some(EntryId { bundle: bundle.cast_unsigned(), position }))
}

pub(crate) fn json<T: serde::Serialize>(value: &T) -> Read<String> {
    serde_json::to_string(value).map_err(|_| corrupt("a value that cannot be written"))
}

/// A duration, as far as it can be added to a time.
pub(crate) fn microseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}

pub(crate) fn time(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(crate) fn uuid<K: Kind>(id: Id<K>) -> Uuid {
    Uuid::from_bytes(*id.as_bytes())
}

/// The column of distribution: the bucket that an id carries.
pub(crate) fn bucket<K: Kind>(id: Id<K>) -> i32 {
    i32::from(id.bucket().0)
}

/// A place in a list, as a column.
pub(crate) fn number(count: u32) -> i64 {
    i64::from(count)
}
