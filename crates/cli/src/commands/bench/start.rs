//! `bailee bench start`

use std::time::Duration;

use clap::Args;

use super::{
    Common,
    engine::Engine,
    installation::{Fresh, Setup},
    report::{Row, print},
};
use crate::{commands::serve::runtime, output};

/// Records of each person.
const RECORDS_EACH: u32 = 10;
/// How often each start is measured; the fastest counts, the others were disturbed.
const STARTS: usize = 5;
/// How long a server rests before its memory is read.
const REST: Duration = Duration::from_secs(2);
const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// Start-up with many records, memory at rest and the size of this program, against their goals.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many records are there.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    records: u32,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let runtime = runtime()?;
    let (fresh, ()) = runtime
        .block_on(Fresh::filled(Setup::reference(&arguments.common, arguments.engine)?, async |_| Ok(())))?;
    let (_, idle) = measure(&fresh)?;
    drop(fresh);
    output::remark(format!("storing {} records", arguments.records));
    let sizes = vec![RECORDS_EACH; usize::try_from(arguments.records / RECORDS_EACH)?];
    let filled = Fresh::filled(Setup::reference(&arguments.common, arguments.engine)?, async |loader| {
        loader.people(&sizes).await.map(drop)
    });
    let (fresh, ()) = runtime.block_on(filled)?;
    let (seconds, full) = measure(&fresh)?;
    let program = std::fs::metadata(std::env::current_exe()?)?.len() as f64 / MEBIBYTE;
    let goal = |name: String, unit, found, most| Row::new(arguments.engine, name, unit, found, most, "goal");
    let records = arguments.records;
    let rows = [
        goal(format!("start, {records} records"), "s", seconds, 1.0),
        goal("memory at rest, fresh".to_owned(), "MiB", idle, 40.0),
        goal(format!("memory at rest, {records} records"), "MiB", full, 40.0),
        goal("size of the program".to_owned(), "MiB", program, 30.0),
    ];
    print("start", &rows, &["≤ 1"; 4], arguments.common.json);
    Ok(())
}

/// Seconds until it listens, and mebibytes at rest.
fn measure(fresh: &Fresh) -> anyhow::Result<(f64, f64)> {
    let mut fastest = f64::INFINITY;
    for _ in 1..STARTS {
        fastest = fastest.min(fresh.serve()?.started_in.as_secs_f64());
    }
    let server = fresh.serve()?;
    std::thread::sleep(REST);
    Ok((fastest.min(server.started_in.as_secs_f64()), server.resident_bytes()? as f64 / MEBIBYTE))
}
