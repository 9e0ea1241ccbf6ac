//! The finite set of questions that a policy can possibly answer with yes.

use indexmap::IndexSet;

use jiff::civil::Date;

use super::{Age, ChoiceState, Choices, Facts, Question, rules};
use crate::{
    document::{Agreement, Document, Name, RecordType},
    policy::Policy,
};

/// Every use that some record type holds data for, alone and for each recipient, in the order of the file.
///
/// Rules only refuse, and a use that no record type holds data for is refused; so whatever a policy permits
/// for any facts is among these, and questions about policies are answered by asking each of them.
pub(crate) fn held(document: &Document) -> IndexSet<Question<'_>> {
    document.records.values().flat_map(|record| held_by(document, record)).collect()
}

/// The same of one record type.
pub(crate) fn held_by<'a>(document: &'a Document, record: &'a RecordType) -> Vec<Question<'a>> {
    let mut questions = Vec::new();
    for role in record.roles.iter().map(text) {
        for purpose in record.purposes.iter().map(text) {
            for category in categories(record) {
                let mut ask = |recipient| {
                    questions.push(Question { role, record_type: None, category, purpose, recipient });
                };
                ask(None);
                document.recipients.keys().for_each(|recipient| ask(Some(text(recipient))));
            }
        }
    }
    questions
}

/// The categories that stand in a record type.
pub(crate) fn categories(record: &RecordType) -> impl Iterator<Item = &str> {
    record.fields.values().filter_map(|field| field.category.as_ref()).map(text)
}

/// A name without its position.
pub(crate) fn text(name: &Name) -> &str {
    name.get_ref()
}

/// Whether a policy permits a use at all: of a person of age who agreed to everything, while the agreement
/// with the recipient is in force.
pub(crate) fn permits(policy: &Policy, question: &Question<'_>) -> bool {
    let today = agreement(policy.document(), question)
        .map_or_else(Date::default, |agreement| agreement.signed.get_ref().0);
    let choices = agreed(question);
    let facts = Facts { age: Age::OfAge, ..Facts::new(today, &choices) };
    rules::refusals(policy.document(), policy.clauses(), question, &facts).is_empty()
}

/// The agreement with the recipient of a question.
pub(crate) fn agreement<'a>(document: &'a Document, question: &Question<'_>) -> Option<&'a Agreement> {
    let recipient = document.recipients.get(question.recipient?)?;
    recipient.agreement.as_ref().map(|agreement| agreement.get_ref())
}

/// A yes to everything that a question depends on.
pub(crate) fn agreed(question: &Question<'_>) -> Choices {
    Choices(concerned(question).into_iter().map(|one| (one, ChoiceState::Granted)).collect())
}

/// The declarations that a choice about this question can be about.
pub(crate) fn concerned(question: &Question<'_>) -> Vec<String> {
    let purpose = format!("purposes.{}", question.purpose);
    let recipient = question.recipient.map(|recipient| format!("recipients.{recipient}"));
    std::iter::once(purpose).chain(recipient).collect()
}
