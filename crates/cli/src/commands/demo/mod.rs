//! `bailee demo`: a fresh installation with invented people, a tour on a terminal, then the server.

mod announce;
mod clock;
mod console;
mod folder;
mod load;
mod people;
mod tour;
mod visits;

use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::Args;
use domain::ambient::SystemRandomness;
use gate::{Ambient, Installation};
use tokio::net::TcpListener;

use self::{clock::DemoClock, folder::Folder, load::Loaded};
use crate::{
    commands::serve::{MailPlace, Outside, Running, runtime},
    config::{Config, EgressPlaces, RootKeySource},
    logging, open, output,
    server::{Reached, listen},
};

/// The operator's policy.
const POLICY: &str = include_str!("../../../../../policies/influxis-2018.toml");
/// The policy of the Client that has one of its own.
const FAN_CLUB_POLICY: &str = include_str!("../../../../../policies/client-fanclub.toml");
/// The name of the demonstration's audit log.
const ORIGIN: &str = "demo.bailee.local";

/// See it at work: a fresh installation with fictional people, a tour, then the server.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The directory to make. That of an earlier demonstration is replaced; anything else is left alone.
    #[arg(long, default_value = "bailee-demo", value_name = "DIR")]
    data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// No tour: the first line is a JSON object with the address and the keys.
    #[arg(long)]
    json: bool,
    /// The number that the people are made from.
    #[arg(long, default_value_t = 2018, value_name = "N")]
    seed: u64,
    /// The tour without its pauses.
    #[arg(long)]
    fast: bool,
    #[command(flatten)]
    egress: EgressPlaces,
    #[command(flatten)]
    mail: MailPlace,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let for_people = !arguments.json && io::stdin().is_terminal() && io::stdout().is_terminal();
    if !for_people {
        logging::start(logging::LogFormat::default());
    }
    runtime()?.block_on(async {
        let listener = listen(arguments.listen).await?;
        let folder = Folder::fresh(&arguments.data)?;
        if for_people {
            output::line("\n  Making a fresh installation with a thousand people who do not exist …");
        }
        let (running, loaded) = start(&folder, arguments, listener.local_addr()?).await?;
        let prepared = Prepared { running, loaded, listener, folder };
        if for_people {
            prepared.serve_people(arguments.fast).await
        } else {
            prepared.serve_programs().await
        }?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Makes the installation, opens it under the clock that can be moved, and fills it.
async fn start(
    folder: &Folder,
    arguments: &Arguments,
    listens: SocketAddr,
) -> anyhow::Result<(Running, Loaded)> {
    let clock = Arc::new(DemoClock::default());
    let ambient =
        Ambient { clock: Arc::clone(&clock) as _, randomness: Arc::new(SystemRandomness::default()) };
    let mut config = configuration(folder.path());
    arguments.egress.add_to(&mut config.egress);
    arguments.mail.set(&mut config);
    let installation = Installation { operator: "Influxis", origin: ORIGIN, policy: POLICY };
    let opened = open::install(&config, &ambient, &installation).await?;
    let advance = |service: &Arc<service::Service>| Some(clock::advance(&clock, service));
    let (http, mailer) = (config.egress.http()?, config.mail.mailer()?);
    let address = format!("http://{listens}");
    let outside = Outside { ambient, http, mailer, provider: None, places: None, address };
    let running = Running::start(opened, outside, &config.limits.limits(), advance).await?;
    let loaded = load::load(&running.service, arguments.seed).await?;
    tokio::spawn(assess(Arc::clone(&running.service)));
    Ok((running, loaded))
}

/// Checks every promise once more, now that there are people: the front page shows what was found of them.
async fn assess(service: Arc<service::Service>) {
    if let Err(error) = service.assess().await {
        tracing::error!(%error, "the promises could not be checked");
    }
}

fn configuration(folder: &Path) -> Config {
    Config {
        data: folder.to_owned(),
        root_key: RootKeySource::File(folder.join("root.key")),
        ..Config::default()
    }
}

/// An installation that is ready to be shown.
struct Prepared {
    running: Running,
    loaded: Loaded,
    listener: TcpListener,
    folder: Folder,
}

impl Prepared {
    /// Writes the keys and the configuration down. Returns where the keys are, and what the keys are.
    fn write_down(&self) -> anyhow::Result<(PathBuf, serde_json::Value)> {
        let address = self.listener.local_addr()?;
        let object = announce::object(address, self.folder.path(), &self.loaded);
        let keys = self.folder.write_private("keys.json", &format!("{object:#}\n"))?;
        self.folder.write_private("bailee.toml", &announce::configuration(address))?;
        Ok((keys, object))
    }

    async fn serve_programs(self) -> anyhow::Result<()> {
        let (_, object) = self.write_down()?;
        output::json(&object);
        self.running.serve(self.listener, Reached::plainly(Config::default().limits.connections)).await;
        Ok(())
    }

    /// The tour asks the server that is already running, as anyone could.
    async fn serve_people(self, fast: bool) -> anyhow::Result<()> {
        let (keys, _) = self.write_down()?;
        let address = self.listener.local_addr()?;
        let tour = tour::Tour::new(address, &self.loaded, self.folder.path(), fast);
        let mut server = tokio::spawn(
            self.running.serve(self.listener, Reached::plainly(Config::default().limits.connections)),
        );
        tokio::select! {
            toured = tour.run() => {
                toured?;
                output::line(announce::guide(address, &keys));
                server.await?;
            }
            ended = &mut server => ended?,
        }
        Ok(())
    }
}
