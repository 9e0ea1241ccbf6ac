//! Assessments as they are kept: what was found of every promise at one time, to the byte that the audit log commits to
//! (promise `verification`). It holds no personal data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, AssessmentId},
};

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// Its id.
    pub id: AssessmentId,
    /// Who was assessed: the operator.
    pub account: AccountId,
    /// When it began.
    pub at: Timestamp,
    /// The whole in a few words, for example `17 of 30 kept`.
    pub headline: String,
    /// What was found, as JSON.
    pub report: String,
}

impl Filed for Assessed {
    const KIND: CaseKind = CaseKind::Assessment;

    /// Nothing is to be done about one: the list is in the order of their times.
    fn filing(&self) -> Filing {
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: None,
            is_open: false,
            due_at: Some(self.at),
            wake_at: None,
            version: 1,
        }
    }
}
