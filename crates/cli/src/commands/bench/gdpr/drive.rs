//! Clients that take one operation after another from a common list until it is empty.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::Context;
use futures_util::future::try_join_all;

use super::{
    model::{Answer, Before, Model},
    workload::Operation,
};

/// One connection to what is measured.
pub(super) trait Client {
    /// Asks once. None: it was too busy with others, nothing was done, and it may be asked again.
    ///
    /// # Errors
    /// The connection broke, or the answer is of a form that no right one has.
    async fn ask(&mut self, operation: &Operation, before: &Before) -> anyhow::Result<Option<Answer>>;

    /// The bytes of all answers so far.
    fn received(&self) -> u64;
}

/// How a workload went.
#[derive(Default)]
pub(super) struct Run {
    /// Seconds until the last answer.
    pub(super) seconds: f64,
    /// Operations that were answered: all, unless the limit came first.
    pub(super) done: usize,
    pub(super) all: usize,
    /// How often something was asked again because what was asked was busy.
    pub(super) again: u64,
    /// The bytes of all answers.
    pub(super) received: u64,
    /// Of each kind of operation: how many, and how long all took together.
    kinds: BTreeMap<&'static str, (u32, Duration)>,
}

impl Run {
    pub(super) const fn is_whole(&self) -> bool {
        self.done == self.all
    }

    /// How long each kind took on average, in words.
    pub(super) fn by_kind(&self) -> String {
        let mean = |(kind, (count, time)): (&&str, &(u32, Duration))| {
            format!("{kind} {:.2} ms", time.as_secs_f64() * 1e3 / f64::from((*count).max(1)))
        };
        self.kinds.iter().map(mean).collect::<Vec<_>>().join(", ")
    }
}

/// What the clients share.
struct Shared<'a> {
    operations: &'a [Operation],
    model: &'a RefCell<Model>,
    next: Cell<usize>,
    run: RefCell<Run>,
    end: Instant,
}

/// Asks for all operations with all clients at once, and checks every answer. Nobody begins anything after the limit.
///
/// # Errors
/// A connection broke, or an answer was wrong.
pub(super) async fn drive<C: Client>(
    clients: &mut [C],
    operations: &[Operation],
    model: &RefCell<Model>,
    limit: Duration,
) -> anyhow::Result<Run> {
    let begun = Instant::now();
    let run = RefCell::new(Run { all: operations.len(), ..Run::default() });
    let shared = Shared { operations, model, next: Cell::new(0), run, end: begun + limit };
    try_join_all(clients.iter_mut().map(|client| work(client, &shared))).await?;
    let mut run = shared.run.into_inner();
    run.seconds = begun.elapsed().as_secs_f64();
    run.received = clients.iter().map(Client::received).sum();
    Ok(run)
}

async fn work<C: Client>(client: &mut C, shared: &Shared<'_>) -> anyhow::Result<()> {
    while let Some(operation) = shared.operations.get(shared.next.get()) {
        let asked = Instant::now();
        if asked >= shared.end {
            break;
        }
        shared.next.set(shared.next.get() + 1);
        let before = shared.model.borrow_mut().begin(operation);
        let answer = loop {
            if let Some(answer) = client.ask(operation, &before).await? {
                break answer;
            }
            shared.run.borrow_mut().again += 1;
        };
        let right = shared.model.borrow_mut().end(operation, &before, &answer);
        right.with_context(|| format!("a wrong answer to {operation:?}: the rest is worthless"))?;
        let mut run = shared.run.borrow_mut();
        run.done += 1;
        let (count, time) = run.kinds.entry(operation.name()).or_default();
        *count += 1;
        *time += asked.elapsed();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::record::Shape, *};

    /// Answers as told, after having been busy once.
    struct Told {
        answer: fn() -> Answer,
        was_busy: bool,
    }

    impl Client for Told {
        async fn ask(&mut self, _: &Operation, _: &Before) -> anyhow::Result<Option<Answer>> {
            tokio::task::yield_now().await;
            Ok(std::mem::replace(&mut self.was_busy, true).then(self.answer))
        }

        fn received(&self) -> u64 {
            3
        }
    }

    fn driven(answer: fn() -> Answer, limit: Duration) -> anyhow::Result<Run> {
        let model = RefCell::new(Model::loaded(Shape::new(1000)));
        let mut clients = [1, 2].map(|_| Told { answer, was_busy: false });
        let operations: Vec<Operation> = (0..10).map(|record| Operation::Read { record }).collect();
        let runtime = crate::commands::bench::load_runtime().unwrap();
        runtime.block_on(drive(&mut clients, &operations, &model, limit))
    }

    #[test]
    fn all_is_asked_for_once_and_the_busy_are_asked_again() {
        let run = driven(|| Answer::Data(Some(0)), Duration::from_secs(60)).unwrap();
        assert_eq!((run.done, run.again, run.received), (10, 2, 6));
        assert!(run.is_whole() && run.by_kind().starts_with("read "));
    }

    #[test]
    fn one_wrong_answer_fails_everything() {
        assert!(driven(|| Answer::Data(Some(1)), Duration::from_secs(60)).is_err());
    }

    #[test]
    fn nothing_begins_after_the_limit() {
        let run = driven(|| Answer::Data(Some(0)), Duration::ZERO).unwrap();
        assert!(run.done == 0 && !run.is_whole());
    }
}
