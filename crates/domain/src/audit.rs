//! The private side of an audit entry: who did what, to whose data, for which purpose, under which clause.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    choice::Evidence,
    id::{AccountId, KeyId, RecordId, SubjectId},
};

/// Names one entry from the moment it is durable: the bundle it was committed in and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId {
    /// The number of the bundle, counted from 1.
    pub bundle: u64,
    /// The place in the bundle, counted from 0.
    pub position: u32,
}

/// A text that is not an entry id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an entry id: expected `ent_` and 24 hexadecimal digits")]
pub struct NotAnEntryId;

impl fmt::Display for EntryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ent_{:016x}{:08x}", self.bundle, self.position)
    }
}

impl FromStr for EntryId {
    type Err = NotAnEntryId;

    fn from_str(text: &str) -> Result<Self, NotAnEntryId> {
        let digits = text.strip_prefix("ent_").ok_or(NotAnEntryId)?;
        let bytes = HEXLOWER.decode(digits.as_bytes()).map_err(|_| NotAnEntryId)?;
        let (bundle, position) = bytes.split_first_chunk::<8>().ok_or(NotAnEntryId)?;
        let position = <[u8; 4]>::try_from(position).map_err(|_| NotAnEntryId)?;
        Ok(Self { bundle: u64::from_be_bytes(*bundle), position: u32::from_be_bytes(position) })
    }
}

impl Serialize for EntryId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntryId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// An account was opened.
    #[serde(rename = "account.opened")]
    AccountOpened,
    /// An account accepted a policy version.
    #[serde(rename = "account.accepted")]
    AccountAccepted,
    /// An API key was made.
    #[serde(rename = "key.created")]
    KeyCreated,
    /// An API key was revoked.
    #[serde(rename = "key.revoked")]
    KeyRevoked,
    /// A root or account key was rotated.
    #[serde(rename = "key.rotated")]
    KeyRotated,
    /// A policy version was published.
    #[serde(rename = "policy.published")]
    PolicyPublished,
    /// A subject was created.
    #[serde(rename = "subject.created")]
    SubjectCreated,
    /// Someone said how old a subject is: only whether that is old enough was kept.
    #[serde(rename = "subject.age_said")]
    AgeSaid,
    /// A subject, or the list of its records, was read.
    #[serde(rename = "subject.read")]
    SubjectRead,
    /// Someone looked a subject up by a field.
    #[serde(rename = "subject.looked_up")]
    SubjectLookedUp,
    /// Someone asked whether something would be allowed.
    #[serde(rename = "decision.asked")]
    DecisionAsked,
    /// A record was stored.
    #[serde(rename = "record.created")]
    RecordCreated,
    /// A record was read.
    #[serde(rename = "record.read")]
    RecordRead,
    /// Whom the operator writes to at a Client was named.
    #[serde(rename = "account.contact")]
    AccountContact,
    /// A record was changed.
    #[serde(rename = "record.updated")]
    RecordUpdated,
    /// A record was deleted.
    #[serde(rename = "record.deleted")]
    RecordDeleted,
    /// The metadata of records was queried.
    #[serde(rename = "metadata.read")]
    MetadataRead,
    /// The metadata of records was changed.
    #[serde(rename = "metadata.changed")]
    MetadataChanged,
    /// A person made a choice.
    #[serde(rename = "choice.changed")]
    ChoiceChanged,
    /// A hold was placed: an exception of the policy was determined to apply.
    #[serde(rename = "hold.placed")]
    HoldPlaced,
    /// A hold was looked at again, and still stands.
    #[serde(rename = "hold.reviewed")]
    HoldReviewed,
    /// A hold was released.
    #[serde(rename = "hold.released")]
    HoldReleased,
    /// A request of a person was received.
    #[serde(rename = "request.opened")]
    RequestOpened,
    /// A code was sent to an identifier of a request.
    #[serde(rename = "request.code_sent")]
    RequestCodeSent,
    /// A wrong code was tried.
    #[serde(rename = "request.code_tried")]
    RequestCodeTried,
    /// Someone has shown to be the person of a request.
    #[serde(rename = "request.verified")]
    RequestVerified,
    /// The deadline of a request was extended.
    #[serde(rename = "request.extended")]
    RequestExtended,
    /// The clock of a request was stopped.
    #[serde(rename = "request.paused")]
    RequestPaused,
    /// The clock of a request runs on.
    #[serde(rename = "request.resumed")]
    RequestResumed,
    /// Part of the time of a request is over.
    #[serde(rename = "request.reminded")]
    RequestReminded,
    /// The time of a request is over.
    #[serde(rename = "request.overdue")]
    RequestOverdue,
    /// A system outside did its part of a request.
    #[serde(rename = "request.task_done")]
    RequestTaskDone,
    /// The package of a request was looked through.
    #[serde(rename = "request.reviewed")]
    RequestReviewed,
    /// A request was fulfilled.
    #[serde(rename = "request.fulfilled")]
    RequestFulfilled,
    /// A request was refused.
    #[serde(rename = "request.refused")]
    RequestRefused,
    /// A request was taken back.
    #[serde(rename = "request.withdrawn")]
    RequestWithdrawn,
    /// The package of a request can be fetched anew.
    #[serde(rename = "request.reissued")]
    RequestReissued,
    /// The package of a request was not fetched in its time.
    #[serde(rename = "request.package_over")]
    RequestPackageOver,
    /// The package of a request was fetched.
    #[serde(rename = "request.fetched")]
    RequestFetched,
    /// A message was handed to the mail server.
    #[serde(rename = "message.sent")]
    MessageSent,
    /// A message is not sent, and will not be by itself.
    #[serde(rename = "message.failed")]
    MessageFailed,
    /// A message that was not sent is tried again.
    #[serde(rename = "message.retried")]
    MessageRetried,
    /// A record's time was over.
    #[serde(rename = "record.expired")]
    RecordExpired,
    /// Something was not deleted, because a hold or an open request keeps it.
    #[serde(rename = "deletion.refused")]
    DeletionRefused,
    /// The erasure of a subject began: nothing opens any more.
    #[serde(rename = "erasure.begun")]
    ErasureBegun,
    /// Someone was found to be a child: nothing of them opens any more, and everything is erased. It names no one.
    #[serde(rename = "child.discovered")]
    ChildDiscovered,
    /// The keys of a subject were destroyed.
    #[serde(rename = "erasure.certified")]
    ErasureCertified,
    /// The log goes on under another name and key after a restore, from the checkpoint that is named.
    #[serde(rename = "log.continued")]
    LogContinued,
    /// A backup was restored, and what was deleted since is deleted again.
    #[serde(rename = "backup.restored")]
    BackupRestored,
    /// Every promise was checked against the live system.
    #[serde(rename = "assessment.made")]
    AssessmentMade,
    /// Someone attested what no machine can look at.
    #[serde(rename = "attestation.given")]
    AttestationGiven,
    /// An attestation was not given again in time.
    #[serde(rename = "attestation.lapsed")]
    AttestationLapsed,
    /// An attestation was taken back.
    #[serde(rename = "attestation.withdrawn")]
    AttestationWithdrawn,
    /// Suspected misuse was reported.
    #[serde(rename = "incident.opened")]
    IncidentOpened,
    /// The report of an incident was read.
    #[serde(rename = "incident.read")]
    IncidentRead,
    /// The log was asked how far an incident reaches.
    #[serde(rename = "incident.scoped")]
    IncidentScoped,
    /// Someone said what risk an incident is.
    #[serde(rename = "incident.assessed")]
    IncidentAssessed,
    /// Someone was told of an incident, or need not be.
    #[serde(rename = "incident.notified")]
    IncidentNotified,
    /// An incident was closed.
    #[serde(rename = "incident.closed")]
    IncidentClosed,
    /// An incident was opened again.
    #[serde(rename = "incident.reopened")]
    IncidentReopened,
    /// The decisions of the log were made again under a policy that is not in force.
    #[serde(rename = "policy.replayed")]
    PolicyReplayed,
}

