//! The page of the operator's policy: what is in force, with the notice of what is to come, or any version that was
//! published.

use axum::{extract::State, response::Html};
use domain::{calendar, succession};
use gate::Numbered;
use policy::render::{self, Notice};
use serde::Deserialize;

use super::STYLESHEET_PATH;
use crate::{
    ApiState, Problem,
    extract::{Open, Strict},
};

/// Which version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// Its number; what is in force when nothing is said.
    version: Option<u32>,
}

pub(super) async fn page(
    State(state): State<ApiState>,
    _: Open,
    Strict(query): Strict<PageQuery>,
) -> Result<Html<String>, Problem> {
    let operator = state.gate().accounts().into_iter().next().ok_or_else(|| Problem::not_found("policy"))?;
    let in_force = state.gate().policy(operator.id)?.operator;
    let versions = state.gate().policy_versions(operator.id);
    let upcoming = succession::upcoming(&versions, state.now());
    let number = query.version.unwrap_or(in_force.number);
    let shown = versions.iter().find(|version| version.number == number);
    let shown = shown.ok_or_else(|| Problem::not_found("policy version"))?;
    let notices: Vec<Notice> = if number == in_force.number {
        upcoming.into_iter().map(to_come).collect()
    } else if upcoming.iter().any(|version| version.number == number) {
        vec![not_yet(shown)]
    } else {
        vec![not_in_force(shown)]
    };
    Ok(Html(render::html(&shown.policy, STYLESHEET_PATH, &notices)))
}

/// What stands above the policy in force about one that will come in its place.
fn to_come(version: &Numbered) -> Notice {
    let day = calendar::day(version.applies_at);
    Notice {
        told: format!("This policy changes on {day}."),
        sentences: version.sentences(),
        link: (
            format!("/policy?version={}", version.number),
            "Read the version that applies then".to_owned(),
        ),
    }
}

fn not_yet(version: &Numbered) -> Notice {
    let day = calendar::day(version.applies_at);
    Notice { told: format!("This version applies from {day}."), ..not_in_force(version) }
}

fn not_in_force(version: &Numbered) -> Notice {
    Notice {
        told: "This version is not in force.".to_owned(),
        sentences: version.sentences(),
        link: ("/policy".to_owned(), "Read the policy in force".to_owned()),
    }
}
