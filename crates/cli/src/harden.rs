//! What the process takes from itself before it holds any secret.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Forbids core dumps and being traced by others: both would write keys and plaintext down. Where the operating
/// system refuses, the server goes on; SECURITY.md says to keep dumps off there by other means.
pub(crate) fn forbid_core_dumps() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if setrlimit(Resource::Core, none).is_err() {
        crate::output::remark("core dumps could not be switched off");
    }
    // Only forbids what another process of the same user could do; not being able to is no fault.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
