//! A group of units in one transaction: which units may share one, and what becomes of each when some fail.

use std::collections::HashMap;

use store::{CommitError, Committed, Conflict, Unit};

use super::{
    ATTEMPTS, Outcome, Waiting, alone, anchors::Anchors, checks::Standing, entries::Bundle, hot,
    touched::Touched, transaction::Transaction,
};
use crate::{Database, error::Failure};

/// How an attempt to commit a group ended.
enum Attempt {
    /// Each unit is committed.
    Committed(Vec<Committed>),
    /// Nothing is; these units, by their place, are refused, and the others can be tried again.
    Refused(HashMap<usize, CommitError>),
}

/// Splits what waits into a group that can be committed together and the rest. The units of a group do not depend on
/// each other; what is seldom asked for goes by itself.
pub(super) fn split(mut units: Vec<Waiting>) -> (Vec<Waiting>, Vec<Waiting>) {
    if units.first().is_some_and(|first| !hot::is_hot(&first.unit)) {
        let later = units.split_off(1);
        return (units, later);
    }
    let mut touched = Touched::default();
    units.into_iter().partition(|waiting| hot::is_hot(&waiting.unit) && touched.admit(&waiting.unit))
}

/// Commits a group and answers each of its units.
pub(super) async fn commit(database: &Database, mut group: Vec<Waiting>) {
    if group.iter().any(|waiting| !hot::is_hot(&waiting.unit)) {
        return commit_each_alone(database, group).await;
    }
    for _ in 0..ATTEMPTS {
        let units: Vec<&Unit> = group.iter().map(|waiting| &waiting.unit).collect();
        match attempt(database, &units).await {
            Ok(Attempt::Committed(outcomes)) => return answer(group, outcomes.into_iter().map(Ok)),
            Ok(Attempt::Refused(refused)) => group = without(group, refused),
            Err(Broken::Attempt(failure)) if failure.is_passing() => {}
            // A statement that the database refuses, because of one of them: each answers for itself.
            Err(Broken::Attempt(failure)) if failure.spares_connection() && group.len() > 1 => {
                return commit_each_alone(database, group).await;
            }
            Err(broken) => return answer_all(group, &broken.into()),
        }
        if group.is_empty() {
            return;
        }
    }
    answer_all(group, &super::unavailable("others keep getting into the way; try again"));
}

/// Why a transaction did not end well.
pub(super) enum Broken {
    /// Before it was to be committed: nothing of it is stored.
    Attempt(Failure),
    /// While it was.
    Commit(CommitError),
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Attempt(failure)
    }
}

impl From<Broken> for CommitError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Attempt(failure) => failure.into(),
            Broken::Commit(error) => error,
        }
    }
}

async fn attempt(database: &Database, units: &[&Unit]) -> Result<Attempt, Broken> {
    let transaction = Transaction::begin(database).await?;
    match Box::pin(apply(&transaction, units)).await {
        Ok(Attempt::Committed(outcomes)) => {
            transaction.commit().await.map_err(Broken::Commit)?;
            Ok(Attempt::Committed(outcomes))
        }
        Ok(refused) => {
            transaction.roll_back().await;
            Ok(refused)
        }
        Err(failure) => {
            if failure.spares_connection() {
                transaction.roll_back().await;
            }
            Err(failure.into())
        }
    }
}

async fn apply(transaction: &Transaction<'_>, units: &[&Unit]) -> Result<Attempt, Failure> {
    let anchors = Anchors::of(units.iter().copied());
    anchors.lock(transaction).await?;
    let standing = Standing::read(transaction, units).await?;
    let checked = units.iter().map(|unit| standing.check(unit)).enumerate();
    let refused: HashMap<usize, CommitError> =
        checked.filter_map(|(place, outcome)| Some((place, outcome.err()?))).collect();
    if !refused.is_empty() {
        return Ok(Attempt::Refused(refused));
    }
    let mut bundle = Bundle::new(transaction.bundle);
    let outcomes: Vec<Committed> =
        units.iter().map(|unit| Committed { entries: bundle.take(unit), purged: 0 }).collect();
    let changes = hot::Changes::of(units, &outcomes);
    let (conflicts, ()) = tokio::try_join!(changes.apply(transaction), bundle.store(transaction))?;
    if conflicts.is_empty() {
        return Ok(Attempt::Committed(outcomes));
    }
    let refused = |(place, conflict): (usize, Conflict)| (place, CommitError::Conflict(conflict));
    Ok(Attempt::Refused(conflicts.into_iter().map(refused).collect()))
}

async fn commit_each_alone(database: &Database, group: Vec<Waiting>) {
    for waiting in group {
        let outcome = alone::commit(database, &waiting.unit).await;
        waiting.answer(outcome);
    }
}

/// Answers the units that were refused; the others.
fn without(group: Vec<Waiting>, mut refused: HashMap<usize, CommitError>) -> Vec<Waiting> {
    let mut others = Vec::with_capacity(group.len());
    for (place, waiting) in group.into_iter().enumerate() {
        match refused.remove(&place) {
            Some(error) => waiting.answer(Err(error)),
            None => others.push(waiting),
        }
    }
    others
}

fn answer(group: Vec<Waiting>, outcomes: impl Iterator<Item = Outcome>) {
    for (waiting, outcome) in group.into_iter().zip(outcomes) {
        waiting.answer(outcome);
    }
}

fn answer_all(group: Vec<Waiting>, error: &CommitError) {
    for waiting in group {
        waiting.answer(Err(error.clone()));
    }
}
