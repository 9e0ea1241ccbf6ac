//! `bailee import access-log`

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal, Read},
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Args;
use collect::{Agent, Agents, Bad, Line, Lines, Names, Places};
use domain::{AccountId, ambient::random_bytes, visit::Drop};
use gate::{Gate, Imported, KnownSite, LeftOut, LogImport, Seen};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::{
    commands::serve::{Place, runtime},
    open, output,
};

/// How many different agents are remembered; then all are forgotten.
const AGENTS: usize = 4_096;
const EXAMPLES: &str = "\
Each line says by itself in which format it is: the combined format of Apache and nginx, with or without a host before it,
or JSON as nginx, Caddy and Traefik write it. Pages that were found are counted, files and robots are not. A day (UTC) is taken
whole and once: one that has visits already, that is not over, or that is older than visits are kept, is left out. So give all
files of a day together, the oldest first.

Examples:
  bailee import access-log --site website /var/log/nginx/access.log.1
  zcat -f $(ls -tr /var/log/nginx/access.log*) | bailee import access-log --site website -";

/// Make visits of the log of a web server.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The site, as the policy calls it.
    #[arg(long, value_name = "NAME")]
    site: String,
    /// The account that it is of; without one, the operator's.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The files, in the order of time; `-` is standard input.
    #[arg(required = true, value_name = "FILE|-")]
    files: Vec<PathBuf>,
}

/// What became of lines before any day was asked.
#[derive(Default)]
struct Sorted {
    lines: u64,
    bad: BTreeMap<Bad, u64>,
    /// Lines that show nobody a page.
    no_pages: u64,
    /// Lines of hosts that are not the site's.
    elsewhere: u64,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (sorted, imported) = runtime()?.block_on(read(arguments))?;
    if arguments.json {
        output::json(&in_json(&sorted, &imported));
    } else {
        print(&sorted, &imported);
    }
    Ok(())
}

async fn read(arguments: &Arguments) -> anyhow::Result<(Sorted, Imported)> {
    let config = arguments.place.config()?;
    let places = config.visits.places()?;
    let opened = open::stores(&config).await?;
    let gate = Gate::open(opened.stores, open::ambient(), opened.root).await?;
    let known = gate.site(arguments.account, &arguments.site)?;
    let import = gate.import_log(arguments.account, &arguments.site)?;
    let mut reading = Reading {
        gate: &gate,
        known,
        places,
        agents: Agents::default(),
        remembered: HashMap::new(),
        import,
        sorted: Sorted::default(),
    };
    for file in &arguments.files {
        let (log, bar) = log(file)?;
        reading.read(log).await?;
        bar.finish_and_clear();
    }
    let Reading { import, sorted, .. } = reading;
    let imported = import.finish().await?;
    gate.return_leases().await?;
    Ok((sorted, imported))
}

/// A log, with a progress bar over its bytes on a terminal.
fn log(file: &Path) -> anyhow::Result<(Box<dyn BufRead>, ProgressBar)> {
    let shown = io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    if file == Path::new("-") {
        let style = ProgressStyle::with_template("{spinner} {bytes}, {bytes_per_sec}");
        let bar = ProgressBar::with_draw_target(None, target);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        return Ok((Box::new(buffered(bar.wrap_read(io::stdin()))), bar));
    }
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let style = ProgressStyle::with_template("{bar:40} {percent} %, {bytes_per_sec}, {eta} left");
    let bar = ProgressBar::with_draw_target(Some(opened.metadata()?.len()), target);
    let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Ok((Box::new(buffered(bar.wrap_read(opened))), bar))
}

fn buffered(log: impl Read) -> impl BufRead {
    BufReader::with_capacity(256 * 1024, log)
}

/// A log that is being read.
struct Reading<'a> {
    gate: &'a Gate,
    known: KnownSite,
    places: Option<Places>,
    agents: Agents,
    remembered: HashMap<String, Agent>,
    import: LogImport<'a>,
    sorted: Sorted,
}

