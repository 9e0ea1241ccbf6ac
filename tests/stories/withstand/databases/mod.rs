//! PostgreSQL that is killed, paused, crowded, forbidden, newer or damaged, and several servers on it. Each story has a
//! PostgreSQL server of its own.

mod crowded;
mod damaged;
mod killed;
mod refused;
mod replicas;
mod slow;

use std::sync::Arc;

use local_postgres::{LocalPostgres, Settings};
use stories::{Databases, Server, Setup, eventually};

/// A PostgreSQL server with some settings.
fn postgres(options: &[(&str, &str)]) -> LocalPostgres {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    LocalPostgres::start(&Settings { options, folder: None }).unwrap()
}

/// An installation on it; `more` is what else the section `[store]` says.
fn on(postgres: &LocalPostgres, more: &'static str) -> Setup {
    on_databases(Databases::on(&postgres.url("postgres"), more))
}

/// An installation on databases that are made already.
fn on_databases(databases: Databases) -> Setup {
    Setup { databases: Some(Arc::new(databases)), log: "off", ..Setup::default() }
}

/// A server finds its database, or finds it again, by itself.
fn is_ready(server: &Server) {
    eventually("a server that has its database", || {
        (server.call("GET", "/readyz").send().status == 200).then_some(())
    });
}
