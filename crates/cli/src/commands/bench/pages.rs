//! `bailee bench pages`

use std::time::Instant;

use anyhow::Context;
use clap::Args;
use domain::{ConsoleRole, Right, message::Topic, request::Channel, staff::Browser};
use gate::{Named, NewRequest, NewStaff, Says};

use super::{
    Common,
    connection::Connection,
    engine::Engine,
    installation::{Fresh, Setup},
    load_runtime,
    people::Loader,
    report::{Row, median, milliseconds, print},
};
use crate::{commands::serve::runtime, output};

/// Records of each person.
const RECORDS_EACH: u32 = 10;
/// How many requests wait in the queue.
const REQUESTS: u32 = 1_000;
/// How often each page is asked for; the middle counts.
const TIMES: usize = 15;
/// The longest that a page may take, in milliseconds, and the most that it may weigh, in kilobytes.
const GOALS: (f64, f64) = (50.0, 100.0);
const EMAIL: &str = "grace@bench.example";
const PASSWORD: &str = "four plain little words";

/// What an owner sees in the console, of what grows with the data.
const CONSOLE: [&str; 18] = [
    "/console",
    "/console/policy",
    "/console/policy/versions/1",
    "/console/recipients",
    "/console/requests",
    "/console/requests?whose=nobody",
    "/console/complaints",
    "/console/person",
    "/console/incidents",
    "/console/retention",
    "/console/holds",
    "/console/log",
    "/console/access",
    "/console/health",
    "/console/accounts",
    "/console/staff",
    "/console/keys",
    "/console/sessions",
];

/// What a person sees in the privacy center.
const PRIVACY: [&str; 8] = [
    "/privacy/data",
    "/privacy/readings",
    "/privacy/choices",
    "/privacy/requests",
    "/privacy/requests/new?right=erasure",
    "/privacy/complaints",
    "/privacy/policy",
    "/privacy/sessions",
];

/// The pages of the console and of the privacy center with many records: how long the server takes for each, and what it weighs.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many records are there.
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(10..))]
    records: u32,
}

/// The cookies of an owner and of a person.
struct Cookies {
    console: String,
    privacy: String,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    output::remark(format!("storing {} records and {REQUESTS} requests", arguments.records));
    let sizes = vec![RECORDS_EACH; usize::try_from(arguments.records / RECORDS_EACH)?];
    let setup = Setup::reference(&arguments.common, arguments.engine)?;
    let filled = Fresh::filled(setup, async |loader| {
        let people = loader.people(&sizes).await?;
        ask(&loader).await?;
        let person = people.first().context("somebody is held")?.email();
        Ok(Cookies { console: staff(&loader).await?, privacy: self::person(&loader, &person).await? })
    });
    let (fresh, cookies) = runtime()?.block_on(filled)?;
    let server = fresh.serve()?;
    let measure = async || {
        let mut connection = Connection::open(server.address).await?;
        let mut rows = Vec::new();
        let of = |paths: &[&'static str], cookie: &str| -> Vec<(&'static str, String)> {
            paths.iter().map(|path| (*path, cookie.to_owned())).collect()
        };
        for (path, cookie) in [of(&CONSOLE, &cookies.console), of(&PRIVACY, &cookies.privacy)].concat() {
            rows.push(page(&mut connection, arguments.engine, (path, &cookie)).await?);
        }
        anyhow::Ok(rows)
    };
    let rows = load_runtime()?.block_on(measure())?;
    print("pages", &rows, &vec!["≤ 1"; rows.len()], arguments.common.json);
    Ok(())
}

/// Requests that wait for an answer.
async fn ask(loader: &Loader<'_>) -> anyhow::Result<()> {
    for number in 0..REQUESTS {
        let new = NewRequest {
            right: Right::Access,
            channel: Channel::Post,
            received_at: None,
            named: Named::By(vec![("email".to_owned(), format!("person-{number}@example.com"))]),
            client: None,
            message: None,
            scan: None,
        };
        loader.gate.open_request(loader.caller, &new, None).await?;
    }
    Ok(())
}

/// An owner who is signed in; their cookie.
async fn staff(loader: &Loader<'_>) -> anyhow::Result<String> {
    let (gate, name) = (loader.gate, "Grace".to_owned());
    let new = NewStaff { email: EMAIL.to_owned(), name, role: ConsoleRole::Owner };
    let link =
        gate.invite_staff(loader.caller, &new, None).await?.link.context("an invitation has a link")?;
    gate.set_password(&link, PASSWORD).await?;
    let (_, secret) = gate.sign_in(EMAIL, PASSWORD, Browser::Other).await?.context("an owner signs in")?;
    Ok(format!("__Host-bailee={secret}"))
}

/// A person who came in by the link that they were mailed; their cookie.
async fn person(loader: &Loader<'_>, email: &str) -> anyhow::Result<String> {
    let gate = loader.gate;
    gate.ask_for_link(&gate.operator()?, email).await?;
    for message in gate.due_messages(REQUESTS * 4).await? {
        if !matches!(message.about, Some(Topic::Link(_))) {
            continue;
        }
        let letter = gate.begin_message(message).await?.context("a mail that is due")?;
        if let Says::Link(secret, _) = &letter.says {
            let (_, secret) =
                gate.open_link(secret.reveal(), 0, Browser::Other).await?.context("a link opens")?;
            return Ok(format!("__Host-bailee-privacy={secret}"));
        }
    }
    anyhow::bail!("no link was mailed")
}

/// A page, as a row: how long it takes, and what it weighs.
async fn page(
    connection: &mut Connection,
    engine: Engine,
    (path, cookie): (&str, &str),
) -> anyhow::Result<Row> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\ncookie: {cookie}\r\n\r\n");
    let (mut times, mut bytes) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let begun = Instant::now();
        let (status, body) = connection.send(request.as_bytes()).await?;
        times.push(milliseconds(begun.elapsed()));
        anyhow::ensure!(status == 200, "{path} answered with status {status}");
        bytes = body.len();
    }
    let slowest = times.iter().copied().fold(0.0, f64::max);
    let row = Row::new(engine, path.to_owned(), "ms", median(times), GOALS.0, "goal");
    Ok(row.with("slowest_ms", slowest).with("kilobytes", bytes as f64 / 1_000.0).with("at_most", GOALS.1))
}
