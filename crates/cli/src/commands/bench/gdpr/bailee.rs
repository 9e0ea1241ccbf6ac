//! Bailee: loaded through the gate, asked over HTTP.

use std::rc::Rc;

use anyhow::{bail, ensure};
use domain::{RecordId, Source, SubjectId, Told};
use futures_util::{StreamExt, TryStreamExt, stream};
use gate::{NewRecord, NewSubject, Terms};
use serde_json::{Map, json};

use super::{
    drive::Client,
    json::{self, Names},
    model::{Answer, Before},
    record::{self, Shape, purpose},
    workload::{Operation, Selection},
};
use crate::commands::bench::{
    connection::{Connection, request},
    people::{Loader, SIDE_BY_SIDE},
};

/// The policy of these records.
pub(super) const POLICY: &str = include_str!("policy.toml");
/// Entries of the log that one page shows.
pub(super) const PAGE: u32 = 10;
const JSON: &str = "application/json";

/// Loads all people and records; their ids.
///
/// # Errors
/// A store fails.
pub(super) async fn load(loader: &Loader<'_>, shape: Shape) -> anyhow::Result<Names> {
    let people = (0..shape.subjects).map(|_| async {
        let new = NewSubject { role: "person".to_owned(), region: None, age: Told::OfAge };
        let (subject, ..) = loader.gate.create_subject(loader.caller, &new, None).await?;
        anyhow::Ok(subject.id)
    });
    let people: Vec<SubjectId> = stream::iter(people).buffered(SIDE_BY_SIDE).try_collect().await?;
    let records = (0..shape.records).map(|number| load_record(loader, &people, shape, number));
    let records: Vec<RecordId> = stream::iter(records).buffered(SIDE_BY_SIDE).try_collect().await?;
    Ok(Names {
        records: records.iter().map(ToString::to_string).collect(),
        subjects: people.iter().map(ToString::to_string).collect(),
    })
}

async fn load_record(
    loader: &Loader<'_>,
    people: &[SubjectId],
    shape: Shape,
    number: u32,
) -> anyhow::Result<RecordId> {
    let purpose = format!("p{}", purpose(number));
    let new = NewRecord {
        record_type: "personal".to_owned(),
        fields: Map::from_iter([("data".to_owned(), json!(record::data(number, 0)))]),
        collected_for: Vec::new(),
        source: match record::source(number) {
            "account" => Source::Account,
            "observed" => Source::Observed,
            "third_party" => Source::ThirdParty,
            _ => Source::Subject,
        },
    };
    let terms = Terms {
        objections: vec![objection(number, number)],
        automated: automated(number),
        shared_with: vec![format!("shr{}", record::shared(number))],
        ends_by: None,
    };
    let subject = people[shape.subject(number) as usize];
    let stored =
        loader.gate.create_record_under(loader.caller, subject, &purpose, &new, &terms, None).await?;
    Ok(stored.record.id)
}

fn objection(record: u32, choice: u32) -> String {
    format!("p{}", record::objection(purpose(record), choice))
}

fn automated(record: u32) -> Vec<String> {
    if record::automated(record) { vec![format!("p{}", purpose(record))] } else { Vec::new() }
}

/// One keep-alive connection.
pub(super) struct HttpClient {
    connection: Connection,
    key: String,
    names: Rc<Names>,
    shape: Shape,
    received: u64,
}

impl HttpClient {
    pub(super) const fn new(connection: Connection, key: String, names: Rc<Names>, shape: Shape) -> Self {
        Self { connection, key, names, shape, received: 0 }
    }

    fn record(&self, number: u32) -> &str {
        &self.names.records[number as usize]
    }

    fn subject(&self, number: u32) -> &str {
        &self.names.subjects[number as usize]
    }

    fn select(&self, of: Selection) -> serde_json::Value {
        match of {
            Selection::Purpose(purpose) => json!({ "collected_for": format!("p{purpose}") }),
            Selection::Subject(subject) => json!({ "subject": self.subject(subject) }),
        }
    }

