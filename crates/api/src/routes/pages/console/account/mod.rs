//! `/console/account`: what the people of a Client see and do for its account. Before it has accepted the policy there is one
//! page, on which it does.

mod cancel;
mod keys;
mod members;
mod overview;
mod policy;
mod profile;
mod webhooks;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{AccountTask, Permission, Role};
use gate::SignedIn;

pub(super) use self::cancel::kept;
use super::{Staff, allow, places::Groups, promises, stop::Stop};
use crate::ApiState;

/// Where the account is.
const PLACE: &str = "/console/account";
/// Where the policy is accepted.
const POLICY: &str = "/console/account/policy";

/// The kinds of work, each with its pages.
pub(super) const GROUPS: Groups = &[
    (
        "Account",
        &[
            (PLACE, "Overview", Permission::Account(AccountTask::SeeAccount)),
            (POLICY, "Policy", Permission::Account(AccountTask::SeeAccount)),
            (profile::PLACE, "Profile", Permission::Account(AccountTask::ChangeProfile)),
            (cancel::PLACE, "Cancel", Permission::Account(AccountTask::CancelAccount)),
        ],
    ),
    ("Requests", &[("/console/requests", "Requests", Permission::SeeRequests)]),
    (
        "Access",
        &[
            (members::PLACE, "Members", Permission::Account(AccountTask::SeeMembers)),
            (keys::PLACE, "Keys", Permission::Account(AccountTask::SeeKeys)),
            (webhooks::PLACE, "Webhooks", Permission::Account(AccountTask::SeeWebhooks)),
            ("/console/sessions", "Sessions", Permission::EndOwnSessions),
            ("/console/passkeys", "Passkeys", Permission::KeepOwnPasskeys),
            ("/console/address", "Address", Permission::KeepOwnPasskeys),
        ],
    ),
];

pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route(PLACE, get(overview::page))
        .route(POLICY, get(policy::page).post(policy::accept))
        .route(profile::PLACE, get(profile::page).post(profile::change))
        .route(cancel::PLACE, get(cancel::page).post(cancel::cancel))
        .route(members::PLACE, get(members::list).post(members::invite))
        .route("/console/account/members/{id}", get(members::one))
        .route("/console/account/members/{id}/role", post(members::change_role))
        .route("/console/account/members/{id}/suspend", post(members::suspend))
        .route(keys::PLACE, get(keys::list).post(keys::issue))
        .route("/console/account/keys/{id}/revoke", post(keys::revoke))
        .route(webhooks::PLACE, get(webhooks::list).post(webhooks::create))
        .route("/console/account/webhooks/{id}/{step}", post(webhooks::step))
}

/// `/console`: the promises to staff, and to the people of a Client its account.
pub(super) async fn home(state: State<ApiState>, staff: Staff) -> Result<Response, Stop> {
    match staff.0.staff.role {
        Role::Staff(_) => promises::page(state, staff).await,
        Role::Member(_) => Ok(Redirect::to(PLACE).into_response()),
    }
}

/// Refuses what the role does not let one do, and leads to the policy where that comes first.
async fn allow_for(state: &ApiState, signed_in: &SignedIn, task: AccountTask) -> Result<(), Stop> {
    allow(state, signed_in, Permission::Account(task)).await?;
    let comes_before =
        matches!(task, AccountTask::SeeAccount | AccountTask::AcceptPolicy | AccountTask::CancelAccount);
    if comes_before || state.gate().has_accepted(signed_in.caller.account_id()) {
        return Ok(());
    }
    Err(Stop::First(POLICY.to_owned()))
}

/// Whether the role lets one do this.
const fn may(signed_in: &SignedIn, task: AccountTask) -> bool {
    signed_in.staff.role.may(Permission::Account(task))
}
