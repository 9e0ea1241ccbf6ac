//! What a person may ask, and what limits it.

use super::{Row, Table, labels, rows, term, written};
use crate::{
    document::{Complaints, Document, Members, Requests, Staff, Unanswered},
    placeholder::{exception_term, span_text},
    words::{self, label},
};

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

/// The table stands once in a policy, so it has one row at most.
pub(super) fn requests(document: &Document) -> Table {
    let row = |requests: &Requests| Row {
        name: requests.record.get_ref().clone(),
        cells: vec![
            words::sentence(label(&document.records, requests.record.get_ref())),
            label(&document.purposes, requests.purpose.get_ref()).to_owned(),
            term(Some(&requests.package)),
            unanswered(*requests.unanswered.get_ref()).to_owned(),
            end_users(requests.lets_end_users_in()).to_owned(),
        ],
    };
    Table {
        kind: "requests",
        title: "How requests are taken",
        columns: &[
            "Kept as",
            "For",
            "An answer can be fetched for",
            "When a Client does not answer",
            "End Users of a Client",
        ],
        rows: document.requests.iter().map(|requests| row(requests.get_ref())).collect(),
    }
}

/// Who works for the operator is told like everyone else what is kept of them.
pub(super) fn staff(document: &Document) -> Table {
    let row = |staff: &Staff| Row {
        name: staff.role.get_ref().clone(),
        cells: vec![
            words::sentence(label(&document.roles, staff.role.get_ref())),
            label(&document.records, staff.record.get_ref()).to_owned(),
            label(&document.purposes, staff.purpose.get_ref()).to_owned(),
        ],
    };
    Table {
        kind: "staff",
        title: "Who signs in to the console",
        columns: &["Who", "Kept as", "For"],
        rows: document.staff.iter().map(|staff| row(staff.get_ref())).collect(),
    }
}

/// The people of Clients likewise.
pub(super) fn members(document: &Document) -> Table {
    let row = |members: &Members| Row {
        name: members.role.get_ref().clone(),
        cells: vec![
            words::sentence(label(&document.roles, members.role.get_ref())),
            label(&document.records, members.record.get_ref()).to_owned(),
            label(&document.purposes, members.purpose.get_ref()).to_owned(),
            if members.sign_up { "by the Client itself" } else { "by the operator" }.to_owned(),
        ],
    };
    Table {
        kind: "members",
        title: "Who signs in for a Client",
        columns: &["Who", "Kept as", "For", "The account is opened"],
        rows: document.members.iter().map(|members| row(members.get_ref())).collect(),
    }
}

/// Only where complaints are taken in; by when they are answered is told by the sections.
pub(super) fn complaints(document: &Document) -> Table {
    let row = |complaints: &Complaints| {
        let (record, purpose) = (complaints.record.as_ref()?, complaints.purpose.as_ref()?);
        let cells = vec![
            words::sentence(label(&document.records, record.get_ref())),
            label(&document.purposes, purpose.get_ref()).to_owned(),
            term(Some(&complaints.acknowledge)),
            term(Some(&complaints.answer)),
            span_text(&complaints.appeal()),
        ];
        Some(Row { name: record.get_ref().clone(), cells })
    };
    Table {
        kind: "complaints",
        title: "How complaints are taken",
        columns: &["Kept as", "For", "Acknowledged within", "Answered within", "Can be appealed for"],
        rows: document.complaints.iter().filter_map(|complaints| row(complaints.get_ref())).collect(),
    }
}

const fn unanswered(unanswered: Unanswered) -> &'static str {
    match unanswered {
        Unanswered::Alarm => "the custodian is alarmed",
        Unanswered::TakeOver => "the custodian is alarmed, and the operator answers",
    }
}

const fn end_users(are_let_in: bool) -> &'static str {
    if are_let_in { "come into the privacy center" } else { "are shown the way to the Client" }
}

pub(super) fn systems(document: &Document) -> Table {
    Table {
        kind: "systems",
        title: "Which systems outside hold data of the same people",
        columns: &["System", "Who sees to it", "Has a part in requests to"],
        rows: rows(&document.systems, |_, system| {
            vec![system.owner.get_ref().clone(), labels(&document.rights, &system.rights)]
        }),
    }
}

pub(super) fn attestations(document: &Document) -> Table {
    Table {
        kind: "attestations",
        title: "What no machine can check, and who attests it",
        columns: &["What", "Who attests it", "Every"],
        rows: rows(&document.attestations, |_, attestation| {
            vec![attestation.owner.get_ref().clone(), term(Some(&attestation.every))]
        }),
    }
}
