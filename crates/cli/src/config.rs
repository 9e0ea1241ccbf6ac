//! The configuration file. Every value has a default, an unknown one is an error, and secrets are named by file.

mod egress;
mod mail;
mod provider;
mod proxies;
mod store;
mod tls;
mod visits;

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use api::Limits;
use serde::Deserialize;

pub(crate) use self::{
    egress::{EgressPlaces, EgressSection},
    mail::{Encrypted, MailSection},
    provider::ProviderSection,
    proxies::{Network, ProxiesSection, ProxyHeader},
    store::StoreSection,
    tls::TlsSection,
    visits::VisitsSection,
};
use crate::logging::LogFormat;

/// The configuration file as `bailee init` writes it.
pub(crate) const TEMPLATE: &str = include_str!("bailee.toml");

/// What is configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Where the server listens.
    pub(crate) listen: SocketAddr,
    /// The data directory.
    pub(crate) data: PathBuf,
    /// PostgreSQL databases in place of it.
    pub(crate) store: StoreSection,
    /// The root key.
    pub(crate) root_key: RootKeySource,
    /// Who this server is, over TLS.
    pub(crate) tls: TlsSection,
    /// Through whom people reach it.
    pub(crate) proxies: ProxiesSection,
    /// Who recognises members of staff.
    pub(crate) provider: ProviderSection,
    /// The mail server.
    pub(crate) mail: MailSection,
    /// Limits.
    pub(crate) limits: LimitsSection,
    /// What leaves the server by itself.
    pub(crate) egress: EgressSection,
    /// What helps to count visits.
    pub(crate) visits: VisitsSection,
    /// Logs.
    pub(crate) log: LogSection,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            data: PathBuf::from("bailee-data"),
            store: StoreSection::default(),
            root_key: RootKeySource::default(),
            tls: TlsSection::default(),
            proxies: ProxiesSection::default(),
            provider: ProviderSection::default(),
            mail: MailSection::default(),
            limits: LimitsSection::default(),
            egress: EgressSection::default(),
            visits: VisitsSection::default(),
            log: LogSection::default(),
        }
    }
}

/// Where the root key comes from: one of the two.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum RootKeySource {
    /// A key file.
    File(PathBuf),
    /// A file that holds a passphrase.
    PassphraseFile(PathBuf),
}

impl Default for RootKeySource {
    fn default() -> Self {
        Self::File(PathBuf::from("bailee-root.key"))
    }
}

/// The section `[limits]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LimitsSection {
    open_per_second: NonZeroU32,
    hits_per_second: NonZeroU32,
    choices_per_minute: NonZeroU32,
    lookups_per_second: NonZeroU32,
    body_bytes: usize,
    request_seconds: u64,
    /// Connections at once; more wait.
    pub(crate) connections: usize,
}

impl Default for LimitsSection {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            open_per_second: limits.open_per_second,
            hits_per_second: limits.hits_per_second,
            choices_per_minute: limits.choices_per_minute,
            lookups_per_second: limits.lookups_per_second,
            body_bytes: limits.body_bytes,
            request_seconds: limits.request_time.as_secs(),
            connections: 4_096,
        }
    }
}

impl LimitsSection {
    pub(crate) const fn limits(&self) -> Limits {
        Limits {
            open_per_second: self.open_per_second,
            hits_per_second: self.hits_per_second,
            choices_per_minute: self.choices_per_minute,
            lookups_per_second: self.lookups_per_second,
            body_bytes: self.body_bytes,
            request_time: Duration::from_secs(self.request_seconds),
        }
    }
}

/// The section `[log]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogSection {
    /// How log lines look.
    pub(crate) format: LogFormat,
}

impl Config {
    /// Where the installation is, without secrets.
    pub(crate) fn place(&self) -> String {
        match &self.store.url {
            None => self.data.display().to_string(),
            Some(_) => "the configured database".to_owned(),
        }
    }

    /// Reads a configuration file; without one, the defaults. Paths in it are relative to it.
    ///
    /// # Errors
    /// It cannot be read, or something in it is unknown or of another type.
    pub(crate) fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut config: Self = toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
        let base = path.parent().unwrap_or_else(|| Path::new(""));
        config.data = base.join(&config.data);
        config.store.resolve(base);
        config.tls.resolve(base);
        config.provider.resolve(base);
        config.mail.resolve(base);
        config.visits.resolve(base);
        match &mut config.root_key {
            RootKeySource::File(file) | RootKeySource::PassphraseFile(file) => *file = base.join(&file),
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_says_what_the_defaults_are() {
        let written: Config = toml::from_str(TEMPLATE).unwrap();
        assert_eq!(format!("{written:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn an_unknown_setting_is_an_error() {
        assert!(toml::from_str::<Config>("lisen = '127.0.0.1:1'").is_err());
    }
}
