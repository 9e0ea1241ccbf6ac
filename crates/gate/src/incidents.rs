//! Incidents through the door: reported, scoped, assessed, told and closed, each step with its entry. What was reported is
//! sealed under the account's keys and opens only for an entry that says so.

mod reminders;
mod scope;
mod tally;

use domain::{
    Action, Detail, EntryId, Incident, IncidentId,
    incident::{Countdown, Open, Risk, State, Step},
};
use jiff::Timestamp;
use policy::Promise;
use sealing::report_version;
use serde::{Deserialize, Serialize};
use store::{Change, Unit, records::Replay};

use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    permit::SystemUse,
    policies::Effective,
    records::first_entry,
    repetition::{Once, remember},
};

pub use scope::{ScopeQuestion, Scoped};
pub use tally::Touched;

/// How many incidents are read at once.
const STEP: u32 = 256;

/// What someone reports. It is sealed as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What happened, or seems to have.
    pub what_happened: String,
    /// Who says so, as far as they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<String>,
}

/// An incident to be opened.
#[derive(Debug, Clone)]
pub struct NewIncident {
    /// What is reported.
    pub report: Report,
    /// When whoever is responsible became aware of it; now, when nothing is said.
    pub aware_at: Option<Timestamp>,
}

impl Gate {
    /// Opens an incident in the caller's account. A repeated request answers with the one that the first opened.
    ///
    /// # Errors
    /// It is said to have been noticed in the future, or a store fails.
    pub async fn open_incident(
        &self,
        caller: &Caller,
        new: &NewIncident,
        replay: Option<&Replay>,
    ) -> Result<Incident, GateError> {
        match self.once(replay, || self.try_open_incident(caller, new, replay)).await? {
            Once::Made(opened) => Ok(opened),
            Once::Before(first) => self.incident(caller, IncidentId::from_bytes(first.result)).await,
        }
    }

    async fn try_open_incident(
        &self,
        caller: &Caller,
        new: &NewIncident,
        replay: Option<&Replay>,
    ) -> Result<Incident, Failed> {
        let (account, now) = (caller.account_id(), self.now());
        let effective = self.effective(caller)?;
        // As exactly as the stores keep it.
        let aware_at = new.aware_at.and_then(|at| Timestamp::from_microsecond(at.as_microsecond()).ok());
        let aware_at = aware_at.unwrap_or(now);
        if aware_at > now {
            return Err(GateError::Malformed("`aware_at` is in the future".to_owned()).into());
        }
        let id = IncidentId::new(&*self.ambient.clock, self.randomness(), account.bucket());
        let report = serde_json::to_vec(&new.report).map_err(|_| GateError::Damaged("a report"))?;
        let report = sealing::wiped(report);
        let incident = Incident {
            id,
            account,
            version: 1,
            opened_at: now,
            aware_at,
            state: State::Open(Open::default()),
            report: self.keyring.account(account)?.seal_report(id, &report, self.randomness()),
            entry: None,
        };
        let note = format!("{id}, noticed at {aware_at}");
        let detail = self.incident_detail(caller, &effective, Action::IncidentOpened, note);
        let mut changes = vec![Change::AddIncident(incident.clone())];
        changes.extend(remember(replay, *id.as_bytes()));
        self.commit_incident(incident, &effective, changes, &detail).await
    }

    fn incident_detail(
        &self,
        caller: &Caller,
        effective: &Effective,
        action: Action,
        note: String,
    ) -> Detail {
        let clause = effective.operator.policy.clause("", Promise::Security).section;
        Detail { clause: Some(clause), note: Some(note), ..self.detail_under(caller, action, effective) }
    }

    async fn commit_incident(
        &self,
        incident: Incident,
        effective: &Effective,
        changes: Vec<Change>,
        detail: &Detail,
    ) -> Result<Incident, Failed> {
        let entries = vec![self.account_entry(incident.account, detail)?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok(Incident { entry: Some(first_entry(&committed)?), ..incident })
    }

    /// An incident of the caller's account, its report sealed.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn incident(&self, caller: &Caller, id: IncidentId) -> Result<Incident, GateError> {
        let found = self.store.incident(id).await?;
        found
            .filter(|incident| incident.account == caller.account_id())
            .ok_or(GateError::NotFound("incident"))
    }

