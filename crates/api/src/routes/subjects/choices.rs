//! `/v1/subjects/{id}/choices` and `GET /v1/choices/{id}/receipt`

use axum::{Json, extract::State, http::header, response::IntoResponse};
use domain::{
    About, Choice, ChoiceId, ChoiceState, EntryId, SubjectId,
    choice::{Method, Said},
};
use gate::NewChoice;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::read::PageQuery;
use crate::{
    ApiState, Problem,
    extract::{Body, DataRead, DataWrite, Granted, Path, Strict, id},
    problem::Problems,
    routes::view::{Page, next, page_limit},
};

/// The longest text that a person can be shown with a choice, in characters.
const TEXT: usize = 4_000;

/// What a person said about one thing, and when.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChoiceView {
    /// The choice's id, by which its receipt is had.
    #[schema(value_type = String)]
    id: ChoiceId,
    /// `purposes.` or `recipients.` and a name of the policy.
    #[schema(value_type = String, example = "purposes.marketing")]
    about: About,
    /// `granted`, `denied` or `withdrawn`.
    #[schema(value_type = String)]
    state: ChoiceState,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The version of the operator's policy that was in force.
    policy: u32,
    /// The version of the account's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    own_policy: Option<u32>,
    /// The entry that records it.
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

impl ChoiceView {
    fn of(choice: Choice) -> Self {
        Self {
            id: choice.id,
            about: choice.about,
            state: choice.said.state,
            at: choice.at,
            policy: choice.said.policy,
            own_policy: Some(choice.said.own_policy).filter(|number| *number > 0),
            entry: choice.entry,
        }
    }
}

/// What stands about one thing.
#[derive(Serialize, ToSchema)]
pub(crate) struct StandingView {
    /// `purposes.` or `recipients.` and a name of the policy.
    #[schema(value_type = String, example = "purposes.marketing")]
    about: About,
    /// `granted`, `denied`, `withdrawn`, or `not_chosen`, which is a state of its own: the policy says what it means.
    state: &'static str,
    /// The version of the operator's policy under which it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<u32>,
}

impl StandingView {
    fn of(about: About, said: Option<Said>) -> Self {
        let state = match said.map(|said| said.state) {
            Some(ChoiceState::Granted) => "granted",
            Some(ChoiceState::Denied) => "denied",
            Some(ChoiceState::Withdrawn) => "withdrawn",
            None => "not_chosen",
        };
        Self { about, state, policy: said.map(|said| said.policy) }
    }
}

/// What a person says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SayChoice {
    /// `granted` or `denied`; a no after a yes takes the yes back, and is then `withdrawn`.
    state: Answer,
    /// How they said it: `click`, `api`, `sec_gpc` or `custodian`.
    #[schema(value_type = String)]
    method: Method,
    /// The exact text that they were shown; a yes needs it.
    #[schema(min_length = 1, max_length = 4000)]
    text: Option<String>,
    /// The language of the text (BCP 47).
    #[schema(pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length = 35)]
    language: Option<String>,
}

/// Yes or no.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Yes.
    Granted,
    /// No.
    Denied,
    /// No, after a yes.
    Withdrawn,
}

impl SayChoice {
    fn read(self, about: About) -> Result<NewChoice, Problem> {
        let text = self.text.filter(|text| !text.trim().is_empty());
        if text.as_ref().is_some_and(|text| text.chars().count() > TEXT) {
            return Err(Problem::malformed("`text` has at most 4,000 characters."));
        }
        if self.language.as_ref().is_some_and(|language| !is_language(language)) {
            return Err(Problem::malformed("`language` is a language tag (BCP 47), for example `en-GB`."));
        }
        let is_yes = matches!(self.state, Answer::Granted);
        Ok(NewChoice { about, is_yes, method: self.method, text, language: self.language })
    }
}

