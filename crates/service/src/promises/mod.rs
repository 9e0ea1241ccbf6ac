//! The promise registry: for each of the thirty promises, where it is enforced, how anyone can try to break it,
//! and the check that proves it.

mod registry;

use policy::Promise;

pub use registry::REGISTRY;

/// One promise as the registry knows it.
#[derive(Debug, Clone, Copy)]
pub struct Registered {
    /// The promise.
    pub promise: Promise,
    /// What enforces it, for a reader; none while nothing does.
    pub enforced_by: Option<&'static str>,
    /// A command line that tries to break it against a running demonstration, with `$URL`, `$KEY`, `$SUBJECT`
    /// for the reader to fill in.
    pub try_to_break: Option<&'static str>,
}
