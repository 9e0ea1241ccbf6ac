//! Triggers: what happens to a person from which a retention clock runs (promise `retention`), and when it did. It stands
//! with the subject, and another trigger is another version of the subject, so that it binds at the next decision.

use std::collections::BTreeMap;

use jiff::Timestamp;
use policy::document::Until;
use serde::{Deserialize, Serialize};

use crate::id::RecordId;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The account was closed, or the relationship with the person ended.
    Account,
    /// The person was here: each later visit moves it on.
    Visits,
    /// The contract with the person ended.
    Contract,
}

impl Trigger {
    /// Every trigger.
    pub const ALL: [Self; 3] = [Self::Account, Self::Visits, Self::Contract];

    /// What a clock of the policy waits for; none when it runs by itself.
    pub const fn of(until: Until) -> Option<Self> {
        match until {
            Until::Stored | Until::Changed => None,
            Until::Account => Some(Self::Account),
            Until::Visits => Some(Self::Visits),
            Until::Contract => Some(Self::Contract),
        }
    }

    /// The word of the policy and of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Visits => "visits",
            Self::Contract => "contract",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == text)
    }
}

/// A trigger that was pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Pulled {
    /// When it happened.
    at: Timestamp,
    /// The first end that it gave to a record that was stored by then; none while it gave none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    first_end: Option<Timestamp>,
}

/// How far the ends of a person's records follow what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Settling {
    /// Since when they do not. What had ended by then is over, and stays so: nobody came in time.
    #[serde(default)]
    since: Timestamp,
    /// The last record whose end does; none at the beginning.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    after: Option<RecordId>,
}

/// What happened to a person, as far as a clock may run from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Triggers {
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pulled: BTreeMap<Trigger, Pulled>,
    /// While the ends of records do not all follow yet, nothing of the person's expires: what is still to follow may have
    /// an end that is too early.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    settling: Option<Settling>,
}

/// Why a trigger cannot be pulled or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It happened before.
    #[error("this has happened already; where that was a mistake, take it back first")]
    Happened,
    /// It never did.
    #[error("this has not happened, so there is nothing to take back")]
    HasNot,
    /// A visit is no state that could be left.
    #[error("a visit cannot be taken back")]
    Visit,
    /// Something it gave an end to has come to it.
    #[error("records have come to the end that this gave them, and are gone")]
    Over,
}

impl Triggers {
    /// When something happened last.
    pub fn at(&self, trigger: Trigger) -> Option<Timestamp> {
        self.pulled.get(&trigger).map(|pulled| pulled.at)
    }

    /// What happened, in the order of the words.
    pub fn all(&self) -> impl Iterator<Item = (Trigger, Timestamp)> {
        self.pulled.iter().map(|(trigger, pulled)| (*trigger, pulled.at))
    }

    /// After something happened, which is known since `now`. A visit that is older than the last one known changes nothing.
    ///
    /// # Errors
    /// It happened before, and is no visit.
    pub fn pulled(mut self, trigger: Trigger, at: Timestamp, now: Timestamp) -> Result<Self, NotNow> {
        match (trigger, self.at(trigger)) {
            (Trigger::Visits, Some(last)) if at <= last => return Ok(self),
            (Trigger::Account | Trigger::Contract, Some(_)) => return Err(NotNow::Happened),
            _ => {}
        }
        self.pulled.insert(trigger, Pulled { at, first_end: None });
        Ok(self.unsettled(now))
    }

    /// After it turned out that it did not happen, or that it was undone: as long as nothing has ended for it.
    ///
    /// # Errors
    /// It did not happen, it is a visit, or a record came to the end that it gave.
    pub fn taken_back(mut self, trigger: Trigger, now: Timestamp) -> Result<Self, NotNow> {
        let pulled = self.pulled.get(&trigger).ok_or(NotNow::HasNot)?;
        if trigger == Trigger::Visits {
            return Err(NotNow::Visit);
        }
        if pulled.first_end.is_some_and(|end| end <= now) {
            return Err(NotNow::Over);
        }
        self.pulled.remove(&trigger);
        Ok(self.unsettled(now))
    }

    /// After the person was erased: whatever was still going on is over.
    #[must_use]
    pub fn ended(mut self, at: Timestamp) -> Self {
        for trigger in [Trigger::Account, Trigger::Contract] {
            self.pulled.entry(trigger).or_insert(Pulled { at, first_end: None });
        }
        self.unsettled(at)
    }

    /// What happened to one person who was held as two: the later visit, and what is over for both. None where something is
    /// over for one of them only.
    pub fn joined(&self, other: &Self, now: Timestamp) -> Option<Self> {
        let mut pulled = BTreeMap::new();
        for trigger in Trigger::ALL {
            let (one, two) = (self.pulled.get(&trigger), other.pulled.get(&trigger));
            if trigger != Trigger::Visits && one.is_some() != two.is_some() {
                return None;
            }
            let both = || one.into_iter().chain(two);
            // Of the ends that it gave only those stand that have come: the others are given anew.
            let first_end = both().filter_map(|pulled| pulled.first_end).filter(|end| *end <= now).min();
            let at = both().map(|pulled| pulled.at).max();
            pulled.extend(at.map(|at| (trigger, Pulled { at, first_end })));
        }
        let settling = self.settling.into_iter().chain(other.settling).min_by_key(|settling| settling.since);
        Some(Self { pulled, settling }.unsettled(now))
    }

    /// The same where ends of records do not follow, from the first one on. Those that did not before could not be over
    /// because of it.
    #[must_use]
    pub fn unsettled(self, now: Timestamp) -> Self {
        let since = self.settling.map_or(now, |settling| settling.since.min(now));
        Self { settling: Some(Settling { since, after: None }), ..self }
    }

