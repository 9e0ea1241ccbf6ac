//! P02: categories, record types and their fields.

use super::{
    Checker, codes,
    suggest::{listed, nearest},
};
use crate::{
    decide::{
        rules::lists,
        uses::{categories, text},
    },
    diagnostic::Diagnostic,
    document::{Category, Class, Document, Field, FieldType, Name, RecordType, SensitiveAction},
};

/// The detectors that a category may name.
const DETECTORS: [&str; 9] =
    ["email", "phone", "ip_address", "url", "country", "last_four", "date", "birth_date", "card_number"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for category in &document.categories {
        checker.report_all(unknown_detector(category));
        checker.report_all(unused_category(document, category.0));
    }
    for record in &document.records {
        record_type(checker, record);
        for field in &record.1.fields {
            self::field(checker, record.0, field);
        }
    }
    for (name, role) in &document.roles {
        checker.report_all(unused_role(document, name, &role.label));
    }
}

fn unknown_detector((_, category): (&Name, &Category)) -> Option<Diagnostic> {
    let detector = category.detector.as_ref()?;
    if DETECTORS.contains(&text(detector)) {
        return None;
    }
    let meant = nearest(text(detector), DETECTORS);
    let meant = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
    Some(
        codes::UNKNOWN_DETECTOR
            .found(format!("there is no detector `{}`", text(detector)))
            .at(detector.span(), "no such detector")
            .help(format!("{meant}There are {}", listed(&DETECTORS))),
    )
}

fn unused_category(document: &Document, name: &Name) -> Option<Diagnostic> {
    let category = document.categories.get(text(name))?;
    let held = document.records.values().flat_map(categories).any(|held| held == text(name));
    (!held && !is_forbidden(category)).then(|| {
        codes::UNUSED_CATEGORY
            .found(format!("no record holds the category `{}`", text(name)))
            .at(name.span(), "held by no field of any record")
            .help("take it out, say `forbidden = true`, or give the field that holds it this category")
    })
}

fn unused_role(document: &Document, name: &Name, label: &Name) -> Option<Diagnostic> {
    let used = document.records.values().any(|record| lists(&record.roles, text(name)));
    (!used).then(|| {
        codes::UNUSED_ROLE
            .found(format!("nothing is held of the role `{}`", text(name)))
            .at(name.span(), "no record type lists it")
            .at(label.span(), "the page would speak of them")
            .help("take it out, or add it to the `roles` of a record type")
    })
}

fn is_forbidden(category: &Category) -> bool {
    category.forbidden.as_ref().is_some_and(|forbidden| *forbidden.get_ref())
}

fn record_type(checker: &mut Checker<'_>, (name, record): (&Name, &RecordType)) {
    let called = text(name);
    let lacks = |code: &super::Code, what: &str, help: &str| {
        code.found(format!("the record type `{called}` has no {what}"))
            .at(name.span(), format!("without {what}"))
            .help(help)
    };
    if record.retention.is_none() {
        let help = "say `retention = \"…\"` with the name of a clock";
        checker.report(lacks(&codes::WITHOUT_RETENTION, "retention", help));
    }
    if record.fields.is_empty() {
        let help = "add fields, each with its category";
        checker.report(lacks(&codes::WITHOUT_FIELDS, "fields", help));
    }
    if record.purposes.is_empty() {
        let help = "list what it may be used for in `purposes`";
        checker.report(lacks(&codes::WITHOUT_PURPOSES, "purposes", help));
    }
    if record.roles.is_empty() {
        let help = "list whose records these are in `roles`";
        checker.report(lacks(&codes::WITHOUT_ROLES, "roles", help));
    }
    if !record.purposes.is_empty() {
        checker.report_all(
            record
                .roles
                .iter()
                .filter_map(|role| role_without_purpose(checker.document, name, record, role))
                .collect::<Vec<_>>(),
        );
    }
}

