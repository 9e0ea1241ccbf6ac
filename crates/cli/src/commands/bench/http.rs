//! `bailee bench http`

use std::{net::SocketAddr, sync::Arc, time::Duration};

use clap::Args;

use super::{
    Common,
    connection::Request,
    disk::Disk,
    engine::Engine,
    installation::{Fresh, Setup},
    load::{Measured, drive},
    load_runtime,
    people::{Person, message},
    report::{Row, print},
    server::Server,
};
use crate::{commands::serve::runtime, output};

/// People to ask for, each with one record.
const PEOPLE: usize = 10_000;
/// Each figure is the sum of so many slices, taken in turns with all others.
const ROUNDS: u32 = 3;

/// Audited reads, writes and look-ups over HTTP, against an empty handler and the disk's fsync.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many connections ask at once.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256,1024", value_name = "N")]
    connections: Vec<u32>,
    /// Seconds for each figure.
    #[arg(long, default_value_t = 3.0, value_name = "S")]
    seconds: f64,
    /// Measure only these.
    #[arg(long, value_delimiter = ',', default_value = "read,write,look-up", value_name = "NAME")]
    only: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    output::remark(format!("storing {PEOPLE} people"));
    let filled = Fresh::filled(Setup::reference(&arguments.common, arguments.engine)?, async |loader| {
        loader.people(&[1; PEOPLE]).await
    });
    let (fresh, people) = runtime()?.block_on(filled)?;
    let operations = operations(&fresh, &people, &arguments.only);
    let (rows, aims) = measured(fresh, operations, Vec::new(), &arguments.connections, arguments.seconds)?;
    print("http", &rows, &aims, arguments.common.json);
    Ok(())
}

/// Measures operations on an installation, with each number of connections: the rows, and the aim of each. The first of them is
/// compared with other servers too.
pub(super) fn measured(
    fresh: Fresh,
    operations: Vec<Operation>,
    others: Vec<Other>,
    connections: &[u32],
    seconds: f64,
) -> anyhow::Result<(Vec<Row>, Vec<&'static str>)> {
    let bench = Bench {
        bailee: fresh.serve()?,
        handler: Server::start(&["bench", "empty-handler"])?,
        operations,
        others,
        empty: vec![Request::get("/", "", 200, String::new())].into(),
        slice: Duration::from_secs_f64(seconds / f64::from(ROUNDS)),
        fresh,
    };
    let (mut rows, mut aims) = (Vec::new(), Vec::new());
    for connections in connections {
        output::remark(format!("{connections} connections"));
        rows.extend(load_runtime()?.block_on(bench.measure(*connections))?);
        aims.extend(bench.operations.iter().map(|operation| operation.aim));
        aims.extend(bench.others.iter().map(|other| other.aim));
    }
    Ok((rows, aims))
}

/// One thing that is measured.
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) aim: &'static str,
    pub(super) requests: Arc<[Request]>,
}

/// Another server, asked for the same in its own words.
pub(super) struct Other {
    pub(super) name: &'static str,
    pub(super) aim: &'static str,
    pub(super) address: SocketAddr,
    pub(super) requests: Arc<[Request]>,
}

fn operations(fresh: &Fresh, people: &[Person], only: &[String]) -> Vec<Operation> {
    let every = |make: fn(&Person, &str) -> Request| people.iter().map(|one| make(one, &fresh.key)).collect();
    let mut all = vec![
        Operation { name: "read", aim: "≥ 0.5", requests: every(read) },
        Operation { name: "write", aim: "≥ 0.4", requests: every(write) },
        Operation { name: "look-up", aim: "≥ 0.4", requests: every(look_up) },
    ];
    all.retain(|operation| only.iter().any(|name| name == operation.name));
    all
}

fn read(person: &Person, key: &str) -> Request {
    Request::get(&format!("/v1/records/{}?purpose=support", person.record), key, 200, person.email())
}

