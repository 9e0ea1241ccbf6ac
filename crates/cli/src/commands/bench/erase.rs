//! `bailee bench erase`

use std::time::{Duration, Instant};

use anyhow::bail;
use clap::Args;
use serde_json::Value;

use super::{
    Common,
    connection::{Connection, Request},
    disk::Disk,
    engine::Engine,
    installation::{Fresh, Setup},
    load_runtime,
    people::Person,
    report::{Row, median, print},
};
use crate::{commands::serve::runtime, output};

/// How long the rows of one person may take to be purged before this gives up.
const PURGE: Duration = Duration::from_secs(1800);

/// Erasing a person with many records, against one with a single record.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many records a person has, 1 to 1,000,000; the first is what the others are compared with. A million takes
    /// minutes to store.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1,100,1000,100000",
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    records: Vec<u32>,
    /// How many people of each; the median counts.
    #[arg(long, default_value_t = 5, value_name = "N")]
    people: usize,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    // In turns: one person of each size, then the next of each.
    let sizes = arguments.records.repeat(arguments.people);
    output::remark(format!("storing {} records", sizes.iter().map(|size| u64::from(*size)).sum::<u64>()));
    let filled = Fresh::filled(Setup::reference(&arguments.common, arguments.engine)?, async |loader| {
        loader.people(&sizes).await
    });
    let (fresh, people) = runtime()?.block_on(filled)?;
    let mut disk = Disk::default();
    disk.measure(&fresh.data(), Duration::from_secs(1))?;
    let times = load_runtime()?.block_on(erase_all(&fresh, &people))?;
    disk.measure(&fresh.data(), Duration::from_secs(1))?;
    let medians: Vec<f64> = (0..arguments.records.len())
        .map(|size| median(times.iter().skip(size).step_by(arguments.records.len()).copied().collect()))
        .collect();
    let first = medians.first().copied().unwrap_or_default();
    let peer = format!("a person with {} record", arguments.records.first().copied().unwrap_or_default());
    let rows: Vec<Row> = arguments
        .records
        .iter()
        .zip(medians)
        .map(|(size, time)| {
            Row::new(arguments.engine, format!("erase, {size} records"), "ms", time, first, &peer)
        })
        .collect();
    print("erase", &rows, &vec!["≤ 1.5"; rows.len()], arguments.common.json);
    Ok(())
}

/// Erases one after another; how long each took to be shredded, in milliseconds. The rows of one are purged before
/// the next is asked for, so that no time holds work left by another.
async fn erase_all(fresh: &Fresh, people: &[Person]) -> anyhow::Result<Vec<f64>> {
    let server = fresh.serve()?;
    let mut connection = Connection::open(server.address).await?;
    let mut times = Vec::new();
    for (number, person) in people.iter().enumerate() {
        output::remark(format!("erasing {} of {}", number + 1, people.len()));
        let path = format!("/v1/subjects/{}/erasure", person.id);
        let request = Request::post(&path, &fresh.key, &Value::Null, 200, "shredded".to_owned());
        let asked = Instant::now();
        let erasure = answer(&mut connection, &request).await?;
        times.push(asked.elapsed().as_secs_f64() * 1e3);
        until_purged(&mut connection, &fresh.key, &erasure).await?;
    }
    Ok(times)
}

async fn until_purged(connection: &mut Connection, key: &str, erasure: &Value) -> anyhow::Result<()> {
    let path = format!("/v1/erasures/{}", erasure["id"].as_str().unwrap_or_default());
    let request = Request::get(&path, key, 200, String::new());
    let begun = Instant::now();
    while answer(connection, &request).await?["state"] != "purged" {
        if begun.elapsed() > PURGE {
            bail!("an erased person's rows are still there after {PURGE:?}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn answer(connection: &mut Connection, request: &Request) -> anyhow::Result<Value> {
    let (status, body) = connection.send(&request.bytes).await?;
    if status != request.status {
        bail!("expected status {} and got {status}: {}", request.status, String::from_utf8_lossy(body));
    }
    Ok(serde_json::from_slice(body)?)
}
