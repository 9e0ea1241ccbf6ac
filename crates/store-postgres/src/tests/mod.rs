//! The engine against its conformance suite, and against what a database does.

mod backup;
mod commits;
mod conformance;
mod encryption;
mod leases;
mod patience;
mod upgrade;
mod vacuum;

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::SignedDuration;

use crate::{Database, PostgresStore, Settings, key_store::PostgresKeyStore};

/// The server that `with-postgres` starts.
fn server() -> String {
    std::env::var("BAILEE_TEST_POSTGRES")
        .expect("BAILEE_TEST_POSTGRES names a server; run the tests with `cargo run -p local-postgres -- cargo nextest run`")
}

/// A fresh, empty database.
async fn fresh() -> Settings {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let (client, connection) = tokio_postgres::connect(&server(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let mut settings = Settings::at(server());
    let (place, _) = settings.url.rsplit_once('/').unwrap();
    settings.url = format!("{place}/{name}");
    settings.connections = 4;
    settings
}

async fn store() -> PostgresStore {
    let database = Database::connect(&fresh().await).await.unwrap();
    PostgresStore::open(database).await.unwrap()
}

async fn keys() -> PostgresKeyStore {
    let database = Database::connect(&fresh().await).await.unwrap();
    PostgresKeyStore::open(database, SignedDuration::ZERO).await.unwrap()
}
