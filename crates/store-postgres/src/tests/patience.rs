//! How long callers wait.

use std::{
    future::{Future, pending},
    time::{Duration, Instant},
};

use domain::{
    Source,
    metadata::{Selection, Setting},
};
use store::{
    Change, Commit, CommitError, Committed, StoreError, Unit, conformance::sample, metadata::MetadataChange,
};

use super::fresh;
use crate::{
    Database, PostgresStore,
    batches::{Batches, Loading},
    commit::Lanes,
};

const PATIENCE: Duration = Duration::from_millis(600);

/// A database with one connection and little patience.
async fn narrow() -> Database {
    let mut settings = fresh().await;
    settings.connections = 1;
    settings.patience = PATIENCE;
    Database::connect(&settings).await.unwrap()
}

/// What comes of something, which must not take very much longer than is patient, on a busy machine too.
async fn in_time<T>(waited: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let outcome = waited.await;
    assert!(begun.elapsed() < PATIENCE * 3, "waited for {:?}", begun.elapsed());
    outcome
}

fn unit() -> Unit {
    Unit { changes: vec![Change::AddSubject(sample::subject(1))], ..Unit::default() }
}

#[tokio::test]
async fn the_wait_for_a_connection_and_the_query_have_one_patience() {
    let database = narrow().await;
    let connection = database.connection().await.unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(PATIENCE * 4 / 5).await;
        drop(connection);
    });
    let sleep = PATIENCE.as_secs_f64() * 4.0 / 5.0;
    in_time(database.query("SELECT pg_sleep($1)", &[&sleep])).await.unwrap_err();
}

#[tokio::test]
async fn a_question_waits_no_longer_than_is_patient() {
    fn stuck<'a>(_: &'a Database, _: &'a [u8]) -> Loading<'a, u8, u8, StoreError> {
        Box::pin(pending())
    }
    let answers: Batches<u8, u8, StoreError> = Batches::start(&narrow().await, stuck);
    let refused = in_time(answers.get(1)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn a_unit_that_is_not_begun_is_withdrawn() {
    let (lanes, mut inbox) = Lanes::before(PATIENCE);
    let refused = in_time(lanes.commit(unit())).await;
    assert!(matches!(refused, Err(CommitError::Store(StoreError::Unavailable(_)))), "{refused:?}");
    assert!(!inbox.recv().await.unwrap().begin(), "what was answered as not committed must not be");
}

#[tokio::test]
async fn the_outcome_of_a_unit_that_is_begun_is_waited_for() {
    let (lanes, mut inbox) = Lanes::before(PATIENCE);
    let lane = async {
        let mut waiting = inbox.recv().await.unwrap();
        assert!(waiting.begin());
        tokio::time::sleep(PATIENCE * 2).await;
        waiting.answer(Ok(Committed::default()));
    };
    let (outcome, ()) = tokio::join!(lanes.commit(unit()), lane);
    assert_eq!(outcome, Ok(Committed::default()));
}

/// A statement that changes many rows may take longer than one answer otherwise.
#[tokio::test]
async fn setting_metadata_on_many_records_may_take_longer() {
    let store = PostgresStore::open(narrow().await).await.unwrap();
    let (subject, count) = (sample::subject_id(1), 2_000);
    let changes = sample::with_records(1, (1..=count).map(|number| sample::record(1, number)));
    store.commit(Unit { changes, ..Unit::default() }).await.unwrap();
    for sql in [
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'",
        "CREATE TRIGGER slow AFTER UPDATE ON record_metadata FOR EACH STATEMENT EXECUTE FUNCTION slow()",
    ] {
        store.database.query(sql, &[]).await.unwrap();
    }
    let set = MetadataChange {
        account: sample::account_id(1),
        selection: Selection::Subject(subject),
        at: sample::time(0),
        setting: Setting::Source(Source::Observed),
        records: (1..=count).map(sample::record_id).collect(),
    };
    let unit = Unit { changes: vec![Change::SetMetadata(set)], ..Unit::default() };
    assert_eq!(store.commit(unit).await.unwrap().changed, count);
}

/// Withdrawn also while a lane waits for a connection to begin with.
#[tokio::test]
async fn a_unit_whose_lane_has_no_connection_is_refused_in_time() {
    let database = narrow().await;
    let lanes = Lanes::start(&database);
    let _only = database.connection().await.unwrap();
    let refused = in_time(lanes.commit(unit())).await;
    assert!(matches!(refused, Err(CommitError::Store(StoreError::Unavailable(_)))), "{refused:?}");
}
