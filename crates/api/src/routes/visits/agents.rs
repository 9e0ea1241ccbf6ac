//! What browsers say of themselves, read once for each that is known.

use std::{collections::HashMap, sync::LazyLock};

use collect::{Agent, Agents};
use parking_lot::Mutex;

/// How many are remembered; then all are forgotten.
const MOST: usize = 4_096;
/// The longest that is read: more says nothing more.
const LONGEST: usize = 1_024;

static AGENTS: LazyLock<Agents> = LazyLock::new(Agents::default);

/// The agents that were read.
#[derive(Default)]
pub(crate) struct Browsers(Mutex<HashMap<String, Agent>>);

impl Browsers {
    /// What an agent is.
    pub(super) fn read(&self, agent: &str) -> Agent {
        let agent = agent.get(..LONGEST.min(agent.len())).unwrap_or_default();
        if let Some(known) = self.0.lock().get(agent) {
            return known.clone();
        }
        let read = AGENTS.read(agent);
        let mut known = self.0.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(agent.to_owned(), read.clone());
        read
    }
}
