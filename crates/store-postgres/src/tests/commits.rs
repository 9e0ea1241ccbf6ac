//! What a commit is to the database.

use std::time::Duration;

use store::{Change, Commit, Unit, conformance::sample};

use super::{fresh, store};
use crate::{Database, commit::transaction::Transaction, error::Failure};

/// On a connection on which nothing was prepared yet, too.
#[tokio::test]
async fn a_change_and_its_entry_are_one_transaction() {
    let store = store().await;
    let unit = |number| Unit {
        changes: vec![Change::AddSubject(sample::subject(number))],
        entries: vec![sample::entry(Some(number), number)],
        ..Unit::default()
    };
    // Several at once, so that each lane has its first.
    let (one, other) = tokio::join!(store.commit(unit(1)), store.commit(unit(2)));
    let bundles = [one, other].map(|outcome| outcome.unwrap().entries[0].bundle.cast_signed());
    let sql = "SELECT count(*) FROM audit_bundle, subject, subject_entry
               WHERE audit_bundle.number = ANY($1) AND subject_entry.bundle = audit_bundle.number
                 AND subject.id = subject_id AND subject.xmin = audit_bundle.xmin
                 AND subject_entry.xmin = audit_bundle.xmin";
    let rows = store.database.query(sql, &[&bundles.as_slice()]).await.unwrap();
    assert_eq!(rows[0].get::<_, i64>(0), 2);
}

/// By the first it is known whether to try again: what fails after it only says that something did.
#[tokio::test]
async fn of_statements_that_fail_together_the_first_is_heard() {
    let store = store().await;
    let transaction = Transaction::open(&store.database).await.unwrap();
    transaction.begin().await.unwrap();
    transaction.run("SELECT 1 / (SELECT 0)", &[]).await.unwrap_err();
    let first = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Err::<(), _>(Failure::NoConnection("the first".to_owned()))
    };
    let failed = tokio::try_join!(biased; transaction.run("SELECT 1", &[]), first).unwrap_err();
    assert_eq!(failed.why(), "the first");
}

#[tokio::test]
async fn a_database_that_acknowledges_too_early_is_refused() {
    let settings = fresh().await;
    let (place, name) = settings.url.rsplit_once('/').unwrap();
    let (client, connection) = tokio_postgres::connect(&settings.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).await.unwrap();
    let refused = Database::connect(&settings).await.err().unwrap().to_string();
    assert!(refused.contains("synchronous_commit is off"), "{place}: {refused}");
}
