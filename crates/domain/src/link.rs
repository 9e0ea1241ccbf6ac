//! Links into the privacy center: sent to an address that is held about a person, opened once and soon. The secret in one lies
//! nowhere: it is made again when it is sent, and here is a hash of it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, LinkId, RecordId, SubjectId},
};

/// How long a link opens.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// For how long it is remembered that there was one, so that whoever opens it late is told why it opens nothing.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A link into the privacy center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// The account whose privacy center it opens.
    pub account: AccountId,
    /// Everyone of whom the address is held: whoever opens it says which of them they are.
    pub people: Vec<Reached>,
    /// A keyed hash of the address that was asked for, in hexadecimal digits: where another stands by now, it is not sent there.
    #[serde(default)]
    pub address: String,
    /// The hash of its secret, in hexadecimal digits.
    pub secret: String,
    /// The first moment at which it opens nothing.
    pub until: Timestamp,
    /// When it was opened.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_at: Option<Timestamp>,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Somebody who is reached at an address, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Who.
    pub subject: SubjectId,
    /// The record that holds the address.
    pub record: RecordId,
    /// Its field.
    pub field: String,
}

impl Link {
    /// One that is sent now, to an address and with a secret of which these are the hashes.
    pub fn new(
        (id, account): (LinkId, AccountId),
        people: Vec<Reached>,
        (address, secret): (String, String),
        now: Timestamp,
    ) -> Self {
        let until = now.saturating_add(LINK_LIFE).unwrap_or(Timestamp::MAX);
        Self { id, account, people, address, secret, until, opened_at: None, version: 1 }
    }

    /// Whether it opens anything.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.opened_at.is_none() && now < self.until
    }

    /// After somebody opened it, as the one of its people who stands at this place; none when it opens nothing, or nobody stands
    /// there.
    pub fn opened(self, place: usize, now: Timestamp) -> Option<(Self, Reached)> {
        let who = self.people.get(place).filter(|_| self.is_live(now)).cloned()?;
        Some((Self { opened_at: Some(now), version: self.version + 1, ..self }, who))
    }
}

impl Filed for Link {
    const KIND: CaseKind = CaseKind::Link;

    fn filing(&self) -> Filing {
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: None,
            // Nobody has to do anything about it: it is forgotten after its time.
            is_open: false,
            due_at: Some(self.until.saturating_add(REMEMBERED).unwrap_or(Timestamp::MAX)),
            wake_at: None,
            version: self.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn link() -> Link {
        let who = |byte| Reached {
            subject: SubjectId::from_bytes([byte; 16]),
            record: RecordId::from_bytes([byte; 16]),
            field: "email".to_owned(),
        };
        let (id, account) = (LinkId::from_bytes([7; 16]), AccountId::from_bytes([2; 16]));
        Link::new((id, account), vec![who(1), who(3)], ("ad".repeat(32), "5e".repeat(32)), at(0))
    }

    #[test]
    fn it_opens_once_and_for_a_quarter_of_an_hour() {
        assert!(link().is_live(at(14)) && !link().is_live(at(15)));
        assert_eq!(link().opened(0, at(15)), None);
        let (opened, who) = link().opened(1, at(1)).unwrap();
        assert_eq!((who.subject, opened.version), (SubjectId::from_bytes([3; 16]), 2));
        assert!(!opened.is_live(at(1)));
        assert_eq!(opened.opened(0, at(1)), None);
    }

    #[test]
    fn nobody_comes_in_who_is_not_reached_there() {
        assert_eq!(link().opened(2, at(1)), None);
    }
}
