//! What browsers call cookies.

use std::collections::HashMap;

use toml::Spanned;

use crate::{
    check::{Checker, codes},
    decide::uses::text,
    diagnostic::Diagnostic,
    document::{Document, Name},
};

/// The longest name that is taken: a name that is longer is nobody's.
const LONGEST: usize = 128;

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    let names = document.cookies.values().flat_map(|cookie| &cookie.names);
    checker.report_all(names.filter_map(not_a_cookie).collect::<Vec<_>>());
    checker.report_all(twice(document));
}

/// A name is a token (RFC 6265, section 4.1.1).
fn not_a_cookie(name: &Name) -> Option<Diagnostic> {
    let written = text(name);
    let is_token = |byte: u8| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&byte);
    let is_name = (1..=LONGEST).contains(&written.len()) && written.bytes().all(is_token);
    (!is_name).then(|| {
        codes::NOT_A_COOKIE
            .found(format!("`{written}` is no name of a cookie"))
            .at(name.span(), "no browser keeps it so")
            .help("write it as browsers show it: `_ga`, `session`")
    })
}

fn twice(document: &Document) -> Vec<Diagnostic> {
    let mut seen: HashMap<&str, &Name> = HashMap::new();
    let called = document.cookies.iter().flat_map(|(declared, cookie)| {
        let own = std::iter::once(declared).filter(|_| cookie.names.is_empty());
        own.chain(&cookie.names)
    });
    let found = called.filter_map(|name: &Spanned<String>| {
        let first = seen.insert(text(name), name)?;
        let found = codes::COOKIE_TWICE.found(format!("two cookies are called `{}`", text(name)));
        let found = found.at(name.span(), "called so here").at(first.span(), "and here");
        Some(found.help("take it out of one of them"))
    });
    found.collect()
}
