//! What has happened with a case, for the person concerned to see.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that has happened, of those that can happen to a noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step<W> {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: W,
}
