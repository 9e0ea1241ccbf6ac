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
mod transaction;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use store::{CommitError, Committed, StoreError, Unit};
use tokio::sync::{Mutex, mpsc, oneshot};

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
struct Waiting {
    unit: Unit,
    reply: oneshot::Sender<Outcome>,
    since: Instant,
}

impl Waiting {
    /// A caller that has gone away needs no answer.
    fn answer(self, outcome: Outcome) {
        drop(self.reply.send(outcome));
    }
}

/// The way to the lanes. They end when it is dropped.
pub(crate) struct Lanes(mpsc::Sender<Waiting>);

impl Lanes {
    pub(crate) fn start(database: &Database) -> Self {
        let (queue, inbox) = mpsc::channel(QUEUE);
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..LANES {
            tokio::spawn(run(database.clone(), Arc::clone(&inbox)));
        }
        Self(queue)
    }

    pub(crate) async fn commit(&self, unit: Unit) -> Outcome {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { unit, reply, since: Instant::now() };
        self.0.try_send(waiting).map_err(|_| unavailable("too many changes wait for the database"))?;
        answer.await.map_err(|_| unavailable("the writer has stopped"))?
    }
}

fn unavailable(why: &str) -> CommitError {
    CommitError::Store(StoreError::Unavailable(why.to_owned()))
}

async fn run(database: Database, inbox: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut gathered = Vec::with_capacity(GROUP);
    loop {
        // Whoever holds the inbox gathers; the others are with the database.
        if inbox.lock().await.recv_many(&mut gathered, GROUP).await == 0 {
            return;
        }
        let mut units = timely(std::mem::take(&mut gathered), database.patience());
        while !units.is_empty() {
            let (group, later) = together::split(units);
            together::commit(&database, group).await;
            units = timely(later, database.patience());
        }
    }
}

/// Refuses what has waited for too long already, before it is begun.
fn timely(units: Vec<Waiting>, patience: Duration) -> Vec<Waiting> {
    let (timely, late): (Vec<_>, Vec<_>) =
        units.into_iter().partition(|waiting| waiting.since.elapsed() < patience);
    for waiting in late {
        waiting.answer(Err(unavailable("the database is too slow just now")));
    }
    timely
}
