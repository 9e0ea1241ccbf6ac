//! Taking hits in: who counts as whom, and many made durable together before any is acknowledged.

use domain::visit::{Drop, Kept, Site, Visitor, day_of};
use parking_lot::Mutex;
use store::{Change, Unit, visits::HitRow};
use tokio::sync::oneshot;

use super::{Arrival, Facts, KnownSite, Recognised};
use crate::{Gate, GateError};

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
        let now = self.now();
        let recognised = match arrival.cookie.filter(|_| !arrival.refuses) {
            Some(cookie) => self.recognised(known, cookie).await?,
            None => None,
        };
        let visitor = match &recognised {
            Some(recognised) => Visitor { number: recognised.number, is_recognised: true },
            None if known.counts_strangers() => {
                let salt = self.salt(&known.site, day_of(now.as_second())).await?;
                let number = salt.visitor_number(arrival.address.as_bytes(), arrival.agent.as_bytes());
                Visitor { number, is_recognised: false }
            }
            None => return Ok(Taken::Dropped(Drop::OptedOut)),
        };
        let owner = recognised.map(|recognised| self.sealed_owner(&known.site, &recognised)).transpose()?;
        let kept = Kept { at: now, hit: arrival.hit, surroundings: arrival.surroundings };
        let facts = Facts { kept, owner }.bytes()?;
        self.add_hit(HitRow { site: known.site.clone(), visitor, at: now, facts }).await?;
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
            // Those whose hits are not stored learn it by their channel being closed.
            self.commit(unit).await?;
            // Whoever does not wait any more needs no answer.
            waiting.into_iter().for_each(|done| done.send(()).unwrap_or_default());
        }
        drop(turn);
        committed.await.map_err(|_| GateError::Busy)
    }
}
