//! How incidents look in JSON.

use std::collections::BTreeMap;

use domain::{
    EntryId, Incident, IncidentId,
    incident::{Actor, Countdown, Notice, Part, Reach, Risk, Scope, State, due_at},
};
use gate::Report;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// An incident, its report sealed.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentView {
    /// The incident's id.
    #[schema(value_type = String)]
    id: IncidentId,
    /// `open`, `assessed` or `closed`.
    state: &'static str,
    /// When it was reported here.
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    /// When whoever is responsible became aware of it.
    #[schema(value_type = String, format = DateTime)]
    aware_at: Timestamp,
    /// 72 hours later: until then the authority is told (GDPR, article 33(1)).
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// How that clock stands: `running`, `warning` (a day or less), `overdue`, `met`, `late` or `not_needed`, with whole
    /// hours.
    #[schema(value_type = Object)]
    clock: Countdown,
    /// `unlikely`, `likely` or `high`, once somebody has said so.
    #[schema(value_type = Option<String>)]
    risk: Option<Risk>,
    /// Who must be told before it can be closed: `authority`, `clients`, `persons`.
    #[schema(value_type = Vec<String>)]
    owed: Vec<Part>,
    /// Who was told, when and how.
    #[schema(value_type = Object)]
    told: BTreeMap<Part, Notice>,
    /// What the log was asked, and the counts that it answered.
    scopes: Vec<ScopeView>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    /// The entry of its last step.
    #[schema(value_type = Option<String>)]
    entry: Option<EntryId>,
}

impl IncidentView {
    pub(super) fn of(incident: &Incident, now: Timestamp) -> Self {
        let (owed, closed_at) = match &incident.state {
            State::Open(_) => (Vec::new(), None),
            State::Assessed(assessed) => (assessed.owed().collect(), None),
            State::Closed(closed) => (Vec::new(), Some(closed.closed_at)),
        };
        Self {
            id: incident.id,
            state: incident.state.as_str(),
            opened_at: incident.opened_at,
            aware_at: incident.aware_at,
            due_at: due_at(incident.aware_at),
            clock: incident.countdown(now),
            risk: incident.state.risk(),
            owed,
            told: incident.state.told().clone(),
            scopes: incident.state.scopes().iter().cloned().map(ScopeView::of).collect(),
            closed_at,
            entry: incident.entry,
        }
    }
}

/// An incident with its report.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadIncident {
    #[serde(flatten)]
    incident: IncidentView,
    /// What happened, or seems to have, as it was reported.
    what_happened: String,
    /// Who reported it, as far as they said.
    reported_by: Option<String>,
    /// The entry that records this reading.
    #[schema(value_type = String)]
    read: EntryId,
}

impl ReadIncident {
    pub(super) fn of((incident, report, read): (Incident, Report, EntryId), now: Timestamp) -> Self {
        let Report { what_happened, reported_by } = report;
        Self { incident: IncidentView::of(&incident, now), what_happened, reported_by, read }
    }
}

/// A question to the log, and the counts of its answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScopeView {
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Whose doings: `key` or `account` with an id, or `system`.
    #[schema(value_type = Object)]
    actor: Actor,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// What was touched, in counts: entries `done` and `refused`, `people`, `records`, and how often each of
    /// `categories`, `purposes`, `recipients` and `actions`. `clients` counts the people of each Client; `queries` are
    /// about many people whom the log does not name; `unopenable` are entries of that time whose person was erased since,
    /// in whichever account.
    #[schema(value_type = Object)]
    reach: Reach,
}

impl ScopeView {
    pub(super) fn of(Scope { at, actor, from, until, reach }: Scope) -> Self {
        Self { at, actor, from, until, reach }
    }
}
