//! `POST /v1/subjects`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::subject::Age;
use gate::NewSubject;
use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataWrite, Granted, Repeatable},
    problem::Problems,
    routes::view::SubjectView,
};

/// A subject to be created.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateSubject {
    /// The role of the policy.
    #[schema(example = "end_user")]
    role: String,
    /// The person's country (ISO 3166-1 alpha-2), when known.
    #[schema(example = "DE", pattern = "^[A-Z]{2}$")]
    region: Option<String>,
    /// What is known of the person's age; left out, it is unknown.
    age: Option<AgeBand>,
    /// The person's date of birth: only whether they are old enough is kept of it.
    #[schema(value_type = Option<String>, format = Date)]
    born: Option<Date>,
}

/// What is known of an age.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AgeBand {
    OfAge,
    Child,
}

/// Creates a subject: a person whose data will be held.
#[utoipa::path(
    post, path = "/v1/subjects", tag = "subjects", operation_id = "createSubject",
    request_body = CreateSubject,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe.", min_length = 1, max_length = 255)),
    responses((status = 201, description = "Created.", body = SubjectView), Problems),
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    repeatable: Repeatable,
    body: Body<CreateSubject>,
) -> Result<impl IntoResponse, Problem> {
    let replay = repeatable.replay(&state, &caller, &body.bytes)?;
    let new = body.value.read(&state, &caller)?;
    let (subject, entry, _) = state.gate().create_subject(&caller, &new, replay.as_ref()).await?;
    let location = format!("/v1/subjects/{}", subject.id);
    let view = SubjectView::of(subject, Some(entry));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(view)))
}

impl CreateSubject {
    pub(crate) fn read(self, state: &ApiState, caller: &gate::Caller) -> Result<NewSubject, Problem> {
        let is_country =
            |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if self.region.as_ref().is_some_and(|region| !is_country(region)) {
            return Err(Problem::malformed("`region` takes a country code of ISO 3166-1, for example `DE`."));
        }
        let age = match (self.age, self.born) {
            (Some(_), Some(_)) => return Err(Problem::malformed("Give `age` or `born`, not both.")),
            (Some(AgeBand::OfAge), None) => Age::OfAge,
            (Some(AgeBand::Child), None) => Age::Child,
            (None, Some(born)) => age_of(state, caller, born)?,
            (None, None) => Age::Unknown,
        };
        Ok(NewSubject { role: self.role, region: self.region, age })
    }
}

/// Whether someone born on a day has reached the minimum age today. The day itself is forgotten here.
fn age_of(state: &ApiState, caller: &gate::Caller, born: Date) -> Result<Age, Problem> {
    let effective = state.gate().policy(caller.account_id())?;
    // Without a minimum nothing is asked, and a later one must not find everyone old enough.
    let Some(years) = effective.minimum_age().map(i64::from) else { return Ok(Age::Unknown) };
    let today = state.gate().ambient().clock.now().to_zoned_datetime(TimeZone::UTC).date();
    let span = jiff::Span::new().try_years(years);
    let old_enough = span.ok().and_then(|span| born.checked_add(span).ok());
    let old_enough = old_enough.filter(|_| born <= today);
    let reached =
        old_enough.ok_or_else(|| Problem::malformed("`born` takes a date of birth that is not to come."))?;
    Ok(if reached <= today { Age::OfAge } else { Age::Child })
}
