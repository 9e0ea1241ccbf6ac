//! What an audit entry says was done, in one word.

use serde::{Deserialize, Serialize};

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
    /// A subject is merged into another one, as both are one person.
    #[serde(rename = "subject.merged")]
    SubjectMerged,
    /// Records became another subject's.
    #[serde(rename = "records.moved")]
    RecordsMoved,
    /// Everything of a subject that was merged is where it went.
    #[serde(rename = "subject.merge_ended")]
    MergeEnded,
    /// Some of a subject's records were given to a new one, as they are another person's.
    #[serde(rename = "subject.split")]
    SubjectSplit,
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
    /// The person added to what they ask for.
    #[serde(rename = "request.amended")]
    RequestAmended,
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
    /// A member of staff sees to a request, or nobody does any more.
    #[serde(rename = "request.assigned")]
    RequestAssigned,
    /// A note about a request was kept.
    #[serde(rename = "request.noted")]
    RequestNoted,
    /// The package of a request can be fetched anew.
    #[serde(rename = "request.reissued")]
    RequestReissued,
    /// The package of a request was not fetched in its time.
    #[serde(rename = "request.package_over")]
    RequestPackageOver,
    /// The package of a request was fetched.
    #[serde(rename = "request.fetched")]
    RequestFetched,
    /// Something happened from which retention clocks run, or it was taken back.
    #[serde(rename = "trigger.pulled")]
    TriggerPulled,
    /// A message was handed to the mail server.
    #[serde(rename = "message.sent")]
    MessageSent,
    /// A message is not sent, and will not be by itself.
    #[serde(rename = "message.failed")]
    MessageFailed,
    /// A message that was not sent is tried again.
    #[serde(rename = "message.retried")]
    MessageRetried,
    /// A complaint, a question or an allegation was received.
    #[serde(rename = "complaint.opened")]
    ComplaintOpened,
    /// Whoever complains was told that it was received.
    #[serde(rename = "complaint.acknowledged")]
    ComplaintAcknowledged,
    /// Someone owns a complaint.
    #[serde(rename = "complaint.assigned")]
    ComplaintAssigned,
    /// A complaint was decided, or a question answered.
    #[serde(rename = "complaint.decided")]
    ComplaintDecided,
    /// A decision on a complaint was appealed.
    #[serde(rename = "complaint.appealed")]
    ComplaintAppealed,
    /// What is done about a complaint was said.
    #[serde(rename = "complaint.remedy_due")]
    ComplaintRemedyDue,
    /// What was to be done about a complaint was done.
    #[serde(rename = "complaint.remedied")]
    ComplaintRemedied,
    /// An incident was opened because of an allegation.
    #[serde(rename = "complaint.escalated")]
    ComplaintEscalated,
    /// A complaint was taken back.
    #[serde(rename = "complaint.withdrawn")]
    ComplaintWithdrawn,
    /// Part of a term of a complaint is over.
    #[serde(rename = "complaint.reminded")]
    ComplaintReminded,
    /// A term of a complaint is over.
    #[serde(rename = "complaint.overdue")]
    ComplaintOverdue,
    /// A decision on a complaint can be appealed no more.
    #[serde(rename = "complaint.settled")]
    ComplaintSettled,
    /// The time of records was over.
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
    /// Someone was invited to the console.
    #[serde(rename = "staff.invited")]
    StaffInvited,
    /// A member of staff set a password by the link of their invitation.
    #[serde(rename = "staff.activated")]
    StaffActivated,
    /// A member of staff is let in no more.
    #[serde(rename = "staff.suspended")]
    StaffSuspended,
    /// Somebody who signs in asked for a link by which to set another password.
    #[serde(rename = "staff.recovering")]
    StaffRecovering,
    /// Somebody who signs in asked for a link by which to sign in with another address.
    #[serde(rename = "staff.address_asked")]
    StaffAddressAsked,
    /// Somebody signs in with another address from now on.
    #[serde(rename = "staff.address_changed")]
    StaffAddressChanged,
    /// An address with which somebody would have signed in, or did, is forgotten.
    #[serde(rename = "staff.address_dropped")]
    StaffAddressDropped,
    /// Somebody signs in with another passkey from now on.
    #[serde(rename = "staff.passkey_added")]
    StaffPasskeyAdded,
    /// A passkey was used that somebody may have copied: it let nobody in.
    #[serde(rename = "staff.passkey_copied")]
    StaffPasskeyCopied,
    /// A passkey lets nobody in any more.
    #[serde(rename = "staff.passkey_removed")]
    StaffPasskeyRemoved,
    /// A provider of identities recognised somebody for the first time.
    #[serde(rename = "staff.bound")]
    StaffBound,
    /// Nobody used an invitation in its time.
    #[serde(rename = "staff.lapsed")]
    StaffLapsed,
    /// Somebody wanted to open an account for a Client: whoever is known already, or may not return, is told so by nothing else.
    #[serde(rename = "account.signed_up")]
    AccountSignedUp,
    /// What is known of a company was changed.
    #[serde(rename = "account.renamed")]
    AccountRenamed,
    /// An account was closed for now.
    #[serde(rename = "account.suspended")]
    AccountSuspended,
    /// An account was opened again.
    #[serde(rename = "account.reinstated")]
    AccountReinstated,
    /// A Client ended its account.
    #[serde(rename = "account.cancelled")]
    AccountCancelled,
    /// An account was ended for a violation.
    #[serde(rename = "account.ended")]
    AccountEnded,
    /// An API key was used, noted once a day.
    #[serde(rename = "key.used")]
    KeyUsed,
    /// Somebody is something else from now on.
    #[serde(rename = "staff.role_changed")]
    StaffRoleChanged,
    /// A member of staff asked for what their role does not let them do.
    #[serde(rename = "staff.refused")]
    StaffRefused,
    /// Someone asked for a link into the privacy center: an address that nobody has names nobody.
    #[serde(rename = "link.asked")]
    LinkAsked,
    /// Someone signed in, or tried to: a try that failed names nobody.
    #[serde(rename = "session.started")]
    SessionStarted,
    /// Somebody who is signed in typed their password once more, or tried to.
    #[serde(rename = "session.proved")]
    SessionProved,
    /// Somebody who is signed in is still there.
    #[serde(rename = "session.seen")]
    SessionSeen,
    /// A session was ended.
    #[serde(rename = "session.ended")]
    SessionEnded,
    /// The log was searched, or asked who opened what.
    #[serde(rename = "log.searched")]
    LogSearched,
    /// Somebody went through who opened what, and said what they found.
    #[serde(rename = "access.reviewed")]
    AccessReviewed,
    /// Visits of a day were made of the log of a web server.
    #[serde(rename = "visits.imported")]
    VisitsImported,
    /// Lines of a Client's servers were added to the access log.
    #[serde(rename = "access_log.added")]
    AccessLogged,
    /// The access log was asked what came from an address, which is not named.
    #[serde(rename = "access_log.looked_up")]
    AddressLookedUp,
    /// The time of a day of the access log was over: its key is destroyed, and its lines are gone.
    #[serde(rename = "access_log.expired")]
    AccessLogExpired,
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
    /// A webhook was made.
    #[serde(rename = "webhook.created")]
    WebhookCreated,
    /// A webhook was removed.
    #[serde(rename = "webhook.removed")]
    WebhookRemoved,
    /// A webhook signs with another secret.
    #[serde(rename = "webhook.rotated")]
    WebhookRotated,
    /// A webhook is delivered to from another place on.
    #[serde(rename = "webhook.replayed")]
    WebhookReplayed,
    /// Someone tried a webhook.
    #[serde(rename = "webhook.tested")]
    WebhookTested,
    /// A webhook was given up.
    #[serde(rename = "webhook.disabled")]
    WebhookDisabled,
    /// The decisions of the log were made again under a policy that is not in force.
    #[serde(rename = "policy.replayed")]
    PolicyReplayed,
    /// Something that a site may show was put there, or changed.
    #[serde(rename = "item.changed")]
    ItemChanged,
    /// Something that a site may show was removed.
    #[serde(rename = "item.removed")]
    ItemRemoved,
}

impl Action {
    /// The word that stands in the entry.
    pub fn word(self) -> String {
        let word = serde_json::to_value(self).ok();
        word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }
}
