//! Incidents: a report of suspected misuse, and what is owed because of it (GDPR, articles 33 and 34). What was reported
//! is sealed; here are only states, moments, ids, words of the policy and counts.
//!
//! A state is a type that carries its facts, and what moves it on uses it up: what was found out and who was told stays
//! with the incident through every state after it.

mod clock;
mod reach;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    audit::EntryId,
    id::{AccountId, IncidentId},
};
pub use clock::{Countdown, NOTIFY_WITHIN, WARN_BEFORE, countdown, due_at};
pub use reach::{Actor, Queries, Reach, Scope};

/// The most scopes of one incident.
pub const SCOPES: usize = 32;

/// A report of suspected misuse, and where its handling stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// Whose it is: nobody else learns of it. One that concerns the whole installation is the operator's.
    pub account: AccountId,
    /// Counts its steps.
    pub version: u32,
    /// When it was reported here.
    pub opened_at: Timestamp,
    /// When whoever is responsible became aware of it: the clock runs from then.
    pub aware_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Who reported it and what they said, sealed.
    pub report: Vec<u8>,
    /// The entry of its last step; the engine fills it in.
    pub entry: Option<EntryId>,
}

/// Where an incident stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Nobody has said yet what it means, or something was found since.
    Open(Open),
    /// Somebody has said what risk it is, so it is known who must be told.
    Assessed(Assessed),
    /// Whoever had to be told was told.
    Closed(Closed),
}

/// What is known of an incident before it is assessed, or before it is assessed again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Open {
    /// What the log was asked, and how far it said that the incident reaches.
    pub scopes: Vec<Scope>,
    /// Who was told before it was opened again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<Part, Notice>,
}

/// What is known once it is assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// How far it reaches.
    pub scopes: Vec<Scope>,
    /// What it means for the people concerned.
    pub risk: Risk,
    /// When that was said.
    pub assessed_at: Timestamp,
    /// Who was told, and when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<Part, Notice>,
}

/// An incident that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// What it was.
    pub assessed: Assessed,
    /// When it was closed.
    pub closed_at: Timestamp,
}

/// What an incident means for the rights and freedoms of the people concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Unlikely to be any: the authority need not be told (article 33(1)).
    Unlikely,
    /// A risk.
    Likely,
    /// A high risk: the people must be told too (article 34(1)).
    High,
}

/// Who is told of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The supervisory authority (article 33(1)).
    Authority,
    /// The Clients whose End Users are concerned, for whom the operator processes data (article 33(2)).
    Clients,
    /// The people concerned (article 34).
    Persons,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Authority, Self::Clients, Self::Persons];

    /// The word used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Clients => "clients",
            Self::Persons => "persons",
        }
    }
}

/// That a part was told, or why it need not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: How,
}

/// How a part was told. All but the first are for the people alone: article 34(3), (a) to (c).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A notification was sent.
    Sent,
    /// Not told, as what was taken cannot be read by whoever has it.
    Unintelligible,
    /// Not told, as the high risk was averted since.
    Averted,
    /// Told in public, as to tell each would take a disproportionate effort.
    Public,
}

/// Why an incident cannot take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is in a state from which that step does not lead.
    #[error("the incident is {0}; from there this step does not lead")]
    State(&'static str),
    /// The same part cannot be told twice.
    #[error("the {} told already", match .0 { Part::Authority => "authority was", Part::Clients => "Clients were", Part::Persons => "persons were" })]
    Told(Part),
    /// Someone must be told first.
    #[error("the {} to be told first", match .0 { Part::Authority => "authority has", Part::Clients => "Clients have", Part::Persons => "persons have" })]
    Owed(Part),
    /// Only people need not be told for the reasons of article 34(3).
    #[error("only `persons` can be left untold or told in public (GDPR, article 34(3))")]
    NoException,
    /// A time that cannot be one of this step.
    #[error("a time before the incident was noticed, or in the future, cannot be when someone was told")]
    Time,
    /// It has more scopes than anyone can read.
    #[error("the incident has {SCOPES} scopes already; open another one")]
    Scopes,
}

/// What moves an incident on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The log was asked how far it reaches.
    Scope(Box<Scope>),
    /// Someone says what risk it is.
    Assess(Risk),
    /// Someone was told, or need not be.
    Tell(Part, Notice),
    /// It is over.
    Close,
    /// It is not over after all.
    Reopen,
}

impl Open {
    /// Adds how far it reaches.
    ///
    /// # Errors
    /// There are too many scopes already.
    pub fn scope(mut self, scope: Scope) -> Result<Self, Unfit> {
        if self.scopes.len() == SCOPES {
            return Err(Unfit::Scopes);
        }
        self.scopes.push(scope);
        Ok(self)
    }

    /// Says what risk it is.
    #[must_use]
    pub fn assess(self, risk: Risk, at: Timestamp) -> Assessed {
        Assessed { scopes: self.scopes, risk, assessed_at: at, told: self.told }
    }
}

