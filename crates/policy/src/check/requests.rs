//! P05: what requests and complaints of people stand on, and the systems outside that have a part in them.

use super::{
    Checker, codes,
    people::RIGHTS,
    suggest::{listed, nearest},
};
use crate::{
    decide::{
        rules::{lists, purpose_choice},
        uses::text,
    },
    diagnostic::Diagnostic,
    document::{Document, Field, FieldType, Name, RecordType, Relation, Requests, System},
};

/// The field in which a person's own words are kept.
const WORDS: &str = "message";
/// The detector of an address to which a link can be sent.
const EMAIL: &str = "email";

/// Where the own words of people are kept.
struct Words<'a> {
    /// What they write, in the plural.
    of: &'static str,
    record: &'a Name,
    purpose: &'a Name,
}

pub(super) fn check(checker: &mut Checker<'_>) {
    let document = checker.document;
    let requests = document.requests.iter().map(|requests| requests.get_ref());
    for requests in requests {
        words(checker, &Words { of: "requests", record: &requests.record, purpose: &requests.purpose });
        checker.report_all(lets_nobody_in(document, requests));
    }
    for complaints in document.complaints.iter().map(|complaints| complaints.get_ref()) {
        match (&complaints.record, &complaints.purpose) {
            (Some(record), Some(purpose)) => words(checker, &Words { of: "complaints", record, purpose }),
            (Some(one), None) | (None, Some(one)) => checker.report(half_kept(one)),
            (None, None) => {}
        }
    }
    for (name, system) in &document.systems {
        checker.report_all(unknown_kinds(system));
        checker.report_all(not_a_mailbox(name, system));
    }
}

fn words(checker: &mut Checker<'_>, words: &Words<'_>) {
    let document = checker.document;
    checker.report_all(not_held_for(document, words));
    checker.report_all(without_words(document, words));
    checker.report_all(asks_first(document, words));
}

/// Whoever is let in must be reached at an address by which they can be found.
fn lets_nobody_in(document: &Document, requests: &Requests) -> Option<Diagnostic> {
    let said = requests.end_users.as_ref().filter(|_| requests.lets_end_users_in())?;
    let (purpose, _) = document.purposes.get_key_value(text(&requests.purpose))?;
    let is_end_user = |role: &Name| {
        let role = document.roles.get(text(role));
        role.is_some_and(|role| *role.relation.get_ref() == Relation::ForAccount)
    };
    let is_address = |field: &Field| {
        let category = field.category.as_ref().and_then(|name| document.categories.get(text(name)));
        let detector = category.and_then(|category| category.detector.as_ref());
        let is_lookup = field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref());
        is_lookup && detector.is_some_and(|detector| text(detector) == EMAIL)
    };
    let reaches = |record: &RecordType| {
        lists(&record.purposes, text(&requests.purpose))
            && record.roles.iter().any(is_end_user)
            && record.fields.values().any(is_address)
    };
    (!document.records.values().any(reaches)).then(|| {
        codes::LETS_NOBODY_IN
            .found(format!(
                "no End User can be found by an e-mail address for `{}`, and so none comes in",
                text(&requests.purpose)
            ))
            .at(said.span(), "lets them in")
            .at(purpose.span(), "no address is held for this")
            .help(
                "list the purpose in a record type of End Users with a field of a category with `detector = \"email\"` and \
                 `lookup = true`, or leave this out",
            )
    })
}

fn half_kept(one: &Name) -> Diagnostic {
    codes::COMPLAINTS_HALF_KEPT
        .found("complaints have a record type without a purpose, or a purpose without a record type")
        .at(one.span(), "the other one is missing")
        .help("name both `record` and `purpose`, or neither when no complaints are taken in")
}

fn not_held_for(document: &Document, words: &Words<'_>) -> Option<Diagnostic> {
    let (record, purpose) = (text(words.record), text(words.purpose));
    let (name, declared) = document.records.get_key_value(record)?;
    document.purposes.get(purpose)?;
    (!lists(&declared.purposes, purpose)).then(|| {
        codes::REQUESTS_NOT_HELD
            .found(format!("`{record}` is not held for `{purpose}`, under which {} are answered", words.of))
            .at(words.record.span(), format!("the record type of {}", words.of))
            .at(name.span(), format!("does not list `{purpose}`"))
            .help(format!("add `{purpose}` to the `purposes` of `{record}`"))
    })
}

