//! What comes of a request: a package, erasures, something done; and what others must do for it.

use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::{NotNow, Request, RequestState, STEPS, What};
use crate::{
    calendar,
    id::{ErasureId, RecordId},
};

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// A package, to be fetched once.
    Package {
        /// Until when.
        until: Timestamp,
        /// When it was.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        fetched_at: Option<Timestamp>,
        /// Whether its time went by without that.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        is_over: bool,
    },
    /// Everyone whom it was about is erased.
    Erased {
        /// The erasures, each with its certificate.
        erasures: Vec<ErasureId>,
    },
    /// It was done as asked.
    Done,
}

/// What a system outside must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The system, as the policy declares it.
    pub system: String,
    /// When it said that it did; the proof is sealed in the entry.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub done_at: Option<Timestamp>,
}

/// A field that is left out of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// Of which record.
    pub record: RecordId,
    /// Which field; none for the whole record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
}

impl Answer {
    /// A package that can be fetched for a while from now on.
    pub fn package(now: Timestamp, lasts: Span) -> Self {
        let until = calendar::after(now, lasts).unwrap_or(now);
        Self::Package { until, fetched_at: None, is_over: false }
    }
}

impl Request {
    /// A system outside has done its part.
    ///
    /// # Errors
    /// It is closed, or there is no such task left.
    pub fn task_done(self, system: &str, at: Timestamp) -> Result<Self, NotNow> {
        let mut request = self.unclosed()?;
        let task = request.tasks.iter_mut().find(|task| task.system == system && task.done_at.is_none());
        task.ok_or(NotNow::NoSuchTask)?.done_at = Some(at);
        Ok(request.stepped(at, What::TaskDone))
    }

    /// The person adds to what they ask for: what systems outside have done is to be done anew.
    ///
    /// # Errors
    /// It is not open, it is being answered just now, or it was added to too often.
    pub fn amended(self, at: Timestamp) -> Result<Self, NotNow> {
        let mut request = self.unclosed()?;
        if !matches!(request.state, RequestState::Open) {
            return Err(NotNow::NotVerified);
        }
        if request.steps.len() >= STEPS {
            return Err(NotNow::TooMany);
        }
        for task in &mut request.tasks {
            task.done_at = None;
        }
        Ok(request.stepped(at, What::Amended))
    }

    /// Leaves something out of the package.
    ///
    /// # Errors
    /// It is not open.
    pub fn redacted(self, redactions: Vec<Redaction>, at: Timestamp) -> Result<Self, NotNow> {
        let request = self.open_only()?;
        Ok(Self { redactions, ..request.stepped(at, What::Reviewed) })
    }

    /// The time of the package went by.
    pub(super) fn package_over(mut self) -> Self {
        if let RequestState::Fulfilled { answer: Answer::Package { is_over, .. }, .. } = &mut self.state {
            *is_over = true;
        }
        Self { version: self.version + 1, ..self }
    }

    /// The package can be fetched anew, for as long as a package can: its time was over, or what was fetched did not arrive.
    ///
    /// # Errors
    /// There is no package.
    pub fn reissued(mut self, at: Timestamp, lasts: Span) -> Result<Self, NotNow> {
        let RequestState::Fulfilled { answer: answer @ Answer::Package { .. }, .. } = &mut self.state else {
            return Err(NotNow::NoPackage);
        };
        if self.steps.len() >= STEPS {
            return Err(NotNow::TooMany);
        }
        *answer = Answer::package(at, lasts);
        Ok(self.stepped(at, What::Reissued))
    }

    /// The package is fetched: it cannot be a second time.
    ///
    /// # Errors
    /// There is none, it was fetched, or its time is over.
    pub fn fetched(mut self, at: Timestamp) -> Result<Self, NotNow> {
        let RequestState::Fulfilled { answer: Answer::Package { until, fetched_at, .. }, .. } =
            &mut self.state
        else {
            return Err(NotNow::NoPackage);
        };
        if fetched_at.is_some() || at >= *until {
            return Err(NotNow::NoPackage);
        }
        *fetched_at = Some(at);
        Ok(self.stepped(at, What::Fetched))
    }
}
