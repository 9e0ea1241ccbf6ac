//! `/privacy/policy`: the versions of the policy that bear on the person, and what each changed.

use axum::{extract::State, response::Response};
use domain::AccountId;
use web::{
    Language,
    privacy::{PolicyLine, PolicyPage},
};

use super::{Person, frame, shown, stop::Stop};
use crate::ApiState;

pub(super) async fn page(
    State(state): State<ApiState>,
    Person(oneself, language): Person,
) -> Result<Response, Stop> {
    let effective = state.gate().policy(oneself.caller.account_id())?;
    let operator = versions(&state, language, (effective.operator_account, effective.operator.number, true));
    let own = effective
        .account
        .as_ref()
        .map(|(account, own)| versions(&state, language, (*account, own.number, false)));
    shown(&PolicyPage {
        frame: frame(&state, (&oneself, language), "/privacy/policy")?,
        operator: effective.operator.policy.document().controller.get_ref().name.get_ref().clone(),
        own: own.unwrap_or_default(),
        versions: operator,
    })
}

/// The versions of an account's policy, the newest first.
fn versions(
    state: &ApiState,
    language: Language,
    (account, in_force, has_page): (AccountId, u32, bool),
) -> Vec<PolicyLine> {
    let line = |version: &gate::Numbered| PolicyLine {
        number: version.number,
        applies: language.day(version.applies_at),
        is_in_force: version.number == in_force,
        is_to_come: version.applies_at > state.now(),
        changes: version.sentences(),
        has_page,
    };
    state.gate().policy_versions(account).iter().rev().map(line).collect()
}