fn role_without_purpose(
    document: &Document,
    name: &Name,
    record: &RecordType,
    role: &Name,
) -> Option<Diagnostic> {
    document.roles.get(text(role))?;
    let mut purposes = record.purposes.iter().map(|purpose| document.purposes.get(text(purpose)));
    let usable = purposes.any(|purpose| purpose.is_none_or(|purpose| lists(&purpose.roles, text(role))));
    (!usable).then(|| {
        let (role_name, called) = (text(role), text(name));
        codes::ROLE_WITHOUT_PURPOSE
            .found(format!("no purpose of `{called}` may use the data of `{role_name}`"))
            .at(role.span(), "could be used for nothing")
            .at(name.span(), "the record type")
            .help(format!("add `{role_name}` to the `roles` of a purpose, or take it out here"))
    })
}

fn field(checker: &mut Checker<'_>, record: &Name, (name, field): (&Name, &Field)) {
    let Some(category_name) = &field.category else {
        checker.report(
            codes::FIELD_WITHOUT_CATEGORY
                .found(format!("the field `{}` of `{}` has no category", text(name), text(record)))
                .at(name.span(), "which kind of personal data is it?")
                .help("say `category = \"…\"` with the name of a category"),
        );
        return;
    };
    checker.report_all(lookup_not_unique(name, field));
    let document = checker.document;
    let Some((declared, category)) = document.categories.get_key_value(text(category_name)) else { return };
    checker.report_all(detector_never_matches(category_name, field, category));
    if is_forbidden(category) {
        checker.report(
            codes::FORBIDDEN_CATEGORY
                .found(format!("`{}` holds the forbidden category `{}`", text(record), text(declared)))
                .at(category_name.span(), "must never be held")
                .at(declared.span(), "forbidden here")
                .help("take the field out"),
        );
    }
    if is_special(document, declared, category) {
        checker.report_all(special(checker, record, category_name, declared));
    }
}

/// Free text cannot be told apart by equality, and there are too few answers to a question of yes or no.
fn lookup_not_unique(name: &Name, field: &Field) -> Option<Diagnostic> {
    let lookup = field.lookup.as_ref().filter(|lookup| *lookup.get_ref())?;
    if field.kind == FieldType::String {
        return None;
    }
    Some(
        codes::LOOKUP_NOT_UNIQUE
            .found(format!("nobody can be looked up by `{}`", text(name)))
            .at(lookup.span(), "only a short text that is nearly unique can be looked up")
            .help("take `lookup` out, or declare the field `type = \"string\"`"),
    )
}

fn detector_never_matches(written: &Name, field: &Field, category: &Category) -> Option<Diagnostic> {
    let detector = category.detector.as_ref()?;
    let satisfiable = match field.kind {
        FieldType::String | FieldType::Text => true,
        FieldType::Date => matches!(text(detector), "date" | "birth_date"),
        FieldType::Integer | FieldType::Boolean | FieldType::Timestamp => false,
    };
    (!satisfiable).then(|| {
        codes::DETECTOR_NEVER_MATCHES
            .found(format!("no value of this field is ever a `{}`", text(detector)))
            .at(written.span(), "this category asks for the detector")
            .at(detector.span(), "declared here")
            .help("make the field a string, or give it another category")
    })
}

fn is_special(document: &Document, name: &Name, category: &Category) -> bool {
    let classes = document.sensitive.as_ref().map(|sensitive| &sensitive.get_ref().classes);
    *category.class.get_ref() == Class::Special || classes.is_some_and(|classes| lists(classes, text(name)))
}

fn special(checker: &Checker<'_>, record: &Name, written: &Name, declared: &Name) -> Option<Diagnostic> {
    let (code, help) = if checker.is_operator() {
        (codes::SPECIAL_CATEGORY, "take the field out: the operator holds no such data")
    } else if accounts_may(checker) {
        return None;
    } else {
        (codes::SPECIAL_CATEGORY_OF_ACCOUNT, "take the field out, or ask the operator to flag such data")
    };
    let message = format!("`{}` holds the special category `{}`", text(record), text(declared));
    Some(code.found(message).at(written.span(), "held here").at(declared.span(), "declared here").help(help))
}

/// Whether the operator lets accounts hold special categories. Without the operator's policy nobody knows, and
/// then it is not allowed.
fn accounts_may(checker: &Checker<'_>) -> bool {
    let operator = checker.context.operator.map(|operator| operator.document());
    let rule = operator.and_then(|operator| operator.sensitive.as_ref());
    rule.is_some_and(|rule| *rule.get_ref().accounts.get_ref() == SensitiveAction::Flag)
}
