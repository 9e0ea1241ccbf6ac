//! `GET /collect/notice` and `POST /collect/choices`: what a visitor is asked, and what they say.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{calendar, visit::Drop};
use gate::{Consent, KnownSite, Remembered};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{cookie, known, origin, refuses};
use crate::{
    ApiState, Problem,
    extract::{Open, Strict},
};

/// The longest that a cookie may live, in seconds: browsers keep none for longer than 400 days (RFC 6265bis, section 5.5).
const LONGEST_LIFE: i64 = 400 * 24 * 60 * 60;

/// Which site, and in which language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeQuery {
    s: String,
    #[serde(rename = "l")]
    _language: Option<String>,
}

/// What a visitor is asked.
#[derive(Serialize)]
struct Notice {
    version: String,
    language: String,
    title: String,
    text: String,
    purposes: Vec<PurposeView>,
    accept: &'static str,
    refuse: &'static str,
    choose: &'static str,
}

#[derive(Serialize)]
struct PurposeView {
    name: String,
    label: String,
    text: String,
}

/// What a visitor says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    s: String,
    version: String,
    language: String,
    choices: std::collections::BTreeMap<String, bool>,
}

/// What visitors of a site are asked, in the words of the policy in force; nothing where nobody is recognised.
pub(super) async fn notice(
    State(state): State<ApiState>,
    _: Open,
    headers: HeaderMap,
    Strict(query): Strict<NoticeQuery>,
) -> Result<Response, Problem> {
    let known = known(&state, &query.s).map_err(unknown)?;
    let allowed = allowed(&known, &headers)?;
    if known.asked_purposes().is_empty() {
        return Ok((StatusCode::NO_CONTENT, allowed).into_response());
    }
    Ok((allowed, Json(notice_of(&known))).into_response())
}

fn notice_of(known: &KnownSite) -> Notice {
    let (version, language) = known.told_by();
    let purposes = known.asked_purposes().into_iter().map(|purpose| PurposeView {
        text: String::new(),
        label: capital(&purpose.label),
        name: purpose.name,
    });
    Notice {
        version: version.to_owned(),
        language: language.to_owned(),
        title: "May we recognise you?".to_owned(),
        text: "Without your yes your visit is counted, and nobody is recognised. You can change your mind at any time; \
               what was kept of your visits is then erased."
            .to_owned(),
        purposes: purposes.collect(),
        accept: "Yes",
        refuse: "No",
        choose: "Save my choices",
    }
}

/// The words that were shown, as the receipt keeps them.
fn shown(notice: &Notice) -> String {
    let purposes: Vec<&str> = notice.purposes.iter().map(|purpose| purpose.label.as_str()).collect();
    format!("{} {} {}.", notice.title, notice.text, purposes.join("; "))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Records what a visitor says, and sets or takes back the cookie.
pub(super) async fn choose(
    State(state): State<ApiState>,
    _: Open,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let said: Said = serde_json::from_slice(&body)
        .map_err(|_| Problem::malformed("These are no choices of a site's visitor."))?;
    let known = known(&state, &said.s).map_err(unknown)?;
    let allowed = allowed(&known, &headers)?;
    if !allowed.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        return Err(Problem::malformed(
            "Choices are said on a page of the site, whose `Origin` the browser names.",
        ));
    }
    let notice = notice_of(&known);
    // A no is heard whatever notice it answers.
    if said.version != notice.version && said.choices.values().any(|is_yes| *is_yes) {
        return Err(Problem::malformed("The policy has another version by now: ask again with its notice."));
    }
    // Whoever's browser says no says no, whatever a page sends.
    let may = !refuses(&headers);
    let consent = Consent {
        text: shown(&notice),
        said: said.choices.into_iter().map(|(name, is_yes)| (name, is_yes && may)).collect(),
        language: said.language.chars().take(35).collect(),
    };
    let remembered = state.gate().consent(&known, cookie(&known, &headers), &consent).await?;
    let set = set_cookie(&known, &remembered, state.now())?;
    let set = set.map(|value| (header::SET_COOKIE, value));
    let mut response = (StatusCode::NO_CONTENT, allowed).into_response();
    response.headers_mut().extend(set);
    Ok(response)
}

fn set_cookie(
    known: &KnownSite,
    remembered: &Remembered,
    now: Timestamp,
) -> Result<Option<HeaderValue>, Problem> {
    let Some((name, life)) = known.cookie() else { return Ok(None) };
    let (value, seconds) = match remembered {
        Remembered::Nothing => return Ok(None),
        Remembered::NoMore => ("", Some(0)),
        Remembered::As(value) => (value.as_str(), life.map(|life| seconds(life, now))),
    };
    let life = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let cookie = format!("{name}={value}; Path=/; HttpOnly; Secure; SameSite=Lax{life}");
    HeaderValue::from_str(&cookie)
        .map(Some)
        .map_err(|_| gate::GateError::Damaged("the name of a cookie").into())
}

fn seconds(life: jiff::Span, now: Timestamp) -> i64 {
    let end = calendar::after(now, life);
    end.map_or(LONGEST_LIFE, |end| end.duration_since(now).as_secs()).min(LONGEST_LIFE)
}

/// Lets a page of the site read the answer, and send its cookie along.
pub(super) fn allowed(known: &KnownSite, headers: &HeaderMap) -> Result<HeaderMap, Problem> {
    let mut answer = HeaderMap::new();
    answer.insert(header::VARY, HeaderValue::from_static("Origin"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(origin) = origin(known, headers).map_err(unknown)? {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    Ok(answer)
}

fn unknown(_: Drop) -> Problem {
    Problem::not_found("site")
}