    /// Whether a record had come to its end before it was known what that would follow now.
    pub fn had_ended(&self, end: Option<Timestamp>) -> bool {
        self.settling.is_some_and(|settling| end.is_some_and(|end| end <= settling.since))
    }

    /// Whether ends of records do not follow yet.
    pub const fn is_settling(&self) -> bool {
        self.settling.is_some()
    }

    /// After which record the ends of records do not follow yet.
    pub fn settled_to(&self) -> Option<RecordId> {
        self.settling.and_then(|settling| settling.after)
    }

    /// After a trigger gave a record its end.
    pub fn gave(&mut self, trigger: Trigger, end: Timestamp) {
        if let Some(pulled) = self.pulled.get_mut(&trigger) {
            pulled.first_end = Some(pulled.first_end.map_or(end, |first| first.min(end)));
        }
    }

    /// After the ends of records up to this one follow; none when all do.
    #[must_use]
    pub fn settled(self, up_to: Option<RecordId>) -> Self {
        let since = self.settling.unwrap_or_default().since;
        Self { settling: up_to.map(|record| Settling { since, after: Some(record) }), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i8) -> Timestamp {
        format!("2026-01-{day:02}T00:00:00Z").parse().unwrap()
    }

    #[test]
    fn of_two_that_are_one_the_later_visit_counts_and_what_is_over_for_both() {
        let left = Triggers::default().pulled(Trigger::Visits, day(2), day(2)).unwrap();
        let mut left = left.pulled(Trigger::Account, day(3), day(3)).unwrap();
        let stays = Triggers::default().pulled(Trigger::Visits, day(1), day(1)).unwrap();
        assert_eq!((left.joined(&stays, day(9)), stays.joined(&left, day(9))), (None, None));
        left.gave(Trigger::Account, day(8));
        let mut stays = stays.pulled(Trigger::Account, day(5), day(5)).unwrap();
        stays.gave(Trigger::Account, day(20));
        for joined in [left.joined(&stays, day(9)).unwrap(), stays.joined(&left, day(9)).unwrap()] {
            assert_eq!(
                (joined.at(Trigger::Visits), joined.at(Trigger::Account)),
                (Some(day(2)), Some(day(5)))
            );
            assert!(joined.is_settling());
            assert_eq!(joined.taken_back(Trigger::Account, day(9)), Err(NotNow::Over));
        }
    }

    #[test]
    fn what_had_ended_before_is_over() {
        let visited = Triggers::default().pulled(Trigger::Visits, day(4), day(5)).unwrap();
        let over = |triggers: &Triggers, end| triggers.had_ended(Some(day(end)));
        assert!(over(&visited, 5) && !over(&visited, 6) && !visited.had_ended(None));
        // What does not follow the first visit yet may not be over.
        let again = visited.clone().settled(Some(RecordId::from_bytes([1; 16])));
        let again = again.pulled(Trigger::Visits, day(8), day(8)).unwrap();
        assert_eq!((over(&again, 5), over(&again, 6), again.settled_to()), (true, false, None));
        let later = visited.settled(None).pulled(Trigger::Visits, day(8), day(8)).unwrap();
        assert!(over(&later, 8));
        assert!(!over(&later.settled(None), 1), "all follow");
    }

    #[test]
    fn a_visit_moves_on_and_an_end_happens_once() {
        let visited = Triggers::default().pulled(Trigger::Visits, day(2), day(2)).unwrap();
        assert_eq!(visited.clone().pulled(Trigger::Visits, day(1), day(1)).unwrap(), visited);
        let again = visited.pulled(Trigger::Visits, day(3), day(3)).unwrap();
        assert_eq!(again.at(Trigger::Visits), Some(day(3)));
        assert_eq!(again.clone().taken_back(Trigger::Visits, day(3)), Err(NotNow::Visit));
        let closed = again.pulled(Trigger::Account, day(4), day(4)).unwrap();
        assert_eq!(closed.clone().pulled(Trigger::Account, day(5), day(5)), Err(NotNow::Happened));
        assert_eq!(
            closed.ended(day(9)).all().collect::<Vec<_>>(),
            [(Trigger::Account, day(4)), (Trigger::Visits, day(3)), (Trigger::Contract, day(9)),]
        );
    }

    #[test]
    fn it_is_taken_back_while_nothing_has_ended() {
        let mut closed = Triggers::default().pulled(Trigger::Account, day(1), day(1)).unwrap();
        assert!(closed.is_settling());
        closed.gave(Trigger::Account, day(20));
        closed.gave(Trigger::Account, day(10));
        let settled = closed.settled(None);
        assert!(!settled.is_settling());
        assert_eq!(settled.clone().taken_back(Trigger::Account, day(10)), Err(NotNow::Over));
        let open = settled.taken_back(Trigger::Account, day(9)).unwrap();
        assert_eq!((open.at(Trigger::Account), open.is_settling()), (None, true));
        assert_eq!(open.taken_back(Trigger::Account, day(9)), Err(NotNow::HasNot));
    }

    #[test]
    fn nothing_is_written_of_nothing_and_the_rest_reads_back() {
        assert_eq!(serde_json::to_string(&Triggers::default()).unwrap(), "{}");
        let some = Triggers::default().ended(day(1)).settled(Some(RecordId::from_bytes([7; 16])));
        let written = serde_json::to_string(&some).unwrap();
        assert_eq!(serde_json::from_str::<Triggers>(&written).unwrap(), some);
        for trigger in Trigger::ALL {
            assert_eq!(Trigger::parse(trigger.as_str()), Some(trigger));
        }
    }
}
