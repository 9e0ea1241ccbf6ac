//! One unit in a transaction of its own, its changes one after the other: what is seldom asked for, and what could
//! not be committed with others.

use store::{CommitError, Committed, Unit};

use super::{
    ATTEMPTS, Outcome, Waiting,
    anchors::Anchors,
    checks::Standing,
    entries::Bundle,
    hot, rare,
    transaction::{Broken, Transaction},
};
use crate::{Database, error::Failure};

/// Commits one unit; tries again when others got into its way. None when it was withdrawn before.
pub(super) async fn commit(database: &Database, waiting: &mut Waiting) -> Option<Outcome> {
    for _ in 0..ATTEMPTS {
        waiting.rest();
        let transaction = match Transaction::open(database).await {
            Ok(transaction) => transaction,
            Err(failure) => return Some(Err(failure.into())),
        };
        if !waiting.begin() {
            transaction.leave();
            return None;
        }
        match attempt(transaction, &waiting.unit).await {
            Ok(outcome) => return Some(outcome),
            Err(Broken::Attempt(failure)) if failure.is_passing() => {}
            Err(broken) => return Some(Err(broken.into())),
        }
    }
    Some(Err(super::unavailable("others keep getting into the way; try again")))
}

async fn attempt(transaction: Transaction<'_>, unit: &Unit) -> Result<Outcome, Broken> {
    let anchors = Anchors::of(std::iter::once(unit));
    let numbers = match tokio::try_join!(biased; transaction.begin(), anchors.lock(&transaction)) {
        Ok((numbers, ())) => numbers,
        Err(failure) => return Err(transaction.give_up(failure).await.into()),
    };
    let mut bundle = Bundle::new(numbers.bundle);
    match apply(&transaction, unit, &mut bundle).await {
        Ok(committed) => {
            transaction.commit(numbers, &bundle).await?;
            Ok(Ok(committed))
        }
        Err(Refused::Unit(error)) => {
            transaction.roll_back().await;
            Ok(Err(error))
        }
        Err(Refused::Failure(failure)) => Err(transaction.give_up(failure).await.into()),
    }
}

/// Why a unit was not applied.
pub(super) enum Refused {
    /// For what it is.
    Unit(CommitError),
    /// For what happened.
    Failure(Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<CommitError> for Refused {
    fn from(error: CommitError) -> Self {
        Self::Unit(error)
    }
}

async fn apply(
    transaction: &Transaction<'_>,
    unit: &Unit,
    bundle: &mut Bundle,
) -> Result<Committed, Refused> {
    Standing::read(transaction, &[unit]).await?.check(unit)?;
    let mut committed = Committed { entries: bundle.take(unit), ..Committed::default() };
    let entry = committed.entries.first().copied();
    if unit.changes.iter().any(store::Change::is_of_the_registry) {
        transaction.run("UPDATE registry SET version = version + 1", &[]).await?;
    }
    for change in &unit.changes {
        if hot::is_hot_change(change) {
            let conflicts = Box::pin(hot::Changes::of_one(change, entry).apply(transaction)).await?;
            if let Some(conflict) = conflicts.into_values().next() {
                return Err(CommitError::Conflict(conflict).into());
            }
        } else {
            rare::apply(transaction, change, &mut committed).await?;
        }
    }
    Ok(committed)
}
