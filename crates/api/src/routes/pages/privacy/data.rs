//! `/privacy/data`: what is held about the person, why, until when and where it came from.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::RecordId;
use gate::{Caller, Effective, OpenedRecord};
use policy::document::Class;
use serde::Deserialize;
use web::{
    Language,
    privacy::{DataPage, HeldRecord},
};

use super::{
    Person,
    correct::correctable,
    frame,
    posted::{Nothing, Posted},
    shown,
    stop::Stop,
};
use crate::{
    ApiState, Problem,
    extract::{Path, Strict, id},
    package::records::article,
    routes::view::next,
};

/// How many records a page shows.
const PAGE: u32 = 20;

/// From where on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DataQuery {
    /// The record after which the page begins.
    after: Option<String>,
}

pub(super) async fn page(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
    query: Result<Strict<DataQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(DataQuery { after }) = query?;
    let after: Option<RecordId> = after.map(|after| id(&after, "record")).transpose()?;
    let (caller, subject) = (&oneself.caller, oneself.subject());
    let purpose = purpose(&state, caller)?;
    let found = state.gate().list_held(caller, subject, &purpose, after, PAGE).await?;
    let effective = state.gate().policy(caller.account_id())?;
    let next = next(&found, PAGE, |opened| opened.record.id);
    shown(&DataPage {
        frame: frame(&state, (&oneself, language), "/privacy/data")?,
        is_first: after.is_none(),
        records: found.into_iter().map(|opened| held(language, &effective, opened)).collect(),
        next,
    })
}

/// Ends a link to their visits.
pub(super) async fn end_link(
    State(state): State<ApiState>,
    Path(link): Path<String>,
    Posted { oneself, .. }: Posted<Nothing>,
) -> Result<Response, Stop> {
    state.gate().end_link(&oneself.caller, id(&link, "link")?).await?;
    Ok(Redirect::to("/privacy/data").into_response())
}

/// The purpose under which a person sees what is held about them.
pub(super) fn purpose(state: &ApiState, caller: &Caller) -> Result<String, Stop> {
    let effective = state.gate().policy(caller.account_id())?;
    let requests = effective.declaring().document().requests.as_ref();
    let purpose = requests.map(|requests| requests.get_ref().purpose.get_ref().clone());
    Ok(purpose.ok_or_else(|| Problem::not_found("purpose"))?)
}

fn held(language: Language, effective: &Effective, opened: OpenedRecord) -> HeldRecord {
    let id = opened.record.id.to_string();
    let sites = &effective.declaring().document().sites;
    let mut links = sites.values().filter_map(|site| site.link.as_ref());
    let can_end = links.any(|link| *link.get_ref().record.get_ref() == opened.record.record_type);
    let can_correct = !can_end && !correctable(effective, &opened).is_empty();
    let opened = without_credentials(language, effective, opened);
    let mut article = article(language, effective, opened, |_| false);
    let labels: Vec<String> = article.fields.iter().map(|field| plain(&field.label).to_owned()).collect();
    for (field, label) in article.fields.iter_mut().zip(&labels) {
        // Two of a kind keep the names by which they are told apart.
        if labels.iter().filter(|other| *other == label).count() == 1 {
            field.label.clone_from(label);
        }
    }
    HeldRecord { id, can_correct, can_end, article }
}

/// What a field is, without its name in the policy.
fn plain(label: &str) -> &str {
    label.rsplit_once(" (").map_or(label, |(plain, _)| plain)
}

/// What one signs in with elsewhere is not for a screen.
fn without_credentials(language: Language, effective: &Effective, mut opened: OpenedRecord) -> OpenedRecord {
    let declared = effective.declaring().record_type(&opened.record.record_type);
    let categories = &effective.declaring().document().categories;
    let is_credential = |name: &str| {
        let category = declared.and_then(|declared| declared.fields.get(name)?.category.as_ref());
        let category = category.and_then(|category| categories.get(category.get_ref().as_str()));
        category.is_some_and(|category| *category.class.get_ref() == Class::Credential)
    };
    let fields = std::mem::replace(&mut opened.fields, domain::Personal::new(serde_json::Map::new()));
    let shown = fields.into_revealed().into_iter().map(|(name, value)| {
        let hidden = "held, and not shown on a screen, as it is what you sign in with";
        let value = if is_credential(&name) { language.say(hidden).into() } else { value };
        (name, value)
    });
    opened.fields = domain::Personal::new(shown.collect());
    opened
}
