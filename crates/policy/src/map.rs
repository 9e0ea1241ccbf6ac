//! The data map: what is held of whom, why, on which basis, for how long, and who receives it. Generated from the
//! policy that decides, so it cannot be out of date.

mod export;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use export::{to_csv, to_json};

use crate::{
    decide::{
        Question,
        rules::{lists, purpose_choice},
        uses::{permits, text},
    },
    document::{Class, Document, Field, Name, RecordType, System},
    placeholder::retention_text,
    policy::Policy,
    words::{self, label},
};

/// One field of one record type. What no decision ever permits is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Whose data it is: the names of roles.
    pub roles: Vec<String>,
    /// The record type, by name.
    pub record_type: String,
    /// What a person calls the record type.
    pub records: String,
    /// The field.
    pub field: String,
    /// The category of personal data, by name.
    pub category: String,
    /// What a person calls the category.
    pub data: String,
    /// The category's term of the W3C Data Privacy Vocabulary.
    pub dpv: String,
    /// How revealing it is.
    pub class: &'static str,
    /// What it may be used for.
    pub purposes: Vec<Use>,
    /// How long it is kept, in words.
    pub retention: String,
    /// Why it is kept that long, where the policy says so.
    pub ground: Option<String>,
    /// Who may receive it.
    pub recipients: Vec<Receiver>,
    /// Who holds data of the same people outside of this installation.
    pub systems: Vec<Holder>,
}

/// A purpose that may use a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Use {
    /// The purpose, by name.
    pub purpose: String,
    /// What a person calls it.
    pub label: String,
    /// Its term of the W3C Data Privacy Vocabulary.
    pub dpv: String,
    /// The legal basis, in words.
    pub basis: &'static str,
    /// What the person decides, in words.
    pub choice: &'static str,
}

/// A recipient that may receive a field for one of its purposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receiver {
    /// The recipient, by name.
    pub recipient: String,
    /// What it is called.
    pub label: String,
    /// The country where it keeps the data (ISO 3166-1), where declared.
    pub region: Option<String>,
}

/// A system outside that holds data of the same people: one that has a part in their requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// The system, by name.
    pub system: String,
    /// What a person calls it.
    pub label: String,
    /// The e-mail address of whoever sees to it.
    pub owner: String,
}

/// The data map of a policy: a row for each field of each record type, in the order of the file.
pub fn rows(policy: &Policy) -> Vec<Row> {
    let records = policy.document().records.iter();
    let fields = records.flat_map(|record| record.1.fields.iter().map(move |field| (record, field)));
    fields.filter_map(|(record, field)| row(policy, record, field)).collect()
}

/// A class as the policy file writes it.
const fn class_name(class: Class) -> &'static str {
    match class {
        Class::Identifying => "identifying",
        Class::Contact => "contact",
        Class::Credential => "credential",
        Class::Financial => "financial",
        Class::Technical => "technical",
        Class::Behavioural => "behavioural",
        Class::Content => "content",
        Class::Special => "special",
    }
}

/// A field as its record type holds it.
struct Place<'a> {
    policy: &'a Policy,
    record_type: &'a str,
    record: &'a RecordType,
    category: &'a str,
}

/// `None` for a field without a declared category, which the checker refuses.
fn row(policy: &Policy, (name, record): (&Name, &RecordType), (field, held): (&Name, &Field)) -> Option<Row> {
    let document = policy.document();
    let (category, declared) = document.categories.get_key_value(text(held.category.as_ref()?))?;
    let place = Place { policy, record_type: text(name), record, category: text(category) };
    let clock = record.retention.as_ref().and_then(|clock| document.retention.get(text(clock)));
    Some(Row {
        roles: record.roles.iter().map(|role| text(role).to_owned()).collect(),
        record_type: text(name).to_owned(),
        records: text(&record.label).to_owned(),
        field: text(field).to_owned(),
        category: text(category).to_owned(),
        data: text(&declared.label).to_owned(),
        dpv: text(&declared.dpv).to_owned(),
        class: class_name(*declared.class.get_ref()),
        purposes: record.purposes.iter().filter_map(|purpose| place.used_for(text(purpose))).collect(),
        retention: clock.map_or_else(String::new, retention_text),
        ground: clock.and_then(|clock| clock.ground.as_ref()).map(|ground| text(ground).to_owned()),
        recipients: document.recipients.keys().filter_map(|one| place.received_by(text(one))).collect(),
        systems: holders(document, record),
    })
}

fn holders(document: &Document, record: &RecordType) -> Vec<Holder> {
    let shares_people = |system: &System| {
        let mut rights = system.rights.iter().filter_map(|right| document.rights.get(text(right)));
        rights.any(|right| right.roles.iter().any(|role| lists(&record.roles, text(role))))
    };
    let systems = document.systems.iter().filter(|(_, system)| shares_people(system));
    systems
        .map(|(name, system)| Holder {
            system: text(name).to_owned(),
            label: text(&system.label).to_owned(),
            owner: text(&system.owner).to_owned(),
        })
        .collect()
}

impl Place<'_> {
    fn document(&self) -> &Document {
        self.policy.document()
    }

    /// Whether some role's data may be used so, at best.
    fn is_permitted(&self, purpose: &str, recipient: Option<&str>) -> bool {
        self.record.roles.iter().any(|role| {
            let (role, category) = (text(role), self.category);
            let record_type = Some(self.record_type);
            permits(self.policy, &Question { role, record_type, category, purpose, recipient })
        })
    }

    fn used_for(&self, name: &str) -> Option<Use> {
        let purpose = self.document().purposes.get(name)?;
        self.is_permitted(name, None).then(|| Use {
            purpose: name.to_owned(),
            label: text(&purpose.label).to_owned(),
            dpv: text(&purpose.dpv).to_owned(),
            basis: words::basis(*purpose.basis.get_ref()),
            choice: words::choice(purpose_choice(purpose)),
        })
    }

    fn received_by(&self, name: &str) -> Option<Receiver> {
        let mut purposes = self.record.purposes.iter();
        purposes.any(|purpose| self.is_permitted(text(purpose), Some(name))).then(|| Receiver {
            recipient: name.to_owned(),
            label: label(&self.document().recipients, name).to_owned(),
            region: self
                .document()
                .recipients
                .get(name)
                .and_then(|one| one.region.as_ref())
                .map(|one| text(one).to_owned()),
        })
    }
}
