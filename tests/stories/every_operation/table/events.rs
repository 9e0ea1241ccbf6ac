//! The rows of events and where they are delivered to.

use super::Row;

/// A row for each operation.
pub(super) fn rows() -> Vec<Row> {
    vec![Row::new("listEvents", "events:read", "GET", "/v1/events")]
}
