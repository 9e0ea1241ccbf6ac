//! Fictional people, stored through the gate like everyone else.

use domain::{RecordId, Source, SubjectId, Told};
use futures_util::{StreamExt, TryStreamExt, stream};
use gate::{Caller, Gate, NewRecord, NewSubject};
use serde_json::json;
use store::Store;

/// How many are stored side by side: enough for large commit groups.
pub(super) const SIDE_BY_SIDE: usize = 512;

/// A person, and the first record held about them.
pub(super) struct Person {
    pub(super) id: SubjectId,
    pub(super) record: RecordId,
    pub(super) number: u32,
}

impl Person {
    /// An address that no one else has; look-ups ask for it.
    pub(super) fn email(&self) -> String {
        email(self.number)
    }
}

fn email(number: u32) -> String {
    format!("person-{number}@example.com")
}

/// The fields of a support message about two hundred bytes long.
pub(super) fn message(email: &str) -> serde_json::Value {
    json!({
        "email": email,
        "full_name": "Ada Example",
        "body": "The stream of our event stopped twice this morning, for a minute each time, while the encoder \
                 showed no error. Could you look at what your side saw between nine and ten?",
    })
}

/// Stores people and records in this process.
pub(super) struct Loader<'a> {
    pub(super) gate: &'a Gate,
    pub(super) caller: &'a Caller,
    /// What the gate stands on, for what is measured below it.
    pub(super) store: &'a dyn Store,
}

impl Loader<'_> {
    /// Stores people, each with so many records (at least one).
    ///
    /// # Errors
    /// A store fails.
    pub(super) async fn people(&self, records: &[u32]) -> anyhow::Result<Vec<Person>> {
        let numbered = (0..).zip(records).map(|(number, _)| self.person(number));
        let people: Vec<Person> = stream::iter(numbered).buffered(SIDE_BY_SIDE).try_collect().await?;
        let further = people
            .iter()
            .zip(records)
            .flat_map(|(person, records)| (1..*records).map(|_| self.record(person.id, person.number)));
        stream::iter(further).buffer_unordered(SIDE_BY_SIDE).try_for_each(|_| async { Ok(()) }).await?;
        Ok(people)
    }

    async fn person(&self, number: u32) -> anyhow::Result<Person> {
        let new = NewSubject { role: "client".to_owned(), region: None, age: Told::OfAge };
        let (subject, ..) = self.gate.create_subject(self.caller, &new, None).await?;
        let record = self.record(subject.id, number).await?;
        Ok(Person { id: subject.id, record, number })
    }

    async fn record(&self, subject: SubjectId, number: u32) -> anyhow::Result<RecordId> {
        let serde_json::Value::Object(fields) = message(&email(number)) else {
            anyhow::bail!("a message is an object");
        };
        let new = NewRecord {
            record_type: "support_message".to_owned(),
            fields,
            collected_for: Vec::new(),
            source: Source::default(),
        };
        Ok(self.gate.create_record(self.caller, subject, "support", &new, None).await?.record.id)
    }
}
