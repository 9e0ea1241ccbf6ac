//! Every declaration of a document in one form, for the checks that hold for all of them.

use crate::document::{Declared, Document, Name};

/// One declaration: `[recipients.zendesk]` with its label.
#[derive(Clone, Copy)]
pub(super) struct Declaration<'a> {
    /// Its table, for example `recipients`.
    pub(super) table: &'static str,
    /// What one of them is called, for example `recipient`.
    pub(super) noun: &'static str,
    pub(super) name: &'a Name,
    pub(super) label: &'a Name,
}

/// Every declaration, by table.
pub(super) fn all(document: &Document) -> Vec<Declaration<'_>> {
    let mut all = Vec::new();
    list(&mut all, "roles", "role", &document.roles, |one| &one.label);
    list(&mut all, "categories", "category", &document.categories, |one| &one.label);
    list(&mut all, "purposes", "purpose", &document.purposes, |one| &one.label);
    list(&mut all, "records", "record type", &document.records, |one| &one.label);
    list(&mut all, "retention", "retention clock", &document.retention, |one| &one.label);
    list(&mut all, "recipients", "recipient", &document.recipients, |one| &one.label);
    list(&mut all, "cookies", "cookie", &document.cookies, |one| &one.label);
    list(&mut all, "beacons", "beacon", &document.beacons, |one| &one.label);
    list(&mut all, "sites", "site", &document.sites, |one| &one.label);
    list(&mut all, "rights", "right", &document.rights, |one| &one.label);
    list(&mut all, "exceptions", "exception", &document.exceptions, |one| &one.label);
    list(&mut all, "disclosures", "disclosure ground", &document.disclosures, |one| &one.label);
    list(&mut all, "systems", "system", &document.systems, |one| &one.label);
    list(&mut all, "attestations", "attestation", &document.attestations, |one| &one.label);
    all
}

fn list<'a, T>(
    all: &mut Vec<Declaration<'a>>,
    table: &'static str,
    noun: &'static str,
    declared: &'a Declared<T>,
    label: fn(&T) -> &Name,
) {
    all.extend(declared.iter().map(|(name, one)| Declaration { table, noun, name, label: label(one) }));
}
