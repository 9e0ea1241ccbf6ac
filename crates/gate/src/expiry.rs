//! Expiry: records whose time is over are deleted without being asked (promise `retention`). Many at once: a unit a person,
//! all of which share what makes them durable, so that each person's log says what went and no one waits for another.

mod departure;

use std::{
    collections::{BTreeMap, HashSet, btree_map::Entry},
    sync::atomic::Ordering,
};

use domain::{AccountId, SubjectId, SubjectState};
use futures_util::future::join_all;
use jiff::SignedDuration;
use policy::document::Document;
use store::{
    Change, CommitError, Unit,
    key_store::{Deletion, Gone, Removal},
    retention::Expired,
};

use crate::{Caller, Effective, Gate, GateError, attempts::Failed};
use departure::Departure;

/// What became of the units of a round.
#[derive(Default)]
struct Round {
    /// Keys of classes that may be empty now.
    emptied: Vec<Deletion>,
    /// People who were erased before, and of whom something went that had been kept.
    erased: Vec<SubjectId>,
    /// What the journal was told of and that is certainly still there.
    stays: Vec<Removal>,
    failed: Option<GateError>,
}

impl Gate {
    /// Deletes records whose time is over, at most `limit`. Returns how many it looked at; a job calls it until there are
    /// none.
    ///
    /// # Errors
    /// A store fails, or a record cannot be deleted; the others are, and what was deleted stays deleted.
    pub async fn expire(&self, limit: u32) -> Result<usize, GateError> {
        let expired = self.store.expired(self.now(), limit).await?;
        if expired.is_empty() {
            return Ok(0);
        }
        let count = expired.len();
        self.refresh().await?;
        let mut round = Round::default();
        let departures = self.departures(expired, &mut round).await;
        let buried: Vec<Gone> =
            departures.iter().flat_map(|one| &one.buried).cloned().map(Gone::Record).collect();
        if !buried.is_empty() {
            self.keyring.key_store().bury(&buried).await?;
        }
        let outcomes = join_all(departures.iter().map(|departure| self.depart(departure))).await;
        for (departure, outcome) in departures.into_iter().zip(outcomes) {
            round.add(departure, outcome);
        }
        self.remnants.store(true, Ordering::Relaxed);
        self.finish_round(round).await.map(|()| count)
    }

    /// Who departs with what. Someone whom anything was decided about since is left for the next round, and so is whoever
    /// something is wrong with; all others go.
    async fn departures(&self, expired: Vec<Expired>, round: &mut Round) -> Vec<Departure> {
        let mut people: BTreeMap<SubjectId, Vec<Expired>> = BTreeMap::new();
        for one in expired {
            people.entry(one.subject).or_default().push(one);
        }
        let found = join_all(people.keys().map(|subject| self.store.subject(*subject))).await;
        let mut policies: BTreeMap<AccountId, (Caller, Effective)> = BTreeMap::new();
        let mut departures = Vec::with_capacity(people.len());
        for (records, found) in people.into_values().zip(found) {
            let (subject, keys) = match found {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(error) => {
                    round.failed.get_or_insert(error.into());
                    continue;
                }
            };
            if records.iter().any(|record| record.subject_version != subject.version) {
                continue;
            }
            match self.policy_of(subject.account, &mut policies).await {
                Ok(acting) => departures.extend(Departure::of(self, acting, (subject, keys), &records)),
                Err(error) => {
                    round.failed.get_or_insert(error);
                }
            }
        }
        departures
    }

    /// Who deletes in an account, and under which policy.
    async fn policy_of<'a>(
        &self,
        account: AccountId,
        known: &'a mut BTreeMap<AccountId, (Caller, Effective)>,
    ) -> Result<(&'a Caller, &'a Effective), GateError> {
        let (caller, effective) = match known.entry(account) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let caller = Caller::system(self.account(account).await?);
                let effective = self.effective(&caller)?;
                unknown.insert((caller, effective))
            }
        };
        Ok((caller, effective))
    }

    /// Tells the journal what was not deleted after all, and destroys the keys that nothing needs any more.
    async fn finish_round(&self, round: Round) -> Result<(), GateError> {
        self.unbury(round.stays).await;
        self.destroy_emptied(round.emptied).await?;
        for subject in round.erased {
            self.shred_leftovers(subject).await?;
        }
        round.failed.map_or(Ok(()), Err)
    }

    /// Destroys those keys of classes that were condemned with the last record of theirs.
    async fn destroy_emptied(&self, mut emptied: Vec<Deletion>) -> Result<(), GateError> {
        if emptied.is_empty() {
            return Ok(());
        }
        let condemned = self.store.condemned_slots(u32::MAX).await?;
        let condemned: HashSet<_> = condemned.into_iter().map(|one| one.slot).collect();
        emptied.retain(|deletion| condemned.contains(&deletion.slot));
        if emptied.is_empty() {
            return Ok(());
        }
        self.keyring.key_store().destroy(&emptied).await?;
        let changes = emptied.iter().map(|deletion| Change::ReleaseSlot(deletion.slot)).collect();
        self.store.commit(Unit { changes, ..Unit::default() }).await?;
        Ok(())
    }

    /// Empties what the engine keeps behind rows that were deleted or changed since the last time.
    ///
    /// # Errors
    /// A store fails; the next call tries again.
    pub async fn scrub_remnants(&self) -> Result<(), GateError> {
        if self.remnants.swap(false, Ordering::Relaxed)
            && let Err(error) = self.store.scrub().await
        {
            self.remnants.store(true, Ordering::Relaxed);
            return Err(error.into());
        }
        Ok(())
    }

    /// Forgets idempotency keys older than this many hours.
    ///
    /// # Errors
    /// A store fails.
    pub async fn forget_replays(&self, hours: i64) -> Result<(), GateError> {
        let before = self.now() - SignedDuration::from_hours(hours);
        self.commit(Unit { changes: vec![Change::RemoveReplaysBefore(before)], ..Unit::default() }).await?;
        Ok(())
    }
}

impl Round {
    fn add(&mut self, departure: Departure, outcome: Result<(), Failed>) {
        let Err(failed) = outcome else {
            if departure.subject.state == SubjectState::Erased {
                self.erased.push(departure.subject.id);
            }
            self.emptied.extend(departure.emptied);
            return;
        };
        // Where nobody knows whether it was committed, a restore rather loses what it was about.
        if !matches!(failed, Failed::Commit(CommitError::Unknown(_))) {
            self.stays.extend(departure.buried);
        }
        // Someone changed or deleted it meanwhile; the next round looks again.
        if !matches!(failed, Failed::Commit(CommitError::Conflict(_)) | Failed::Gate(GateError::Busy)) {
            self.failed.get_or_insert(failed.into_error());
        }
    }
}

/// Whether a restore of older data would not know that records of a class have ended: what the clock waited for may have
/// happened since.
fn ends_by_trigger(document: &Document, class: &str) -> bool {
    document.retention.get(class).is_some_and(|clock| clock.until.get_ref().is_open_ended())
}
