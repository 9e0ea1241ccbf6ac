//! Connections: a pool with limits, encrypted unless the database is on this machine.

use std::{str::FromStr, sync::Arc, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::{
    Config, Row, Statement,
    config::{Host, SslMode},
    types::ToSql,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    Settings,
    error::{ConnectError, Failure, Right},
    turns::{Connection, Turns},
};

/// How long what may take long may take.
const SLOWLY: Duration = Duration::from_secs(600);

/// The parameters of a statement.
pub(crate) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A database and the role that it is asked by.
struct Names {
    database: String,
    role: String,
}

/// A database that can be asked.
#[derive(Clone)]
pub struct Database {
    turns: Arc<Turns>,
    place: Arc<str>,
    /// Who asks, and for which database: to say what to grant.
    names: Arc<Names>,
    patience: Duration,
}

impl Database {
    /// Prepares to reach a database, and reaches it once.
    ///
    /// # Errors
    /// The address or the certificates cannot be used, or the database does not answer.
    pub async fn connect(settings: &Settings) -> Result<Self, ConnectError> {
        let config = configured(settings)?;
        let place: Arc<str> = place(&config).into();
        let names = Arc::new(names(&config));
        let tls = MakeRustlsConnect::new(encryption(settings, &place)?);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, tls, recycling);
        let patience = Some(settings.patience);
        let pool = Pool::builder(manager)
            .max_size(settings.connections)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: patience, create: patience, recycle: patience })
            .build()
            .map_err(|error| ConnectError::Address(error.to_string()))?;
        let turns = Arc::new(Turns::new(pool, settings.connections));
        let database = Self { turns, place, names, patience: settings.patience };
        database.check_durability().await?;
        Ok(database)
    }

    /// A database that answers before what it was told is durable would lose what was acknowledged.
    async fn check_durability(&self) -> Result<(), ConnectError> {
        let rows = self.query("SHOW synchronous_commit", &[]).await;
        let rows = rows.map_err(|failure| self.refused(&failure, Right::Connect))?;
        match rows.first().and_then(|row| row.try_get(0).ok()) {
            Some("off") => Err(ConnectError::Database {
                place: self.place.to_string(),
                why: "synchronous_commit is off, so what was acknowledged could be lost; turn it on"
                    .to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Where it is, without secrets.
    pub fn place(&self) -> &str {
        &self.place
    }

    pub(crate) const fn patience(&self) -> Duration {
        self.patience
    }

    /// Why it cannot be used. `needed` is the right that what failed takes.
    pub(crate) fn refused(&self, failure: &Failure, needed: Right) -> ConnectError {
        let mut why = failure.why();
        if failure.is_forbidden() {
            why = format!("{why}; {}", needed.grant(&self.names.database, &self.names.role));
        }
        ConnectError::Database { place: self.place.to_string(), why }
    }

    /// A connection of one's own until it is dropped.
    pub(crate) async fn connection(&self) -> Result<Connection, Failure> {
        self.connection_until(self.deadline()).await
    }

    /// The same, waited for until a deadline: the pool would be patient at each of its steps.
    pub(crate) async fn connection_until(&self, deadline: Instant) -> Result<Connection, Failure> {
        self.turns.take(deadline).await
    }

    /// When what begins now has taken too long.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.patience
    }

    /// Runs work on a connection, no longer than is patient, the wait for the connection included. A connection that
    /// failed or is late is not used again.
    pub(crate) async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&Object) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Failure> {
        let deadline = self.deadline();
        let connection = self.connection_until(deadline).await?;
        let outcome = match timeout_at(deadline, work(&connection)).await {
            Ok(outcome) => outcome.map_err(Failure::from),
            Err(_) => Err(Failure::Slow),
        };
        if outcome.as_ref().is_err_and(|failure| !failure.spares_connection()) {
            connection.close();
        }
        outcome
    }

    /// The rows of a query.
    pub(crate) async fn query(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Failure> {
        self.with(async |connection| {
            let statement = connection.prepare_cached(sql).await?;
            connection.query(&statement, parameters).await
        })
        .await
    }

    /// Empties what deleted rows leave in tables. It may take long and must stand outside of a transaction; its connection
    /// is not used for anything else.
    pub(crate) async fn vacuum(&self, tables: &[&str]) -> Result<(), Failure> {
        let connection = self.connection().await?.apart();
        let ran = async {
            connection.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0").await?;
            may_vacuum(&connection, tables).await?;
            Ok(connection.batch_execute(&format!("VACUUM {}", tables.join(", "))).await?)
        };
        tokio::time::timeout(SLOWLY, ran).await.unwrap_or(Err(Failure::Slow))
    }
}

/// The tables that a vacuum by this role would pass over: PostgreSQL only warns of that. Since version 17 it can be
/// granted.
const PASSED_OVER: &str = "
    SELECT current_user::text, string_agg(relname, ', ' ORDER BY relname)
    FROM pg_class JOIN pg_database ON datname = current_database()
    WHERE pg_class.oid IN (SELECT to_regclass(asked) FROM unnest($1::text[]) AS asked)
      AND NOT pg_has_role(relowner, 'USAGE') AND NOT pg_has_role(datdba, 'USAGE')
      AND NOT CASE WHEN current_setting('server_version_num')::int >= 170000
                   THEN has_table_privilege(pg_class.oid, 'MAINTAIN') ELSE false END
    HAVING count(*) > 0";

async fn may_vacuum(client: &tokio_postgres::Client, tables: &[&str]) -> Result<(), Failure> {
    let Some(row) = client.query_opt(PASSED_OVER, &[&tables]).await? else { return Ok(()) };
    let (role, passed_over): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
    Err(Failure::NotAllowed(format!(
        "the role {role} may not vacuum {passed_over}: make it the owner (ALTER TABLE … OWNER TO {role}), or, since \
         PostgreSQL 17, GRANT MAINTAIN on them"
    )))
}

/// A statement of a connection, prepared once.
pub(crate) async fn prepared(connection: &Object, sql: &str) -> Result<Statement, Failure> {
    Ok(connection.prepare_cached(sql).await?)
}

fn configured(settings: &Settings) -> Result<Config, ConnectError> {
    let mut config =
        Config::from_str(&settings.url).map_err(|error| ConnectError::Address(error.to_string()))?;
    if let Some(password) = &settings.password {
        config.password(password);
    }
    if config.get_ssl_mode() == SslMode::Prefer {
        // What leaves this machine is encrypted, unless the address says that it need not be.
        let mode = if is_local(&config) { SslMode::Disable } else { SslMode::Require };
        config.ssl_mode(mode);
    }
    let milliseconds = settings.patience.as_millis();
    config.application_name("bailee").connect_timeout(settings.patience).options(format!(
        "-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} \
         -c idle_in_transaction_session_timeout={}",
        milliseconds * 2
    ));
    Ok(config)
}

fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    })
}

fn place(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("{host}:{port}/{}", config.get_dbname().unwrap_or_default())
}

/// As the database takes them when the address leaves them out.
fn names(config: &Config) -> Names {
    let role = config.get_user().unwrap_or("…").to_owned();
    Names { database: config.get_dbname().unwrap_or(&role).to_owned(), role }
}

/// The same provider of cryptography as everywhere else (docs/decisions/0001).
fn encryption(settings: &Settings, place: &str) -> Result<ClientConfig, ConnectError> {
    let untrusted = |why: String| ConnectError::Certificates { place: place.to_owned(), why };
    let mut roots = RootCertStore::empty();
    match &settings.certificate_authorities {
        Some(file) => {
            let certificates =
                CertificateDer::pem_file_iter(file).map_err(|error| untrusted(error.to_string()))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| untrusted(error.to_string()))?;
                roots.add(certificate).map_err(|error| untrusted(error.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| untrusted(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
