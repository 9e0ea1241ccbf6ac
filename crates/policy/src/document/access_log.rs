//! The log of addresses: where it is declared, what may be looked up in it, and what stands out.

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::{Name, RecordType, Retention};
use crate::Document;

/// The detector of an address of the internet protocol.
const ADDRESS: &str = "ip_address";

/// What is kept of requests, apart from visits: who asked for what, from where.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessLog {
    /// The record type that says what is kept, and under which clock.
    pub record: Name,
    /// The only purpose for which an address is looked up in it.
    pub purpose: Name,
    /// The record type that keeps what came from an address once somebody opens a case.
    pub case: Option<Name>,
    /// From when on something stands out, by what it is.
    #[serde(default)]
    pub signals: IndexMap<Name, Threshold>,
}

/// How often something happens from one address, and within which time, before it stands out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// How often.
    pub times: Spanned<u32>,
    /// Within which time: at most a day.
    pub within: Spanned<jiff::Span>,
}

impl AccessLog {
    /// The text field in which a case keeps its evidence.
    pub const EVIDENCE: &str = "signals";
    /// The kinds of what can stand out.
    pub const SIGNALS: [&str; 3] = ["failed_sign_ins", "failed_payments", "requests"];

    /// The record type, and its clock.
    pub fn declared<'a>(&self, document: &'a Document) -> Option<(&'a RecordType, &'a Retention)> {
        let record = document.records.get(self.record.get_ref().as_str())?;
        let clock = document.retention.get(record.retention.as_ref()?.get_ref().as_str())?;
        Some((record, clock))
    }

    /// The category of the addresses in it.
    pub fn address_category<'a>(&self, document: &'a Document) -> Option<&'a Name> {
        let (record, _) = self.declared(document)?;
        let mut categories = record.fields.values().filter_map(|field| field.category.as_ref());
        categories.find(|name| {
            let category = document.categories.get(name.get_ref().as_str());
            let detector = category.and_then(|category| category.detector.as_ref());
            detector.is_some_and(|detector| detector.get_ref() == ADDRESS)
        })
    }
}
