//! `/privacy/readings`: who has done what with the person's data, for what, and who received it.

use axum::{extract::State, response::Response};
use domain::{Detail, Outcome, SubjectId};
use gate::{Effective, OpenedEntry};
use serde::Deserialize;
use web::{
    Language,
    privacy::{ReadingLine, ReadingsPage},
};

use super::{Person, frame, shown, stop::Stop, words};
use crate::{ApiState, Problem, extract::Strict, package::readings::actor, routes::view::next};

/// How many entries a page goes through.
const PAGE: u32 = 50;

/// From where on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingsQuery {
    /// The entry before which the page begins.
    before: Option<String>,
    /// Of whom, of those who were found to be the same person: 0 is the one who is signed in.
    #[serde(default)]
    of: usize,
    /// Without what the person did themselves.
    #[serde(default)]
    others: bool,
}

pub(super) async fn page(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
    query: Result<Strict<ReadingsQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(ReadingsQuery { before, of, others }) = query?;
    let before = before.map(|before| before.parse().map_err(|_| Problem::not_found("entry"))).transpose()?;
    let mut people: Vec<SubjectId> = vec![oneself.subject()];
    people.extend(state.gate().merged_subjects(oneself.subject()).await?);
    let subject = *people.get(of).ok_or_else(|| Problem::not_found("page"))?;
    let entries = state.gate().entries_of(&oneself.caller, subject, before, PAGE).await?;
    let effective = state.gate().policy(oneself.caller.account_id())?;
    let next = match next(&entries, PAGE, |one| one.entry) {
        Some(entry) => Some(format!("before={entry}&of={of}&others={others}")),
        None => (of + 1 < people.len()).then(|| format!("of={}&others={others}", of + 1)),
    };
    let told = entries.iter().filter(|one| !(others && one.detail.by_person));
    let lines = told.filter_map(|entry| line(language, &effective, entry)).collect();
    shown(&ReadingsPage {
        frame: frame(&state, (&oneself, language), "/privacy/readings")?,
        lines,
        next,
        others,
    })
}

fn line(language: Language, effective: &Effective, entry: &OpenedEntry) -> Option<ReadingLine> {
    let (detail, document) = (&entry.detail, effective.declaring().document());
    let purpose = detail.purpose.as_ref().map(|name| {
        let purpose = document.purposes.get(name.as_str());
        purpose.map_or_else(|| name.clone(), |purpose| purpose.label.get_ref().clone())
    });
    let recipient = detail.recipient.as_ref().map(|name| {
        let recipient = document.recipients.get(name.as_str());
        language.fill("passed on to {}", recipient.map_or(name, |recipient| recipient.label.get_ref()))
    });
    let categories = detail.categories.iter().map(|name| {
        let category = document.categories.get(name.as_str());
        category.map_or(name.as_str(), |category| category.label.get_ref())
    });
    Some(ReadingLine {
        at: language.moment(detail.at),
        what: words::done(detail.action)?,
        is_refused: detail.outcome == Outcome::Refused,
        data: categories.collect::<Vec<_>>().join(", "),
        purpose: purpose.unwrap_or_default(),
        whom: recipient.unwrap_or_else(|| who(language, detail)),
    })
}

/// Who did something, without a name.
fn who(language: Language, detail: &Detail) -> String {
    match detail.actor.filter(|_| !detail.by_person && detail.staff.is_none()) {
        Some(key) => language.fill("by {}", &key.to_string()),
        None => language.say(&actor(detail)).to_owned(),
    }
}
