//! The public pages: `/policy`.

use axum::{Router, extract::State, response::Html, routing::get};

use crate::{ApiState, Problem, extract::Open};

pub(crate) fn router() -> Router<ApiState> {
    Router::new().route("/policy", get(policy))
}

async fn policy(State(state): State<ApiState>, _: Open) -> Result<Html<String>, Problem> {
    let operator = state.gate().accounts().into_iter().next().ok_or_else(|| Problem::not_found("policy"))?;
    let effective = state.gate().policy(operator.id)?;
    Ok(Html(policy::render::html(&effective.operator.policy, "/assets/bailee.css")))
}