/// Whether a text has the form of a language tag (RFC 5646, section 2.1).
fn is_language(text: &str) -> bool {
    let part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    text.len() <= 35
        && first.len() >= 2
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && text.split('-').all(part)
}

fn about(text: &str) -> Result<About, Problem> {
    text.parse().map_err(|_| Problem::not_found("purpose or recipient"))
}

/// What a person chose, newest first.
#[utoipa::path(
    get, path = "/v1/subjects/{id}/choices", tag = "choices", operation_id = "listChoices",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"), PageQuery),
    responses((status = 200, description = "A page of choices.", body = Page<ChoiceView>), Problems),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(subject): Path<String>,
    Strict(query): Strict<PageQuery>,
) -> Result<Json<Page<ChoiceView>>, Problem> {
    let subject: SubjectId = id(&subject, "subject")?;
    let limit = page_limit(query.limit);
    let cursor = |text: &str| text.parse::<u32>().map_err(|_| Problem::not_found("cursor"));
    let before = query.after.as_deref().map(cursor).transpose()?;
    let choices = state.gate().choices_of(&caller, subject, before, limit).await?;
    let next = next(&choices, limit, |choice| choice.version);
    Ok(Json(Page { items: choices.into_iter().map(ChoiceView::of).collect(), next }))
}

/// What stands of a person about a purpose or a recipient.
#[utoipa::path(
    get, path = "/v1/subjects/{id}/choices/{about}", tag = "choices", operation_id = "readChoice",
    params(
        ("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"),
        ("about" = String, Path, description = "`purposes.` or `recipients.` and a name, or `processing`: a no to that restricts every use but what the law obliges to.", pattern = "^((purposes|recipients)\\.[a-z][a-z0-9_]*|processing)$"),
    ),
    responses((status = 200, description = "What stands.", body = StandingView), Problems),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path((subject, declaration)): Path<(String, String)>,
) -> Result<Json<StandingView>, Problem> {
    let (subject, about) = (id(&subject, "subject")?, about(&declaration)?);
    let said = state.gate().standing(&caller, subject, &about).await?;
    Ok(Json(StandingView::of(about, said)))
}

/// Records what a person said about a purpose or a recipient. It binds every decision from the next one on.
#[utoipa::path(
    put, path = "/v1/subjects/{id}/choices/{about}", tag = "choices", operation_id = "sayChoice",
    params(
        ("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$"),
        ("about" = String, Path, description = "`purposes.` or `recipients.` and a name, or `processing`: a no to that restricts every use but what the law obliges to.", pattern = "^((purposes|recipients)\\.[a-z][a-z0-9_]*|processing)$"),
    ),
    request_body = SayChoice,
    responses((status = 200, description = "It is recorded.", body = ChoiceView), Problems),
)]
pub(crate) async fn say(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path((subject, declaration)): Path<(String, String)>,
    body: Body<SayChoice>,
) -> Result<Json<ChoiceView>, Problem> {
    let (subject, about) = (id(&subject, "subject")?, about(&declaration)?);
    let new = body.value.read(about)?;
    let (choice, _) = state.gate().choose(&caller, subject, &new).await?;
    Ok(Json(ChoiceView::of(choice)))
}

/// The receipt of a choice: what was chosen and on which words (ISO/IEC TS 27560, in the Data Privacy Vocabulary), and the
/// proof from the audit log, which anyone checks offline with `bailee audit receipt`.
#[utoipa::path(
    get, path = "/v1/choices/{id}/receipt", tag = "choices", operation_id = "readReceipt",
    params(("id" = String, Path, description = "The choice.", pattern = "^cho_[0-9a-f]{32}$")),
    responses((status = 200, description = "The receipt.", body = Object), Problems),
)]
pub(crate) async fn receipt(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(choice): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let choice: ChoiceId = id(&choice, "choice")?;
    let receipt = state.gate().receipt(&caller, choice).await?;
    let headers = [
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"receipt-{choice}.json\"")),
    ];
    Ok((headers, Json(receipt)))
}
