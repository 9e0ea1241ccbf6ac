//! Taking hits in: who counts as whom, and many made durable together before any is acknowledged.

use std::sync::Arc;

use domain::visit::{Drop, Kept, Site, Visitor, day_of};
use parking_lot::Mutex;
use store::{Change, Expect, Unit, visits::HitRow};
use tokio::sync::oneshot;

use super::{Arrival, Facts, KnownSite, Recognised};
use crate::{Gate, GateError, attempts::Failed};

/// The most hits that wait together; more are refused, and whoever sends them may try again.
const MOST: usize = 16_384;

/// Hits that wait to be made durable.
#[derive(Default)]
pub(crate) struct Intake {
    waiting: Mutex<Vec<(HitRow, oneshot::Sender<()>)>>,
    /// Held by whoever commits for all. It is held over I/O on purpose: what arrives meanwhile goes into the next commit.
    turn: tokio::sync::Mutex<()>,
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

    /// Waits until a hit is durable. Whoever has the turn commits what has gathered, for all who wait.
    async fn add_hit(&self, hit: HitRow) -> Result<(), GateError> {
        let (done, committed) = oneshot::channel();
        {
            let mut waiting = self.intake.waiting.lock();
            if waiting.len() >= MOST {
                return Err(GateError::Busy);
            }
            waiting.push((hit, done));
        }
        let turn = self.intake.turn.lock().await;
        let group = std::mem::take(&mut *self.intake.waiting.lock());
        if !group.is_empty() {
            let (hits, waiting): (Vec<_>, Vec<_>) = group.into_iter().unzip();
            let unit = Unit { changes: vec![Change::AddHits(hits)], ..Unit::default() };
            let store = Arc::clone(&self.store);
            // It goes on to its end when whoever has the turn hangs up: it is the commit of all.
            let committing = tokio::spawn(async move {
                let committed = store.commit(unit).await;
                // Those whose hits are not stored learn it by their channel being closed.
                if committed.is_ok() {
                    waiting.into_iter().for_each(|done| done.send(()).unwrap_or_default());
                }
                committed
            });
            committing.await.map_err(|_| GateError::Busy)??;
        }
        drop(turn);
        committed.await.map_err(|_| GateError::Busy)
    }
}
