//! What a person may ask, and what limits it.

use super::{Table, labels, rows, term, written};
use crate::{document::Document, placeholder::exception_term};

pub(super) fn rights(document: &Document) -> Table {
    Table {
        kind: "rights",
        title: "What you may ask",
        columns: &["You may", "Who", "Answered within", "May be extended by", "Limited by"],
        rows: rows(&document.rights, |_, right| {
            vec![
                labels(&document.roles, &right.roles),
                term(right.deadline.as_ref()),
                term(right.extension.as_ref()),
                labels(&document.exceptions, &right.exceptions),
            ]
        }),
    }
}

pub(super) fn exceptions(document: &Document) -> Table {
    Table {
        kind: "exceptions",
        title: "What an erasure leaves",
        columns: &["Exception", "Records", "Ground", "Kept", "Determined by", "Reviewed every"],
        rows: rows(&document.exceptions, |_, exception| {
            vec![
                labels(&document.records, &exception.records),
                exception.ground.get_ref().clone(),
                document
                    .retention
                    .get(exception.retention.get_ref().as_str())
                    .map_or_else(String::new, exception_term),
                written(exception.determined_by.as_ref()),
                term(exception.review.as_ref()),
            ]
        }),
    }
}