fn write(person: &Person, key: &str) -> Request {
    let path = format!("/v1/subjects/{}/records/support_message?purpose=support", person.id);
    // Another address than the one looked up, so that a look-up finds as much at the end as at the start.
    let fields = message(&format!("again-{}", person.email()));
    Request::post(&path, key, &serde_json::json!({ "fields": fields }), 201, person.id.to_string())
}

fn look_up(person: &Person, key: &str) -> Request {
    let body = serde_json::json!({ "field": "email", "value": person.email() });
    Request::post("/v1/subjects/lookup?purpose=support", key, &body, 200, person.id.to_string())
}

/// Everything that is running.
struct Bench {
    bailee: Server,
    handler: Server,
    operations: Vec<Operation>,
    others: Vec<Other>,
    empty: Arc<[Request]>,
    slice: Duration,
    fresh: Fresh,
}

impl Bench {
    /// The rows of one number of connections: every operation and both peers, in turns.
    async fn measure(&self, connections: u32) -> anyhow::Result<Vec<Row>> {
        let (mut disk, mut handler) = (Disk::default(), Measured::default());
        let mut measured: Vec<(Measured, Duration)> =
            self.operations.iter().map(|_| Default::default()).collect();
        let mut others: Vec<Measured> = self.others.iter().map(|_| Measured::default()).collect();
        for round in 0..ROUNDS {
            let seed = u64::from(connections) << 8 | u64::from(round);
            handler.add(drive(self.handler.address, &self.empty, connections, self.slice, seed).await?);
            disk.measure(&self.fresh.data(), self.slice.min(Duration::from_millis(500)))?;
            for (operation, (measured, spent)) in self.operations.iter().zip(&mut measured) {
                let before = self.bailee.processor_time()?;
                let slice = drive(self.bailee.address, &operation.requests, connections, self.slice, seed);
                measured.add(slice.await?);
                *spent += self.bailee.processor_time()? - before;
            }
            for (other, measured) in self.others.iter().zip(&mut others) {
                measured.add(drive(other.address, &other.requests, connections, self.slice, seed).await?);
            }
        }
        let row = |(operation, (measured, spent)): (&Operation, &(Measured, Duration))| {
            row(self.fresh.engine(), operation.name, connections, measured, &handler, &disk)
                .with("cpu_us", spent.as_secs_f64() * 1e6 / measured.answered as f64)
        };
        let rows = self.operations.iter().zip(&measured).map(row);
        let against = self.others.iter().zip(&others).filter_map(|(other, theirs)| {
            let (operation, (own, _)) = self.operations.iter().zip(&measured).next()?;
            let name = format!("{}, {connections} connections", operation.name);
            let row =
                Row::new(self.fresh.engine(), name, "requests/s", own.rate(), theirs.rate(), other.name);
            Some(row.with("p99_ms", own.percentile(0.99)).with("peer_p99_ms", theirs.percentile(0.99)))
        });
        Ok(rows.chain(against).collect())
    }
}

/// No server can be faster than the lower of two ceilings: the loop with nothing to do, and one sync for all that
/// asked at once.
fn row(
    engine: Engine,
    name: &str,
    connections: u32,
    measured: &Measured,
    handler: &Measured,
    disk: &Disk,
) -> Row {
    let synced = f64::from(connections) / disk.fastest();
    let (ceiling, which) = if synced < handler.rate() {
        (synced, "connections ÷ fsync")
    } else {
        (handler.rate(), "empty handler")
    };
    Row::new(
        engine,
        format!("{name}, {connections} connections"),
        "requests/s",
        measured.rate(),
        ceiling,
        which,
    )
    .with("p50_ms", measured.percentile(0.5))
    .with("p99_ms", measured.percentile(0.99))
    .with("empty_handler_per_s", handler.rate())
    .with("empty_handler_p50_ms", handler.percentile(0.5))
    .with("append_fsync_us", disk.append.seconds() * 1e6)
    .with("overwrite_fsync_us", disk.overwrite.seconds() * 1e6)
}
