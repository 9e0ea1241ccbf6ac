//! What happens to people's data is said to them: each such declaration is named by a placeholder.

use std::collections::HashSet;

use crate::{
    check::{Checker, codes, declarations},
    decide::uses::text,
    document::Document,
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

/// The tables and declarations that some placeholder names. The term of an exception tells its clock.
fn told(document: &Document) -> HashSet<String> {
    let mut told = HashSet::new();
    for section in &document.sections {
        for found in placeholder::find(section.get_ref().text.get_ref()) {
            let parts: Vec<&str> = found.path.split('.').collect();
            if let ["exceptions", name, "term"] = parts[..]
                && let Some(exception) = document.exceptions.get(name)
            {
                told.insert(format!("retention.{}", text(&exception.retention)));
            }
            told.insert(parts.into_iter().take(2).collect::<Vec<_>>().join("."));
        }
    }
    told
}
