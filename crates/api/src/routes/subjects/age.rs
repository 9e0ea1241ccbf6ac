//! `PUT /v1/subjects/{id}/age`

use axum::{Json, extract::State};
use domain::{EntryId, Scope, Told, age::NotABand};
use gate::AgeSaid;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{Body, DataWrite, Granted, Path, id},
    problem::Problems,
    routes::{erasures::ErasureView, view::age_word},
};

/// An age as a door is told it: `of_age`, `child`, `unknown`, or a band of years.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct AgeBand(Told);

impl TryFrom<String> for AgeBand {
    type Error = NotABand;

    fn try_from(text: String) -> Result<Self, NotABand> {
        text.parse().map(Self)
    }
}

/// What a door is told of an age; none when nothing was said.
pub(crate) fn told(band: Option<AgeBand>, born: Option<Date>) -> Result<Option<Told>, Problem> {
    match (band, born) {
        (Some(_), Some(_)) => Err(Problem::malformed("Give `age` or `born`, not both.")),
        (band, born) => Ok(band.map(|band| band.0).or(born.map(Told::Born))),
    }
}

/// How old a person is: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SayAge {
    /// How old the person is: `of_age`, `child`, `unknown`, or a band of years such as `13-17` or `18+`.
    #[schema(value_type = Option<String>, pattern = "^(of_age|child|unknown|[0-9]{1,3}(-[0-9]{1,3}|[+]))$", example = "16-17")]
    age: Option<AgeBand>,
    /// The person's date of birth: only whether they are old enough is kept of it.
    #[schema(value_type = Option<String>, format = Date)]
    born: Option<Date>,
}

/// What is known of a person's age from now on.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgeView {
    /// `of_age`, `unknown` or `child`.
    age: &'static str,
    /// The entry that records it; none for a child, whose erasure names its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
    /// The erasure of a child.
    #[serde(skip_serializing_if = "Option::is_none")]
    erasure: Option<ErasureView>,
}

/// Says how old a person is. A date of birth is compared and forgotten. Of a child nothing is held: it is erased as by
/// `POST /v1/subjects/{id}/child`, and the key needs `data:erase` for that too.
#[utoipa::path(
    put, path = "/v1/subjects/{id}/age", tag = "subjects", operation_id = "sayAge",
    params(("id" = String, Path, description = "The subject.", pattern = "^sub_[0-9a-f]{32}$")),
    request_body = SayAge,
    responses((status = 200, description = "It binds at the next decision.", body = AgeView), Problems),
)]
pub(crate) async fn say(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Path(subject): Path<String>,
    body: Body<SayAge>,
) -> Result<Json<AgeView>, Problem> {
    let subject = id(&subject, "subject")?;
    let told = told(body.value.age, body.value.born)?;
    let told = told.ok_or_else(|| Problem::malformed("Give `age` or `born`."))?;
    match state.gate().say_age(&caller, subject, told).await? {
        AgeSaid::Kept(subject, entry) => {
            let age = age_word(state.gate().age(&subject)?);
            Ok(Json(AgeView { age, entry: Some(entry), erasure: None }))
        }
        AgeSaid::IsChild if !caller.allows(Scope::DataErase) => {
            Err(Problem::forbidden(Scope::DataErase.as_str()))
        }
        AgeSaid::IsChild => {
            let erasure = state.gate().discover_child(&caller, subject).await?;
            let erasure = Some(ErasureView::of(&state, erasure).await?);
            Ok(Json(AgeView { age: "child", entry: None, erasure }))
        }
    }
}
