//! What each promise needs declared before a section may make it.

use crate::{
    check::{Checker, codes},
    decide::{
        rules::{lists, purpose_choice},
        uses::{categories, text},
    },
    document::{Basis, Choice, Class, Document, Name, RecipientKind, Relation, Section},
    promise::Promise,
};

pub(super) fn check(checker: &mut Checker<'_>, section: &Section) {
    for name in &section.promises {
        if let Ok(promise) = text(name).parse() {
            nothing_behind(checker, section, name, promise);
        }
    }
}

/// An account's policy may leave it to the operator's to declare what its sections promise; without the operator's
/// at hand nobody can say.
fn nothing_behind(checker: &mut Checker<'_>, section: &Section, name: &Name, promise: Promise) {
    if !checker.is_operator() && checker.context.operator.is_none() {
        return;
    }
    let operator = checker.context.operator.filter(|_| !checker.is_operator());
    let is_declared = |document: &Document| needs(promise).1(document);
    if is_declared(checker.document) || operator.is_some_and(|operator| is_declared(operator.document())) {
        return;
    }
    let code = if promise == Promise::UserChoice {
        codes::OPT_OUT_UNDECLARED
    } else {
        codes::NOTHING_BEHIND_PROMISE
    };
    let (what, _) = needs(promise);
    checker.report(
        code.found(format!(
            "section {} promises `{promise}`, and nothing is declared for it",
            section.number.get_ref()
        ))
        .at(name.span(), format!("needs {what}"))
        .help(format!("declare {what}, or take the promise out")),
    );
}

type Needs = (&'static str, fn(&Document) -> bool);

/// What a promise needs, in words and as a test.
fn needs(promise: Promise) -> Needs {
    match promise {
        Promise::Roles => ("a role (`[roles.…]`)", |document| !document.roles.is_empty()),
        Promise::Routing | Promise::EndUserData => {
            ("a role with `relation = \"for_account\"`", has_end_users)
        }
        Promise::Inventory => ("a category (`[categories.…]`)", |document| !document.categories.is_empty()),
        Promise::Consent => ("a purpose, recipient or cookie with `choice = \"opt_in\"`", asks_first),
        Promise::Cookies => ("a cookie (`[cookies.…]`)", |document| !document.cookies.is_empty()),
        Promise::Beacons => ("a beacon (`[beacons.…]`)", |document| !document.beacons.is_empty()),
        Promise::Linking => ("a purpose with `choice = \"opt_in\"`", links_by_consent),
        Promise::Visits | Promise::Statistics => {
            ("a record type with a technical or behavioural category", |document| {
                holds(document, &[Class::Technical, Class::Behavioural])
            })
        }
        Promise::Tailoring => {
            ("a record type with a behavioural category", |document| holds(document, &[Class::Behavioural]))
        }
        Promise::Purposes => ("a purpose (`[purposes.…]`)", |document| !document.purposes.is_empty()),
        Promise::Abuse => (
            "a record type with a technical category, and a purpose that rests on \
                            `legitimate_interest` or `legal_obligation`",
            watches_for_abuse,
        ),
        Promise::Payment => ("a recipient with `kind = \"payment_processor\"`", has_payment_processor),
        Promise::Support => ("a record type with a category of the class `content`", |document| {
            holds(document, &[Class::Content])
        }),
        Promise::Security => ("nothing: it is built in", |_| true),
        other => needs_table(other),
    }
}

/// The promises that stand or fall with one table of the policy.
fn needs_table(promise: Promise) -> Needs {
    match promise {
        Promise::ThirdParties => {
            ("a recipient (`[recipients.…]`)", |document| !document.recipients.is_empty())
        }
        Promise::Authorities => {
            ("a ground (`[disclosures.…]`)", |document| !document.disclosures.is_empty())
        }
        Promise::UserChoice => ("a purpose or recipient with `choice`", has_choice),
        Promise::Retention => {
            ("a retention clock (`[retention.…]`)", |document| !document.retention.is_empty())
        }
        Promise::Account => ("a role with `relation = \"direct\"`", has_direct_customers),
        Promise::Access => ("`[rights.access]`", |document| document.rights.contains_key("access")),
        Promise::ErasureExceptions => {
            ("an exception (`[exceptions.…]`)", |document| !document.exceptions.is_empty())
        }
        Promise::Transfers => ("`[transfers]`", |document| document.transfers.is_some()),
        Promise::Sensitive => ("`[sensitive]`", |document| document.sensitive.is_some()),
        Promise::Children => ("`[age]`", |document| document.age.is_some()),
        Promise::Complaints => ("`[complaints]`", |document| document.complaints.is_some()),
        Promise::Custodian => ("`[custodian]`", |document| document.custodian.is_some()),
        Promise::Changes => ("`[changes]`", |document| document.changes.is_some()),
        Promise::Verification => ("`[assessment]`", |document| document.assessment.is_some()),
        _ => ("nothing", |_| true),
    }
}

fn has_end_users(document: &Document) -> bool {
    document.roles.values().any(|role| *role.relation.get_ref() == Relation::ForAccount)
}

fn has_direct_customers(document: &Document) -> bool {
    document.roles.values().any(|role| *role.relation.get_ref() == Relation::Direct)
}

fn has_payment_processor(document: &Document) -> bool {
    document.recipients.values().any(|one| *one.kind.get_ref() == RecipientKind::PaymentProcessor)
}

fn has_choice(document: &Document) -> bool {
    document.purposes.values().any(|purpose| purpose_choice(purpose).is_some())
        || document.recipients.values().any(|recipient| recipient.choice.is_some())
}

fn links_by_consent(document: &Document) -> bool {
    document.purposes.values().any(|purpose| purpose_choice(purpose) == Some(Choice::OptIn))
}

fn asks_first(document: &Document) -> bool {
    let recipients = document.recipients.values().filter_map(|one| one.choice.as_ref());
    let cookies = document.cookies.values().filter_map(|one| one.choice.as_ref());
    links_by_consent(document) || recipients.chain(cookies).any(|choice| *choice.get_ref() == Choice::OptIn)
}

/// Whether some record holds a category of one of these classes.
fn holds(document: &Document, classes: &[Class]) -> bool {
    document.records.values().flat_map(categories).any(|name| is_of(document, name, classes))
}

fn is_of(document: &Document, category: &str, classes: &[Class]) -> bool {
    document.categories.get(category).is_some_and(|category| classes.contains(category.class.get_ref()))
}

fn watches_for_abuse(document: &Document) -> bool {
    let allowed = [Basis::LegitimateInterest, Basis::LegalObligation];
    document.records.values().any(|record| {
        categories(record).any(|name| is_of(document, name, &[Class::Technical]))
            && document.purposes.iter().any(|(name, purpose)| {
                allowed.contains(purpose.basis.get_ref()) && lists(&record.purposes, text(name))
            })
    })
}
