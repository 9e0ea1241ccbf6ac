//! Taking hits in: who counts as whom, and many made durable together before any is acknowledged.

use std::sync::Arc;

use domain::visit::{Drop, Kept, Site, Visitor, day_of};
use parking_lot::Mutex;
use store::{Change, Expect, Store, Unit, visits::HitRow};
use tokio::sync::oneshot;

use super::{Arrival, Facts, KnownSite, Recognised};
use crate::{Gate, GateError, attempts::Failed};

/// The most hits that wait together; more are refused, and whoever sends them may try again.
const MOST: usize = 16_384;

/// Hits that wait to be made durable. What arrives during a commit goes into the next one, which the same task makes: whoever
/// sent a hit waits for nothing but their own commit.
#[derive(Default)]
pub(crate) struct Intake(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    hits: Vec<(HitRow, Done)>,
    is_committing: bool,
}

/// Tells whoever sent a hit; where it is dropped, nothing was kept.
type Done = oneshot::Sender<Result<(), GateError>>;

impl Intake {
    /// Puts a hit with those that wait; whether nobody commits them yet.
    fn wait(&self, hit: HitRow, done: Done) -> Result<bool, GateError> {
        let mut waiting = self.0.lock();
        if waiting.hits.len() >= MOST {
            return Err(GateError::Busy);
        }
        waiting.hits.push((hit, done));
        Ok(!std::mem::replace(&mut waiting.is_committing, true))
    }

    /// What has gathered; none ends the task.
    fn gathered(&self) -> Option<Vec<(HitRow, Done)>> {
        let mut waiting = self.0.lock();
        waiting.is_committing = !waiting.hits.is_empty();
        waiting.is_committing.then(|| std::mem::take(&mut waiting.hits))
    }
}

/// If the task that commits is torn down, those who wait learn it, and the next hit begins another.
struct Committing(Arc<Intake>);

impl std::ops::Drop for Committing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *self.0.0.lock() = Waiting::default();
        }
    }
}

/// What became of a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is kept, durably.
    Counted,
    /// It is not counted.
    Dropped(Drop),
}

impl Gate {
    /// Takes a hit in: on return it is durable, or it is said why it does not count.
    ///
    /// # Errors
    /// A store fails, or too many wait; nothing was kept then.
    pub async fn take_hit(&self, known: &KnownSite, arrival: Arrival<'_>) -> Result<Taken, GateError> {
        if !known.declares(&arrival.hit) {
            return Ok(Taken::Dropped(Drop::Undeclared));
        }
        self.retried(|| self.try_take(known, &arrival)).await.map_err(Failed::into_error)
    }

    async fn try_take(&self, known: &KnownSite, arrival: &Arrival<'_>) -> Result<Taken, Failed> {
        let now = self.now();
        let kept = Kept { at: now, hit: arrival.hit.clone(), surroundings: arrival.surroundings.clone() };
        let row = |visitor, owner| {
            let facts = Facts { kept, owner }.bytes()?;
            Ok::<_, GateError>(HitRow { site: known.site.clone(), visitor, at: now, facts })
        };
        let recognised = match arrival.cookie.filter(|_| !arrival.refuses) {
            Some(cookie) => self.recognised(known, cookie).await?,
            None => None,
        };
        if let Some(recognised) = recognised {
            let visitor = Visitor { number: recognised.number, is_recognised: true };
            let hit = row(visitor, Some(self.sealed_owner(&known.site, &recognised)?))?;
            // Whoever says no, or is erased, meanwhile is asked for again.
            let expects = vec![Expect::Subject { id: recognised.subject, version: recognised.version }];
            let unit = Unit { expects, changes: vec![Change::AddHits(vec![hit])], ..Unit::default() };
            self.commit(unit).await.map_err(Failed::Commit)?;
            return Ok(Taken::Counted);
        }
        if !known.counts_strangers() {
            return Ok(Taken::Dropped(Drop::OptedOut));
        }
        let salt = self.salt(&known.site, day_of(now.as_second())).await?;
        let number = salt.visitor_number(arrival.address.as_bytes(), arrival.agent.as_bytes());
        self.add_hit(row(Visitor { number, is_recognised: false }, None)?).await?;
        Ok(Taken::Counted)
    }

    fn sealed_owner(&self, site: &Site, visitor: &Recognised) -> Result<Vec<u8>, GateError> {
        let keys = self.keyring.account(site.account)?;
        Ok(keys.seal_owner(&site.name, visitor.number, visitor.subject, self.randomness()))
    }

    /// Waits until a hit is durable.
    async fn add_hit(&self, hit: HitRow) -> Result<(), GateError> {
        let (done, committed) = oneshot::channel();
        if self.intake.wait(hit, done)? {
            // It goes on to its end when whoever began it hangs up: it is the commit of all.
            tokio::spawn(commit_gathered(Arc::clone(&self.intake), Arc::clone(&self.store)));
        }
        committed.await.map_err(|_| GateError::Busy)?
    }
}

/// Commits what has gathered, until nothing waits.
async fn commit_gathered(intake: Arc<Intake>, store: Arc<dyn Store>) {
    let committing = Committing(intake);
    while let Some(group) = committing.0.gathered() {
        let (hits, waiting): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let unit = Unit { changes: vec![Change::AddHits(hits)], ..Unit::default() };
        match store.commit(unit).await {
            Ok(_) => waiting.into_iter().for_each(|done| done.send(Ok(())).unwrap_or_default()),
            // One learns why; the others learn by their channel being closed that nothing of theirs is stored.
            Err(error) => {
                let first = waiting.into_iter().next();
                if let Some(first) = first {
                    first.send(Err(error.into())).unwrap_or_default();
                }
            }
        }
    }
}
