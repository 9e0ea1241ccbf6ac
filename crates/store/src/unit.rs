//! The one way to write: a unit that is committed whole or not at all.

use async_trait::async_trait;
use domain::{
    Account, AccountId, ApiKey, Case, CaseId, Choice, EntryId, Erasure, ErasureId, Freezes, Incident, KeyId,
    NewEvent, Record, RecordId, Subject, SubjectId, SubjectState, Triggers, Webhook, WebhookId,
    age::Known,
    choice::Standing,
    visit::{Site, Visitor},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    access_log::{AccessRow, SignalRow},
    accounts::WrappedAccountKeys,
    audit::TileRow,
    error::CommitError,
    key_store::{Deletion, SlotNumber},
    metadata::MetadataChange,
    policies::PolicyVersion,
    records::{IndexRow, Replay},
    subjects::KeyBinding,
    visits::{Closed, Dropped, HitRow, NewStretch, NewTally, WholeDay},
};

/// What is committed together: what must still be so, what changes, and the entries that say so.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    /// Checked inside the commit; one that fails refuses the unit.
    pub expects: Vec<Expect>,
    /// Applied in order.
    pub changes: Vec<Change>,
    /// Appended to the audit log.
    pub entries: Vec<PendingEntry>,
}

impl Unit {
    /// Adds what another unit expects, changes and enters.
    pub fn extend(&mut self, other: Self) {
        self.expects.extend(other.expects);
        self.changes.extend(other.changes);
        self.entries.extend(other.entries);
    }
}

/// An audit entry on its way: the public leaf and the private side.
#[derive(Debug, Clone)]
pub struct PendingEntry {
    /// Whom it is about, for the private index.
    pub subject: Option<SubjectId>,
    /// The public leaf.
    pub leaf: Vec<u8>,
    /// What the leaf key was derived with.
    pub nonce: [u8; 16],
    /// The sealed detail.
    pub sealed: Vec<u8>,
}

/// What must still be so when the unit is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// What processes keep in memory is as it was: see [`Accounts::registry_version`](crate::Accounts).
    Registry {
        /// The version.
        version: u64,
    },
    /// The newest policy version of an account has this number; 0 when it has none.
    Policy {
        /// Whose policy.
        account: AccountId,
        /// The number.
        number: u32,
    },
    /// A subject stands as it did.
    Subject {
        /// Which.
        id: SubjectId,
        /// Its version.
        version: u32,
    },
    /// A record has this version.
    Record {
        /// Which.
        id: RecordId,
        /// Its version.
        version: u32,
    },
    /// The metadata of a record has this version.
    Metadata {
        /// Of which record.
        id: RecordId,
        /// The version of its metadata.
        version: u32,
    },
    /// The key of one retention class still stands in this slot.
    Key(KeyBinding),
    /// A subject has no record of this retention class.
    ClassEmpty {
        /// Whose.
        subject: SubjectId,
        /// Which class.
        class: String,
    },
    /// A subject has so many records in all: none was stored or removed since they were counted.
    RecordCount {
        /// Whose.
        subject: SubjectId,
        /// How many.
        records: u64,
    },
    /// The log has not moved on.
    Log {
        /// Its epoch.
        epoch: u64,
    },
    /// A job is still done by whoever took it, even when the lease has run out meanwhile.
    Lease {
        /// The job.
        name: String,
        /// Who took it.
        holder: [u8; 16],
    },
}

