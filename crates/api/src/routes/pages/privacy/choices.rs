//! `/privacy/choices` and the receipts: what the person says yes or no to, each with one click and as easily as the other.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    About, ChoiceId, ChoiceState,
    choice::{Mechanism, Method},
};
use gate::{NewChoice, Offered, Oneself};
use serde::Deserialize;
use web::{
    Language,
    privacy::{ChoiceLine, ChoicesPage},
};

use super::{Person, controller, frame, posted::Posted, shown, stop::Stop, words};
use crate::{
    ApiState, Problem,
    extract::{Path, id},
};

pub(super) async fn page(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let offered = state.gate().offered_choices(&oneself).await?;
    let lines = offered.iter().map(|one| line(&state, (&oneself, language), one));
    shown(&ChoicesPage {
        lines: lines.collect::<Result<_, _>>()?,
        frame: frame(&state, (&oneself, language), "/privacy/choices")?,
    })
}

fn line(
    state: &ApiState,
    (oneself, language): (&Oneself, Language),
    offered: &Offered,
) -> Result<ChoiceLine, Stop> {
    let (label, asked) = in_words(state, (oneself, language), &offered.about)?;
    let stands = match (offered.said.map(|said| said.state), offered.mechanism) {
        (Some(ChoiceState::Granted), _) => "You said yes.",
        (Some(ChoiceState::Denied | ChoiceState::Withdrawn), _) => "You said no.",
        (None, Mechanism::OptIn) => "You have not said: it is not done until you say yes.",
        (None, Mechanism::OptOut) => "You have not said: it is done until you say no.",
    };
    Ok(ChoiceLine {
        about: offered.about.to_string(),
        label,
        asked,
        stands,
        receipt: offered.last.map(|choice| choice.to_string()),
    })
}

/// What is asked: the same words on the page and in the receipt.
fn in_words(
    state: &ApiState,
    (oneself, language): (&Oneself, Language),
    about: &About,
) -> Result<(String, String), Stop> {
    let effective = state.gate().policy(oneself.caller.account_id())?;
    let (controller, _) = controller(state, &oneself.caller)?;
    Ok(words::choice(language, effective.declaring().document(), (&controller, about)))
}

/// What one says.
#[derive(Deserialize)]
pub(super) struct Said {
    about: String,
    answer: Answer,
}

/// Yes or no.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Yes,
    No,
}

pub(super) async fn say(
    State(state): State<ApiState>,
    Posted { oneself, language, form }: Posted<Said>,
) -> Result<Response, Stop> {
    let about: About =
        form.about.parse().map_err(|_| Problem::not_found("purpose or recipient of this name"))?;
    let is_yes = form.answer == Answer::Yes;
    let (caller, subject) = (&oneself.caller, oneself.subject());
    let stands = state.gate().standing(caller, subject, &about).await?;
    if stands.is_none_or(|said| (said.state == ChoiceState::Granted) != is_yes) {
        let (_, text) = in_words(&state, (&oneself, language), &about)?;
        let (method, text, language) = (Method::Click, Some(text), Some(language.tag().to_owned()));
        let new = NewChoice { about, is_yes, method, text, language };
        state.gate().choose(caller, subject, &new).await?;
    }
    Ok(Redirect::to("/privacy/choices").into_response())
}

/// The receipt of a choice, for whoever made it to keep.
pub(super) async fn receipt(
    State(state): State<ApiState>,
    Path(choice): Path<String>,
    Person(oneself, _): Person,
) -> Result<Response, Stop> {
    let choice: ChoiceId = id(&choice, "choice")?;
    let receipt = state.gate().receipt(&oneself.caller, choice).await?;
    let named = format!("attachment; filename=\"receipt-{choice}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, named)], Json(receipt)).into_response())
}
