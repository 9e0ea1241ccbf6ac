//! `bailee bench collect`

use clap::Args;
use serde_json::json;

use super::{
    Common,
    connection::Request,
    engine::Engine,
    http::{Operation, Other, measured},
    installation::{Fresh, Setup},
    peer::Peer,
    report::print,
};
use crate::commands::serve::runtime;

/// Different hits that are sent; each connection draws from them.
const HITS: u64 = 20_000;
/// Different pages.
const PAGES: u64 = 500;
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

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
    /// Drive another server with the same visits, in turns: goatcounter, umami (`?website=`), plausible (`?domain=`) or matomo
    /// (`?idsite=`). Its own limits must let them through.
    #[arg(long, value_name = "NAME=URL")]
    peer: Vec<Peer>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let setup = Setup::reference(&arguments.common, arguments.engine)?;
    let (fresh, ()) = runtime()?.block_on(Fresh::filled(setup, async |_| Ok(())))?;
    let hits = Operation { name: "hit", aim: "≥ 0.5", requests: (0..HITS).map(hit).collect() };
    let pages: Vec<String> = (0..PAGES).map(|page| format!("/page/{page}")).collect();
    let other = |peer: &Peer| {
        let (address, requests) = (peer.address()?, peer.views(&pages, AGENT));
        Ok(Other { name: peer.name(), aim: "≥ 10", address, requests })
    };
    let others = arguments.peer.iter().map(other).collect::<anyhow::Result<_>>()?;
    let (rows, aims) = measured(fresh, vec![hits], others, &arguments.connections, arguments.seconds)?;
    print("collect", &rows, &aims, arguments.common.json);
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
    let bytes = format!(
        "POST /collect HTTP/1.1\r\nhost: bench\r\norigin: https://www.influxis.com\r\nuser-agent: {AGENT}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    );
    Request { bytes: bytes.into_bytes(), status: 204, contains: String::new() }
}