    fn insertion(&self, number: u32) -> Vec<u8> {
        let (subject, purpose) = (self.subject(self.shape.subject(number)), purpose(number));
        let body = json!({
            "fields": { "data": record::data(number, 0) },
            "source": record::source(number),
            "objections": [objection(number, number)],
            "automated": automated(number),
            "shared_with": [format!("shr{}", record::shared(number))],
        });
        let path = format!("/v1/subjects/{subject}/records/personal?purpose=p{purpose}");
        request("POST", &path, &self.key, Some((JSON, body.to_string())))
    }

    fn request(&self, operation: &Operation, before: &Before) -> Vec<u8> {
        let key = &self.key;
        let of_record = |number| format!("/v1/records/{}?purpose=p{}", self.record(number), purpose(number));
        let metadata = |path: &str, of: Selection, mut body: serde_json::Value| {
            body["select"] = self.select(of);
            let path = format!("/v1/records/metadata{path}?purpose=p{}", of.purpose());
            request("POST", &path, key, Some((JSON, body.to_string())))
        };
        match *operation {
            Operation::Insert { record } => self.insertion(record),
            Operation::Read { record } | Operation::VerifyDeletion { record } => {
                request("GET", &of_record(record), key, None)
            }
            Operation::Update { record } => {
                let body = json!({ "data": record::data(record, before.revision) }).to_string();
                request("PATCH", &of_record(record), key, Some(("application/merge-patch+json", body)))
            }
            Operation::Delete { record } => {
                request("DELETE", &format!("/v1/records/{}", self.record(record)), key, None)
            }
            Operation::ReadMetadata(of) => metadata("/query", of, json!({})),
            Operation::SetObjection { of, choice } => {
                let objection = format!("p{}", record::objection(of.purpose(), choice));
                metadata("", of, json!({ "set": { "objections": [objection] } }))
            }
            Operation::ReadLog { subject } => {
                let path = format!("/v1/subjects/{}/entries?limit={PAGE}", self.subject(subject));
                request("GET", &path, key, None)
            }
        }
    }

    /// What a list must say of each of its items.
    fn selected(&self, of: Selection) -> String {
        match of {
            Selection::Purpose(purpose) => format!("\"collected_for\":[\"p{purpose}\"]"),
            Selection::Subject(subject) => format!("\"subject\":\"{}\"", self.subject(subject)),
        }
    }
}

impl Client for HttpClient {
    async fn ask(&mut self, operation: &Operation, before: &Before) -> anyhow::Result<Option<Answer>> {
        let bytes = self.request(operation, before);
        let selected = match operation {
            Operation::ReadMetadata(of) => self.selected(*of),
            _ => String::new(),
        };
        let (status, body) = self.connection.send(&bytes).await?;
        self.received += body.len() as u64;
        let names = &self.names;
        let answer = match (operation, status) {
            // Others were quicker: nothing was done. No version is named, so a stale one is none of this side's.
            (_, 412 | 503) => return Ok(None),
            (Operation::Insert { .. }, 201) => Answer::Stored,
            (Operation::Read { record }, 200) => json::data(body, &names.records[*record as usize], *record)?,
            (Operation::Read { .. } | Operation::VerifyDeletion { .. }, 404 | 410) => Answer::Data(None),
            (Operation::Update { record }, 200) => {
                let id = names.records[*record as usize].as_bytes();
                ensure!(memchr::memmem::find(body, id).is_some(), "another record was changed");
                Answer::Done(true)
            }
            (Operation::Delete { .. }, 200) => Answer::Done(true),
            (Operation::Update { .. } | Operation::Delete { .. }, 404 | 410) => Answer::Done(false),
            (Operation::ReadMetadata(_), 200) => {
                ensure!(
                    memchr::memmem::find(body, b"\"next\":null").is_some(),
                    "more matches than a page holds"
                );
                json::matched(body, &selected)?
            }
            (Operation::SetObjection { .. }, 200) => Answer::Matched(json::number(body, "changed")?),
            (Operation::ReadLog { .. }, 200) => json::entries(body)?,
            _ => bail!("{operation:?} was answered by {status}: {}", String::from_utf8_lossy(body)),
        };
        Ok(Some(answer))
    }

    fn received(&self) -> u64 {
        self.received
    }
}
