//! Retention as a store sees it: what is over, what will be, and whose ends do not follow yet.

use async_trait::async_trait;
use domain::{AccountId, Freezes, RecordId, Subject, SubjectId};
use jiff::{Timestamp, civil::Date};

use crate::error::StoreError;

/// A record whose time is over, without what is sealed in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// Which record.
    pub record: RecordId,
    /// Its version.
    pub version: u32,
    /// Its record type.
    pub record_type: String,
    /// Its retention class.
    pub class: String,
    /// When its time was over.
    pub ended_at: Timestamp,
    /// Whose it is.
    pub subject: SubjectId,
    /// The version of the subject under which it may go: whatever keeps it raises that.
    pub subject_version: u32,
}

/// Records of one account and one type that end on one day, or that have no end yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ending {
    /// The day, in UTC; none when they have no end.
    pub day: Option<Date>,
    /// Whose.
    pub account: AccountId,
    /// The record type.
    pub record_type: String,
    /// How many.
    pub records: u64,
}

/// The same of one person of whom something must not be deleted, or whose ends do not follow yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What must not be deleted of them.
    pub freezes: Freezes,
    /// Whether the ends of their records do not all follow what happened yet.
    pub is_settling: bool,
    /// What ends.
    pub ending: Ending,
}

/// Which ends are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Whose; none for every account's.
    pub account: Option<AccountId>,
    /// After this moment; none from the first on.
    pub after: Option<Timestamp>,
    /// Up to this moment.
    pub until: Timestamp,
}

/// Reads what retention needs.
#[async_trait]
pub trait Retention {
    /// Records whose time is over at `now`, oldest first. What is frozen is left out, and people whose ends do not follow
    /// what happened yet; and whoever was merged, as what keeps their records stands with the other one.
    async fn expired(&self, now: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError>;
    /// How many records end in a span, in the order of day, account and type, whoever keeps them.
    async fn endings(&self, span: Span) -> Result<Vec<Ending>, StoreError>;
    /// How many records have no end yet, in the order of account and type.
    async fn endless(&self, account: Option<AccountId>) -> Result<Vec<Ending>, StoreError>;
    /// What of [`endings`](Retention::endings) is of people of whom something is kept, in no order.
    async fn kept_endings(&self, span: Span) -> Result<Vec<Kept>, StoreError>;
    /// Living people whose records' ends do not all follow what happened, in the order of their ids.
    async fn settling_subjects(&self, limit: u32) -> Result<Vec<Subject>, StoreError>;
}

/// Microseconds in a day, by which engines group.
pub const DAY: i64 = 86_400_000_000;

/// The day of a number of days since the Unix epoch, as engines count it; none where no calendar reaches.
pub fn day(number: i64) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}
