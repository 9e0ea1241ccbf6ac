//! The custodian's day: one mail in the morning with how much waits, in counts, where something must not wait much longer.

use domain::{
    Address, Complaint, Filed, Hold, Message, MessageId, Request, calendar,
    case::CaseId,
    message::{Template, Topic},
};
use jiff::{SignedDuration, Timestamp};
use store::{Change, CommitError, Conflict, Unit};

use super::NewMessage;
use crate::{Caller, Gate, GateError, cases::file};

/// From which moment of a day on it is written, in UTC.
const MORNING: SignedDuration = SignedDuration::from_hours(6);
/// What is due within this time must not wait much longer.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many of each kind are counted.
const COUNTED: u32 = 1_000;

/// What waits, in counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// Requests, complaints and holds that are due within a week.
    pub soon: Due,
    /// The same whose time is over.
    pub over: Due,
    /// Incidents that are not closed.
    pub incidents: usize,
}

/// How many of each are due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// Requests.
    pub requests: usize,
    /// Complaints.
    pub complaints: usize,
    /// Holds that must be looked at again.
    pub holds: usize,
}

impl Waits {
    /// Whether there is anything to tell.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Gate {
    /// Writes the operator's mail of the day, unless it was, or there is nothing to tell. Returns how many it wrote.
    ///
    /// # Errors
    /// A store fails.
    pub async fn write_digest(&self) -> Result<usize, GateError> {
        let (now, operator) = (self.now(), self.operator()?);
        let day = calendar::day(now);
        let begin = calendar::begin(day).ok_or(GateError::Damaged("the clock"))?;
        let system = Caller::system(operator);
        if now.duration_since(begin) < MORNING {
            return Ok(0);
        }
        // Its id is made from the day, so that it is written once, whoever does.
        let hash = self.repetition_hash(&system, &[b"digest", day.to_string().as_bytes()])?;
        let bytes = hash.first_chunk().ok_or(GateError::Damaged("a hash"))?;
        let account = system.account_id();
        let id = MessageId::derived(begin, *bytes, account.bucket());
        let is_written = self.store.case(Message::KIND, CaseId::from_bytes(*id.as_bytes())).await?.is_some();
        if is_written || self.what_waits(&system).await?.is_nothing() {
            return Ok(0);
        }
        let about = Topic::Day(day);
        let new =
            NewMessage { account, subject: None, template: Template::Digest, about, to: Address::Custodian };
        let changes = vec![Change::OpenCase(file(&new.written(id, now))?)];
        match self.commit(Unit { changes, ..Unit::default() }).await {
            Ok(_) => Ok(1),
            Err(CommitError::Conflict(Conflict::Exists)) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// What waits in an account, and must not wait much longer.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn what_waits(&self, caller: &Caller) -> Result<Waits, GateError> {
        let (requests, requests_over) = self.due::<Request>(caller).await?;
        let (complaints, complaints_over) = self.due::<Complaint>(caller).await?;
        let (holds, holds_over) = self.due::<Hold>(caller).await?;
        let account = caller.account_id();
        let incidents = self.unclosed_incidents().await?;
        Ok(Waits {
            soon: Due { requests, complaints, holds },
            over: Due { requests: requests_over, complaints: complaints_over, holds: holds_over },
            incidents: incidents.iter().filter(|(incident, _)| incident.account == account).count(),
        })
    }

    /// How many of a queue are due within a week, and how many since before now.
    async fn due<T: Filed>(&self, caller: &Caller) -> Result<(usize, usize), GateError> {
        let now = self.now();
        let soon = now.saturating_add(SOON).unwrap_or(Timestamp::MAX);
        let queue: Vec<T> = self.queue(caller, true, None, COUNTED).await?;
        let due = queue.iter().filter_map(|one| one.filing().due_at).filter(|due| *due < soon);
        let (over, soon): (Vec<_>, Vec<_>) = due.partition(|due| *due <= now);
        Ok((soon.len(), over.len()))
    }
}
