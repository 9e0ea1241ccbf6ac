//! Both sides: loaded once, copied for each workload, asked by as many clients.

use std::{cell::RefCell, rc::Rc, time::Duration};

use super::{
    bailee::{self, HttpClient},
    drive::{Client, Run, drive},
    json::Names,
    model::Model,
    peer::SqlClient,
    record::Shape,
    space::Space,
    workload::Operation,
};
use crate::commands::bench::{
    connection::Connection,
    database::Databases,
    engine::Engine,
    installation::{Fresh, Setup},
};

/// The database of the peer after the load.
pub(super) const PEER_LOADED: &str = "peer_loaded";
/// The database that a workload is run on.
const PEER: &str = "peer";
const OWN: &str = "bailee_run";
/// What comes before a workload is not measured, and has its time.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What is asked for, and by how many.
pub(super) struct Plan {
    pub(super) shape: Shape,
    pub(super) before: Vec<Operation>,
    pub(super) operations: Vec<Operation>,
    pub(super) clients: u32,
    pub(super) limit: Duration,
}

/// How a workload went, and what it left.
pub(super) struct Measured {
    pub(super) run: Run,
    pub(super) space: Space,
    /// Records that are there afterwards.
    pub(super) living: u32,
}

impl Plan {
    async fn run<C: Client>(&self, clients: &mut [C]) -> anyhow::Result<(Run, u32)> {
        let model = RefCell::new(Model::loaded(self.shape));
        drive(clients, &self.before, &model, PATIENCE).await?;
        let run = drive(clients, &self.operations, &model, self.limit).await?;
        let living = model.borrow().living();
        Ok((run, living))
    }
}

/// Which PostgreSQL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// As it comes: no encryption, no audit.
    Plain,
    /// It logs every statement to a file: the compliant set-up of GDPRbench.
    Logging,
}

impl Peer {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain indexed PostgreSQL",
            Self::Logging => "PostgreSQL that logs every statement",
        }
    }
}

/// Runs a workload on a copy of what a peer was loaded with.
///
/// # Errors
/// The server refuses something, or an answer is wrong.
pub(super) async fn measure_peer(databases: &Databases, peer: Peer, plan: &Plan) -> anyhow::Result<Measured> {
    databases.copy(PEER_LOADED, PEER).await?;
    if peer == Peer::Logging {
        databases.run(PEER, &[&format!("ALTER DATABASE {PEER} SET log_statement = 'all'")]).await?;
    }
    let logged = databases.logged_bytes();
    let mut clients = Vec::new();
    for _ in 0..plan.clients {
        clients.push(SqlClient::connect(databases, PEER, plan.shape).await?);
    }
    let (run, living) = plan.run(&mut clients).await?;
    drop(clients);
    let logged = if peer == Peer::Logging { databases.logged_bytes() - logged } else { 0 };
    let space = Space::of_peer(databases, PEER, logged).await?;
    databases.remove(PEER).await?;
    Ok(Measured { run, space, living })
}

/// An installation that holds all records, and their ids.
pub(super) struct Loaded {
    pub(super) fresh: Fresh,
    names: Rc<Names>,
}

impl Loaded {
    /// Makes and loads one.
    ///
    /// # Errors
    /// A store fails.
    pub(super) async fn make(setup: Setup<'_>, shape: Shape) -> anyhow::Result<Self> {
        let (fresh, names) = Fresh::filled(setup, async |loader| bailee::load(&loader, shape).await).await?;
        Ok(Self { fresh, names: Rc::new(names) })
    }

    /// Runs a workload on a copy of it.
    ///
    /// # Errors
    /// The server does not start, or an answer is wrong.
    pub(super) async fn measure(&self, databases: &Databases, plan: &Plan) -> anyhow::Result<Measured> {
        let fresh = self.fresh.copy(OWN).await?;
        let alone = fresh.engine() == Engine::Sqlite;
        if alone {
            databases.pause()?;
        }
        let ran = self.run(&fresh, plan).await;
        if alone {
            databases.resume()?;
        }
        let (run, living) = ran?;
        let space = Space::of(&fresh).await?;
        if !alone {
            databases.remove(OWN).await?;
        }
        Ok(Measured { run, space, living })
    }

    async fn run(&self, fresh: &Fresh, plan: &Plan) -> anyhow::Result<(Run, u32)> {
        let server = fresh.serve()?;
        let mut clients = Vec::new();
        for _ in 0..plan.clients {
            let connection = Connection::open(server.address).await?;
            clients.push(HttpClient::new(connection, fresh.key.clone(), Rc::clone(&self.names), plan.shape));
        }
        plan.run(&mut clients).await
    }
}
