//! What visits serve besides being counted: tying them to a person, and choosing what is shown.

use crate::{
    check::{Checker, codes},
    decide::{
        rules::{lists, purpose_choice},
        uses::text,
    },
    diagnostic::Diagnostic,
    document::{
        Choice, Document, FieldType, LINKED_VISITOR, Name, Names, SHOWN, Site, SiteUse, TAKEN_INTEREST,
    },
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    for (name, site) in &document.sites {
        let used = site.link.iter().chain(&site.tailor).map(|used| used.get_ref());
        for used in used.clone() {
            checker.report_all(without_a_yes(document, used));
            checker.report_all(not_held(document, (name, site), used));
            checker.report_all(shared_clock(document, used));
        }
        checker.report_all(site.link.as_ref().and_then(|link| not_found_again(document, link.get_ref())));
        checker.report_all(site.tailor.as_ref().and_then(|tailor| not_known_by(document, tailor.get_ref())));
        checker.report_all(site.interests.iter().filter_map(|(_, paths)| not_a_path(paths)));
    }
}

fn found(used: &SiteUse, why: String, help: String) -> Diagnostic {
    codes::SITE_USE
        .found(format!("visits cannot serve `{}`", text(&used.purpose)))
        .at(used.purpose.span(), why)
        .help(help)
}

fn without_a_yes(document: &Document, used: &SiteUse) -> Option<Diagnostic> {
    let purpose = document.purposes.get(text(&used.purpose))?;
    let takes_a_yes = purpose_choice(purpose) == Some(Choice::OptIn);
    (!takes_a_yes).then(|| {
        found(used, "it takes no yes".to_owned(), "name a purpose with `choice = \"opt_in\"`".to_owned())
    })
}

fn not_held(document: &Document, (name, site): (&Name, &Site), used: &SiteUse) -> Option<Diagnostic> {
    let purpose = text(&used.purpose);
    let (Some(role), Some(visits), Some(_)) = (&site.role, &site.record, &site.cookie) else {
        let why = format!("`{}` recognises nobody", text(name));
        return Some(found(used, why, "say `cookie`, `role` and `record` of the site too".to_owned()));
    };
    if text(visits) == text(&used.record) {
        let why = format!("`{}` keeps the visits themselves", text(visits));
        return Some(found(used, why, "declare a record type for it in `[records.*]`".to_owned()));
    }
    for record in [visits, &used.record] {
        let Some(declared) = document.records.get(text(record)) else { continue };
        if !lists(&declared.purposes, purpose) {
            let help = format!("add it to the `purposes` of `[records.{}]`", text(record));
            return Some(found(used, format!("`{}` is not held for it", text(record)), help));
        }
    }
    let declared = document.purposes.get(purpose)?;
    (!lists(&declared.roles, text(role))).then(|| {
        let why = format!("it uses nothing of people of the role `{}`", text(role));
        found(used, why, format!("add the role to `[purposes.{purpose}]`"))
    })
}

/// A link is found again by the visitor it leads to: so that it ends with them.
fn not_found_again(document: &Document, link: &SiteUse) -> Option<Diagnostic> {
    let record = document.records.get(text(&link.record))?;
    let field = record.fields.get(LINKED_VISITOR);
    let is_lookup = field.and_then(|field| field.lookup.as_ref()).is_some_and(|lookup| *lookup.get_ref());
    (!is_lookup).then(|| {
        let why = format!("`{}` says nowhere to whom a link leads", text(&link.record));
        found(link, why, format!("give it the field `{LINKED_VISITOR}`, with `lookup = true`"))
    })
}

/// What is known to choose by stands in two texts.
fn not_known_by(document: &Document, tailor: &SiteUse) -> Option<Diagnostic> {
    let record = document.records.get(text(&tailor.record))?;
    let is_text = |name: &&str| record.fields.get(*name).is_some_and(|field| field.kind == FieldType::Text);
    let missing = [TAKEN_INTEREST, SHOWN].into_iter().find(|name| !is_text(name))?;
    let why = format!("`{}` has no text `{missing}`", text(&tailor.record));
    Some(found(tailor, why, format!("give it the field `{missing}`, with `type = \"text\"`")))
}

fn shared_clock(document: &Document, used: &SiteUse) -> Option<Diagnostic> {
    let own = document.records.get(text(&used.record))?.retention.as_ref()?;
    let mut others = document.records.iter().filter(|(name, _)| text(name) != text(&used.record));
    let (other, _) = others.find(|(_, other)| {
        let clock = other.retention.as_ref();
        clock.is_some_and(|clock| text(clock) == text(own))
    })?;
    let message = format!("`{}` shares the clock `{}`", text(&used.record), text(own));
    Some(
        codes::SITE_USE_CLOCK
            .found(message)
            .at(own.span(), format!("`{}` has it too", text(other)))
            .help("declare a clock in `[retention.*]` for it alone"),
    )
}

fn not_a_path(paths: &Names) -> Option<Diagnostic> {
    let wrong = paths.iter().find(|path| !text(path).starts_with('/'))?;
    Some(
        codes::NOT_A_PATH
            .found(format!("`{}` is not how a path begins", text(wrong)))
            .at(wrong.span(), "no path")
            .help("write it as it stands in addresses after the host: `/music/`"),
    )
}
