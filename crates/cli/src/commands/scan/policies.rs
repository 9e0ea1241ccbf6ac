//! The policy that a site is compared with: a file, or what is in force on a server.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Args;
use egress::http::{HttpOut, NamedPlaces};
use policy::Policy;
use serde_json::Value;
use service::outside::{Http, Question};
use url::Url;

use crate::commands::{policy::compile, serve::runtime};

/// Where the policy is.
#[derive(Args)]
pub(crate) struct Policies {
    /// The policy that the site is compared with; without one, what is found is listed only.
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    policy: Option<PathBuf>,
    /// The operator's policy, when that is an account's.
    #[arg(long, value_name = "FILE", requires = "policy")]
    under: Option<PathBuf>,
    /// A running server, whose policy is meant; its key is read from `BAILEE_KEY`.
    #[arg(long, value_name = "URL", requires = "key")]
    server: Option<Url>,
    /// An API key of the account that may read data.
    #[arg(long, env = "BAILEE_KEY", value_name = "KEY", hide = true, hide_env_values = true)]
    key: Option<String>,
}

impl Policies {
    /// Reads and compiles it; none where none is named.
    ///
    /// # Errors
    /// It cannot be read, or has errors.
    pub(super) fn load(&self) -> anyhow::Result<Option<Policy>> {
        if let Some(file) = &self.policy {
            let operator = self.under.as_deref().map(|file| read(file, None)).transpose()?;
            return read(file, operator.as_ref()).map(Some);
        }
        let (Some(server), Some(key)) = (&self.server, &self.key) else { return Ok(None) };
        let in_force = runtime()?.block_on(ask(server, key))?;
        let source = |whose: &str| in_force[whose]["source"].as_str();
        let operator = source("operator").context("the server names no policy")?;
        let operator = compiled(operator, Path::new("the operator's policy"), None)?;
        let Some(own) = source("account") else { return Ok(Some(operator)) };
        compiled(own, Path::new("the account's policy"), Some(&operator)).map(Some)
    }
}

fn read(file: &Path, operator: Option<&Policy>) -> anyhow::Result<Policy> {
    let source = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    compiled(&source, file, operator)
}

fn compiled(source: &str, file: &Path, operator: Option<&Policy>) -> anyhow::Result<Policy> {
    compile(source, file, operator).with_context(|| format!("{} has errors", file.display()))
}

/// What is in force there.
async fn ask(server: &Url, key: &str) -> anyhow::Result<Value> {
    let (host, port) = (server.host_str(), server.port_or_known_default());
    let (Some(host), Some(port)) = (host, port) else { bail!("the server's address names no host") };
    // Whoever names a server means it, also inside their own network.
    let named = NamedPlaces::parse([format!("{host}:{port}").as_str()])?;
    let question = Question {
        url: format!("{}/v1/policy", server.as_str().trim_end_matches('/')),
        headers: vec![("authorization", format!("Bearer {key}"))],
        form: None,
    };
    let answer = HttpOut::new(named).ask(&question).await;
    let answer = answer.map_err(|failure| anyhow::anyhow!("{server} does not answer: {failure:?}"))?;
    if answer.status != 200 {
        bail!(
            "{server} answers with {}: the key must be of the account, with the scope data:read",
            answer.status
        );
    }
    serde_json::from_slice(&answer.body).context("the server's answer is no policy")
}
