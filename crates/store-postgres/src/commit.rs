//! Committing units in groups. All units that arrived while the last group was being made durable go into the next,
//! so that a slow database makes larger groups and not a longer queue.

mod alone;
mod anchors;
mod checks;
mod entries;
mod hot;
mod rare;
mod together;
mod touched;
pub(crate) mod transaction;

use std::{sync::Arc, time::Duration};

use store::{CommitError, Committed, StoreError, Unit};
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot};

use crate::Database;

/// Units that may wait. More are refused at once: whoever asks comes back when fewer wait.
const QUEUE: usize = 8_192;
/// The largest group. More would only make the first of it wait.
const GROUP: usize = 512;
/// Groups at once: while one is made durable, the next is on its way.
const LANES: usize = 2;
/// How often a transaction is tried that others got into the way of.
const ATTEMPTS: usize = 16;

/// What a unit led to.
type Outcome = Result<Committed, CommitError>;

/// A unit and who waits for it.
pub(crate) struct Waiting {
    unit: Unit,
    reply: oneshot::Sender<Outcome>,
    hand: Hand,
    held: Option<OwnedMutexGuard<()>>,
}

/// Held while a transaction may commit the unit. Whoever waits for the unit withdraws it only while nobody holds this.
type Hand = Arc<Mutex<()>>;

impl Waiting {
    /// Takes the unit in hand for a transaction, unless it is withdrawn: its patience is over or nobody waits for it.
    pub(crate) fn begin(&mut self) -> bool {
        self.held = Arc::clone(&self.hand).try_lock_owned().ok();
        self.held.is_some() && !self.reply.is_closed()
    }

    /// Lets go of it: no transaction has it, and nothing of it is stored.
    fn rest(&mut self) {
        self.held = None;
    }

    /// A caller that has gone away needs no answer.
    pub(crate) fn answer(self, outcome: Outcome) {
        drop(self.reply.send(outcome));
    }
}

/// What waits for the database.
pub(crate) type Inbox = mpsc::Receiver<Waiting>;

/// The way to the lanes. They end when it is dropped.
pub(crate) struct Lanes {
    queue: mpsc::Sender<Waiting>,
    patience: Duration,
}

impl Lanes {
    pub(crate) fn start(database: &Database) -> Self {
        let (lanes, inbox) = Self::before(database.patience());
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..LANES {
            tokio::spawn(run(database.clone(), Arc::clone(&inbox)));
        }
        lanes
    }

    /// The way to lanes, and what they are to take from.
    pub(crate) fn before(patience: Duration) -> (Self, Inbox) {
        let (queue, inbox) = mpsc::channel(QUEUE);
        (Self { queue, patience }, inbox)
    }

    /// Commits a unit. One that no transaction has in hand when its patience is over is withdrawn; of one that may be
    /// committed already, the outcome is waited for.
    pub(crate) async fn commit(&self, unit: Unit) -> Outcome {
        let (reply, mut answer) = oneshot::channel();
        let hand = Hand::default();
        let waiting = Waiting { unit, reply, hand: Arc::clone(&hand), held: None };
        self.queue.try_send(waiting).map_err(|_| unavailable("too many changes wait for the database"))?;
        let stopped = |_| unavailable("the writer has stopped");
        if let Ok(outcome) = tokio::time::timeout(self.patience, &mut answer).await {
            return outcome.map_err(stopped)?;
        }
        tokio::select! {
            biased;
            outcome = &mut answer => outcome.map_err(stopped)?,
            _withdrawn = hand.lock() => {
                answer.close();
                // What was answered just before is not withdrawn.
                answer.try_recv().unwrap_or_else(|_| Err(unavailable("the database is too slow just now")))
            }
        }
    }
}

fn unavailable(why: &str) -> CommitError {
    CommitError::Store(StoreError::Unavailable(why.to_owned()))
}

async fn run(database: Database, inbox: Arc<Mutex<Inbox>>) {
    let mut units = Vec::with_capacity(GROUP);
    loop {
        // Whoever holds the inbox gathers; the others are with the database.
        if inbox.lock().await.recv_many(&mut units, GROUP).await == 0 {
            return;
        }
        while !units.is_empty() {
            let (group, later) = together::split(std::mem::take(&mut units));
            together::commit(&database, group).await;
            units = later;
        }
    }
}
