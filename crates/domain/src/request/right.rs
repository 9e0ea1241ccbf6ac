//! What can be asked for.

use serde::{Deserialize, Serialize};

/// What a person may ask for (GDPR, articles 15 to 21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To see what is held.
    Access,
    /// To have it corrected.
    Rectification,
    /// To have it deleted.
    Erasure,
    /// To have its use limited.
    Restriction,
    /// To take it along.
    Portability,
    /// To object to a use.
    Objection,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 6] = [
        Self::Access,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
    ];

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.as_str() == text)
    }

    /// The name of the policy's declaration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "portability",
            Self::Objection => "objection",
        }
    }

    /// Whether what is held must stay until it is answered.
    pub(super) const fn needs_everything(self) -> bool {
        matches!(self, Self::Access | Self::Portability)
    }
}
