//! How nouns look in JSON.

use std::collections::BTreeMap;

use domain::{Age, EntryId, Metadata, Record, Source, Subject, SubjectState};
use gate::{OpenedRecord, Stored, Withheld};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{ApiState, Problem, problem::ReasonView, routes::subjects::triggers::words};

/// A subject: nothing here says who it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubjectView {
    /// The subject's id.
    #[schema(value_type = String, example = "sub_019aa1b2c3d48e5f8a7b6c5d4e3f2a1b")]
    id: domain::SubjectId,
    /// The role of the policy.
    role: String,
    /// `active`, `erasing`, `erased` or `merged`.
    state: &'static str,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The person's country (ISO 3166-1), when known.
    region: Option<String>,
    /// `unknown`, `of_age` or `child`.
    age: &'static str,
    /// When something happened last from which retention clocks run, by its word: `account`, `visits`, `contract`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>)]
    triggers: BTreeMap<&'static str, Timestamp>,
    /// The entry that records its creation; only in the answer to the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

impl SubjectView {
    pub(crate) fn of(state: &ApiState, subject: Subject, entry: Option<EntryId>) -> Result<Self, Problem> {
        let age = age_word(state.gate().age(&subject)?);
        Ok(Self {
            id: subject.id,
            role: subject.role,
            state: match subject.state {
                SubjectState::Active => "active",
                SubjectState::Erasing => "erasing",
                SubjectState::Erased => "erased",
                SubjectState::Merged => "merged",
            },
            created_at: subject.created_at,
            region: subject.region,
            age,
            triggers: words(&subject.triggers),
            entry,
        })
    }
}

/// What is known of an age, as a word.
pub(crate) const fn age_word(age: Age) -> &'static str {
    match age {
        Age::Unknown => "unknown",
        Age::OfAge => "of_age",
        Age::Child => "child",
    }
}

/// What is known of a record without opening it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetadataView {
    /// Counts the changes of what follows, apart from those of the record.
    metadata_version: u32,
    /// When its time is over; none while the account lives.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// The purposes it was collected for.
    collected_for: Vec<String>,
    /// Where it came from.
    #[schema(value_type = String, example = "subject")]
    source: Source,
    /// The recipients it was shared with.
    shared_with: Vec<String>,
    /// The purposes and recipients that the person objected to for this record.
    objections: Vec<String>,
    /// The purposes for which it may feed automated decisions.
    automated: Vec<String>,
    /// What screening found in its fields: `sensitive:` and a class of the policy, or `children:stated_age`.
    flags: Vec<String>,
}

impl MetadataView {
    pub(crate) fn of(metadata: Metadata) -> Self {
        Self {
            metadata_version: metadata.version,
            expires_at: metadata.expires_at,
            collected_for: metadata.collected_for,
            source: metadata.source,
            shared_with: metadata.shared_with,
            objections: metadata.objections,
            automated: metadata.automated,
            flags: metadata.flags,
        }
    }
}

/// A record without what is sealed, and what of it was opened.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordView {
    /// The record's id.
    #[schema(value_type = String, example = "rec_019aa1b2c3d48e5f8a7b6c5d4e3f2a1b")]
    id: domain::RecordId,
    /// Whose it is.
    #[schema(value_type = String)]
    subject: domain::SubjectId,
    /// The record type of the policy.
    #[serde(rename = "type")]
    record_type: String,
    /// Its version, which is also its `ETag`.
    version: u32,
    /// When it was stored.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    #[serde(flatten)]
    metadata: MetadataView,
    /// The fields that may be read for the purpose named; only in answers to reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    fields: Option<Map<String, Value>>,
    /// The fields that may not, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    withheld: Vec<WithheldView>,
    /// The entry of the audit log that records this answer.
    #[schema(value_type = String, example = "ent_000000000000004700000003")]
    entry: EntryId,
}

/// A field that stayed shut.
#[derive(Serialize, ToSchema)]
pub(crate) struct WithheldView {
    field: String,
    #[serde(flatten)]
    reason: ReasonView,
}

impl RecordView {
    fn new(record: Record, entry: EntryId) -> Self {
        Self {
            id: record.id,
            subject: record.subject,
            record_type: record.record_type,
            version: record.version,
            created_at: record.created_at,
            changed_at: record.changed_at,
            metadata: MetadataView::of(record.metadata),
            fields: None,
            withheld: Vec::new(),
            entry,
        }
    }

    pub(crate) fn stored(stored: Stored) -> Self {
        Self::new(stored.record, stored.entry)
    }

    pub(crate) fn opened(opened: OpenedRecord) -> Self {
        let withheld =
            |one: Withheld| WithheldView { field: one.field, reason: ReasonView::of(&one.refusal) };
        Self {
            fields: Some(opened.fields.into_revealed()),
            withheld: opened.withheld.into_iter().map(withheld).collect(),
            ..Self::new(opened.record, opened.entry)
        }
    }

    pub(crate) fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    pub(crate) fn location(&self) -> String {
        format!("/v1/records/{}", self.id)
    }
}

/// A page of a list, and where the next one begins.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items of this page.
    pub(crate) items: Vec<T>,
    /// What to pass as `after` for the next page; none at the end.
    pub(crate) next: Option<String>,
}

/// The most items of a page.
pub(crate) const PAGE: u32 = 100;

/// How many items a caller asks for, within what a page holds.
pub(crate) fn page_limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(PAGE).clamp(1, PAGE)
}

/// The cursor after a full page.
pub(crate) fn next<T, D: std::fmt::Display>(items: &[T], limit: u32, id: impl Fn(&T) -> D) -> Option<String> {
    let full = items.len() == limit as usize;
    items.last().filter(|_| full).map(|last| id(last).to_string())
}

/// Whether a text can be what someone calls an account or a key.
pub(crate) fn is_name(text: &str) -> bool {
    is_line(text, 200)
}

/// Whether a text is visible, and no more than a line. Not every engine stores control characters.
pub(crate) fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}
