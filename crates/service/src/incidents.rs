//! Incidents above the gate: the drafts of what has to be said, and the counts that are watched.

pub mod drafts;
mod facts;

use std::collections::BTreeMap;

use domain::{Incident, incident::Part};
use gate::{Caller, GateError};

pub use drafts::{Draft, Field};

use crate::Service;
use facts::Facts;

/// Where incidents that are not closed can stand, and their clocks, as the metrics name them.
const STATES: [&str; 2] = ["open", "assessed"];
const CLOCKS: [&str; 6] = ["running", "warning", "overdue", "met", "late", "not_needed"];

impl Service {
    /// The drafts for whoever is told of an incident of the caller's account: one, or for `clients` one for each Client
    /// that is concerned. What only a person can know is left blank, and says so. Nothing sealed is opened for them.
    ///
    /// # Errors
    /// No policy is in force.
    pub fn drafts(&self, caller: &Caller, incident: &Incident, part: Part) -> Result<Vec<Draft>, GateError> {
        let effective = self.gate().policy(caller.account_id())?;
        let facts = Facts::gather(self.gate(), caller, &effective, incident, self.now());
        Ok(match part {
            Part::Authority => vec![drafts::for_authority(&facts)],
            Part::Clients => {
                facts.clients().iter().map(|client| drafts::for_client(&facts, client)).collect()
            }
            Part::Persons => vec![drafts::for_persons(&facts)],
        })
    }

    /// Publishes how many incidents there are in each state, and how their clocks stand.
    ///
    /// # Errors
    /// The data store fails.
    pub(crate) async fn count_incidents(&self) -> Result<(), GateError> {
        let unclosed = self.gate().unclosed_incidents().await?;
        let mut states = BTreeMap::from(STATES.map(|state| (state, 0.0)));
        let mut clocks = BTreeMap::from(CLOCKS.map(|clock| (clock, 0.0)));
        for (incident, countdown) in &unclosed {
            *states.entry(incident.state.as_str()).or_default() += 1.0;
            *clocks.entry(countdown.as_str()).or_default() += 1.0;
        }
        for (state, count) in states {
            metrics::gauge!("bailee_incidents", "state" => state).set(count);
        }
        for (standing, count) in clocks {
            metrics::gauge!("bailee_incident_clocks", "standing" => standing).set(count);
        }
        Ok(())
    }
}
