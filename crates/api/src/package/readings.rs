//! Who has looked at what is held, and the person's choices.

use std::io::Write;

use domain::{Action, ChoiceState, Outcome, audit::Detail};
use gate::{Effective, OpenedEntry};
use serde::{Serialize, Serializer, ser::SerializeSeq};
use web::{PackageReading, Template};

use super::{Archive, Broken, begin, contents::Contents};

/// One time that someone looked, as another program reads it.
#[derive(Serialize)]
struct Reading<'a> {
    at: jiff::Timestamp,
    action: Action,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    categories: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<u16>,
    entry: domain::EntryId,
}

/// One choice, likewise.
#[derive(Serialize)]
struct Chosen {
    subject: domain::SubjectId,
    choice: domain::ChoiceId,
    about: String,
    state: ChoiceState,
    at: jiff::Timestamp,
}

pub(super) fn as_page(contents: &Contents<'_>, archive: &mut Archive) -> Result<(), Broken> {
    let effective = contents.effective()?;
    contents.each_entry(|entry| match row(&effective, &entry.detail) {
        Some(row) => Ok(archive.write_all(row.render()?.as_bytes())?),
        None => Ok(()),
    })
}

pub(super) fn as_json(contents: &Contents<'_>, archive: &mut Archive) -> Result<(), Broken> {
    begin(archive, "readings.json")?;
    let mut writer = serde_json::Serializer::pretty(archive);
    let mut list = writer.serialize_seq(None)?;
    contents.each_entry(|OpenedEntry { entry, detail, .. }| {
        let reading = Reading {
            at: detail.at,
            action: detail.action,
            outcome: detail.outcome,
            purpose: detail.purpose.as_deref(),
            recipient: detail.recipient.as_deref(),
            categories: &detail.categories,
            clause: detail.clause,
            entry,
        };
        Ok(list.serialize_element(&reading)?)
    })?;
    Ok(list.end()?)
}

pub(super) fn choices(contents: &Contents<'_>, archive: &mut Archive) -> Result<(), Broken> {
    begin(archive, "choices.json")?;
    let mut writer = serde_json::Serializer::pretty(archive);
    let mut list = writer.serialize_seq(None)?;
    contents.each_choice(|subject, choice| {
        let (about, state, at) = (choice.about.to_string(), choice.said.state, choice.at);
        Ok(list.serialize_element(&Chosen { subject, choice: choice.id, about, state, at })?)
    })?;
    Ok(list.end()?)
}

/// Who did something, without a name.
pub(crate) fn actor(detail: &Detail) -> String {
    match (detail.by_person, detail.staff, detail.actor) {
        (true, ..) => "by you".to_owned(),
        (false, Some(_), _) => "by a member of staff".to_owned(),
        (false, None, Some(key)) => format!("by {key}"),
        (false, None, None) => "by the system".to_owned(),
    }
}

/// A reading as a row of the page; none for what opened nothing.
fn row(effective: &Effective, detail: &Detail) -> Option<PackageReading> {
    let what = match detail.action {
        Action::RecordRead => "a record was read",
        Action::SubjectRead => "your records were read",
        Action::SubjectLookedUp => "you were looked up",
        Action::MetadataRead => "what is known of your records was read",
        _ => return None,
    };
    let document = effective.declaring().document();
    let label = |name: &String| {
        let purpose = document.purposes.get(name.as_str());
        purpose.map_or_else(|| name.clone(), |purpose| purpose.label.get_ref().clone())
    };
    let recipient = detail.recipient.as_ref().map(|name| {
        let recipient = document.recipients.get(name.as_str());
        let name = recipient.map_or_else(|| name.clone(), |recipient| recipient.label.get_ref().clone());
        format!("to {name}")
    });
    let actor = actor(detail);
    let refused = if detail.outcome == Outcome::Refused { ", and was refused" } else { "" };
    Some(PackageReading {
        at: detail.at.to_string(),
        what: format!("{what}{refused}"),
        purpose: detail.purpose.as_ref().map(label).unwrap_or_default(),
        whom: recipient.unwrap_or(actor),
    })
}
