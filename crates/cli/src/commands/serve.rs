//! `bailee serve`

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use api::{Advance, ApiState, Limits};
use clap::Args;
use collect::Places;
use gate::{Ambient, Gate};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use service::{Mailer, Provider, ProviderSettings, Service, front::Front, jobs, outside::Http};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    config::{Config, EgressPlaces, Encrypted},
    logging, open,
    open::Opened,
    output,
    server::{Reached, listen, serve, told_to_stop},
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
    #[command(flatten)]
    mail: MailPlace,
}

/// A mail server, instead of the configured one.
#[derive(Args)]
pub(crate) struct MailPlace {
    /// A mail server for codes, notices and reminders, for example mail.example.com.
    #[arg(long, env = "BAILEE_MAIL_SERVER", value_name = "HOST")]
    mail_server: Option<String>,
    /// Its port.
    #[arg(long, env = "BAILEE_MAIL_PORT", value_name = "PORT")]
    mail_port: Option<u16>,
    /// Whether what is sent is encrypted.
    #[arg(long, env = "BAILEE_MAIL_TLS", value_name = "HOW")]
    mail_tls: Option<Encrypted>,
    /// The address that mails come from.
    #[arg(long, env = "BAILEE_MAIL_FROM", value_name = "ADDRESS", hide_env_values = true)]
    mail_from: Option<String>,
    /// The user, where the server asks for one.
    #[arg(long, env = "BAILEE_MAIL_USER", value_name = "USER", hide_env_values = true)]
    mail_user: Option<String>,
    /// A file that holds the user's password.
    #[arg(long, env = "BAILEE_MAIL_PASSWORD_FILE", value_name = "FILE")]
    mail_password_file: Option<PathBuf>,
}

impl MailPlace {
    /// Puts what the command line says into a configuration.
    pub(crate) fn set(&self, config: &mut Config) {
        let mail = &mut config.mail;
        mail.server = self.mail_server.clone().or(mail.server.take());
        mail.port = self.mail_port.or(mail.port);
        mail.tls = self.mail_tls.unwrap_or(mail.tls);
        mail.from = self.mail_from.clone().or(mail.from.take());
        mail.user = self.mail_user.clone().or(mail.user.take());
        mail.password_file = self.mail_password_file.clone().or(mail.password_file.take());
    }
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
        self.mail.set(&mut config);
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
        let certificates = config.tls.certificates()?;
        let (http, mailer) = (config.egress.http()?, config.mail.mailer()?);
        let address = config.mail.links.clone().unwrap_or(format!("http://{}", listener.local_addr()?));
        let (provider, proxies) = (config.provider.settings()?, config.proxies.proxies()?);
        let places = config.visits.places()?;
        let outside = Outside { ambient: open::ambient(), http, mailer, provider, places, address };
        let running = Running::start(opened, outside, &config.limits.limits(), |_| None).await?;
        if arguments.confirm_clock {
            running.service.confirm_clock();
        } else if !running.service.trusts_clock() {
            output::remark("the clock has jumped since the last durable time; nothing expires until you look at it and start with --confirm-clock");
        }
        if !running.service.has_mailer() {
            output::remark("no mail server is configured ([mail]): codes, notices and reminders wait, and are given up in time");
        }
        let (scheme, tls) = match &certificates {
            Some(certificates) => ("https", Some(certificates.acceptor()?)),
            None => ("http", None),
        };
        let renewed = certificates.map(|certificates| tokio::spawn(certificates.keep_up()));
        output::remark(format!("Bailee listens at {scheme}://{}", listener.local_addr()?));
        let reached = Reached { connections: config.limits.connections, tls, proxies };
        running.serve(listener, reached).await;
        if let Some(renewed) = renewed {
            renewed.abort();
        }
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

/// What a server is lent, and does not reach for by itself.
pub(crate) struct Outside {
    pub(crate) ambient: Ambient,
    pub(crate) mailer: Option<Arc<dyn Mailer>>,
    /// Where events are sent to.
    pub(crate) http: Arc<dyn Http>,
    /// Who recognises members of staff.
    pub(crate) provider: Option<ProviderSettings>,
    /// In which country an address is.
    pub(crate) places: Option<Places>,
    /// Where people find the server.
    pub(crate) address: String,
}

/// A server with its jobs.
pub(crate) struct Running {
    pub(crate) service: Arc<Service>,
    router: axum::Router,
    /// What assessments ask: it is there as long as the server is.
    _front: Arc<dyn Front>,
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
        outside: Outside,
        limits: &Limits,
        advance: impl FnOnce(&Arc<Service>) -> Option<Advance>,
    ) -> anyhow::Result<Self> {
        let gate = Gate::open(opened.stores, outside.ambient, opened.root).await?;
        let provider = outside.provider.map(|settings| Provider::new(settings, Arc::clone(&outside.http)));
        let service = Service::new(Arc::new(gate)).sending_by(outside.http).with_provider(provider);
        let mut service = service.with_mailer(outside.mailer).found_at(&outside.address);
        service.check_clock().await?;
        let service = Arc::new(service);
        let (stop, stopped) = watch::channel(false);
        let state = ApiState::new(Arc::clone(&service), metrics()?, limits, advance(&service));
        let state = state.with_places(outside.places);
        let router = api::router(state, limits);
        let front = front(&service, &router);
        let jobs = jobs::start(&service, &stopped);
        Ok(Self { service, router, _front: front, jobs, stop })
    }

    /// Serves until the process is told to stop, then ends the jobs after their current step.
    pub(crate) async fn serve(mut self, listener: TcpListener, reached: Reached) {
        serve(listener, self.router, reached, told_to_stop()).await;
        let _ = self.stop.send(true);
        while self.jobs.join_next().await.is_some() {}
        if let Err(error) = self.service.gate().write_access_log().await {
            tracing::warn!(%error, "the last lines of the access log could not be written");
        }
        if let Err(error) = self.service.gate().return_leases().await {
            tracing::warn!(%error, "what this process did for all others could not be handed over; it ends by itself");
        }
    }
}

/// Lets assessments ask the routes of a server as browsers do.
fn front(service: &Service, router: &axum::Router) -> Arc<dyn Front> {
    let front: Arc<dyn Front> = Arc::new(api::OwnFront(router.clone()));
    service.show(&front);
    front
}

/// The front of an installation that is not served.
///
/// # Errors
/// No metrics can be recorded.
pub(crate) fn front_of(service: &Arc<Service>, limits: &Limits) -> anyhow::Result<Arc<dyn Front>> {
    let state = ApiState::new(Arc::clone(service), metrics()?, limits, None);
    Ok(front(service, &api::router(state, limits)))
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
