//! What sections permit and refuse, against each other and against what the declarations grant.

use toml::Spanned;

use super::grants::{self, Use};
use crate::{
    check::{Checker, codes},
    decide::{Question, rules::covers, uses::text},
    diagnostic::Diagnostic,
    document::{Document, Name, Section, Statement},
};

/// Deciding makes sense only where every name means something, and ends only where there are not too many uses; both
/// would have been reported.
pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    let sections = || document.sections.iter().map(|section| section.get_ref());
    let has_statements = sections().any(|section| !section.permits.is_empty() || !section.refuses.is_empty());
    if !has_statements || checker.has_errors() {
        return;
    }
    let uses = grants::all(document, checker.context.today);
    for section in sections() {
        for permit in &section.permits {
            checker.report_all(permitted(document, section, permit, &uses));
        }
    }
    for name in document.purposes.keys() {
        checker.report_all(refused_wholly(document, "purpose", name, &uses, |question| {
            question.recipient.is_none() && question.purpose == text(name)
        }));
    }
    for name in document.recipients.keys() {
        checker.report_all(refused_wholly(document, "recipient", name, &uses, |question| {
            question.recipient == Some(text(name))
        }));
    }
}

/// A permission holds when some use that it covers is granted and no section refuses any of those.
///
/// One that names no recipient says nothing about recipients, so a refusal about a recipient does not contradict it.
fn permitted(
    document: &Document,
    section: &Section,
    permit: &Spanned<Statement>,
    uses: &[Use<'_>],
) -> Option<Diagnostic> {
    let statement = permit.get_ref();
    let recipient = statement.recipient.as_ref().map(text);
    let covered = |one: &&Use<'_>| covers(statement, &one.question) && one.question.recipient == recipient;
    let granted: Vec<&Use<'_>> = uses.iter().filter(covered).filter(|one| one.is_granted).collect();
    let number = section.number.get_ref();
    if granted.is_empty() {
        let message = format!("section {number} permits what no declaration grants");
        return Some(
            codes::PERMITS_UNGRANTED.found(message).at(permit.span(), "never allowed").help(
                "declare a record type that holds the data for this purpose, or take the statement out",
            ),
        );
    }
    let contradicted = granted.into_iter().find(|one| one.is_refused_by_section)?;
    let (other, refusal) = refusing(document, &contradicted.question)?;
    Some(
        codes::SECTIONS_CONTRADICT
            .found(format!("section {number} permits what section {} refuses", other.number.get_ref()))
            .at(permit.span(), format!("permits {}", words(&contradicted.question)))
            .at(refusal.span(), "refuses it")
            .help("narrow one of the two statements by role, category, purpose or recipient"),
    )
}

fn refusing<'a>(
    document: &'a Document,
    question: &Question<'_>,
) -> Option<(&'a Section, &'a Spanned<Statement>)> {
    document.sections.iter().map(|section| section.get_ref()).find_map(|section| {
        let refusal = section.refuses.iter().find(|refusal| covers(refusal.get_ref(), question))?;
        Some((section, refusal))
    })
}

fn words(question: &Question<'_>) -> String {
    let Question { role, category, purpose, recipient, .. } = question;
    let recipient = recipient.map_or_else(String::new, |recipient| format!(" by `{recipient}`"));
    format!("the use of `{category}` of `{role}` for `{purpose}`{recipient}")
}

/// Whether everything that a declaration grants is refused by sections.
fn refused_wholly(
    document: &Document,
    noun: &str,
    name: &Name,
    uses: &[Use<'_>],
    concerns: impl Fn(&Question<'_>) -> bool,
) -> Option<Diagnostic> {
    let granted: Vec<_> = uses.iter().filter(|one| one.is_granted && concerns(&one.question)).collect();
    let first = granted.first()?;
    if !granted.iter().all(|one| one.is_refused_by_section) {
        return None;
    }
    let (section, refusal) = refusing(document, &first.question)?;
    Some(
        codes::REFUSED_WHOLLY
            .found(format!("sections refuse every use of the {noun} `{}`", text(name)))
            .at(name.span(), "grants what never happens")
            .at(refusal.span(), format!("refused in section {}", section.number.get_ref()))
            .help("narrow the refusal, or take the declaration out"),
    )
}
