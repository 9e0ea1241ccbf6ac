//! What a site may show next: items, of which one is picked for a slot of a page. They are of the site and of nobody.

mod pick;
mod taste;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use pick::{candidates, pick};
pub use taste::{Interests, Shown};

use crate::{
    case::{CaseId, CaseKind, Filed, Filing},
    id::AccountId,
};

/// How many items an account may have.
pub const MOST_ITEMS: usize = 100;
/// How many tags an item may have.
pub const MOST_TAGS: usize = 16;
/// The longest name of an item, a slot or a tag, in bytes.
pub const LONGEST_NAME: usize = 64;
/// The most that an item may be preferred to another.
pub const MOST_WEIGHT: u32 = 1_000;
/// The most times that a cap may let an item be shown.
pub const MOST_TIMES: u32 = 20;
/// The longest period of a cap, in hours: thirty-one days.
pub const MOST_HOURS: u32 = 24 * 31;

/// How often an item may be shown to one visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// So often.
    pub times: u32,
    /// In any period of so many hours.
    pub hours: u32,
}

impl Cap {
    /// Since when what was shown counts.
    pub fn since(self, now: Timestamp) -> Timestamp {
        let period = SignedDuration::from_hours(i64::from(self.hours));
        now.saturating_sub(period).unwrap_or(Timestamp::MIN)
    }
}

/// What is said of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Where on a page it may stand.
    pub slot: String,
    /// For whom it is: interests as the site's policy declares them.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// How much it is preferred to others of its slot.
    #[serde(default = "one")]
    pub weight: u32,
    /// From when it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The first moment at which it is shown no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// How often it may be shown to one visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
}

const fn one() -> u32 {
    1
}

/// Something that a site may show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Made from site and name.
    pub id: CaseId,
    /// Whose.
    pub account: AccountId,
    /// On which site.
    pub site: String,
    /// What its site calls it.
    pub name: String,
    /// What is said of it.
    pub terms: Terms,
    /// Counts its changes, from 1.
    pub version: u32,
}

impl Filed for Item {
    const KIND: CaseKind = CaseKind::Item;

    fn filing(&self) -> Filing {
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: None,
            is_open: true,
            due_at: None,
            wake_at: None,
            version: self.version,
        }
    }
}

/// Whether something can be the name of an item, a slot or a tag: it stands in addresses and in figures.
pub fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST_NAME && text.bytes().all(is_plain)
}

impl Terms {
    /// What cannot be meant, in words for whoever sent it.
    ///
    /// # Errors
    /// Something cannot be meant.
    pub fn check(&self) -> Result<(), String> {
        let names = "is 1 to 64 small letters, digits, `-` and `_`";
        if !is_name(&self.slot) {
            return Err(format!("`slot` {names}"));
        }
        if self.tags.len() > MOST_TAGS {
            return Err(format!("`tags` are {MOST_TAGS} at most"));
        }
        if !(1..=MOST_WEIGHT).contains(&self.weight) {
            return Err(format!("`weight` is 1 to {MOST_WEIGHT}"));
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| from >= until) {
            return Err("`from` is not before `until`".to_owned());
        }
        let is_cap =
            |cap: Cap| (1..=MOST_TIMES).contains(&cap.times) && (1..=MOST_HOURS).contains(&cap.hours);
        if !self.cap.is_none_or(is_cap) {
            return Err(format!("a `cap` is 1 to {MOST_TIMES} `times` in 1 to {MOST_HOURS} `hours`"));
        }
        Ok(())
    }

    /// Whether it is shown at a moment.
    pub fn runs(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

#[cfg(test)]
mod tests;
