//! `bailee bench gdpr`: GDPRbench (Shastri et al., VLDB 2020), with every answer checked, which the original does not.

mod bailee;
mod drive;
mod json;
mod model;
mod peer;
mod record;
mod report;
mod side;
mod space;
mod workload;
mod zipf;

use std::time::Duration;

use clap::{Args, ValueEnum};

use self::{
    record::Shape,
    report::{Compared, Floors},
    side::{Loaded, Measured, Peer},
    workload::Workload,
};
use super::{
    Common,
    database::Databases,
    engine::Engine,
    installation::{Setup, folder_or_temporary},
    load_runtime,
    report::{Row, print},
};
use crate::{commands::serve::runtime, output};

/// The four workloads of GDPRbench, against plain PostgreSQL and one that logs every statement.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engines,
    /// Records that are loaded.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(250..=250_000))]
    records: u32,
    /// Operations of each workload.
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    operations: u32,
    /// How many clients ask at once.
    #[arg(long, value_delimiter = ',', default_value = "8,64", value_name = "N")]
    clients: Vec<u32>,
    /// Run only these workloads.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    only: Vec<Workload>,
    /// Seconds after which a workload is broken off; it is reported as having taken longer.
    #[arg(long, default_value_t = 900, value_name = "S")]
    limit: u64,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Engines {
    #[default]
    Sqlite,
    Postgres,
    Both,
}

impl Engines {
    const fn all(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let bench = Bench::prepare(arguments)?;
    let (mut rows, mut aims) = load_runtime()?.block_on(bench.loaded())?;
    for clients in &arguments.clients {
        let floors = load_runtime()?.block_on(Floors::measure(*clients, &bench.place()))?;
        for workload in Workload::ALL {
            if arguments.only.is_empty() || arguments.only.contains(&workload) {
                let compared = load_runtime()?.block_on(bench.compare(workload, *clients))?;
                for (row, aim) in compared.into_iter().flat_map(|one| one.rows(&floors)) {
                    rows.push(row);
                    aims.push(aim);
                }
            }
        }
    }
    print("gdpr", &rows, &aims, arguments.common.json);
    Ok(())
}

/// Everything that is loaded once and copied for each workload.
struct Bench<'a> {
    arguments: &'a Arguments,
    shape: Shape,
    /// Bytes of data and metadata of a record.
    payload: f64,
    databases: Databases,
    loaded: Vec<Loaded>,
}

impl<'a> Bench<'a> {
    fn prepare(arguments: &'a Arguments) -> anyhow::Result<Self> {
        let shape = Shape::new(arguments.records);
        let place = arguments.common.folder.as_deref();
        // A server's tasks live in the runtime that its installation is opened in.
        let runtime = runtime()?;
        let databases = Databases::start(&folder_or_temporary(place))?;
        output::remark(format!("storing {} records in PostgreSQL", shape.records));
        runtime.block_on(peer::load(&databases, side::PEER_LOADED, shape))?;
        let mut loaded = Vec::new();
        for engine in arguments.engine.all() {
            output::remark(format!("storing {} records in Bailee ({})", shape.records, engine.name()));
            let databases = (*engine == Engine::Postgres).then(|| databases.clone());
            let setup = Setup { place, policy: bailee::POLICY, databases, clock: None };
            loaded.push(runtime.block_on(Loaded::make(setup, shape))?);
        }
        Ok(Self { arguments, shape, payload: peer::payload(shape), databases, loaded })
    }

    fn place(&self) -> std::path::PathBuf {
        folder_or_temporary(self.arguments.common.folder.as_deref())
    }

    /// What everything takes on the disk before anything is asked for.
    async fn loaded(&self) -> anyhow::Result<(Vec<Row>, Vec<&'static str>)> {
        let peer = space::Space::of_peer(&self.databases, side::PEER_LOADED, 0).await?;
        let bytes = self.payload * f64::from(self.shape.records);
        let mut rows = Vec::new();
        for loaded in &self.loaded {
            let own = space::Space::of(&loaded.fresh).await?;
            rows.push(report::space(loaded.fresh.engine(), "the load", own, peer, [bytes; 2]));
        }
        let aims = vec![report::SPACE_AIM; rows.len()];
        Ok((rows, aims))
    }

    /// One workload, by each side in turn.
    async fn compare(&self, workload: Workload, clients: u32) -> anyhow::Result<Vec<Compared>> {
        let operations = workload.operations(self.shape, self.arguments.operations);
        let plan = side::Plan {
            shape: self.shape,
            before: workload.before(self.shape),
            operations,
            clients,
            limit: Duration::from_secs(self.arguments.limit),
        };
        let name = format!("{}, {clients} clients", workload.name());
        let mut peers = Vec::new();
        for peer in [Peer::Plain, Peer::Logging] {
            let measured = side::measure_peer(&self.databases, peer, &plan).await?;
            told(&name, peer.name(), &measured);
            peers.push((peer, measured));
        }
        let mut compared = Vec::new();
        for loaded in &self.loaded {
            let engine = loaded.fresh.engine();
            let own = loaded.measure(&self.databases, &plan).await?;
            told(&name, &format!("Bailee ({})", engine.name()), &own);
            for (peer, measured) in &peers {
                compared.push(Compared::new(workload, clients, engine, &own, *peer, measured, self.payload));
            }
        }
        Ok(compared)
    }
}

/// Says where the time went as soon as it is known: a run takes minutes.
fn told(workload: &str, side: &str, measured: &Measured) {
    let run = &measured.run;
    output::remark(format!(
        "{workload}: {side}: {} of {} in {:.2} s; on average {}",
        run.done,
        run.all,
        run.seconds,
        run.by_kind()
    ));
}
