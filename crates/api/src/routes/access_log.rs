//! `POST /v1/access-log` and `POST /v1/access-log/lookup`: an account's own servers tell who asked them, and what came from an address
//! is looked up, which has an entry.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use domain::{
    AccountId, EntryId, Personal,
    access_log::{Access, AccessEvent, Asked},
};
use gate::{AddressFound, OpenedAccess, Refused, Wanted, read_address};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ApiState, Problem,
    extract::{AccessLogRead, AccessLogWrite, Body, Granted, PurposeQuery, Strict},
    problem::Problems,
};

/// The most lines of one request.
const MOST: usize = 1_000;

/// Lines of one's own servers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessLines {
    /// The lines: at most 1,000.
    #[schema(max_items = 1000)]
    lines: Vec<AccessLine>,
}

/// A request that a server answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessLine {
    /// When, not more than seven days ago.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// From which address of the internet protocol.
    #[schema(example = "192.0.2.7")]
    address: String,
    /// What the browser or program says of itself; of a long one the beginning is kept.
    #[serde(default)]
    agent: String,
    /// The method.
    #[schema(example = "POST")]
    method: String,
    /// The kind of page or operation, without a query: `/orders/{id}`.
    #[schema(example = "/orders/{id}")]
    route: String,
    /// The status of the answer.
    #[schema(minimum = 100, maximum = 599)]
    status: u16,
    /// What it means for whoever looks for abuse.
    event: Option<EventView>,
}

/// What a request means for whoever looks for abuse.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventView {
    /// Somebody did not get in.
    FailedSignIn,
    /// A payment was refused.
    FailedPayment,
}

impl From<EventView> for AccessEvent {
    fn from(event: EventView) -> Self {
        match event {
            EventView::FailedSignIn => Self::FailedSignIn,
            EventView::FailedPayment => Self::FailedPayment,
        }
    }
}

impl From<AccessEvent> for EventView {
    fn from(event: AccessEvent) -> Self {
        match event {
            AccessEvent::FailedSignIn => Self::FailedSignIn,
            AccessEvent::FailedPayment => Self::FailedPayment,
        }
    }
}

/// What became of the lines.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessKept {
    /// How many are kept, durably.
    kept: usize,
    /// How many are not, by reason: `malformed`, `untimely`.
    refused: BTreeMap<&'static str, u64>,
}

/// Adds lines of one's own servers to the access log: who asked, for what, from where. They are kept apart from everything else, under
/// the clock of the log. A request that is sent twice is kept twice.
#[utoipa::path(
    post, path = "/v1/access-log", tag = "access log", operation_id = "addAccessLines",
    request_body = AccessLines,
    responses((status = 200, description = "What became of them.", body = AccessKept), Problems),
)]
pub(crate) async fn add(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccessLogWrite>,
    body: Body<AccessLines>,
) -> Result<Json<AccessKept>, Problem> {
    let lines = body.value.lines;
    if lines.len() > MOST {
        return Err(Problem::malformed("One request takes at most 1,000 lines."));
    }
    let all = lines.len();
    let read: Vec<Access> = lines.into_iter().filter_map(access).collect();
    let unread = (all - read.len()) as u64;
    let (kept, refused) = state.gate().add_access_lines(&caller, read).await?;
    let mut told: BTreeMap<&'static str, u64> = refused.into_iter().map(|(why, n)| (word(why), n)).collect();
    if unread > 0 {
        *told.entry(word(Refused::Malformed)).or_default() += unread;
    }
    Ok(Json(AccessKept { kept, refused: told }))
}

fn access(line: AccessLine) -> Option<Access> {
    let AccessLine { at, address, agent, method, route, status, event } = line;
    let asked = Asked { method, route, status, event: event.map(Into::into), caller: None };
    Some(Access { at, address: read_address(&address).ok()?, agent: Personal::new(agent), asked })
}

const fn word(why: Refused) -> &'static str {
    match why {
        Refused::Malformed => "malformed",
        Refused::Untimely => "untimely",
    }
}

/// What to look for. It stands in the body, because an identity never stands in a URL.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressLookup {
    /// An address of the internet protocol.
    #[schema(example = "192.0.2.7", max_length = 64)]
    address: String,
}

/// What came from an address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressView {
    /// The newest lines, newest first: at most 1,000.
    lines: Vec<AccessView>,
    /// Whether there are more.
    more: bool,
    /// How many days of the log cannot be read, as their keys were lost.
    unreadable_days: usize,
    /// The audit entry that says that this was looked up.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// A line of the access log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// From which address.
    address: String,
    /// What the browser or program says of itself.
    agent: String,
    /// The method.
    method: String,
    /// The kind of page or operation.
    route: String,
    /// The status of the answer.
    status: u16,
    /// What it means for whoever looks for abuse.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<EventView>,
    /// The account whose key was shown.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<AccountId>,
}

impl From<OpenedAccess> for AccessView {
    fn from(opened: OpenedAccess) -> Self {
        let Asked { method, route, status, event, caller } = opened.asked;
        Self {
            at: opened.at,
            address: opened.address.reveal().to_string(),
            agent: opened.agent.into_revealed(),
            method,
            route,
            status,
            event: event.map(Into::into),
            caller,
        }
    }
}

/// Looks up what came from an address, in the log of the caller's account. Only the purpose that the policy names for it opens the log,
/// and the audit log says who looked, not for which address.
#[utoipa::path(
    post, path = "/v1/access-log/lookup", tag = "access log", operation_id = "lookupAddress",
    params(PurposeQuery), request_body = AddressLookup,
    responses((status = 200, description = "What came from it.", body = AddressView), Problems),
)]
pub(crate) async fn lookup(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<AccessLogRead>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
    body: Body<AddressLookup>,
) -> Result<Json<AddressView>, Problem> {
    state.limiters.lookup(caller.account_id())?;
    let wanted = Wanted::Address(read_address(&body.value.address)?);
    let AddressFound { lines, is_cut, unreadable, entry } =
        state.gate().look_up_address(&caller, &wanted, &purpose).await?;
    let lines = lines.into_iter().map(Into::into).collect();
    Ok(Json(AddressView { lines, more: is_cut, unreadable_days: unreadable, entry }))
}
