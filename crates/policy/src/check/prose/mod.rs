//! P06: what the page says must be what the declarations do.

mod duration;
mod grants;
mod literals;
mod passage;
mod placeholders;
mod promised;
mod statements;
mod terms;
mod told;

use super::Checker;

pub(super) fn check(checker: &mut Checker<'_>) {
    for section in &checker.document.sections {
        promised::check(checker, section.get_ref());
        placeholders::check(checker, section.get_ref());
        literals::check(checker, section.get_ref());
    }
    told::check(checker);
    statements::check(checker);
}
