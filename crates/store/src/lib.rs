//! What the gate asks of a storage engine: one reading trait a noun, and one way to write, [`Commit`].
//!
//! Engines pass the same conformance suite and share no code.

pub mod access_log;
pub mod accounts;
pub mod audit;
pub mod backup;
pub mod cases;
pub mod choices;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod erasures;
pub mod error;
pub mod events;
pub mod incidents;
pub mod key_store;
pub mod leases;
pub mod metadata;
pub mod policies;
pub mod records;
pub mod retention;
pub mod subjects;
pub mod unit;
pub mod visits;
pub mod webhooks;

pub use access_log::AccessLog;
pub use accounts::Accounts;
pub use audit::AuditLog;
pub use cases::Cases;
pub use choices::Choices;
pub use erasures::Erasures;
pub use error::{CommitError, Conflict, StoreError};
pub use events::Events;
pub use incidents::Incidents;
pub use key_store::KeyStore;
pub use leases::{Lease, Leases};
pub use policies::Policies;
pub use records::Records;
pub use retention::Retention;
pub use subjects::Subjects;
pub use unit::{Change, Commit, Committed, Expect, PendingEntry, Unit};
pub use visits::Visits;
pub use webhooks::Webhooks;

/// A whole data store.
pub trait Store:
    Accounts
    + Subjects
    + Choices
    + Cases
    + Records
    + Retention
    + Erasures
    + Policies
    + AuditLog
    + Leases
    + Incidents
    + Events
    + Webhooks
    + Visits
    + AccessLog
    + Commit
    + Send
    + Sync
    + 'static
{
}

impl<T> Store for T where
    T: Accounts
        + Subjects
        + Choices
        + Cases
        + Records
        + Retention
        + Retention
        + Erasures
        + Policies
        + AuditLog
        + Leases
        + Incidents
        + Events
        + Webhooks
        + Visits
        + Visits
        + AccessLog
        + Commit
        + Send
        + Sync
        + 'static
{
}
