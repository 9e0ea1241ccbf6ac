//! The section `[egress]`: what may leave the server by itself, and where to.

use std::sync::Arc;

use clap::Args;
use egress::http::{HttpOut, NamedPlaces};
use serde::Deserialize;

/// The section `[egress]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EgressSection {
    /// Hosts with their ports that the operator's own events are sent to: they may lie inside the network, and speak plain HTTP.
    pub(crate) allow: Vec<String>,
}

/// Places that the command line adds.
#[derive(Debug, Args)]
pub(crate) struct EgressPlaces {
    /// A host and port inside the network that the operator's own events may be sent to; the option can be repeated.
    #[arg(long, env = "BAILEE_EGRESS_ALLOW", value_name = "HOST:PORT", value_delimiter = ',')]
    egress_allow: Vec<String>,
}

impl EgressPlaces {
    pub(crate) fn add_to(&self, section: &mut EgressSection) {
        section.allow.extend(self.egress_allow.iter().filter(|place| !place.is_empty()).cloned());
    }
}

impl EgressSection {
    /// What sends messages by HTTP.
    ///
    /// # Errors
    /// Something that is allowed is no host and port.
    pub(crate) fn http(&self) -> anyhow::Result<Arc<HttpOut>> {
        let named = NamedPlaces::parse(self.allow.iter().map(String::as_str))?;
        Ok(Arc::new(HttpOut::new(named)))
    }
}
