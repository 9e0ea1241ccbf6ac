//! A backup comes back as it was, or not at all.

use store::{
    Records, StoreError,
    conformance::{
        backup::{cut, fill, gathered, load},
        sample,
    },
};

use super::fresh;
use crate::{
    Database, PostgresStore,
    backup::{self, snapshot},
    key_store::PostgresKeyStore,
};

#[tokio::test]
async fn what_was_backed_up_comes_back_without_its_index() {
    let (one, other) = (fresh().await, fresh().await);
    let (one, other) = (Database::connect(&one).await.unwrap(), Database::connect(&other).await.unwrap());
    let store = PostgresStore::open(one.clone()).await.unwrap();
    fill(&store).await;
    let held = gathered(snapshot(&one).await.unwrap()).await;
    backup::load(&other, load(held.clone(), false), b"mark").await.unwrap();
    assert_eq!(gathered(snapshot(&other).await.unwrap()).await, held);
    let restored = PostgresStore::open(other).await.unwrap();
    let lookup = async |store: &PostgresStore| {
        store.lookup(sample::account_id(1), &sample::index_row(1, 1, 1).tag, 9).await.unwrap().len()
    };
    assert_eq!((lookup(&store).await, lookup(&restored).await), (1, 0));
    let (was, is) = (store.record(sample::record_id(1)).await, restored.record(sample::record_id(1)).await);
    assert_eq!(was, is);
}

#[tokio::test]
async fn rows_that_end_early_leave_what_was_there() {
    let database = Database::connect(&fresh().await).await.unwrap();
    fill(&PostgresStore::open(database.clone()).await.unwrap()).await;
    let held = gathered(snapshot(&database).await.unwrap()).await;
    for bad in [load(held.clone(), true), cut(held.clone())] {
        assert!(backup::load(&database, bad, b"mark").await.is_err());
        assert_eq!(gathered(snapshot(&database).await.unwrap()).await, held);
    }
}

#[tokio::test]
async fn keys_in_the_same_database_are_in_no_backup_of_the_data() {
    let settings = fresh().await;
    let database = Database::connect(&settings).await.unwrap();
    fill(&PostgresStore::open(database.clone()).await.unwrap()).await;
    PostgresKeyStore::open(database.clone(), jiff::SignedDuration::ZERO).await.unwrap();
    let held = gathered(snapshot(&database).await.unwrap()).await;
    assert!(
        held.iter().all(|(table, _)| !table.name.starts_with("key_") && !table.name.starts_with("deletion"))
    );
}

#[tokio::test]
async fn a_table_of_which_nothing_is_said_keeps_a_backup_from_being_made() {
    let database = Database::connect(&fresh().await).await.unwrap();
    drop(PostgresStore::open(database.clone()).await.unwrap());
    let make = async |connection: &deadpool_postgres::Object| {
        connection.batch_execute("CREATE TABLE stranger (name TEXT)").await
    };
    database.with(make).await.ok().unwrap();
    let refused: StoreError = snapshot(&database).await.err().unwrap();
    assert!(refused.to_string().contains("`stranger`"), "{refused}");
}