impl Action {
    /// The word that stands in the entry.
    pub fn word(self) -> String {
        let word = serde_json::to_value(self).ok();
        word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was allowed, and done.
    Allowed,
    /// It was refused, and not done.
    Refused,
}

/// What an entry commits to. Sealed under the subject's audit key, and opened only with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// When, to the microsecond.
    pub at: Timestamp,
    /// What was done.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// The account concerned.
    pub account: AccountId,
    /// The key that asked; none when the system itself acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<KeyId>,
    /// Whose data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId>,
    /// Which record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordId>,
    /// The record type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_type: Option<String>,
    /// The categories of personal data that were opened, changed or refused.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub categories: Vec<String>,
    /// The purpose that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The recipient that was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The number of the operator's policy version that decided.
    pub policy: u32,
    /// The section of the policy that allowed or refused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<u16>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whatever else the entry must prove, without personal data: a digest, a version, a count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The people concerned, where they are many: none of them is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub concerned: Option<Concerned>,
    /// What a person chose, and what they were shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub choice: Option<Evidence>,
    /// The case concerned, and what was said about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub case: Option<Statement>,
}

/// What was said about a case: words of people, which only this sealed detail holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The hold or request, by its id.
    pub case: String,
    /// Who determined or decided it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<String>,
    /// On what evidence, or for which reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<String>,
}

/// A commitment to a set of people, by which it can be shown later that a person was among them or was not.
/// docs/formats.md says how the root is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concerned {
    /// How many they are.
    pub people: u64,
    /// What each commitment is salted with, 32 hexadecimal digits.
    pub salt: String,
    /// The Merkle root (RFC 9162) over the commitments, in base64.
    pub root: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_id_reads_back() {
        let id = EntryId { bundle: 71, position: 3 };
        assert_eq!(id.to_string(), "ent_000000000000004700000003");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("ent_00".parse::<EntryId>().is_err());
    }
}
