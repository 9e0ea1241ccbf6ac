//! P05: what people sign in with, those of the operator and those of its Clients, and what keeps offenders out.

use toml::Spanned;

use super::{Checker, codes};
use crate::{
    decide::{
        rules::{lists, purpose_choice},
        uses::text,
    },
    diagnostic::Diagnostic,
    document::{Bar, Document, Field, FieldType, Members, Name, Staff},
};

/// What somebody is known and recognised by: each field, and whether a person is found by it.
const FIELDS: &[(&str, bool)] = &[("full_name", false), ("email", true), ("password_hash", false)];
/// Where the name of a company waits until its account is opened.
const COMPANY: &[(&str, bool)] = &[("company", false)];
/// By which whoever returns is recognised.
const BARRED: &[(&str, bool)] = &[("identifier_hash", true)];

/// Those who sign in, of either kind.
struct Who<'a> {
    /// What people call them.
    called: &'static str,
    role: &'a Name,
    record: &'a Name,
    purpose: &'a Name,
}

impl<'a> Who<'a> {
    const fn staff(staff: &'a Staff) -> Self {
        Self { called: "staff", role: &staff.role, record: &staff.record, purpose: &staff.purpose }
    }

    const fn members(members: &'a Members) -> Self {
        let Members { role, record, purpose, .. } = members;
        Self { called: "members", role, record, purpose }
    }
}

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    let staff = document.staff.iter().map(|staff| Who::staff(staff.get_ref()));
    let members = document.members.iter().map(Spanned::get_ref);
    for who in staff.chain(members.clone().map(Who::members)) {
        checker.report_all(not_held(document, &who));
        checker.report_all(without_fields(document, &who, FIELDS));
        checker.report_all(asks_first(document, &who));
    }
    for members in members {
        let company = if members.sign_up { COMPANY } else { &[] };
        checker.report_all(without_fields(document, &Who::members(members), company));
        let bar = members.bar.iter().map(Spanned::get_ref);
        checker.report_all(bar.filter_map(|bar| bars_nobody(document, members, bar)).collect::<Vec<_>>());
    }
}

fn is_held(document: &Document, role: &str, record: &str, purpose: &str) -> Option<bool> {
    let (_, declared) = document.records.get_key_value(record)?;
    let (_, used) = document.purposes.get_key_value(purpose)?;
    document.roles.get(role)?;
    Some(lists(&declared.roles, role) && lists(&declared.purposes, purpose) && lists(&used.roles, role))
}

fn not_held(document: &Document, who: &Who<'_>) -> Option<Diagnostic> {
    let (record, role, purpose) = (text(who.record), text(who.role), text(who.purpose));
    let (name, _) = document.records.get_key_value(record)?;
    let is_held = is_held(document, role, record, purpose)?;
    (!is_held).then(|| {
        codes::STAFF_NOT_HELD
            .found(format!(
                "`{record}` is not held of `{role}` for `{purpose}`, with which {} sign in",
                who.called
            ))
            .at(who.record.span(), format!("the record type of {}", who.called))
            .at(name.span(), "declared here")
            .help(format!(
                "list `{role}` in the `roles` of `{record}` and of `{purpose}`, and `{purpose}` in the `purposes` of `{record}`"
            ))
    })
}

fn missing(
    document: &Document,
    record: &str,
    fields: &'static [(&'static str, bool)],
) -> impl Iterator<Item = (&'static str, bool)> {
    let fits = |field: &Field, is_found: bool| {
        let is_lookup = field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref());
        field.kind == FieldType::String && (is_lookup || !is_found)
    };
    let declared = document.records.get(record);
    fields.iter().copied().filter(move |(field, is_found)| {
        declared.is_some_and(|record| !record.fields.get(*field).is_some_and(|one| fits(one, *is_found)))
    })
}

fn without_fields(
    document: &Document,
    who: &Who<'_>,
    fields: &'static [(&'static str, bool)],
) -> Vec<Diagnostic> {
    let record = text(who.record);
    let Some((name, _)) = document.records.get_key_value(record) else { return Vec::new() };
    let missing = missing(document, record, fields).map(|(field, is_found)| {
        let lookup = if is_found { ", lookup = true" } else { "" };
        codes::STAFF_WITHOUT_FIELDS
            .found(format!("`{record}` has no `{field}` by which {} could sign in", who.called))
            .at(who.record.span(), format!("the record type of {}", who.called))
            .at(name.span(), "declared here")
            .help(format!("give it the field `{field} = {{ category = \"…\"{lookup} }}`"))
    });
    missing.collect()
}

fn asks_first(document: &Document, who: &Who<'_>) -> Option<Diagnostic> {
    let (_, purpose) = document.purposes.get_key_value(text(who.purpose))?;
    purpose_choice(purpose)?;
    Some(
        codes::STAFF_ASKS_FIRST
            .found(format!("`{}` needs a choice, and {} sign in under it", text(who.purpose), who.called))
            .at(who.purpose.span(), format!("the purpose of {}", who.called))
            .help("name a purpose that leaves no choice, for example one with `basis = \"contract\"`"),
    )
}

fn bars_nobody(document: &Document, members: &Members, bar: &Bar) -> Option<Diagnostic> {
    let (record, role, purpose) = (text(&bar.record), text(&members.role), text(&bar.purpose));
    let is_held = is_held(document, role, record, purpose)?;
    let is_found = missing(document, record, BARRED).next().is_none();
    (!is_held || !is_found).then(|| {
        codes::BARS_NOBODY
            .found(format!("nobody of `{role}` could be recognised by `{record}` for `{purpose}`"))
            .at(bar.record.span(), "the record type of the bar")
            .help(format!(
                "list `{role}` in the `roles` of both and `{purpose}` in the `purposes` of `{record}`, and give it the field \
                 `identifier_hash = {{ category = \"…\", required = true, lookup = true }}`"
            ))
    })
}