impl Reading<'_> {
    async fn read(&mut self, log: impl BufRead) -> anyhow::Result<()> {
        let mut lines = Lines::new(log, Names::default());
        for line in lines.by_ref() {
            self.sorted.lines += 1;
            self.take(&line.context("the log cannot be read to its end")?).await?;
        }
        for (reason, count) in lines.bad() {
            self.sorted.lines += count;
            *self.sorted.bad.entry(*reason).or_default() += count;
        }
        Ok(())
    }

    async fn take(&mut self, line: &Line) -> anyhow::Result<()> {
        if !line.is_page() {
            self.sorted.no_pages += 1;
            return Ok(());
        }
        let view = u64::from_be_bytes(random_bytes(&*self.gate.ambient().randomness));
        let host = self.known.declared.hosts.first().map(|host| host.get_ref().as_str()).unwrap_or_default();
        let reading = line.reading((&self.known.site.name, host), view, |_, host| self.known.has_host(host));
        let reading = match reading {
            Ok(reading) => reading,
            Err(Drop::UnknownSite) => {
                self.sorted.elsewhere += 1;
                return Ok(());
            }
            Err(_) => {
                *self.sorted.bad.entry(Bad::Request).or_default() += 1;
                return Ok(());
            }
        };
        let Agent { mut surroundings, is_robot } = self.agent(line.agent.reveal());
        if is_robot {
            return Ok(self.import.note_robot(line.at).await?);
        }
        let address = line.address.reveal().to_canonical();
        surroundings.country = self.places.as_ref().and_then(|places| places.country(address));
        let (address, agent) = (address.to_string(), line.agent.reveal());
        let seen = Seen { at: line.at, hit: reading.hit, surroundings, address: &address, agent };
        Ok(self.import.take(seen).await?)
    }

    fn agent(&mut self, text: &str) -> Agent {
        if let Some(known) = self.remembered.get(text) {
            return known.clone();
        }
        if self.remembered.len() >= AGENTS {
            self.remembered.clear();
        }
        let read = self.agents.read(text);
        self.remembered.insert(text.to_owned(), read.clone());
        read
    }
}

const fn bad(reason: Bad) -> (&'static str, &'static str) {
    match reason {
        Bad::TooLong => ("too_long", "longer than any request"),
        Bad::Form => ("form", "in neither format"),
        Bad::Time => ("time", "with a time that cannot be read"),
        Bad::Address => ("address", "with an address that cannot be read"),
        Bad::Request => ("request", "without a method and a path"),
        Bad::Status => ("status", "with a status that is none"),
    }
}

const fn left_out(reason: LeftOut) -> (&'static str, &'static str) {
    match reason {
        LeftOut::Already => ("already", "of days that have visits already"),
        LeftOut::NotOver => ("not_over", "of a day that is not over"),
        LeftOut::TooOld => ("too_old", "older than visits are kept"),
        LeftOut::OutOfOrder => ("out_of_order", "far behind later lines: give the oldest file first"),
    }
}

fn in_json(sorted: &Sorted, imported: &Imported) -> serde_json::Value {
    let bad: BTreeMap<_, _> = sorted.bad.iter().map(|(reason, count)| (bad(*reason).0, count)).collect();
    let left: BTreeMap<_, _> =
        imported.left_out.iter().map(|(reason, count)| (left_out(*reason).0, count)).collect();
    json!({
        "lines": sorted.lines, "bad": bad, "no_pages": sorted.no_pages, "other_hosts": sorted.elsewhere,
        "robots": imported.robots, "left_out": left, "pages": imported.pages, "visits": imported.visits,
        "days": imported.days,
    })
}

fn print(sorted: &Sorted, imported: &Imported) {
    let Imported { days, visits, pages, robots, .. } = imported;
    output::line(format!("{} lines: {visits} visits with {pages} pages on {days} days.", sorted.lines));
    let of_pages = [
        (sorted.no_pages, "show nobody a page"),
        (sorted.elsewhere, "of other hosts"),
        (*robots, "of robots"),
    ];
    let left = imported.left_out.iter().map(|(reason, count)| (*count, left_out(*reason).1));
    let bad = sorted.bad.iter().map(|(reason, count)| (*count, bad(*reason).1));
    for (count, why) in of_pages.into_iter().chain(left).chain(bad).filter(|(count, _)| *count > 0) {
        output::line(format!("  {count} not counted, {why}"));
    }
}
