//! `POST /v1/subjects`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use gate::NewSubject;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::age::{AgeBand, told};
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
    /// How old the person is; left out, nothing is known of it.
    #[schema(value_type = Option<String>, pattern = "^(of_age|child|unknown|[0-9]{1,3}(-[0-9]{1,3}|[+]))$", example = "16-17")]
    age: Option<AgeBand>,
    /// The person's date of birth instead: only whether they are old enough is kept of it.
    #[schema(value_type = Option<String>, format = Date)]
    born: Option<Date>,
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
    let new = body.value.read()?;
    let (subject, entry, _) = state.gate().create_subject(&caller, &new, replay.as_ref()).await?;
    let location = format!("/v1/subjects/{}", subject.id);
    let view = SubjectView::of(&state, subject, Some(entry))?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(view)))
}

impl CreateSubject {
    pub(crate) fn read(self) -> Result<NewSubject, Problem> {
        let is_country =
            |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if self.region.as_ref().is_some_and(|region| !is_country(region)) {
            return Err(Problem::malformed("`region` takes a country code of ISO 3166-1, for example `DE`."));
        }
        Ok(NewSubject {
            role: self.role,
            region: self.region,
            age: told(self.age, self.born)?.unwrap_or_default(),
        })
    }
}
