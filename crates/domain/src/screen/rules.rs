//! What the policies say of free text, and what is found in a record under them.

use std::{collections::BTreeSet, fmt};

use policy::{
    Document, Policy,
    document::{Category, Class, Field, FieldType, RecordType, SensitiveAction},
};
use serde_json::{Map, Value};

use super::suspect;

/// What a record is marked with: a word of a closed vocabulary, never what was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// It may hold sensitive data of a class of the policy.
    Sensitive(String),
    /// Its writer says that they are younger than the minimum age.
    StatedAge,
}

impl fmt::Display for Flag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sensitive(class) => write!(formatter, "sensitive:{class}"),
            Self::StatedAge => formatter.write_str("children:stated_age"),
        }
    }
}

/// Something that was found in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The field.
    pub field: String,
    /// What it is marked with.
    pub flag: Flag,
    /// Whether the policy declares that the field holds it, and nothing was screened.
    pub is_declared: bool,
}

/// What the policies that apply say together: every class that one of them names, and the stricter effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    classes: BTreeSet<String>,
    refuses: bool,
    minimum_age: Option<u8>,
}

impl Rules {
    /// The rules of an operator's policy and, where there is one, the account's.
    pub fn of<'a>(documents: impl Iterator<Item = &'a Document> + Clone, minimum_age: Option<u8>) -> Self {
        let sensitive = documents.filter_map(|document| document.sensitive.as_ref().map(|one| one.get_ref()));
        let classes = sensitive.clone().flat_map(|rule| &rule.classes).map(|class| class.get_ref().clone());
        let mut effects = sensitive.clone().map(|rule| *rule.free_text.get_ref());
        Self {
            classes: classes.collect(),
            refuses: effects.any(|effect| effect == SensitiveAction::Refuse),
            minimum_age,
        }
    }

    /// The classes that count as sensitive.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(String::as_str)
    }

    /// Whether free text in which something is found is refused; otherwise it is marked.
    pub const fn refuses(&self) -> bool {
        self.refuses
    }

    /// What is found in the fields of a record, in the order of the fields.
    pub fn findings(
        &self,
        policy: &Policy,
        declared: &RecordType,
        fields: &Map<String, Value>,
    ) -> Vec<Finding> {
        let mut all = Vec::new();
        for (name, value) in fields {
            let Some(field) = declared.fields.get(name.as_str()) else { continue };
            let finding = |flag, is_declared| Finding { field: name.clone(), flag, is_declared };
            if let Some((category, _)) = category(policy, field)
                && !value.is_null()
                && self.is_special(policy, field)
            {
                all.push(finding(Flag::Sensitive(category.to_owned()), true));
            }
            let text = value.as_str().filter(|_| is_free_text(policy, field));
            all.extend(text.into_iter().flat_map(|text| self.flags(text)).map(|flag| finding(flag, false)));
        }
        all
    }

    /// Whether a field can bring a flag.
    pub fn is_looked_at(&self, policy: &Policy, field: &Field) -> bool {
        is_free_text(policy, field) || self.is_special(policy, field)
    }

    /// Whether the policy itself says that a field holds sensitive data.
    fn is_special(&self, policy: &Policy, field: &Field) -> bool {
        category(policy, field).is_some_and(|(name, category)| {
            *category.class.get_ref() == Class::Special || self.classes.contains(name)
        })
    }

    /// What a text is marked with.
    fn flags(&self, text: &str) -> Vec<Flag> {
        if self.classes.is_empty() && self.minimum_age.is_none() {
            return Vec::new();
        }
        let suspicion = suspect(text);
        let named = suspicion.classes.into_iter().filter(|class| self.classes.contains(*class));
        let is_child =
            matches!((suspicion.stated_age, self.minimum_age), (Some(age), Some(minimum)) if age < minimum);
        named
            .map(|class| Flag::Sensitive(class.to_owned()))
            .chain(is_child.then_some(Flag::StatedAge))
            .collect()
    }
}

/// Whether people write as they like in a field: every long text, and short ones whose category is what a person writes.
pub fn is_free_text(policy: &Policy, field: &Field) -> bool {
    let is_content =
        || category(policy, field).is_some_and(|(_, category)| *category.class.get_ref() == Class::Content);
    match field.kind {
        FieldType::Text => true,
        FieldType::String => is_content(),
        _ => false,
    }
}

fn category<'a>(policy: &'a Policy, field: &Field) -> Option<(&'a str, &'a Category)> {
    let (name, category) =
        policy.document().categories.get_key_value(field.category.as_ref()?.get_ref().as_str())?;
    Some((name.get_ref().as_str(), category))
}
