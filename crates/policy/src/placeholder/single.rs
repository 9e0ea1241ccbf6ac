//! Placeholders of the tables that stand once in a policy.

use super::span_text;
use crate::{
    decide::uses::text,
    document::{Contact, Document},
    words,
};

/// What `{{table.name}}` says, for a table that stands once.
pub(super) fn resolve(document: &Document, table: &str, name: &str) -> Option<String> {
    match table {
        "policy" => header(document, name),
        "controller" => contact(document.controller.get_ref(), name),
        "custodian" => contact(document.custodian.as_ref()?.get_ref(), name),
        "age" if name == "minimum" => Some(document.age.as_ref()?.get_ref().minimum.get_ref().to_string()),
        "transfers" if name == "deployment" => {
            Some(text(&document.transfers.as_ref()?.get_ref().deployment).to_owned())
        }
        "backups" => backups(document, name),
        "complaints" => complaints(document, name),
        "assessment" if name == "every" => {
            Some(span_text(document.assessment.as_ref()?.get_ref().every.get_ref()))
        }
        "requests" if name == "package" => {
            Some(span_text(document.requests.as_ref()?.get_ref().package.get_ref()))
        }
        "changes" => changes(document, name),
        "sensitive" if name == "classes" => {
            let classes = document.sensitive.as_ref()?.get_ref().classes.iter();
            Some(words::list(&classes.map(|class| text(class).replace('_', " ")).collect::<Vec<_>>()))
        }
        _ => None,
    }
}

fn header(document: &Document, name: &str) -> Option<String> {
    let header = document.policy.get_ref();
    match name {
        "version" => Some(text(&header.version).to_owned()),
        "effective" => Some(header.effective.get_ref().to_string()),
        "title" => Some(header.title.clone()),
        _ => None,
    }
}

fn contact(contact: &Contact, name: &str) -> Option<String> {
    let written = match name {
        "name" => Some(&contact.name),
        "email" => contact.email.as_ref(),
        "address" => contact.address.as_ref(),
        "country" => contact.country.as_ref(),
        _ => None,
    };
    written.map(|name| text(name).to_owned())
}

fn backups(document: &Document, name: &str) -> Option<String> {
    let backups = document.backups.as_ref()?.get_ref();
    match name {
        "life" => Some(span_text(backups.life.get_ref())),
        "keys_life" => Some(span_text(backups.keys_life.get_ref())),
        _ => None,
    }
}

fn complaints(document: &Document, name: &str) -> Option<String> {
    let complaints = document.complaints.as_ref()?.get_ref();
    match name {
        "acknowledge" => Some(span_text(complaints.acknowledge.get_ref())),
        "answer" => Some(span_text(complaints.answer.get_ref())),
        "appeal" => Some(span_text(&complaints.appeal())),
        _ => None,
    }
}

fn changes(document: &Document, name: &str) -> Option<String> {
    let changes = document.changes.as_ref()?.get_ref();
    match name {
        "ahead" => changes.ahead.as_ref().map(|span| span_text(span.get_ref())),
        "notice" => {
            let channel = |name| match text(name) {
                "site" => "a notice on the website",
                "email" => "e-mail",
                other => other,
            };
            Some(words::list(&changes.notice.iter().map(channel).collect::<Vec<_>>()))
        }
        _ => None,
    }
}
