//! P05: what members of staff sign in with.

use super::{Checker, codes};
use crate::{
    decide::{
        rules::{lists, purpose_choice},
        uses::text,
    },
    diagnostic::Diagnostic,
    document::{Document, Field, FieldType, Staff},
};

/// What a member of staff is known and recognised by: each field, and whether a person is found by it.
const FIELDS: [(&str, bool); 3] = [("full_name", false), ("email", true), ("password_hash", false)];

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for staff in document.staff.iter().map(|staff| staff.get_ref()) {
        checker.report_all(not_held(document, staff));
        checker.report_all(without_fields(document, staff));
        checker.report_all(asks_first(document, staff));
    }
}

fn not_held(document: &Document, staff: &Staff) -> Option<Diagnostic> {
    let (record, role, purpose) = (text(&staff.record), text(&staff.role), text(&staff.purpose));
    let (name, declared) = document.records.get_key_value(record)?;
    let (_, used) = document.purposes.get_key_value(purpose)?;
    document.roles.get(role)?;
    let is_held =
        lists(&declared.roles, role) && lists(&declared.purposes, purpose) && lists(&used.roles, role);
    (!is_held).then(|| {
        codes::STAFF_NOT_HELD
            .found(format!("`{record}` is not held of `{role}` for `{purpose}`, with which staff signs in"))
            .at(staff.record.span(), "the record type of staff")
            .at(name.span(), "declared here")
            .help(format!(
                "list `{role}` in the `roles` of `{record}` and of `{purpose}`, and `{purpose}` in the `purposes` of `{record}`"
            ))
    })
}

fn without_fields(document: &Document, staff: &Staff) -> Vec<Diagnostic> {
    let record = text(&staff.record);
    let Some((name, declared)) = document.records.get_key_value(record) else { return Vec::new() };
    let fits = |field: &Field, is_found: bool| {
        let is_lookup = field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref());
        field.kind == FieldType::String && (is_lookup || !is_found)
    };
    let missing = FIELDS
        .iter()
        .filter(|(field, is_found)| !declared.fields.get(*field).is_some_and(|one| fits(one, *is_found)));
    let missing = missing.map(|(field, is_found)| {
        let lookup = if *is_found { ", lookup = true" } else { "" };
        codes::STAFF_WITHOUT_FIELDS
            .found(format!("`{record}` has no `{field}` by which staff could sign in"))
            .at(staff.record.span(), "the record type of staff")
            .at(name.span(), "declared here")
            .help(format!("give it the field `{field} = {{ category = \"…\"{lookup} }}`"))
    });
    missing.collect()
}

fn asks_first(document: &Document, staff: &Staff) -> Option<Diagnostic> {
    let (_, purpose) = document.purposes.get_key_value(text(&staff.purpose))?;
    purpose_choice(purpose)?;
    Some(
        codes::STAFF_ASKS_FIRST
            .found(format!("`{}` needs a choice, and staff signs in under it", text(&staff.purpose)))
            .at(staff.purpose.span(), "the purpose of staff")
            .help("name a purpose that leaves no choice, for example one with `basis = \"contract\"`"),
    )
}
