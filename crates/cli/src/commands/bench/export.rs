//! `bailee bench export`

use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    Common,
    connection::{Connection, Request},
    engine::Engine,
    installation::{Fresh, Setup},
    load_runtime,
    people::Person,
    report::{Row, median, print},
    server::Server,
};
use crate::{commands::serve::runtime, output};

/// How many people of each installation ask.
const ASKING: usize = 9;

/// The access package of one person, among many people and among a hundredth of them.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many people the larger installation holds; the smaller one holds a hundredth.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1_000..))]
    people: u32,
    /// How many records each of those has who ask.
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    records: u32,
}

/// An installation with people in it, served.
struct Held {
    fresh: Fresh,
    server: Server,
    people: Vec<Person>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let sizes = [arguments.people / 100, arguments.people];
    let mut held = Vec::new();
    for size in sizes {
        output::remark(format!("storing {size} people"));
        held.push(fill(arguments, size)?);
    }
    let mut times = [Vec::new(), Vec::new()];
    // In turns, so that whatever else the machine does falls on both.
    for number in 0..ASKING {
        for (held, times) in held.iter().zip(&mut times) {
            times.push(load_runtime()?.block_on(ask(held, number))?);
        }
    }
    let [few, many] = times.map(median);
    let name = format!("package of {} records among {} people", arguments.records, sizes[1]);
    let peer = format!("the same among {} people", sizes[0]);
    let row = Row::new(arguments.engine, name, "ms", many, few, &peer);
    print("export", &[row], &["≤ 1.2"], arguments.common.json);
    Ok(())
}

fn fill(arguments: &Arguments, size: u32) -> anyhow::Result<Held> {
    let mut records = vec![1; usize::try_from(size)?];
    let step = records.len() / ASKING;
    // Those who ask are spread over the others.
    records.iter_mut().step_by(step).take(ASKING).for_each(|records| *records = arguments.records);
    let setup = Setup::reference(&arguments.common, arguments.engine)?;
    let filled = Fresh::filled(setup, async |loader| loader.people(&records).await);
    let (fresh, people) = runtime()?.block_on(filled)?;
    let server = fresh.serve()?;
    let people = people.into_iter().step_by(step).take(ASKING).collect();
    Ok(Held { fresh, server, people })
}

/// One person asks for access, is answered, and their package fetched; how long fetching it took, in milliseconds.
async fn ask(held: &Held, number: usize) -> anyhow::Result<f64> {
    let person = held.people.get(number).context("fewer people than ask")?;
    let mut connection = Connection::open(held.server.address).await?;
    let verified = json!({ "because": "a benchmark asks" });
    let body = json!({ "right": "access", "subject": person.id, "verified": verified });
    let opened = post(&mut connection, &held.fresh.key, "/v1/requests", &body, 201).await?;
    let request = opened["id"].as_str().context("a request without its id")?.to_owned();
    let fulfil = format!("/v1/requests/{request}/fulfil");
    post(&mut connection, &held.fresh.key, &fulfil, &json!({ "because": "a benchmark answers" }), 200)
        .await?;
    let begun = Instant::now();
    fetch(held, &format!("/v1/requests/{request}/package")).await?;
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}

async fn post(
    connection: &mut Connection,
    key: &str,
    path: &str,
    body: &Value,
    status: u16,
) -> anyhow::Result<Value> {
    let request = Request::post(path, key, body, status, String::new());
    let (answered, body) = connection.send(&request.bytes).await?;
    if answered != status {
        bail!("expected status {status} and got {answered}: {}", String::from_utf8_lossy(body));
    }
    Ok(serde_json::from_slice(body)?)
}

/// Reads a package to its end: it has no length that is known before.
async fn fetch(held: &Held, path: &str) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(held.server.address).await?;
    let key = &held.fresh.key;
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let is_whole = answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"0\r\n\r\n");
    if !is_whole {
        bail!("a package that ends too early");
    }
    Ok(())
}
