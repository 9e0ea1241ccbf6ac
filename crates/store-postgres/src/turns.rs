//! Turns: how many connections are used at once. A database may have fewer places than were asked for, and whoever has
//! them all would keep the others out for ever: so a turn that finds no place is not taken again, and one place is given
//! back.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use deadpool_postgres::{Object, Pool, PoolError};
use parking_lot::Mutex;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::error::Failure;

/// How often a place is looked for by who has none at all.
const PAUSE: Duration = Duration::from_millis(50);
/// How long it takes until one more than there was room for is asked for again.
const CROWDED: Duration = Duration::from_secs(1);

/// How long a connection is used. Then its place stands free for a moment, so that whoever has none, in this process or
/// another, finds it: one that has them all would never learn that someone waits.
const LIFETIME: Duration = Duration::from_secs(10);
/// For how long it stands free: longer than a [`PAUSE`], and than connecting takes.
const FREE: Duration = Duration::from_millis(150);

/// Connections, each with its turn.
pub(crate) struct Turns {
    pool: Pool,
    free: Arc<Semaphore>,
    room: Mutex<Room>,
    most: usize,
}

/// How much room there is, as far as is known.
struct Room {
    /// Turns, free or taken.
    turns: usize,
    /// When the database last had no place.
    refused: Option<Instant>,
    /// Whether a place is to be given back.
    owes: bool,
    /// Whether a place stands free: one at a time, or whoever asks while all do would find none.
    rests: bool,
}

impl Turns {
    pub(crate) fn new(pool: Pool, most: usize) -> Self {
        let room = Room { turns: most, refused: None, owes: false, rests: false };
        Self { pool, free: Arc::new(Semaphore::new(most)), room: Mutex::new(room), most }
    }

    /// A connection, once there is a turn and a place for it, waited for until a deadline.
    pub(crate) async fn take(self: &Arc<Self>, deadline: Instant) -> Result<Connection, Failure> {
        let crowded = || Failure::NoConnection("every connection to the database is in use".to_owned());
        tokio::time::timeout_at(deadline, self.seek()).await.unwrap_or_else(|_| Err(crowded()))
    }

    async fn seek(self: &Arc<Self>) -> Result<Connection, Failure> {
        self.hope();
        loop {
            let turn = Arc::clone(&self.free).acquire_owned().await.map_err(|_| Failure::Slow)?;
            let failure = match self.pool.get().await {
                Ok(object) => {
                    let (object, turn, turns) = (Some(object), Some(turn), Arc::clone(self));
                    return Ok(Connection { object, turn, turns });
                }
                Err(PoolError::Backend(error)) => Failure::Database(error),
                Err(other) => return Err(other.into()),
            };
            if !failure.is_crowd() {
                return Err(failure);
            }
            if !self.forgo(turn) {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// After a while there may be more room again: one turn more at a time, so that little is lost when there is not.
    fn hope(&self) {
        let mut room = self.room.lock();
        if room.turns < self.most && room.refused.is_some_and(|at| at.elapsed() > CROWDED) {
            room.turns += 1;
            room.refused = (room.turns < self.most).then(Instant::now);
            room.owes = false;
            self.free.add_permits(1);
        }
    }

    /// Gives up a turn for which there was no place, unless it is the only one.
    fn forgo(&self, turn: OwnedSemaphorePermit) -> bool {
        let mut room = self.room.lock();
        room.owes |= room.refused.is_none();
        room.refused = Some(Instant::now());
        let others = room.turns > 1;
        if others {
            room.turns -= 1;
            turn.forget();
        }
        others
    }

    /// Whether the place of a turn that ends is given back, and with it the turn.
    fn gives_back(&self) -> bool {
        let mut room = self.room.lock();
        let gives = room.owes && room.turns > 1;
        if gives {
            room.owes = false;
            room.turns -= 1;
        }
        gives
    }
}

impl Turns {
    /// Whether the place of a turn that ends may stand free now.
    fn may_rest(&self) -> bool {
        !std::mem::replace(&mut self.room.lock().rests, true)
    }

    /// Keeps a turn for as long as its place is to stand free.
    fn leave_free(self: &Arc<Self>, turn: Option<OwnedSemaphorePermit>) {
        let turns = Arc::clone(self);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(FREE).await;
                turns.room.lock().rests = false;
                drop(turn);
            });
        }
    }
}

/// A connection of one's own until it is dropped.
pub(crate) struct Connection {
    object: Option<Object>,
    turn: Option<OwnedSemaphorePermit>,
    turns: Arc<Turns>,
}

impl Connection {
    /// Closes it: it is not used again.
    pub(crate) fn close(mut self) {
        drop(self.object.take().map(Object::take));
    }

    /// Takes it out of the turns, for what lasts long.
    pub(crate) fn apart(mut self) -> deadpool_postgres::ClientWrapper {
        Object::take(self.object.take().expect("a connection is there until it is dropped"))
    }
}

impl Deref for Connection {
    type Target = Object;

    fn deref(&self) -> &Object {
        self.object.as_ref().expect("a connection is there until it is dropped")
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Object {
        self.object.as_mut().expect("a connection is there until it is dropped")
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else { return };
        if self.turns.gives_back() {
            drop(Object::take(object));
            if let Some(turn) = self.turn.take() {
                turn.forget();
            }
        } else if Object::metrics(&object).age() > LIFETIME && self.turns.may_rest() {
            drop(Object::take(object));
            self.turns.leave_free(self.turn.take());
        }
        // Otherwise the connection goes before its turn, so that whoever has that next finds it.
    }
}
