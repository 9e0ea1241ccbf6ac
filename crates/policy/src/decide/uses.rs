//! The finite set of questions that a policy can possibly answer with yes.

use indexmap::IndexSet;

use super::Question;
use crate::document::{Document, Name, RecordType};

/// Every use that some record type holds data for, alone and for each recipient, in the order of the file.
///
/// Rules only refuse, and a use that no record type holds data for is refused; so whatever a policy permits
/// for any facts is among these, and questions about policies are answered by asking each of them.
pub(crate) fn held(document: &Document) -> IndexSet<Question<'_>> {
    document.records.values().flat_map(|record| held_by(document, record)).collect()
}

fn held_by<'a>(document: &'a Document, record: &'a RecordType) -> Vec<Question<'a>> {
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
