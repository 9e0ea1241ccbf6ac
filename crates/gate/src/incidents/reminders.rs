//! What the custodian is told of the 72 hours: once when half of them are over, and once when all are.

use domain::{
    Address, Filed, Incident, Message, MessageId,
    case::CaseId,
    incident::{Countdown, NOTIFY_WITHIN, due_at},
    message::{Template, Topic},
    request::Milestone,
};
use store::{Change, CommitError, Conflict, Unit};

use crate::{Caller, Gate, GateError, cases::file, outbox::NewMessage};

impl Gate {
    /// Writes what is to be told of the clocks of all incidents, unless it was. Returns how many messages it wrote.
    ///
    /// # Errors
    /// A store fails.
    pub async fn remind_of_incidents(&self) -> Result<usize, GateError> {
        let mut written = 0;
        for (incident, countdown) in self.unclosed_incidents().await? {
            if let Some(milestone) = reached(countdown) {
                written += usize::from(self.remind_of(&incident, milestone).await?);
            }
        }
        Ok(written)
    }

    /// Writes one message. Its id is made from what it tells, so that it is written once, whoever does.
    async fn remind_of(&self, incident: &Incident, milestone: Milestone) -> Result<bool, GateError> {
        let system = Caller::system(self.account(incident.account).await?);
        let parts = [b"incident clock".as_slice(), incident.id.as_bytes(), milestone.as_str().as_bytes()];
        let hash = self.repetition_hash(&system, &parts)?;
        let bytes = hash.first_chunk().ok_or(GateError::Damaged("a hash"))?;
        let id = MessageId::derived(due_at(incident.aware_at), *bytes, incident.id.bucket());
        if self.store.case(Message::KIND, CaseId::from_bytes(*id.as_bytes())).await?.is_some() {
            return Ok(false);
        }
        let (account, about) = (incident.account, Topic::Incident(incident.id));
        let template = Template::IncidentClock { milestone };
        let new = NewMessage { account, subject: None, template, about, to: Address::Custodian };
        let message = new.written(id, self.now());
        let unit = Unit { changes: vec![Change::OpenCase(file(&message)?)], ..Unit::default() };
        match self.commit(unit).await {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict(Conflict::Exists)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// How much of the 72 hours is over, when the authority must be told still.
fn reached(countdown: Countdown) -> Option<Milestone> {
    match countdown {
        Countdown::Running { hours_left } | Countdown::Warning { hours_left } => {
            (hours_left * 2 <= NOTIFY_WITHIN.as_hours()).then_some(Milestone::Half)
        }
        Countdown::Overdue { .. } => Some(Milestone::Due),
        Countdown::Met | Countdown::Late { .. } | Countdown::NotNeeded => None,
    }
}
