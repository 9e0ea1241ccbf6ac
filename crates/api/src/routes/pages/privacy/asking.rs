//! `/privacy/requests/new`: asking for something. What an erasure would take and leave is shown before it is asked for.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::Right;
use gate::{Effective, Foreseen, Oneself};
use policy::document::RecordType;
use serde::Deserialize;
use web::{
    Language,
    privacy::{AskPage, ForeseenLine, RightLine},
};

use super::{Person, frame, posted::Posted, shown, stop::Stop, words};
use crate::{ApiState, Problem, extract::Strict};

/// The longest message, in characters.
const MESSAGE: usize = 10_000;

/// What the policy lets somebody ask for.
pub(super) async fn rights(state: &ApiState, oneself: &Oneself) -> Result<Vec<RightLine>, Stop> {
    let subject = state.gate().subject(&oneself.caller, oneself.subject()).await?;
    let effective = state.gate().policy(oneself.caller.account_id())?;
    let declared = effective.declaring().document().rights.iter();
    let theirs = declared.filter(|(_, right)| right.roles.iter().any(|role| *role.get_ref() == subject.role));
    let line = |name: &str, label: &str| {
        let right = Right::parse(name)?;
        Some(RightLine { right: right.as_str(), label: label.to_owned(), explains: words::explained(right) })
    };
    Ok(theirs.filter_map(|(name, right)| line(name.get_ref(), right.label.get_ref())).collect())
}

/// What one asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskQuery {
    right: String,
}

pub(super) async fn form(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
    query: Result<Strict<AskQuery>, Problem>,
) -> Result<Response, Stop> {
    let Strict(AskQuery { right }) = query?;
    let mut rights = rights(&state, &oneself).await?;
    let place = rights.iter().position(|one| one.right == right);
    let right = place.map(|place| rights.swap_remove(place)).ok_or_else(|| Problem::not_found("right"))?;
    let foreseen = match Right::parse(right.right) {
        Some(Right::Erasure) => {
            let effective = state.gate().policy(oneself.caller.account_id())?;
            let foreseen = state.gate().foreseen_erasure(&oneself).await?;
            foreseen.iter().map(|one| line(language, &effective, one)).collect()
        }
        _ => Vec::new(),
    };
    shown(&AskPage { frame: frame(&state, (&oneself, language), "/privacy/requests")?, right, foreseen })
}

fn line(language: Language, effective: &Effective, foreseen: &Foreseen) -> ForeseenLine {
    let declared: Option<&RecordType> = effective.declaring().record_type(&foreseen.record_type);
    let label = declared.map_or(foreseen.record_type.as_str(), |declared| declared.label.get_ref());
    let why = foreseen.kept.iter().map(|kept| {
        let until = match (&kept.until, &kept.determined) {
            (Some(until), _) => language.fill("until {}", &language.day(*until)),
            (None, Some(determined)) => {
                language.fill("looked at again on {}", &language.day(determined.review_at))
            }
            (None, None) => language.say("as long as the policy says").to_owned(),
        };
        format!("{}, {until}", kept.ground)
    });
    ForeseenLine { label: label.to_owned(), records: foreseen.records, kept: why.collect() }
}

/// What is asked for, and what the person writes to it.
#[derive(Deserialize)]
pub(super) struct Asked {
    right: String,
    #[serde(default)]
    message: String,
}

pub(super) async fn ask(
    State(state): State<ApiState>,
    Posted { oneself, form, .. }: Posted<Asked>,
) -> Result<Response, Stop> {
    let right = Right::parse(&form.right).ok_or_else(|| Problem::not_found("right"))?;
    if form.message.chars().count() > MESSAGE {
        return Err(Problem::malformed("Your message is too long: it has at most 10,000 characters.").into());
    }
    let message = Some(form.message).filter(|message| !message.trim().is_empty());
    let request = state.gate().ask_for(&oneself, right, message).await?;
    Ok(Redirect::to(&format!("/privacy/requests/{}", request.id)).into_response())
}
