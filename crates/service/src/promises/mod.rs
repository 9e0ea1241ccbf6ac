//! The promise registry: for each of the thirty promises, where it is enforced, how anyone can try to break it,
//! and the check that proves it.

pub(crate) mod attested;
mod checks;
mod examination;
mod made_up_browser;
mod registry;
mod stand_in;
#[cfg(test)]
pub(crate) mod tests;
mod verdict;

use policy::Promise;

pub(crate) use checks::Check;
pub(crate) use examination::{Compiler, Examination};
pub use registry::REGISTRY;
pub use verdict::Status;
pub(crate) use verdict::Verdict;

/// One promise as the registry knows it.
#[derive(Debug, Clone, Copy)]
pub struct Registered {
    /// The promise.
    pub promise: Promise,
    /// What enforces it, for a reader; none while nothing does.
    pub enforced_by: Option<&'static str>,
    /// A command line that tries to break it against a running demonstration, with `$URL`, `$KEY`, `$SUBJECT` and
    /// `$RECORD` for the reader to fill in.
    pub try_to_break: Option<&'static str>,
    /// How an assessment looks whether it is kept.
    pub(crate) check: Check,
}
