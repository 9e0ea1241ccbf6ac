//! `bailee bench expiry`

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::Args;
use domain::{Clock, ambient::SystemClock};
use jiff::{SignedDuration, Timestamp};

use super::{
    Common,
    connection::{Connection, Request},
    engine::Engine,
    installation::{Fresh, Setup},
    load::{Measured, drive},
    load_runtime,
    report::{Row, print},
    server::Server,
};
use crate::{commands::serve::runtime, output};

/// How long ago the records that are over were stored: support messages are kept for three years.
const AGO: SignedDuration = SignedDuration::from_hours(24 * 366 * 4);
/// How many people the readers ask for.
const READ: u32 = 1_000;
/// How long the drain may take before this gives up.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Records whose time is over, drained in the background while readers read.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many records are over, at least 1,000. A million takes minutes to store.
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1_000..))]
    records: u32,
    /// How many of them each person has.
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    each: u32,
    /// How many connections read at once.
    #[arg(long, default_value_t = 16, value_name = "N")]
    connections: u32,
    /// Seconds for the reads, alone and meanwhile.
    #[arg(long, default_value_t = 10.0, value_name = "S")]
    seconds: f64,
}

/// The system's clock, put back while what is over is stored.
#[derive(Default)]
struct PastClock(AtomicI64);

impl Clock for PastClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() - SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let people = arguments.records / arguments.each;
    output::remark(format!("storing {} records that are over", people * arguments.each));
    let clock = Arc::new(PastClock(AtomicI64::new(AGO.as_secs())));
    let setup =
        Setup::reference(&arguments.common, arguments.engine)?.with_clock(Arc::<PastClock>::clone(&clock));
    let filled = Fresh::filled(setup, async |loader| {
        loader.people(&vec![arguments.each; people as usize]).await?;
        clock.0.store(0, Ordering::SeqCst);
        loader.people(&vec![1; READ as usize]).await
    });
    let (fresh, readers) = runtime()?.block_on(filled)?;
    let read = |person: &super::people::Person| {
        let path = format!("/v1/records/{}?purpose=support", person.record);
        Request::get(&path, &fresh.key, 200, person.email())
    };
    let requests: Arc<[Request]> = readers.iter().map(read).collect();
    let bench = Bench { server: fresh.serve()?, requests, arguments };
    let measured = load_runtime()?.block_on(bench.measure(u64::from(people * arguments.each)))?;
    print("expiry", &measured.rows(arguments), &["≥ 20,000", "≥ 0.8", ""], arguments.common.json);
    Ok(())
}

struct Bench<'a> {
    server: Server,
    requests: Arc<[Request]>,
    arguments: &'a Arguments,
}

/// What was found.
struct Found {
    /// Records a second while nobody read, and while readers did.
    alone: f64,
    meanwhile: f64,
    reads_alone: Measured,
    reads_meanwhile: Measured,
}

impl Bench<'_> {
    async fn measure(&self, records: u64) -> anyhow::Result<Found> {
        let mut connection = Connection::open(self.server.address).await?;
        let time = Duration::from_secs_f64(self.arguments.seconds);
        let connections = self.arguments.connections;
        let (before, begun) = (drained(&mut connection).await?, Instant::now());
        let reads_meanwhile = drive(self.server.address, &self.requests, connections, time, 1).await?;
        // The server closes a connection that says nothing for as long as the readers read.
        let mut connection = Connection::open(self.server.address).await?;
        let (after, took) = (drained(&mut connection).await?, begun.elapsed());
        let meanwhile = (after - before) as f64 / took.as_secs_f64();
        if after >= records {
            output::remark("everything was gone before the readers were: use more records, or fewer seconds");
        }
        let begun = Instant::now();
        while drained(&mut connection).await? < records {
            if begun.elapsed() > PATIENCE {
                bail!("records are still there after {PATIENCE:?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let alone = (records - after) as f64 / begun.elapsed().as_secs_f64();
        let reads_alone = drive(self.server.address, &self.requests, connections, time, 2).await?;
        Ok(Found { alone, meanwhile, reads_alone, reads_meanwhile })
    }
}

impl Found {
    fn rows(&self, arguments: &Arguments) -> Vec<Row> {
        let engine = arguments.engine;
        let (alone, meanwhile) = (self.reads_alone.rate(), self.reads_meanwhile.rate());
        vec![
            Row::new(
                engine,
                "drain while nobody reads".to_owned(),
                "records/s",
                self.alone,
                self.meanwhile,
                "while readers read",
            ),
            Row::new(engine, "reads meanwhile".to_owned(), "requests/s", meanwhile, alone, "reads alone"),
            Row::new(
                engine,
                "reads meanwhile, p99".to_owned(),
                "ms",
                self.reads_meanwhile.percentile(0.99),
                self.reads_alone.percentile(0.99),
                "reads alone, p99",
            ),
        ]
    }
}

/// How many records the server has let expire, by its own count.
async fn drained(connection: &mut Connection) -> anyhow::Result<u64> {
    let request = Request::get("/metrics", "", 200, String::new());
    let (status, body) = connection.send(&request.bytes).await?;
    let text = std::str::from_utf8(body)?;
    if status != request.status {
        bail!("expected the metrics and got status {status}");
    }
    let is_count = |line: &&str| line.starts_with("bailee_job_steps_total") && line.contains("\"expiry\"");
    let Some(line) = text.lines().find(is_count) else { return Ok(0) };
    let count = line.rsplit(' ').next().context("a metric without a value")?;
    Ok(count.parse()?)
}