fn without_words(document: &Document, words: &Words<'_>) -> Option<Diagnostic> {
    let record = text(words.record);
    let (name, declared) = document.records.get_key_value(record)?;
    let found = codes::REQUESTS_WITHOUT_WORDS.found(format!("`{record}` has no text `{WORDS}`"));
    let found = match declared.fields.get_key_value(WORDS) {
        Some((_, field)) if field.kind == FieldType::Text => return None,
        Some((field, _)) => found.at(field.span(), "not of the type `text`"),
        None => found.at(name.span(), "without the field"),
    };
    let help = format!(
        "give it the field `{WORDS} = {{ category = \"…\", type = \"text\" }}`, or name another record type"
    );
    Some(found.at(words.record.span(), format!("the record type of {}", words.of)).help(help))
}

fn asks_first(document: &Document, words: &Words<'_>) -> Option<Diagnostic> {
    let (_, purpose) = document.purposes.get_key_value(text(words.purpose))?;
    purpose_choice(purpose)?;
    let place = purpose.choice.as_ref().map_or_else(|| purpose.basis.span(), |choice| choice.span());
    Some(
        codes::REQUESTS_ASK_FIRST
            .found(format!(
                "`{}` needs a choice, and {} are answered under it",
                text(words.purpose),
                words.of
            ))
            .at(words.purpose.span(), format!("the purpose of {}", words.of))
            .at(place, "this needs a choice")
            .help(
                "name a purpose that leaves no choice, for example one with `basis = \"legal_obligation\"`",
            ),
    )
}

/// Kinds that the language knows and the policy does not declare are found among the references.
fn unknown_kinds(system: &System) -> Vec<Diagnostic> {
    let unknown = system.rights.iter().filter(|kind| !RIGHTS.contains(&text(kind)));
    unknown.map(unknown_kind).collect()
}

/// A name that is none of the kinds of request.
pub(super) fn unknown_kind(name: &Name) -> Diagnostic {
    let meant = nearest(text(name), RIGHTS);
    let meant = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
    codes::UNKNOWN_RIGHT
        .found(format!("there is no kind of request called `{}`", text(name)))
        .at(name.span(), "no such kind")
        .help(format!("{meant}There are {}", listed(&RIGHTS)))
}

fn not_a_mailbox(name: &Name, system: &System) -> Option<Diagnostic> {
    (!is_mailbox(text(&system.owner))).then(|| {
        codes::OWNER_UNREACHABLE
            .found(format!("nobody can write to the owner of `{}`", text(name)))
            .at(system.owner.span(), "not an e-mail address")
            .at(name.span(), "the system")
            .help("write the address of whoever sees to the system, for example `owner = \"marketing@example.com\"`")
    })
}

/// Whether a text looks like an e-mail address; only a message that arrives would prove it.
fn is_mailbox(text: &str) -> bool {
    let is_word =
        |part: &str| !part.is_empty() && !part.contains(|one: char| one.is_whitespace() || one.is_control());
    text.split_once('@').is_some_and(|(mailbox, domain)| {
        let is_host = domain.contains('.') && domain.split('.').all(is_word);
        is_word(mailbox) && is_host && !domain.contains('@')
    })
}

#[cfg(test)]
mod tests {
    use super::is_mailbox;

    #[test]
    fn an_address_has_a_mailbox_and_a_host() {
        for address in ["marketing@example.com", "a+b@news.example.org", "jörg@bücher.example"] {
            assert!(is_mailbox(address), "{address}");
        }
        for text in [
            "",
            "marketing",
            "@example.com",
            "marketing@",
            "marketing@localhost",
            "marketing@example.",
            "marketing@.com",
            "a b@example.com",
            "a@b@example.com",
            "a@exam ple.com",
            "a@example.com\n",
        ] {
            assert!(!is_mailbox(text), "{text}");
        }
    }
}
