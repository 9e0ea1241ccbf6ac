//! How many mails went out on a day: whoever may enter requests must not be able to flood a stranger, nor the world. What is
//! counted stands in a case of its own, whose version lets several servers together send no more than one.

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    calendar,
    case::{CaseId, CaseKind, Filed, Filing},
    id::AccountId,
};

/// How many mails an account sends a day to an address that nobody proved by a code.
pub const TO_AN_ADDRESS_A_DAY: u32 = 5;
/// How many links into the privacy center an account sends a day to an address.
pub const LINKS_TO_AN_ADDRESS_A_DAY: u32 = 20;
/// How many mails an account sends a day to those who make requests.
pub const TO_PEOPLE_A_DAY: u32 = 1_000;

/// How many mails of an account went out on a day: all, or those to one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailCount {
    /// Made from what is counted: of an address it is a keyed hash.
    pub id: CaseId,
    /// Whose mails.
    pub account: AccountId,
    /// On which day, in UTC.
    pub day: Date,
    /// How many.
    pub count: u32,
    /// Counts its changes, from 1; 0 before the first mail.
    pub version: u32,
}

impl MailCount {
    /// With one mail more; none when there are as many as may be.
    #[must_use]
    pub fn one_more(self, most: u32) -> Option<Self> {
        let is_free = self.count < most;
        is_free.then(|| Self { count: self.count + 1, version: self.version + 1, ..self })
    }

    /// When it counts for nothing any more. A day later than its own ends, as a clock may be set back.
    pub fn forgotten_at(&self) -> Timestamp {
        let end = self.day.checked_add(2.days()).ok().and_then(calendar::begin);
        end.unwrap_or(Timestamp::MAX)
    }
}

impl Filed for MailCount {
    const KIND: CaseKind = CaseKind::MailCount;

    fn filing(&self) -> Filing {
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: None,
            // Nobody has to do anything about it.
            is_open: false,
            due_at: Some(self.forgotten_at()),
            wake_at: None,
            version: self.version,
        }
    }
}
