//! Placeholders must be closed and stand for something.

use super::passage;
use crate::{
    check::{Checker, codes, declarations, suggest::nearest},
    diagnostic::Diagnostic,
    document::Section,
    placeholder,
};

pub(super) fn check(checker: &mut Checker<'_>, section: &Section) {
    let text = section.text.get_ref();
    for found in placeholder::find(text) {
        if placeholder::resolve(checker.document, found.path).is_none() {
            let place = passage::place(checker.source, &section.text, &found.span);
            checker.report(of_nothing(checker, found.path).at(place, "stands for nothing"));
        }
    }
    let blank = passage::without_placeholders(text);
    if let Some(start) = blank.find("{{").or_else(|| blank.find("}}")) {
        let place = passage::place(checker.source, &section.text, &(start..start + 2));
        checker.report(
            codes::PLACEHOLDER_UNCLOSED
                .found(format!("section {} has braces without their counterpart", section.number.get_ref()))
                .at(place, "stands alone")
                .help("write `{{kind.name}}`, for example `{{purposes.support}}`"),
        );
    }
}

fn of_nothing(checker: &Checker<'_>, path: &str) -> Diagnostic {
    let declared = declarations::all(checker.document);
    let paths: Vec<String> =
        declared.iter().map(|one| format!("{}.{}", one.table, one.name.get_ref())).collect();
    let mut parts = path.splitn(3, '.');
    let stem: Vec<&str> = parts.by_ref().take(2).collect();
    let stem = stem.join(".");
    let meant = nearest(&stem, paths.iter().map(String::as_str).filter(|known| *known != stem));
    let help = match meant {
        Some(meant) => format!("did you mean `{{{{{meant}}}}}`?"),
        None if paths.contains(&stem) => {
            format!("`{stem}` is declared; see what it says of itself, or write `{{{{{stem}}}}}`")
        }
        None => {
            "write a declaration, for example `{{purposes.support}}`, or declare what is meant".to_owned()
        }
    };
    codes::PLACEHOLDER_OF_NOTHING
        .found(format!("`{{{{{path}}}}}` stands for nothing that is declared"))
        .help(help)
}