    /// An incident with its report, opened; the entry that says so is durable when this returns.
    ///
    /// # Errors
    /// Not there; the report is damaged; or a store fails.
    pub async fn read_incident(
        &self,
        caller: &Caller,
        id: IncidentId,
    ) -> Result<(Incident, Report, EntryId), GateError> {
        self.retried(async || {
            let incident = self.incident(caller, id).await?;
            let effective = self.effective(caller)?;
            let permit = self.permit_system(&effective, SystemUse::OpenReport, Promise::Security);
            let clause = permit.spend_for(SystemUse::OpenReport)?;
            let report = self.open_report(&incident)?;
            let detail = self.incident_detail(caller, &effective, Action::IncidentRead, id.to_string());
            let entry = self.account_entry(incident.account, &Detail { clause: Some(clause), ..detail })?;
            let unit = Unit { expects: effective.expects(), entries: vec![entry], ..Unit::default() };
            let committed = self.commit(unit).await.map_err(Failed::Commit)?;
            Ok((incident, report, first_entry(&committed)?))
        })
        .await
        .map_err(Failed::into_error)
    }

    fn open_report(&self, incident: &Incident) -> Result<Report, GateError> {
        let damaged = || GateError::Damaged("the report of an incident");
        let version = report_version(&incident.report).ok_or_else(damaged)?;
        let versions = self.keyring.account_versions(incident.account);
        let keys = versions.iter().find(|keys| keys.version() == version).ok_or_else(damaged)?;
        let opened = keys.open_report(incident.id, &incident.report).map_err(|_| damaged())?;
        serde_json::from_slice(&opened).map_err(|_| damaged())
    }

    /// The incidents of the caller's account, newest first, before `before`.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn incidents(
        &self,
        caller: &Caller,
        before: Option<IncidentId>,
        limit: u32,
    ) -> Result<Vec<Incident>, GateError> {
        Ok(self.store.incidents(caller.account_id(), before, limit).await?)
    }

    /// Every incident that is not closed, of every account, with how its clock stands: for counts, and for assessments.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn unclosed_incidents(&self) -> Result<Vec<(Incident, Countdown)>, GateError> {
        let (mut all, mut after, now) = (Vec::new(), None, self.now());
        loop {
            let page = self.store.unclosed_incidents(after, STEP).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = Some(last.id);
            all.extend(page.into_iter().map(|incident| {
                let countdown = incident.countdown(now);
                (incident, countdown)
            }));
        }
    }

    /// Moves an incident of the caller's account on.
    ///
    /// # Errors
    /// Not there; it cannot take that step from where it stands; or a store fails.
    pub async fn move_incident(
        &self,
        caller: &Caller,
        id: IncidentId,
        step: &Step,
    ) -> Result<Incident, GateError> {
        self.retried(async || {
            let incident = self.incident(caller, id).await?;
            let effective = self.effective(caller)?;
            let (action, note) = said(id, step);
            let moved = incident.take(step.clone(), self.now()).map_err(GateError::from)?;
            let detail = self.incident_detail(caller, &effective, action, note);
            let changes = vec![Change::ReplaceIncident(moved.clone())];
            self.commit_incident(moved, &effective, changes, &detail).await
        })
        .await
        .map_err(Failed::into_error)
    }
}

/// What the entry of a step says.
fn said(id: IncidentId, step: &Step) -> (Action, String) {
    match step {
        Step::Scope(scope) => (
            Action::IncidentScoped,
            format!(
                "{id}: {}, from {} until {}: {} entries about {} people",
                scope.actor, scope.from, scope.until, scope.reach.done, scope.reach.people
            ),
        ),
        Step::Assess(risk) => {
            let word = match risk {
                Risk::Unlikely => "a risk is unlikely",
                Risk::Likely => "a risk",
                Risk::High => "a high risk",
            };
            (Action::IncidentAssessed, format!("{id}: {word}"))
        }
        Step::Tell(part, notice) => {
            let how = serde_json::to_value(notice.how).ok();
            let how = how.as_ref().and_then(|word| word.as_str()).unwrap_or_default();
            (Action::IncidentNotified, format!("{id}: {} at {}, {how}", part.as_str(), notice.at))
        }
        Step::Close => (Action::IncidentClosed, id.to_string()),
        Step::Reopen => (Action::IncidentReopened, id.to_string()),
    }
}
