//! Where in the account's policy a use is permitted that the operator's refuses: what its author has to change.

use std::ops::Range;

use crate::{
    decide::{Question, Reason, Refusal, rules::lists, uses},
    document::{Basis, Declared, Document, Name},
};

/// The place in `account` that grants what `refusal` takes.
pub(super) fn of(account: &Document, question: &Question<'_>, refusal: &Refusal) -> Range<usize> {
    let found = match refusal.reason {
        Reason::UnknownRole => key(&account.roles, question.role),
        Reason::UnknownCategory | Reason::ForbiddenCategory => key(&account.categories, question.category),
        Reason::UnknownPurpose => key(&account.purposes, question.purpose),
        Reason::PurposeNotForRole => {
            let purpose = account.purposes.get(question.purpose);
            purpose.and_then(|purpose| listed(&purpose.roles, question.role))
        }
        Reason::ChoiceNeeded | Reason::ChoiceDenied => choice(account, question, &refusal.declaration),
        Reason::Restricted | Reason::Objected => {
            account.purposes.get(question.purpose).map(|purpose| purpose.basis.span())
        }
        // What frees from these is the law, where the account says that it obliges to the purpose.
        Reason::NotCollectedForPurpose | Reason::AgeUnknown if obliges(account, question).is_some() => {
            obliges(account, question)
        }
        Reason::NotCollectedForPurpose => compatibility(account, question),
        Reason::UnknownRecipient
        | Reason::CategoryNotForRecipient
        | Reason::PurposeNotForRecipient
        | Reason::AgreementNotInForce => recipient(account, question, refusal.reason),
        Reason::TransferNotCovered => transfer(account, question, &refusal.declaration),
        Reason::BelowMinimumAge | Reason::AgeUnknown => account.age.as_ref().map(|age| age.span()),
        // The last two are of a text, which no question asks about.
        Reason::NotHeldForPurpose
        | Reason::UnknownRecordType
        | Reason::RefusedBySection
        | Reason::SensitiveText
        | Reason::StatedAge => None,
    };
    found.or_else(|| record(account, question)).unwrap_or(0..0)
}

/// The basis of a purpose that the law obliges to.
fn obliges(account: &Document, question: &Question<'_>) -> Option<Range<usize>> {
    let basis = &account.purposes.get(question.purpose)?.basis;
    (*basis.get_ref() == Basis::LegalObligation).then(|| basis.span())
}

pub(super) fn key<T>(declared: &Declared<T>, name: &str) -> Option<Range<usize>> {
    declared.get_key_value(name).map(|(name, _)| name.span())
}

fn listed(names: &[Name], name: &str) -> Option<Range<usize>> {
    names.iter().find(|listed| listed.get_ref() == name).map(|listed| listed.span())
}

/// The purpose in the list of the record type that holds the data for it.
fn record(account: &Document, question: &Question<'_>) -> Option<Range<usize>> {
    account
        .records
        .values()
        .filter(|record| lists(&record.roles, question.role))
        .filter(|record| uses::categories(record).any(|category| category == question.category))
        .find_map(|record| listed(&record.purposes, question.purpose))
}

fn choice(account: &Document, question: &Question<'_>, declaration: &str) -> Option<Range<usize>> {
    if declaration.starts_with("recipients.") {
        let name = question.recipient?;
        let stated = account.recipients.get(name)?.choice.as_ref();
        return stated.map(|stated| stated.span()).or_else(|| key(&account.recipients, name));
    }
    let stated = account.purposes.get(question.purpose)?.choice.as_ref();
    stated.map(|stated| stated.span()).or_else(|| key(&account.purposes, question.purpose))
}

fn compatibility(account: &Document, question: &Question<'_>) -> Option<Range<usize>> {
    account.purposes.get(question.purpose)?.compatible_with.first().map(|first| first.span())
}

fn recipient(account: &Document, question: &Question<'_>, reason: Reason) -> Option<Range<usize>> {
    let name = question.recipient?;
    let recipient = account.recipients.get(name)?;
    let part = match reason {
        Reason::CategoryNotForRecipient => listed(&recipient.receives, question.category),
        Reason::PurposeNotForRecipient => listed(&recipient.purposes, question.purpose),
        Reason::AgreementNotInForce => recipient.agreement.as_ref().map(|agreement| agreement.span()),
        _ => None,
    };
    part.or_else(|| key(&account.recipients, name))
}

fn transfer(account: &Document, question: &Question<'_>, declaration: &str) -> Option<Range<usize>> {
    if declaration.starts_with("recipients.") {
        let name = question.recipient?;
        let region = account.recipients.get(name)?.region.as_ref();
        return region.map(|region| region.span()).or_else(|| key(&account.recipients, name));
    }
    account.transfers.as_ref().map(|transfers| transfers.span())
}
