//! Reading what many ask for at the same moment in one query: what arrived while the last query ran goes into the
//! next. An answer is never older than its question.

use std::{collections::HashMap, hash::Hash, pin::Pin, sync::Arc, time::Duration};

use tokio::sync::{Mutex, mpsc, oneshot};

use crate::{Database, error::Failure};

/// Questions that may wait. More are refused at once.
const QUEUE: usize = 8_192;
/// The most that one query is asked for.
const LARGEST: usize = 256;
/// Queries at once.
const LANES: usize = 2;

/// What a query finds: of each key that is there, its value, or why it cannot be read.
pub(crate) type Found<K, V, E> = HashMap<K, Result<V, E>>;
/// A query under way.
pub(crate) type Loading<'a, K, V, E> =
    Pin<Box<dyn Future<Output = Result<Found<K, V, E>, Failure>> + Send + 'a>>;
/// How keys are asked for.
pub(crate) type Load<K, V, E> = for<'a> fn(&'a Database, &'a [K]) -> Loading<'a, K, V, E>;

/// A key that is asked for, and who waits for its value.
struct Question<K, V, E> {
    key: K,
    reply: oneshot::Sender<Result<Option<V>, E>>,
}

/// The way to the queries. They end when it is dropped.
pub(crate) struct Batches<K, V, E> {
    questions: mpsc::Sender<Question<K, V, E>>,
    patience: Duration,
}

// Not derived, which would ask that values can be cloned.
impl<K, V, E> Clone for Batches<K, V, E> {
    fn clone(&self) -> Self {
        Self { questions: self.questions.clone(), patience: self.patience }
    }
}

impl<K, V, E> Batches<K, V, E>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
    E: Clone + From<Failure> + Send + 'static,
{
    pub(crate) fn start(database: &Database, load: Load<K, V, E>) -> Self {
        let (questions, inbox) = mpsc::channel(QUEUE);
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..LANES {
            tokio::spawn(run(database.clone(), Arc::clone(&inbox), load));
        }
        Self { questions, patience: database.patience() }
    }

    /// The value of a key; none where there is none. Waits no longer than is patient, the query before its own included.
    pub(crate) async fn get(&self, key: K) -> Result<Option<V>, E> {
        let (reply, answer) = oneshot::channel();
        let busy = || E::from(Failure::NoConnection("too much is asked of the database".to_owned()));
        self.questions.try_send(Question { key, reply }).map_err(|_| busy())?;
        match tokio::time::timeout(self.patience, answer).await {
            Ok(answer) => answer.map_err(|_| busy())?,
            Err(_) => Err(Failure::Slow.into()),
        }
    }
}

async fn run<K, V, E>(
    database: Database,
    inbox: Arc<Mutex<mpsc::Receiver<Question<K, V, E>>>>,
    load: Load<K, V, E>,
) where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
    E: Clone + From<Failure> + Send + 'static,
{
    let mut questions = Vec::with_capacity(LARGEST);
    loop {
        // Whoever holds the inbox gathers; the others are with the database.
        if inbox.lock().await.recv_many(&mut questions, LARGEST).await == 0 {
            return;
        }
        // Whoever gave up need not be asked for.
        questions.retain(|question| !question.reply.is_closed());
        let keys: Vec<K> = questions.iter().map(|question| question.key).collect();
        let loaded = load(&database, &keys).await.map_err(E::from);
        for Question { key, reply } in questions.drain(..) {
            let answer = match &loaded {
                Ok(found) => found.get(&key).cloned().transpose(),
                Err(error) => Err(error.clone()),
            };
            drop(reply.send(answer));
        }
    }
}
