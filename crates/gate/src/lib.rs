//! The one door: all personal data enters, leaves and dies here.
//!
//! A [`Permit`] is made only in this crate, is used up by what it permits, and carries the versions of everything
//! it was decided on; the commit checks them again. Plaintext leaves only from here, and only after the entry that
//! says so is durable.

mod acceptance;
mod access_log;
mod accounts;
mod ages;
mod assessments;
mod attempts;
mod attestations;
mod backup;
mod caller;
mod cases;
mod center;
mod certificate;
mod choices;
mod clock;
mod complaints;
mod decisions;
mod entry;
mod erasure;
mod error;
mod events;
mod examine;
mod expiry;
mod glass;
mod holds;
mod incidents;
mod install;
mod judge;
mod keyring;
mod leases;
mod log;
mod lookup;
mod merging;
mod metadata;
mod outbox;
mod permit;
mod plan;
mod policies;
mod records;
mod registry;
mod repetition;
mod replayed;
mod requests;
mod restore;
mod rotation;
mod splitting;
mod staff;
mod subject_keys;
mod subjects;
#[cfg(test)]
mod tests;
mod token;
mod triggers;
mod view;
mod visits;
mod vocabulary;
mod webhooks;
mod words;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use domain::{Clock, Randomness};
use store::{CommitError, Committed, KeyStore, Store, Unit};

pub use acceptance::MustAccept;
pub use access_log::{AbuseCase, AddressFound, OpenedAccess, Refused, StandsOut, Wanted, read_address};
pub use ages::AgeSaid;
pub use assessments::{Bundle, BundleError, verify_bundle};
pub use attestations::NewAttestation;
pub use backup::{
    BackupError, BackupFile, BackupHeader, BackupKind, BackupRows, Counted, keys_snapshot, write_backup,
};
pub use caller::{Caller, KeyRequest, NewKey};
pub use center::{Foreseen, Neutral, Offered, Oneself, name_in_address};
pub use certificate::{CertificateError, verify_certificate};
pub use choices::{NewChoice, Receipt, ReceiptError, verify_receipt};
pub use complaints::{Accused, Findings, NewComplaint, NewRemedy};
pub use decisions::Ruling;
pub use error::{Frozen, GateError, Screened};
pub use events::EVENT_DAYS;
pub use examine::{DeadKeys, ExaminedMember, Sample};
pub use holds::{Determination, NewHold};
pub use incidents::{NewIncident, Report, ScopeQuestion, Scoped, Touched};
pub use install::{InstallError, Installation, LOG_KEY, OpenError};
pub use log::{AccessFound, LogFound, LogProof, LogQuestion, ProofState};
pub use metadata::{MetadataPage, MetadataSet};
pub use outbox::{Due, Letter, Says, Waits};
pub use permit::Permit;
pub use plan::{Going, Grain, Keeping, Plan, Waiting};
pub use policies::{Announcement, Effective, Numbered, PublishError, TooSoon};
pub use records::{Fields, NewRecord, Patch, Terms};
pub use replayed::ReplayedPolicy;
pub use requests::{Attempt, Correction, Fulfilment, Named, NewRequest};
pub use restore::{
    Continuation, ContinuationError, Journal, JournalError, LOG_CONTINUED, Restoration, RestoreError,
    Restored, verify_continuation,
};
pub use sealing::{
    PassphraseError, PassphraseParameters, RootKey, RootKeyFileError, RootVerifier, WrongRootKey,
};
pub use splitting::Split;
pub use staff::{
    Applicant, Assertion, Invitation, NameCard, NewMember, NewPasskey, NewStaff, PASSWORD_CHARACTERS,
    SignedIn, Told,
};
pub use subjects::NewSubject;
pub use triggers::NewTrigger;
pub use view::{OpenedEntry, OpenedRecord, Stored, Withheld};
pub use visits::{
    Arrival, AskedPurpose, Consent, EXAMINER, Imported, KnownSite, LeftOut, LogImport, NextItem, OpenedLink,
    PublicFigures, Remembered, Seen, Taken, VisitQuestion, VisitReport,
};
pub use webhooks::{Delivery, NewWebhook};

use keyring::Keyring;
use log::LogKeeper;
use policies::PolicyBook;

/// What the world lends the gate.
#[derive(Clone)]
pub struct Ambient {
    /// Where the present moment comes from.
    pub clock: Arc<dyn Clock>,
    /// Where unpredictable bytes come from.
    pub randomness: Arc<dyn Randomness>,
}

/// The gate of one installation.
pub struct Gate {
    store: Arc<dyn Store>,
    ambient: Ambient,
    /// Wraps the keys of new accounts, and opens those that another process has made.
    root: Arc<RootKey>,
    keyring: Keyring,
    policies: PolicyBook,
    accounts: accounts::AccountBook,
    refreshing: registry::Refreshing,
    leases: leases::Leases,
    log: LogKeeper,
    scanning: log::Scanning,
    passwords: staff::Passwords,
    intake: Arc<visits::Intake>,
    salts: visits::Salts,
    ledger: visits::Ledger,
    access_waiting: access_log::Waiting,
    access_keys: access_log::AccessKeys,
    /// Held by whoever moves keys to other slots or destroys slots that a crash left.
    moving_keys: tokio::sync::Mutex<()>,
    /// Whether rows were deleted or changed since the engine was last told to empty what it keeps behind them.
    remnants: AtomicBool,
    /// How many units with entries were committed for whoever asks.
    traffic: AtomicU64,
}

impl Gate {
    /// What the world lends.
    pub const fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    /// The present moment, as exactly as the stores keep it.
    fn now(&self) -> jiff::Timestamp {
        let now = self.ambient.clock.now();
        jiff::Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// The day of the present moment, UTC: what decides about agreements and ages.
    fn today(&self) -> jiff::civil::Date {
        domain::calendar::day(self.now())
    }

    fn randomness(&self) -> &dyn Randomness {
        &*self.ambient.randomness
    }

    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError> {
        // What the jobs commit beside it has no entries: leases, and places in the log.
        self.traffic.fetch_add(u64::from(!unit.entries.is_empty()), Ordering::Relaxed);
        self.store.commit(unit).await
    }

    /// Counts what is done and entered into the log, but for what expires: by it the job that lets records expire sees
    /// whether anybody else is there.
    pub fn traffic(&self) -> u64 {
        self.traffic.load(Ordering::Relaxed)
    }
}

/// The key store and the data store of an installation.
#[derive(Clone)]
pub struct Stores {
    /// Where sealed data is.
    pub data: Arc<dyn Store>,
    /// Where the wrapped subject keys are.
    pub keys: Arc<dyn KeyStore>,
}
