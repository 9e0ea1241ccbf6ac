//! How values become columns and back. What does not read back is reported as corruption, never guessed.

use domain::id::{Id, Kind};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{
    Row,
    types::{FromSql, Type},
};
use store::StoreError;

/// What every reading function returns.
pub(crate) type Read<T> = Result<T, StoreError>;

/// What the engine says when a statement fails.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(crate) fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

pub(crate) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(what.to_owned())
}

/// One column of a row.
pub(crate) fn get<T: FromSql>(row: &Row<'_>, column: &str) -> Read<T> {
    row.get(column).map_err(|_| corrupt(column))
}

/// One column by its place, where that is worth it: to find it by its name costs more than to read it.
pub(crate) fn cell<T: FromSql>(row: &Row<'_>, column: usize, what: &str) -> Read<T> {
    row.get(column).map_err(|_| corrupt(what))
}

pub(crate) fn moment(row: &Row<'_>, column: usize, what: &str) -> Read<Timestamp> {
    Timestamp::from_microsecond(cell(row, column, what)?).map_err(|_| corrupt(what))
}

pub(crate) fn optional_moment(row: &Row<'_>, column: usize, what: &str) -> Read<Option<Timestamp>> {
    let stored: Option<i64> = cell(row, column, what)?;
    stored.map(Timestamp::from_microsecond).transpose().map_err(|_| corrupt(what))
}

/// Whether a column, and with it the row of a table that was joined, is not there.
pub(crate) fn is_missing(row: &Row<'_>, column: usize) -> Read<bool> {
    Ok(row.get_ref(column).map_err(unavailable)?.data_type() == Type::Null)
}

pub(crate) fn get_id<K: Kind>(row: &Row<'_>, column: &str) -> Read<Id<K>> {
    get(row, column).map(Id::from_bytes)
}

pub(crate) fn get_unsigned(row: &Row<'_>, column: &str) -> Read<u64> {
    get::<i64>(row, column).map(i64::cast_unsigned)
}

pub(crate) fn get_count(row: &Row<'_>, column: &str) -> Read<u32> {
    u32::try_from(get::<i64>(row, column)?).map_err(|_| corrupt(column))
}

pub(crate) fn get_time(row: &Row<'_>, column: &str) -> Read<Timestamp> {
    Timestamp::from_microsecond(get(row, column)?).map_err(|_| corrupt(column))
}

pub(crate) fn get_optional_time(row: &Row<'_>, column: &str) -> Read<Option<Timestamp>> {
    let stored: Option<i64> = get(row, column)?;
    stored.map(Timestamp::from_microsecond).transpose().map_err(|_| corrupt(column))
}

pub(crate) fn get_json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> Read<T> {
    serde_json::from_str(&get::<String>(row, column)?).map_err(|_| corrupt(column))
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
