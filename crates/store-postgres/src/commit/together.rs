//! A group of units in one transaction: which units may share one, and what becomes of each when some fail.

use std::collections::HashMap;

use store::{CommitError, Committed, Unit};

use super::{
    ATTEMPTS, Outcome, Waiting, alone,
    anchors::Anchors,
    checks::Standing,
    entries::Bundle,
    hot,
    touched::Touched,
    transaction::{Broken, Numbers, Transaction},
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
        group.iter_mut().for_each(Waiting::rest);
        let transaction = match Transaction::open(database).await {
            Ok(transaction) => transaction,
            Err(failure) => return answer_all(group, &failure.into()),
        };
        group.retain_mut(Waiting::begin);
        if group.is_empty() {
            return transaction.leave();
        }
        let units: Vec<&Unit> = group.iter().map(|waiting| &waiting.unit).collect();
        match attempt(transaction, &units).await {
            Ok(Attempt::Committed(outcomes)) => return answer(group, outcomes.into_iter().map(Ok)),
            Ok(Attempt::Refused(refused)) => group = without(group, refused),
            Err(Broken::Attempt(failure)) if failure.is_passing() => {}
            // A statement that the database refuses, because of one of them: each answers for itself.
            Err(Broken::Attempt(failure)) if failure.spares_connection() && group.len() > 1 => {
                return commit_each_alone(database, group).await;
            }
            Err(broken) => return answer_all(group, &broken.into()),
        }
    }
    answer_all(group, &super::unavailable("others keep getting into the way; try again"));
}

async fn attempt(transaction: Transaction<'_>, units: &[&Unit]) -> Result<Attempt, Broken> {
    let anchors = Anchors::of(units.iter().copied());
    let begun = Box::pin(begin(&transaction, &anchors, units)).await;
    let (numbers, refused) = match begun {
        Ok(begun) => begun,
        Err(failure) => return Err(transaction.give_up(failure).await.into()),
    };
    if !refused.is_empty() {
        transaction.roll_back().await;
        return Ok(Attempt::Refused(refused));
    }
    let mut bundle = Bundle::new(numbers.bundle);
    let outcomes: Vec<Committed> =
        units.iter().map(|unit| Committed { entries: bundle.take(unit), ..Committed::default() }).collect();
    if units.iter().any(|unit| !unit.changes.is_empty()) {
        let changes = hot::Changes::of(units, &outcomes);
        match Box::pin(changes.apply(&transaction)).await {
            Ok(conflicts) if conflicts.is_empty() => {}
            Ok(conflicts) => {
                transaction.roll_back().await;
                let refused = |(place, conflict)| (place, CommitError::Conflict(conflict));
                return Ok(Attempt::Refused(conflicts.into_iter().map(refused).collect()));
            }
            Err(failure) => return Err(transaction.give_up(failure).await.into()),
        }
    }
    transaction.commit(numbers, &bundle).await?;
    Ok(Attempt::Committed(outcomes))
}

/// Begins, locks and checks; which units are refused, by their place.
async fn begin(
    transaction: &Transaction<'_>,
    anchors: &Anchors,
    units: &[&Unit],
) -> Result<(Numbers, HashMap<usize, CommitError>), Failure> {
    let (numbers, standing) = if anchors.is_empty() {
        tokio::try_join!(biased; transaction.begin(), Standing::read(transaction, units))?
    } else {
        // What is checked must be seen as it is once the locks are held.
        let (numbers, ()) = tokio::try_join!(biased; transaction.begin(), anchors.lock(transaction))?;
        (numbers, Standing::read(transaction, units).await?)
    };
    let checked = units.iter().map(|unit| standing.check(unit)).enumerate();
    Ok((numbers, checked.filter_map(|(place, outcome)| Some((place, outcome.err()?))).collect()))
}

async fn commit_each_alone(database: &Database, mut group: Vec<Waiting>) {
    // Each for itself can take long, in which those behind it may be withdrawn.
    group.iter_mut().for_each(Waiting::rest);
    for mut waiting in group {
        if let Some(outcome) = alone::commit(database, &mut waiting).await {
            waiting.answer(outcome);
        }
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
