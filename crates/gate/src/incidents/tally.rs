//! Adding up what someone touched, in memory that does not grow with the log.

use std::collections::{BTreeMap, BTreeSet, HashSet, btree_map::Entry};

use domain::{
    AccountId, Action, Detail, Outcome, RecordId, Subject, SubjectId,
    incident::{Actor, Reach},
};
use jiff::Timestamp;

use super::ScopeQuestion;
use crate::log::Seen;

/// The most people, and the most records, that are counted: 16 bytes each.
const COUNTED: usize = 1_000_000;

/// What was done with one person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Whose.
    pub subject: SubjectId,
    /// How many entries say so.
    pub entries: u64,
    /// The categories that were opened, stored or changed.
    pub categories: BTreeSet<String>,
    /// The purposes that were named.
    pub purposes: BTreeSet<String>,
    /// The first time.
    pub first_at: Timestamp,
    /// The last time.
    pub last_at: Timestamp,
}

/// What was found so far.
pub(super) struct Tally {
    /// Whose people are named: an account's own.
    account: AccountId,
    actor: Actor,
    after: Option<SubjectId>,
    limit: usize,
    pub(super) reach: Reach,
    people: HashSet<SubjectId>,
    records: HashSet<RecordId>,
    /// The first people after `after`, in the order of their ids, and one more to tell whether there are any.
    named: BTreeMap<SubjectId, Touched>,
}

impl Tally {
    pub(super) fn of(account: AccountId, question: &ScopeQuestion) -> Self {
        Self {
            account,
            actor: question.actor,
            after: question.after,
            limit: question.limit as usize,
            reach: Reach::default(),
            people: HashSet::new(),
            records: HashSet::new(),
            named: BTreeMap::new(),
        }
    }

    /// The people of this page, and whether others come after them.
    pub(super) fn into_page(self) -> (Reach, Vec<Touched>, bool) {
        let mut people: Vec<Touched> = self.named.into_values().collect();
        let has_more = people.len() > self.limit;
        people.truncate(self.limit);
        (self.reach, people, has_more)
    }

    /// Takes an entry into account, if it is one of those who are looked for.
    pub(super) fn add(&mut self, Seen { detail, subject, .. }: &Seen) {
        // That a key is used is noted with it, and is nothing that was done.
        let is_note = detail.action == Action::KeyUsed;
        if is_note || !self.actor.did(detail.account, detail.actor, detail.staff) {
            return;
        }
        if detail.outcome == Outcome::Refused {
            self.reach.refused += 1;
            return;
        }
        let reach = &mut self.reach;
        reach.done += 1;
        count(&mut reach.actions, &detail.action.word());
        detail.categories.iter().for_each(|category| count(&mut reach.categories, category));
        detail.purpose.iter().for_each(|purpose| count(&mut reach.purposes, purpose));
        detail.recipient.iter().for_each(|recipient| count(&mut reach.recipients, recipient));
        if let Some(concerned) = &detail.concerned {
            reach.queries.entries += 1;
            reach.queries.people += concerned.people;
        }
        if let Some(record) = detail.record {
            self.reach.more |= !admit(&mut self.records, record);
            self.reach.records = self.records.len() as u64;
        }
        if let Some(subject) = subject {
            self.count_person(subject);
            if subject.account == self.account {
                self.name(subject.id, detail);
            }
        }
    }

    fn count_person(&mut self, subject: &Subject) {
        let before = self.people.len();
        self.reach.more |= !admit(&mut self.people, subject.id);
        if self.people.len() > before {
            self.reach.people += 1;
            if subject.account != self.account {
                *self.reach.clients.entry(subject.account).or_default() += 1;
            }
        }
    }

    fn name(&mut self, subject: SubjectId, detail: &Detail) {
        if self.after.is_some_and(|after| subject <= after) {
            return;
        }
        let touched = match self.named.entry(subject) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Touched {
                subject,
                entries: 0,
                categories: BTreeSet::new(),
                purposes: BTreeSet::new(),
                first_at: detail.at,
                last_at: detail.at,
            }),
        };
        touched.entries += 1;
        touched.categories.extend(detail.categories.iter().cloned());
        touched.purposes.extend(detail.purpose.iter().cloned());
        touched.first_at = touched.first_at.min(detail.at);
        touched.last_at = touched.last_at.max(detail.at);
        // One that is pushed out never comes back: whoever comes later is compared with those who stay.
        if self.named.len() > self.limit + 1 {
            self.named.pop_last();
        }
    }
}

/// Whether an id is among those that are counted, which it joins while there is room.
fn admit<T: std::hash::Hash + Eq>(counted: &mut HashSet<T>, id: T) -> bool {
    if counted.len() < COUNTED {
        counted.insert(id);
        return true;
    }
    counted.contains(&id)
}

fn count(counts: &mut BTreeMap<String, u64>, word: &str) {
    match counts.get_mut(word) {
        Some(known) => *known += 1,
        None => drop(counts.insert(word.to_owned(), 1)),
    }
}
