//! What holds, requests and complaints have in common: a queue that is read page by page, and the day something came.

use domain::{CaseId, case::Filing};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{Problem, routes::view::page_limit};

/// Which cases of a queue, and from where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueueQuery {
    /// Those that are closed, instead of those that are open.
    #[serde(default)]
    #[param(required = false)]
    closed: bool,
    /// The `next` of the page before.
    #[param(max_length = 100)]
    after: Option<String>,
    /// How many, at most 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// From where on in a list of what is never open.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AllQuery {
    /// The `next` of the page before.
    #[param(max_length = 100)]
    after: Option<String>,
    /// How many, at most 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl AllQuery {
    pub(crate) fn limit(&self) -> u32 {
        page_limit(self.limit)
    }

    pub(crate) fn after(&self) -> Result<Option<Place>, Problem> {
        self.after.as_deref().map(place).transpose()
    }
}

/// A place in a queue: when a case is due, and which it is.
pub(crate) type Place = (Option<Timestamp>, CaseId);

impl QueueQuery {
    pub(crate) const fn is_open(&self) -> bool {
        !self.closed
    }

    pub(crate) fn limit(&self) -> u32 {
        page_limit(self.limit)
    }

    pub(crate) fn after(&self) -> Result<Option<Place>, Problem> {
        self.after.as_deref().map(place).transpose()
    }
}

/// The moment a day begins, in UTC.
pub(crate) fn beginning(day: Date) -> Result<Timestamp, Problem> {
    let start = day.to_zoned_datetime(TimeZone::UTC);
    start.map(|start| start.timestamp()).map_err(|_| Problem::malformed("That is no day of the calendar."))
}

/// Reads a place back.
pub(crate) fn place(text: &str) -> Result<Place, Problem> {
    read(text).ok_or_else(|| Problem::not_found("cursor"))
}

fn read(text: &str) -> Option<Place> {
    let (due, id) = text.split_once('.')?;
    let due = match due {
        "-" => None,
        microseconds => Some(Timestamp::from_microsecond(microseconds.parse().ok()?).ok()?),
    };
    Some((due, id.parse().ok()?))
}

/// The cursor of a case, as a query takes it.
pub(crate) fn cursor(filing: &Filing) -> String {
    cursor_at(filing.place())
}

/// A place, as a query takes it.
pub(crate) fn cursor_at((due, id): Place) -> String {
    let due = due.map_or_else(|| "-".to_owned(), |due| due.as_microsecond().to_string());
    format!("{due}.{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let id = CaseId::from_bytes([7; 16]);
        for due in [
            None,
            Timestamp::from_microsecond(-5).ok(),
            Timestamp::from_microsecond(1_900_000_000_123_457).ok(),
        ] {
            let filing = Filing {
                id: [7; 16],
                account: domain::AccountId::from_bytes([1; 16]),
                subject: None,
                is_open: true,
                due_at: due,
                wake_at: None,
                version: 1,
            };
            assert_eq!(read(&cursor(&filing)), Some((due, id)));
        }
        for text in ["", "5", "x.cas_00", "-.req_07070707070707070707070707070707"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
