//! The data map for other programs.

use super::{Holder, Receiver, Row, Use};

const COLUMNS: [&str; 13] = [
    "roles",
    "record_type",
    "records",
    "field",
    "category",
    "data",
    "dpv",
    "class",
    "purposes",
    "retention",
    "ground",
    "recipients",
    "systems",
];

/// The data map as CSV (RFC 4180) with a line of headings. Lists are separated by semicolons; a cell that a
/// spreadsheet would run as a formula begins with an apostrophe instead.
///
/// # Errors
/// Only where memory cannot be written.
pub fn to_csv(rows: &[Row]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in rows {
        writer.write_record(cells(row).map(|cell| harmless(&cell)))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The data map as a JSON array.
///
/// # Errors
/// Never for rows that [`super::rows`] made: all their keys are text.
pub fn to_json(rows: &[Row]) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(rows)
}

fn cells(row: &Row) -> [String; 13] {
    [
        row.roles.join("; "),
        row.record_type.clone(),
        row.records.clone(),
        row.field.clone(),
        row.category.clone(),
        row.data.clone(),
        row.dpv.clone(),
        row.class.to_owned(),
        row.purposes.iter().map(used).collect::<Vec<_>>().join("; "),
        row.retention.clone(),
        row.ground.clone().unwrap_or_default(),
        row.recipients.iter().map(receiver).collect::<Vec<_>>().join("; "),
        row.systems.iter().map(holder).collect::<Vec<_>>().join("; "),
    ]
}

fn used(one: &Use) -> String {
    format!("{} ({}, {})", one.label, one.basis, one.choice)
}

fn receiver(one: &Receiver) -> String {
    one.region.as_ref().map_or_else(|| one.label.clone(), |region| format!("{} ({region})", one.label))
}

fn holder(one: &Holder) -> String {
    format!("{} ({})", one.label, one.owner)
}

/// Spreadsheets run a cell that begins with one of these as a formula (OWASP, CSV injection).
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
