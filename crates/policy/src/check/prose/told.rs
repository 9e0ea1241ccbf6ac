//! What happens to people's data is said to them: each such declaration is named by a placeholder.

use std::collections::HashSet;

use crate::{
    check::{Checker, codes, declarations},
    decide::uses::text,
    document::{Document, Name},
    placeholder,
};

/// The tables that people are told about.
const TOLD: [&str; 8] =
    ["recipients", "cookies", "beacons", "purposes", "retention", "rights", "exceptions", "disclosures"];

pub(super) fn check(checker: &mut Checker<'_>) {
    let told = told(checker.document);
    for declaration in declarations::all(checker.document) {
        let (table, name) = (declaration.table, text(declaration.name));
        let one = format!("{table}.{name}");
        if !TOLD.contains(&table) || told.contains(table) || told.contains(&one) {
            continue;
        }
        let all = if table == "retention" {
            String::new()
        } else {
            format!(", or `{{{{{table}}}}}` for all of them")
        };
        checker.report(
            codes::UNTOLD
                .found(format!("no section tells people about the {} `{name}`", declaration.noun))
                .at(declaration.name.span(), "said nowhere on the page")
                .help(format!("write `{{{{{one}}}}}` in a section{all}")),
        );
    }
}

/// The tables and declarations that some placeholder names, itself or through another declaration.
fn told(document: &Document) -> HashSet<String> {
    let mut told = HashSet::new();
    for section in &document.sections {
        for found in placeholder::find(section.get_ref().text.get_ref()) {
            let parts: Vec<&str> = found.path.split('.').collect();
            if let [table, name, attribute] = parts[..] {
                let (other, names) = through(document, table, name, attribute);
                told.extend(names.into_iter().map(|name| format!("{other}.{}", text(name))));
            }
            told.insert(parts.into_iter().take(2).collect::<Vec<_>>().join("."));
        }
    }
    told
}

/// The declarations whose words an attribute of another one puts on the page, and their table.
fn through<'a>(
    document: &'a Document,
    table: &str,
    name: &str,
    attribute: &str,
) -> (&'static str, Vec<&'a Name>) {
    let record = || document.records.get(name).filter(|_| table == "records");
    let recipient = || document.recipients.get(name).filter(|_| table == "recipients");
    let cookie = || document.cookies.get(name).filter(|_| table == "cookies");
    let exception = || document.exceptions.get(name).filter(|_| table == "exceptions");
    match attribute {
        "term" => ("retention", exception().map(|one| &one.retention).into_iter().collect()),
        "retention" => ("retention", record().and_then(|one| one.retention.as_ref()).into_iter().collect()),
        "purpose" => ("purposes", cookie().map(|one| &one.purpose).into_iter().collect()),
        "purposes" => {
            let of_record = record().into_iter().flat_map(|one| &one.purposes);
            let of_recipient = recipient().into_iter().flat_map(|one| &one.purposes);
            ("purposes", of_record.chain(of_recipient).collect())
        }
        _ => ("", Vec::new()),
    }
}
