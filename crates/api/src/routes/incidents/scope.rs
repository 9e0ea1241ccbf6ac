//! `POST /v1/incidents/{id}/scope`

use std::collections::BTreeSet;

use axum::{Json, extract::State};
use domain::{EntryId, IncidentId, SubjectId, id::SubjectKind, incident::Actor};
use gate::{ScopeQuestion, Scoped, Touched};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::ScopeView;
use crate::{
    ApiState, Problem,
    extract::{Body, Granted, IncidentsWrite, Path, id},
    problem::Problems,
};

/// The most people that one answer names.
const PEOPLE: u32 = 10_000;
/// How many are named when nothing is said.
const NAMED: u32 = 1_000;

/// What the log is asked: whose doings, and when. Exactly one of `key`, `account`, `member` and `system` says whose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskScope {
    /// One API key, revoked or not.
    #[schema(pattern = "^key_[0-9a-f]{32}$")]
    key: Option<String>,
    /// Every key of an account.
    #[schema(pattern = "^acc_[0-9a-f]{32}$")]
    account: Option<String>,
    /// The system itself, acting without a key.
    system: Option<bool>,
    /// A member of staff, whatever they did while they were signed in to the console.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    member: Option<String>,
    /// An address. The log does not name them yet, so this is refused.
    address: Option<String>,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// Until when; what happened at this very moment is not in it.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// Names the people after this one, for further pages of the same answer.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    after: Option<String>,
    /// How many people are named: 1,000 when nothing is said.
    #[schema(minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
}

impl AskScope {
    fn read(&self) -> Result<ScopeQuestion, Problem> {
        if self.address.is_some() {
            return Err(Problem::malformed(
                "The log does not name addresses yet: nothing could be answered about them. Ask by `key`, `account`, \
                 `member` or `system`.",
            ));
        }
        let actor = match (&self.key, &self.account, &self.member, self.system) {
            (Some(key), None, None, None) => Actor::Key(id(key, "key")?),
            (None, Some(account), None, None) => Actor::Account(id(account, "account")?),
            (None, None, Some(member), None) => Actor::Staff(id(member, "member of staff")?),
            (None, None, None, Some(true)) => Actor::System,
            _ => {
                return Err(Problem::malformed(
                    "Say whose doings are meant: exactly one of `key`, `account`, `member` and `system` (true).",
                ));
            }
        };
        let after = self.after.as_deref().map(|text| id::<SubjectKind>(text, "cursor")).transpose()?;
        let limit = self.limit.unwrap_or(NAMED);
        if !(1..=PEOPLE).contains(&limit) {
            return Err(Problem::malformed("`limit` is 1 to 10,000."));
        }
        Ok(ScopeQuestion { actor, from: self.from, until: self.until, after, limit })
    }
}

/// How far an incident reaches: ids, words of the policy and counts.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScopeAnswer {
    #[serde(flatten)]
    scope: ScopeView,
    /// The people of the account that were touched, in the order of their ids.
    people: Vec<TouchedView>,
    /// What to pass as `after` for the people after them; none at the end.
    next: Option<String>,
    /// The entry that records the answer.
    #[schema(value_type = String)]
    entry: EntryId,
}

/// What was done with one person's data.
#[derive(Serialize, ToSchema)]
pub(crate) struct TouchedView {
    /// Whose.
    #[schema(value_type = String)]
    subject: SubjectId,
    /// How many entries say so.
    entries: u64,
    /// The categories that were opened, stored or changed.
    #[schema(value_type = Vec<String>)]
    categories: BTreeSet<String>,
    /// The purposes that were named.
    #[schema(value_type = Vec<String>)]
    purposes: BTreeSet<String>,
    /// The first time.
    #[schema(value_type = String, format = DateTime)]
    first_at: Timestamp,
    /// The last time.
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
}

impl TouchedView {
    fn of(touched: Touched) -> Self {
        let Touched { subject, entries, categories, purposes, first_at, last_at } = touched;
        Self { subject, entries, categories, purposes, first_at, last_at }
    }
}

impl ScopeAnswer {
    fn of(Scoped { scope, people, has_more, entry }: Scoped) -> Self {
        let next = people.last().filter(|_| has_more).map(|last| last.subject.to_string());
        let people = people.into_iter().map(TouchedView::of).collect();
        Self { scope: ScopeView::of(scope), people, next, entry }
    }
}

/// Asks the audit log which people and categories a key, an account or the system touched between two moments. The counts
/// become part of the incident, which has to be assessed again. A Client is answered from its own entries; the operator
/// from all, and learns of Clients' people how many they are and not who. Nothing that is held is opened.
#[utoipa::path(
    post, path = "/v1/incidents/{id}/scope", tag = "incidents", operation_id = "scopeIncident",
    params(("id" = String, Path, description = "The incident.", pattern = "^inc_[0-9a-f]{32}$")),
    request_body = AskScope,
    responses((status = 200, description = "How far it reaches.", body = ScopeAnswer), Problems),
)]
pub(crate) async fn scope(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<IncidentsWrite>,
    Path(incident): Path<String>,
    body: Body<AskScope>,
) -> Result<Json<ScopeAnswer>, Problem> {
    let incident: IncidentId = id(&incident, "incident")?;
    let question = body.value.read()?;
    let scoped = state.gate().scope_incident(&caller, incident, &question).await?;
    Ok(Json(ScopeAnswer::of(scoped)))
}
