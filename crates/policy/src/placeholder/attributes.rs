//! What a declaration says besides its label: `{{rights.access.deadline}}`.

use jiff::Span;
use toml::Spanned;

use super::{exception_term, retention_text, span_text};
use crate::{
    decide::{rules::lists, uses},
    document::{Declared, Document, Name},
    words::{self, Labelled, label},
};

/// What `{{kind.name.attribute}}` says.
pub(super) fn resolve(document: &Document, kind: &str, name: &str, attribute: &str) -> Option<String> {
    match kind {
        "purposes" => purpose(document, name, attribute),
        "records" => record(document, name, attribute),
        "retention" => retention(document, name, attribute),
        "recipients" => recipient(document, name, attribute),
        "cookies" => cookie(document, name, attribute),
        "rights" => right(document, name, attribute),
        "exceptions" => exception(document, name, attribute),
        "disclosures" => disclosure(document, name, attribute),
        "attestations" => attestation(document, name, attribute),
        _ => None,
    }
}

fn purpose(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let purpose = document.purposes.get(name)?;
    match attribute {
        "basis" => Some(words::basis(*purpose.basis.get_ref()).to_owned()),
        "records" => {
            let records = document.records.values().filter(|record| lists(&record.purposes, name));
            Some(words::list(&records.map(|record| record.label.get_ref()).collect::<Vec<_>>()))
        }
        _ => None,
    }
}

fn record(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let record = document.records.get(name)?;
    match attribute {
        "purposes" => Some(labels(&document.purposes, &record.purposes)),
        "categories" => {
            let mut categories: Vec<&str> = Vec::new();
            for category in uses::categories(record).map(|category| label(&document.categories, category)) {
                if !categories.contains(&category) {
                    categories.push(category);
                }
            }
            Some(words::list(&categories))
        }
        "retention" => {
            let clock = record.retention.as_ref()?.get_ref();
            document.retention.get(clock.as_str()).map(retention_text)
        }
        _ => None,
    }
}

fn retention(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let retention = document.retention.get(name)?;
    match attribute {
        "ground" => written(retention.ground.as_ref()),
        "label" => Some(retention.label.get_ref().clone()),
        _ => None,
    }
}

fn recipient(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let recipient = document.recipients.get(name)?;
    match attribute {
        "region" => written(recipient.region.as_ref()),
        "receives" => Some(labels(&document.categories, &recipient.receives)),
        "purposes" => Some(labels(&document.purposes, &recipient.purposes)),
        "agreement" => written(recipient.agreement.as_ref().map(|agreement| &agreement.get_ref().document)),
        "requirements" => recipient.requirements.clone(),
        _ => None,
    }
}

fn cookie(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let cookie = document.cookies.get(name)?;
    match attribute {
        "life" => span(cookie.life.as_ref()).or_else(|| Some("until the browser closes".to_owned())),
        "purpose" => Some(label(&document.purposes, cookie.purpose.get_ref()).to_owned()),
        _ => None,
    }
}

fn right(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let right = document.rights.get(name)?;
    match attribute {
        "deadline" => span(right.deadline.as_ref()),
        "extension" => span(right.extension.as_ref()),
        _ => None,
    }
}

fn exception(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let exception = document.exceptions.get(name)?;
    match attribute {
        "ground" => Some(exception.ground.get_ref().clone()),
        "records" => Some(labels(&document.records, &exception.records)),
        "determined_by" => written(exception.determined_by.as_ref()),
        "review" => span(exception.review.as_ref()),
        "term" => document.retention.get(exception.retention.get_ref().as_str()).map(exception_term),
        _ => None,
    }
}

fn disclosure(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let disclosure = document.disclosures.get(name)?;
    match attribute {
        "approvals" => Some(disclosure.approvals.get_ref().to_string()),
        "categories" => Some(labels(&document.categories, &disclosure.categories)),
        _ => None,
    }
}

fn attestation(document: &Document, name: &str, attribute: &str) -> Option<String> {
    let attestation = document.attestations.get(name)?;
    match attribute {
        "owner" => written(Some(&attestation.owner)),
        "every" => span(Some(&attestation.every)),
        _ => None,
    }
}

fn labels<T: Labelled>(declared: &Declared<T>, names: &[Name]) -> String {
    words::list(&names.iter().map(|name| label(declared, name.get_ref())).collect::<Vec<_>>())
}

fn written(name: Option<&Name>) -> Option<String> {
    name.map(|name| name.get_ref().clone())
}

fn span(span: Option<&Spanned<Span>>) -> Option<String> {
    span.map(|span| span_text(span.get_ref()))
}
