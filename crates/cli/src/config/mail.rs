//! The section `[mail]`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use egress::smtp::{Encryption, Settings, Smtp};
use serde::Deserialize;
use service::Mailer;

/// A mail server; without one, what is to be told by mail waits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MailSection {
    /// Its name.
    pub(crate) server: Option<String>,
    /// Its port.
    pub(crate) port: Option<u16>,
    /// Whether what is sent is encrypted.
    pub(crate) tls: Encrypted,
    /// The certificates of those who vouch for it; without a file, the system's.
    pub(crate) certificate_authorities: Option<PathBuf>,
    /// The address that mails come from.
    pub(crate) from: Option<String>,
    /// Where people find this server, for the links in mails; without it, where it listens.
    pub(crate) links: Option<String>,
    /// The user, where the server asks for one.
    pub(crate) user: Option<String>,
    /// A file that holds the user's password.
    pub(crate) password_file: Option<PathBuf>,
}

/// Whether what is sent is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encrypted {
    /// STARTTLS, or nothing is sent.
    #[default]
    Required,
    /// From the first byte.
    Implicit,
    /// Not at all: to this machine only.
    None,
    /// Not at all, wherever it goes.
    #[serde(rename = "none_anywhere")]
    #[value(name = "none_anywhere")]
    NoneAnywhere,
}

impl MailSection {
    /// Paths are relative to the configuration file.
    pub(super) fn resolve(&mut self, base: &Path) {
        for file in [&mut self.password_file, &mut self.certificate_authorities].into_iter().flatten() {
            *file = base.join(&file);
        }
    }

    /// The mail server, when one is configured.
    ///
    /// # Errors
    /// Something is missing or cannot be, or a file cannot be read.
    pub(crate) fn mailer(&self) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
        let Some(server) = &self.server else { return Ok(None) };
        let Some(from) = &self.from else {
            bail!("`mail.from` is missing: the address that mails come from")
        };
        let encryption = match self.tls {
            Encrypted::Required => Encryption::Required,
            Encrypted::Implicit => Encryption::Implicit,
            Encrypted::None if !is_here(server) => bail!(
                "`mail.tls = \"none\"` would send codes readable by everyone on the way to {server}; if you mean that, \
                 say \"none_anywhere\""
            ),
            Encrypted::None | Encrypted::NoneAnywhere => Encryption::None,
        };
        let port = self.port.unwrap_or(match encryption {
            Encryption::Required => 587,
            Encryption::Implicit => 465,
            Encryption::None => 25,
        });
        let settings = Settings {
            server: server.clone(),
            port,
            encryption,
            certificate_authorities: self.certificate_authorities.clone(),
            from: from.clone(),
            credentials: self.credentials()?,
        };
        Ok(Some(Arc::new(Smtp::new(&settings).context("in the section `[mail]`")?)))
    }

    fn credentials(&self) -> anyhow::Result<Option<(String, String)>> {
        match (&self.user, &self.password_file) {
            (None, None) => Ok(None),
            (Some(user), Some(file)) => {
                let text = fs::read_to_string(file)
                    .with_context(|| format!("cannot read the password from {}", file.display()))?;
                Ok(Some((user.clone(), text.lines().next().unwrap_or_default().to_owned())))
            }
            _ => bail!("`mail.user` and `mail.password_file` go together"),
        }
    }
}

/// Whether a server is this machine.
fn is_here(server: &str) -> bool {
    server == "localhost" || server.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> MailSection {
        toml::from_str(text).unwrap()
    }

    fn refused(text: &str) -> String {
        match section(text).mailer() {
            Ok(_) => panic!("{text} is accepted"),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn mail_is_not_sent_in_the_clear_by_mistake() {
        let far = "server = 'mail.example'\nfrom = 'privacy@example.com'\ntls = ";
        assert!(refused(&format!("{far}'none'")).contains("none_anywhere"));
        assert!(section(&format!("{far}'none_anywhere'")).mailer().unwrap().is_some());
        let near = "server = '127.0.0.1'\nfrom = 'privacy@example.com'\ntls = 'none'";
        assert!(section(near).mailer().unwrap().is_some());
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(section("").mailer().unwrap().is_none());
        assert!(refused("server = 'mail.example'").contains("mail.from"));
        assert!(refused("server = 'mail.example'\nfrom = 'nobody'").contains("no e-mail address"));
        assert!(refused("server = 'mail.example'\nfrom = 'a@b.example'\nuser = 'x'").contains("go together"));
    }
}
