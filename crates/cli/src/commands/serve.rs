//! `bailee serve`

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use api::{Advance, ApiState, Limits};
use clap::Args;
use gate::{Ambient, Gate};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use service::{Service, jobs, outside::Http};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    config::{Config, EgressPlaces},
    logging, open,
    open::Opened,
    output,
    server::{listen, serve, told_to_stop},
};

/// Where an installation stands.
#[derive(Args)]
pub(crate) struct Place {
    /// The configuration file.
    #[arg(long, env = "BAILEE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory, instead of the configured one.
    #[arg(long, env = "BAILEE_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The root key file, instead of the configured one.
    #[arg(long, env = "BAILEE_ROOT_KEY", value_name = "FILE")]
    root_key: Option<PathBuf>,
    #[command(flatten)]
    store: StorePlace,
}

/// PostgreSQL databases, instead of the configured place.
#[derive(Args)]
pub(crate) struct StorePlace {
    /// A PostgreSQL database for the data, for example postgres://bailee@db/bailee.
    #[arg(long, env = "BAILEE_STORE", value_name = "URL", hide_env_values = true)]
    store: Option<String>,
    /// A PostgreSQL database for the key store; without one, that of the data.
    #[arg(long, env = "BAILEE_KEY_STORE", value_name = "URL", hide_env_values = true)]
    key_store: Option<String>,
}

impl StorePlace {
    /// Puts what the command line says into a configuration.
    pub(crate) fn set(&self, config: &mut Config) {
        if let Some(url) = &self.store {
            config.store.url = Some(url.clone());
        }
        if let Some(url) = &self.key_store {
            config.store.keys_url = Some(url.clone());
        }
    }
}

impl Place {
    /// The configuration, with what the command line says instead.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        if let Some(file) = &self.root_key {
            config.root_key = crate::config::RootKeySource::File(file.clone());
        }
        self.store.set(&mut config);
        Ok(config)
    }
}

/// Serve an installation.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Where to listen, instead of the configured address.
    #[arg(long, env = "BAILEE_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    egress: EgressPlaces,
    /// You looked at the clock and it is right: what has expired by it may go.
    #[arg(long)]
    confirm_clock: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut config = arguments.place.config()?;
    arguments.egress.add_to(&mut config.egress);
    logging::start(config.log.format);
    runtime()?.block_on(async {
        let opened = open::stores(&config).await?;
        let listener = listen(arguments.listen.unwrap_or(config.listen)).await?;
        let http = config.egress.http()?;
        let running = Running::start(opened, open::ambient(), &config.limits.limits(), http, |_| None).await?;
        if arguments.confirm_clock {
            running.service.confirm_clock();
        } else if !running.service.trusts_clock() {
            output::remark("the clock has jumped since the last durable time; nothing expires until you look at it and start with --confirm-clock");
        }
        output::remark(format!("Bailee listens at http://{}", listener.local_addr()?));
        running.serve(listener, config.limits.connections).await;
        Ok(ExitCode::SUCCESS)
    })
}

/// The runtime of a server.
///
/// # Errors
/// The operating system gives no threads.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// A server with its jobs.
pub(crate) struct Running {
    pub(crate) service: Arc<Service>,
    router: axum::Router,
    jobs: tokio::task::JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Running {
    /// Opens the gate and starts the jobs.
    ///
    /// # Errors
    /// The installation cannot be opened.
    pub(crate) async fn start(
        opened: Opened,
        ambient: Ambient,
        limits: &Limits,
        http: Arc<dyn Http>,
        advance: impl FnOnce(&Arc<Service>) -> Option<Advance>,
    ) -> anyhow::Result<Self> {
        let gate = Gate::open(opened.stores, ambient, opened.root).await?;
        let mut service = Service::new(Arc::new(gate)).sending_by(http);
        service.check_clock().await?;
        let service = Arc::new(service);
        let (stop, stopped) = watch::channel(false);
        let jobs = jobs::start(&service, &stopped);
        let state = ApiState::new(Arc::clone(&service), metrics()?, limits, advance(&service));
        Ok(Self { service, router: api::router(state, limits), jobs, stop })
    }

    /// Serves until the process is told to stop, then ends the jobs after their current step.
    pub(crate) async fn serve(mut self, listener: TcpListener, connections: usize) {
        serve(listener, self.router, connections, told_to_stop()).await;
        let _ = self.stop.send(true);
        while self.jobs.join_next().await.is_some() {}
        if let Err(error) = self.service.gate().return_leases().await {
            tracing::warn!(%error, "what this process did for all others could not be handed over; it ends by itself");
        }
    }
}

/// The recorder of metrics; a process has one.
fn metrics() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new().install_recorder()?;
    Ok(HANDLE.get_or_init(|| handle).clone())
}
