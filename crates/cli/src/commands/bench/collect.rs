//! `bailee bench collect`

use std::{sync::Arc, time::Duration};

use clap::Args;
use serde_json::json;

use super::{
    Common,
    connection::Request,
    disk::Disk,
    engine::Engine,
    http::row,
    installation::{Fresh, Setup},
    load::{Measured, drive},
    load_runtime,
    report::{Row, print},
    server::Server,
};
use crate::{commands::serve::runtime, output};

/// Different hits that are sent; each connection draws from them.
const HITS: u64 = 20_000;
/// Different pages.
const PAGES: u64 = 500;
/// The figure is the sum of so many slices, taken in turns with the empty handler.
const ROUNDS: u32 = 3;

/// Hits of visits taken in durably, against an empty handler and the disk's fsync.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many connections send at once.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256", value_name = "N")]
    connections: Vec<u32>,
    /// Seconds for each figure.
    #[arg(long, default_value_t = 3.0, value_name = "S")]
    seconds: f64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let setup = Setup::reference(&arguments.common, arguments.engine)?;
    let (fresh, ()) = runtime()?.block_on(Fresh::filled(setup, async |_| Ok(())))?;
    let bench = Bench {
        bailee: fresh.serve()?,
        handler: Server::start(&["bench", "empty-handler"])?,
        hits: (0..HITS).map(hit).collect(),
        empty: vec![Request::get("/", "", 200, String::new())].into(),
        slice: Duration::from_secs_f64(arguments.seconds / f64::from(ROUNDS)),
        fresh,
    };
    let mut rows = Vec::new();
    for connections in &arguments.connections {
        output::remark(format!("{connections} connections"));
        rows.push(load_runtime()?.block_on(bench.measure(*connections))?);
    }
    print("collect", &rows, &vec!["≥ 0.5"; rows.len()], arguments.common.json);
    Ok(())
}

/// A page view, or the time of one. All come from one address with one agent, as one visitor: that is the longest visit, and no
/// easier to take in than many.
fn hit(number: u64) -> Request {
    let url = format!("https://www.influxis.com/page/{}", number % PAGES);
    let view = format!("{number:016x}");
    let body = if number.is_multiple_of(2) {
        json!({ "s": "website", "v": view, "k": "page", "u": url, "r": "https://duckduckgo.com/" })
    } else {
        json!({ "s": "website", "v": view, "k": "seen", "u": url, "m": 4_000 })
    };
    let text = body.to_string();
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let bytes = format!(
        "POST /collect HTTP/1.1\r\nhost: bench\r\norigin: https://www.influxis.com\r\nuser-agent: {agent}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    );
    Request { bytes: bytes.into_bytes(), status: 204, contains: String::new() }
}

/// Everything that is running.
struct Bench {
    bailee: Server,
    handler: Server,
    hits: Arc<[Request]>,
    empty: Arc<[Request]>,
    slice: Duration,
    fresh: Fresh,
}

impl Bench {
    async fn measure(&self, connections: u32) -> anyhow::Result<Row> {
        let (mut disk, mut handler) = (Disk::default(), Measured::default());
        let (mut measured, mut spent) = (Measured::default(), Duration::ZERO);
        for round in 0..ROUNDS {
            let seed = u64::from(connections) << 8 | u64::from(round);
            handler.add(drive(self.handler.address, &self.empty, connections, self.slice, seed).await?);
            disk.measure(&self.fresh.data(), self.slice.min(Duration::from_millis(500)))?;
            let before = self.bailee.processor_time()?;
            measured.add(drive(self.bailee.address, &self.hits, connections, self.slice, seed).await?);
            spent += self.bailee.processor_time()? - before;
        }
        let row = row(self.fresh.engine(), "hit", connections, &measured, &handler, &disk);
        Ok(row.with("cpu_us", spent.as_secs_f64() * 1e6 / measured.answered as f64))
    }
}
