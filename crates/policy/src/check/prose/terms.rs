//! Which placeholder stands for a term that prose writes out.

use crate::{
    decide::uses::text,
    document::Document,
    placeholder::{retention_text, span_text},
};

/// The placeholder that stands for the same time, if any does.
pub(super) fn placeholder_of(document: &Document, written: &str) -> Option<String> {
    let candidates = single_terms(document).into_iter().chain(declared_terms(document));
    candidates.into_iter().find(|(_, value)| value == written).map(|(placeholder, _)| placeholder)
}

/// The terms of the tables that stand once, each as it is written and in words.
fn single_terms(document: &Document) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |placeholder: &str, value: String| all.push((placeholder.to_owned(), value));
    if let Some(age) = &document.age {
        add("{{age.minimum}} years", format!("{} years", age.get_ref().minimum.get_ref()));
    }
    if let Some(backups) = document.backups.as_ref().map(|one| one.get_ref()) {
        add("{{backups.life}}", span_text(backups.life.get_ref()));
        add("{{backups.keys_life}}", span_text(backups.keys_life.get_ref()));
    }
    if let Some(complaints) = document.complaints.as_ref().map(|one| one.get_ref()) {
        add("{{complaints.acknowledge}}", span_text(complaints.acknowledge.get_ref()));
        add("{{complaints.answer}}", span_text(complaints.answer.get_ref()));
        add("{{complaints.appeal}}", span_text(&complaints.appeal()));
    }
    if let Some(assessment) = &document.assessment {
        add("{{assessment.every}}", span_text(assessment.get_ref().every.get_ref()));
    }
    if let Some(ahead) = document.changes.as_ref().and_then(|one| one.get_ref().ahead.as_ref()) {
        add("{{changes.ahead}}", span_text(ahead.get_ref()));
    }
    if let Some(requests) = &document.requests {
        add("{{requests.package}}", span_text(requests.get_ref().package.get_ref()));
    }
    all
}

/// The terms of declarations, each as it is written and in words.
fn declared_terms(document: &Document) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |path: String, value: String| all.push((format!("{{{{{path}}}}}"), value));
    for (name, right) in &document.rights {
        if let Some(deadline) = &right.deadline {
            add(format!("rights.{}.deadline", text(name)), span_text(deadline.get_ref()));
        }
        if let Some(extension) = &right.extension {
            add(format!("rights.{}.extension", text(name)), span_text(extension.get_ref()));
        }
    }
    for (name, attestation) in &document.attestations {
        add(format!("attestations.{}.every", text(name)), span_text(attestation.every.get_ref()));
    }
    for (name, cookie) in &document.cookies {
        if let Some(life) = &cookie.life {
            add(format!("cookies.{}.life", text(name)), span_text(life.get_ref()));
        }
    }
    for (name, clock) in &document.retention {
        add(format!("retention.{}", text(name)), retention_text(clock));
    }
    all
}
