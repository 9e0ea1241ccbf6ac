//! Which engine is measured.

use clap::ValueEnum;

/// Where an installation keeps its data.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Engine {
    /// Files in the data directory.
    #[default]
    Sqlite,
    /// Databases of a PostgreSQL server that is started for it.
    Postgres,
}

impl Engine {
    /// As it is named in results.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}