/// The closed set of changes.
#[derive(Debug, Clone)]
pub enum Change {
    /// Opens an account, or changes what it accepted.
    PutAccount(Account),
    /// Adds or replaces a version of an account's wrapped keys.
    PutAccountKeys(WrappedAccountKeys),
    /// Adds a version of an account's wrapped keys; one that is there already is never overwritten.
    AddAccountKeys(WrappedAccountKeys),
    /// Adds an API key.
    AddApiKey(ApiKey),
    /// Revokes an API key.
    RevokeApiKey(KeyId, Timestamp),
    /// Notes that an API key was used: the latest moment stays.
    NoteKeyUse(KeyId, Timestamp),
    /// Sets a small value of the installation.
    PutInstallation(&'static str, Vec<u8>),
    /// Publishes a policy version.
    AddPolicyVersion(PolicyVersion),
    /// Adds a subject.
    AddSubject(Subject),
    /// Moves a subject on in its life, which raises its version.
    SetSubjectState(SubjectId, SubjectState),
    /// Adds a choice, tied to the unit's first entry, to its subject's history, and sets what stands from now on, which
    /// raises the subject's version to the choice's.
    AddChoice(Choice, Standing),
    /// Adds events, tied to the unit's first entry, in this order. They can be read once that has its place in the log.
    AddEvents(Vec<NewEvent>),
    /// Forgets events that happened before this.
    RemoveEventsBefore(Timestamp),
    /// Adds a webhook.
    AddWebhook(Webhook),
    /// Moves a webhook on to its next version.
    ReplaceWebhook(Webhook),
    /// Removes a webhook.
    RemoveWebhook(WebhookId),
    /// Opens a case, tied to the unit's first entry.
    OpenCase(Case),
    /// Moves a case on to its next version.
    ReplaceCase(Case),
    /// Forgets a case that stands at this version.
    RemoveCase(CaseId, u32),
    /// Sets what must not be deleted of a subject, which raises its version to this one.
    SetFreezes {
        /// Whose records.
        subject: SubjectId,
        /// The version that the subject has then.
        version: u32,
        /// All that is frozen from now on.
        freezes: Freezes,
    },
    /// Sets what is known of a subject's age, which raises its version to this one.
    SetSubjectAge {
        /// Whose age.
        subject: SubjectId,
        /// The version that the subject has then.
        version: u32,
        /// What is known of it from now on.
        age: Known,
    },
    /// Sets what happened to a subject, which raises its version to this one.
    SetTriggers {
        /// To whom.
        subject: SubjectId,
        /// The version that the subject has then.
        version: u32,
        /// What happened.
        triggers: Triggers,
    },
    /// Sets when the clocks of some of a subject's records end, and how far the others are. An end that was brought forward
    /// stays. Once all are settled, when the last of each type ends is found anew.
    SettleEnds {
        /// Whose records.
        subject: SubjectId,
        /// What happened, with how far the ends follow it.
        triggers: Triggers,
        /// When the clock of each ends; none while it waits.
        ends: Vec<(RecordId, Option<Timestamp>)>,
    },
    /// Binds the key of a class that had none.
    AddKeyBinding(KeyBinding),
    /// Moves a key to another slot, wrapped anew.
    MoveKeyBinding(KeyBinding),
    /// Forgets the binding of a key that is destroyed.
    RemoveKeyBinding(SubjectId, String),
    /// Forgets the binding of a key and condemns its slot, when the subject has no record of its class any more; else
    /// nothing.
    CondemnEmptied(Deletion),
    /// Remembers a slot that no binding names and that must be destroyed, however this process ends.
    CondemnSlot(Deletion),
    /// Forgets a condemned slot: it is destroyed, or a binding names it now.
    ReleaseSlot(SlotNumber),
    /// Adds a record.
    AddRecord(Record),
    /// Replaces a record of the same subject, type and class. Of its metadata only `expires_at` and `flags` are replaced.
    ReplaceRecord(Record),
    /// Sets one field of the metadata of every record that matches, and raises the version of each.
    SetMetadata(MetadataChange),
    /// Removes a record and its index rows.
    RemoveRecord(RecordId),
    /// Adds a row to the blind index.
    AddIndexRow(AccountId, IndexRow),
    /// Removes a row from the blind index.
    RemoveIndexRow(IndexRow),
    /// Remembers an idempotency key together with the unit's first entry, when it has one.
    AddReplay(Replay),
    /// Forgets idempotency keys older than this.
    RemoveReplaysBefore(Timestamp),
    /// Begins an erasure.
    AddErasure(Erasure),
    /// Moves an erasure on; the certificate is tied to the unit's first entry.
    ReplaceErasure(Erasure),
    /// Removes at most `limit` records of a subject, with their index rows, except of the record types to keep;
    /// every row of the private audit index goes too when `audit` is set.
    Purge {
        /// Whose rows.
        subject: SubjectId,
        /// Which record types stay.
        keep: Vec<String>,
        /// Whether the private audit index dies too.
        audit: bool,
        /// How many rows at most.
        limit: u32,
    },
    /// Marks an erasure's rows as gone. Marked again, it keeps the first time.
    MarkPurged(ErasureId, Timestamp),
    /// Gives bundles, and the events of their entries, their place in the log and moves the log on.
    AdvanceLog {
        /// Bundle number and the index of its first entry.
        placed: Vec<(u64, u64)>,
        /// Tiles that changed.
        tiles: Vec<TileRow>,
        /// The new size.
        size: u64,
    },
    /// Publishes a signed checkpoint.
    PutCheckpoint(String),
    /// Takes a job over, or keeps it. Refused while another one's lease lasts.
    TakeLease {
        /// The job.
        name: String,
        /// Who takes it.
        holder: [u8; 16],
        /// For how long.
        lasts: SignedDuration,
        /// A holder whose lease is over before its time.
        over: Option<[u8; 16]>,
        /// The present moment, for an engine without a clock of its own: see [`Leases`](crate::Leases).
        now: Timestamp,
    },
    /// Gives a job back before its time; nothing when it is another one's.
    ReturnLease {
        /// The job.
        name: String,
        /// Who took it.
        holder: [u8; 16],
    },
    /// Adds an incident, tied to the unit's first entry.
    AddIncident(Incident),
    /// Moves an incident on to its next version, tied to the unit's first entry. What was reported, and when, stays.
    ReplaceIncident(Incident),
    /// Adds hits.
    AddHits(Vec<HitRow>),
    /// Puts visits in place of the hits that they are made of, and marks their days.
    CloseVisits(Closed),
    /// Adds the visits of a day that has none, and never had any.
    AddWholeDay(WholeDay),
    /// Removes all visits and hits of a visitor, and marks the days on which they came.
    RemoveVisitor(Site, Visitor),
    /// Removes the visits of a day, whose figures stay.
    RemoveVisits(Site, i32),
    /// Replaces the figures of a day whose visits are as they were when they were added up.
    PutTally(NewTally),
    /// Replaces the figures of a stretch, all of whose days are as they were when they were added up.
    PutStretch(NewStretch),
    /// Counts hits of a site that are not counted as visits.
    CountDropped(Site, Dropped),
    /// Adds lines to the access log.
    AddAccessLines(Vec<AccessRow>),
    /// Notes that an address stands out on a day that has lines; the most often and the latest stay.
    PutSignal(SignalRow),
    /// Removes a day of an account's access log, with what stood out in it.
    RemoveAccessDay(AccountId, i32),
}

impl Change {
    /// Whether it changes what processes keep in memory: its unit then moves the registry's version on.
    pub const fn is_of_the_registry(&self) -> bool {
        matches!(
            self,
            Self::PutAccount(_)
                | Self::PutAccountKeys(_)
                | Self::AddAccountKeys(_)
                | Self::AddApiKey(_)
                | Self::RevokeApiKey(..)
                | Self::AddPolicyVersion(_)
        )
    }
}

/// What a commit made durable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// The names of the unit's entries, in order.
    pub entries: Vec<EntryId>,
    /// How many rows the unit's purge removed.
    pub purged: u64,
    /// How many records the unit set the metadata of.
    pub changed: u64,
}

/// Writes.
#[async_trait]
pub trait Commit {
    /// Commits a unit: on return it is durable, whole. Units that arrive together may share one durable commit;
    /// each still succeeds or fails alone.
    ///
    /// # Errors
    /// Nothing of the unit was stored.
    async fn commit(&self, unit: Unit) -> Result<Committed, CommitError>;
}