impl Assessed {
    /// Who must be told because of it, whether or not they were.
    pub fn concerned(&self) -> impl Iterator<Item = Part> {
        let (risk, clients) = (self.risk, self.scopes.iter().any(Scope::reaches_clients));
        Part::ALL.into_iter().filter(move |part| match part {
            Part::Authority => risk >= Risk::Likely,
            // A processor leaves it to the controller to weigh the risk.
            Part::Clients => clients,
            Part::Persons => risk == Risk::High,
        })
    }

    /// Who must be told still.
    pub fn owed(&self) -> impl Iterator<Item = Part> {
        self.concerned().filter(|part| !self.told.contains_key(part))
    }

    /// Says that a part was told, or why it need not be.
    ///
    /// # Errors
    /// It was told before, or must be told whatever the reason.
    pub fn tell(mut self, part: Part, notice: Notice) -> Result<Self, Unfit> {
        if self.told.contains_key(&part) {
            return Err(Unfit::Told(part));
        }
        if part != Part::Persons && notice.how != How::Sent {
            return Err(Unfit::NoException);
        }
        self.told.insert(part, notice);
        Ok(self)
    }

    /// Ends it.
    ///
    /// # Errors
    /// Someone has to be told first.
    pub fn close(self, at: Timestamp) -> Result<Closed, Unfit> {
        if let Some(part) = self.owed().next() {
            return Err(Unfit::Owed(part));
        }
        Ok(Closed { assessed: self, closed_at: at })
    }

    /// Something was found, or is to be looked at, after all: it has to be assessed again.
    #[must_use]
    pub fn reopen(self) -> Open {
        Open { scopes: self.scopes, told: self.told }
    }
}

impl Closed {
    /// It is not over after all. Who was told stays told.
    #[must_use]
    pub fn reopen(self) -> Open {
        self.assessed.reopen()
    }
}

impl State {
    /// The word used in the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Assessed(_) => "assessed",
            Self::Closed(_) => "closed",
        }
    }

    /// Who was told so far.
    pub const fn told(&self) -> &BTreeMap<Part, Notice> {
        match self {
            Self::Open(Open { told, .. })
            | Self::Assessed(Assessed { told, .. })
            | Self::Closed(Closed { assessed: Assessed { told, .. }, .. }) => told,
        }
    }

    /// How far it is known to reach.
    pub fn scopes(&self) -> &[Scope] {
        match self {
            Self::Open(Open { scopes, .. })
            | Self::Assessed(Assessed { scopes, .. })
            | Self::Closed(Closed { assessed: Assessed { scopes, .. }, .. }) => scopes,
        }
    }

    /// What risk it was said to be; none while it is open.
    pub const fn risk(&self) -> Option<Risk> {
        match self {
            Self::Open(_) => None,
            Self::Assessed(assessed) | Self::Closed(Closed { assessed, .. }) => Some(assessed.risk),
        }
    }

    /// Whether it is over.
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    fn take(self, step: Step, now: Timestamp) -> Result<Self, Unfit> {
        let word = self.as_str();
        Ok(match (self, step) {
            (Self::Open(open), Step::Scope(scope)) => Self::Open(open.scope(*scope)?),
            (Self::Assessed(assessed), Step::Scope(scope)) => Self::Open(assessed.reopen().scope(*scope)?),
            (Self::Open(open), Step::Assess(risk)) => Self::Assessed(open.assess(risk, now)),
            (Self::Assessed(assessed), Step::Assess(risk)) => {
                Self::Assessed(assessed.reopen().assess(risk, now))
            }
            (Self::Assessed(assessed), Step::Tell(part, notice)) => {
                Self::Assessed(assessed.tell(part, notice)?)
            }
            (Self::Assessed(assessed), Step::Close) => Self::Closed(assessed.close(now)?),
            (Self::Closed(closed), Step::Reopen) => Self::Open(closed.reopen()),
            _ => return Err(Unfit::State(word)),
        })
    }
}

impl Incident {
    /// The incident after a step at `now`.
    ///
    /// # Errors
    /// The state or the facts do not allow the step.
    pub fn take(self, step: Step, now: Timestamp) -> Result<Self, Unfit> {
        if let Step::Tell(_, notice) = &step
            && !(self.aware_at..=now).contains(&notice.at)
        {
            return Err(Unfit::Time);
        }
        Ok(Self { version: self.version + 1, state: self.state.take(step, now)?, ..self })
    }

    /// How its clock stands.
    pub fn countdown(&self, now: Timestamp) -> Countdown {
        let told = self.state.told().get(&Part::Authority).map(|notice| notice.at);
        let is_needed = self.state.risk() != Some(Risk::Unlikely);
        countdown(self.aware_at, told, is_needed, now)
    }
}
