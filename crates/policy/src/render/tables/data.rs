//! What data is used for, and what is held.

use super::{Row, Table, labels, rows};
use crate::{
    decide::{rules::purpose_choice, uses},
    document::{Document, RecordType},
    placeholder::retention_text,
    words::{self, label},
};

pub(super) fn purposes(document: &Document) -> Table {
    Table {
        kind: "purposes",
        title: "What data is used for",
        columns: &["Purpose", "Whose data", "Legal basis", "Your choice"],
        rows: rows(&document.purposes, |_, purpose| {
            vec![
                labels(&document.roles, &purpose.roles),
                words::basis(*purpose.basis.get_ref()).to_owned(),
                words::choice(purpose_choice(purpose)).to_owned(),
            ]
        }),
    }
}

pub(super) fn records(document: &Document) -> Table {
    Table {
        kind: "records",
        title: "What is held, and for how long",
        columns: &["Records", "Whose", "Data", "Used for", "Kept", "Ground"],
        rows: records_of(document),
    }
}

fn records_of(document: &Document) -> Vec<Row> {
    rows(&document.records, |_, record| {
        let clock =
            record.retention.as_ref().and_then(|name| document.retention.get(name.get_ref().as_str()));
        vec![
            labels(&document.roles, &record.roles),
            held(document, record),
            labels(&document.purposes, &record.purposes),
            clock.map_or_else(String::new, retention_text),
            super::written(clock.and_then(|clock| clock.ground.as_ref())),
        ]
    })
}

/// The categories of a record type, each once.
fn held(document: &Document, record: &RecordType) -> String {
    let mut held: Vec<&str> = Vec::new();
    for category in uses::categories(record).map(|category| label(&document.categories, category)) {
        if !held.contains(&category) {
            held.push(category);
        }
    }
    words::list(&held)
}
