//! As what someone signs in, and what that lets them do: the one place that says it.

use serde::{Deserialize, Serialize};

use super::AccountTask;

/// What a member of staff is, in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleRole {
    /// Answers for the company.
    Owner,
    /// Answers people's requests.
    Custodian,
    /// Talks with people.
    Support,
    /// Counts, and knows nobody.
    Analyst,
    /// Looks, and changes nothing.
    Auditor,
}

/// What can be done in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See which promises are kept, and on what evidence.
    SeePromises,
    /// See the queue of requests, without names.
    SeeRequests,
    /// Have a code sent to who asks.
    SendCode,
    /// Say, having looked, that an identifier is the person's.
    VerifyRequest,
    /// Stop the clock of a request while something is awaited from the person.
    PauseRequest,
    /// Let it run on.
    ResumeRequest,
    /// Take more time for a request.
    ExtendRequest,
    /// Note that a person takes their request back.
    WithdrawRequest,
    /// Note that a system outside did its part.
    FinishTask,
    /// Look through a package, and say what is left out of it.
    PreviewPackage,
    /// Do what a request asks for.
    FulfilRequest,
    /// Refuse a request.
    DenyRequest,
    /// Give a request to somebody who sees to it.
    AssignRequest,
    /// Keep and read notes about a request.
    NoteRequest,
    /// Enter a request that came on paper, by e-mail, fax or telephone.
    EnterRequest,
    /// Find a person, and open what is held of them, for a purpose.
    OpenPerson,
    /// See what must not be deleted.
    SeeHolds,
    /// Place a hold, or look at one again.
    PlaceHold,
    /// Release a hold.
    ReleaseHold,
    /// See incidents, and what was reported.
    SeeIncidents,
    /// Report suspected misuse.
    ReportIncident,
    /// Scope, assess, tell of and close an incident.
    MoveIncident,
    /// See the queue of complaints, without words or names.
    SeeComplaints,
    /// Enter a complaint that came on paper, by e-mail, fax or telephone.
    EnterComplaint,
    /// Note that whoever complains was told that it came.
    AcknowledgeComplaint,
    /// Open, own and decide complaints.
    AnswerComplaint,
    /// See who may sign in, without names.
    SeeStaff,
    /// Invite and suspend members of staff, and change what they are.
    ManageStaff,
    /// See the Clients.
    SeeAccounts,
    /// Open an account for a Client.
    ManageAccounts,
    /// See the API keys, without their secrets.
    SeeKeys,
    /// Issue and revoke API keys.
    ManageKeys,
    /// See the versions of the policy, and what each changes.
    SeePolicy,
    /// Have a text checked as a policy.
    CheckPolicy,
    /// Publish a version of the policy.
    PublishPolicy,
    /// See what goes when, in counts.
    SeeRetention,
    /// See how many visited, in counts.
    SeeStatistics,
    /// See what stands out in the access log, and look up what came from an address.
    LookUpAddress,
    /// See who receives what.
    SeeRecipients,
    /// Search the audit log.
    SearchLog,
    /// Have a certificate, a receipt or an entry verified.
    VerifyEvidence,
    /// See whether the clocks, the jobs and the outbox work.
    SeeHealth,
    /// Have a message sent that was given up.
    RetryMail,
    /// See who read whom, in counts.
    SeeAccess,
    /// Sign off a review of who read whom.
    SignAccess,
    /// See and end one's own sessions.
    EndOwnSessions,
    /// See, add and remove one's own passkeys.
    KeepOwnPasskeys,
    /// What the people of a Client do for its account.
    Account(AccountTask),
}

impl ConsoleRole {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Custodian, Self::Support, Self::Analyst, Self::Auditor];

    /// The word used in the database, the API and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Custodian => "custodian",
            Self::Support => "support",
            Self::Analyst => "analyst",
            Self::Auditor => "auditor",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether it lets someone do this: the matrix.
    pub const fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::SeePromises
            | Permission::SeePolicy
            | Permission::SeeRecipients
            | Permission::VerifyEvidence
            | Permission::EndOwnSessions
            | Permission::KeepOwnPasskeys => true,
            Permission::Account(_) => false,
            Permission::SeeRequests | Permission::SeeComplaints | Permission::SeeAccounts => {
                !matches!(self, Self::Analyst)
            }
            Permission::SendCode
            | Permission::PauseRequest
            | Permission::ResumeRequest
            | Permission::WithdrawRequest
            | Permission::NoteRequest
            | Permission::EnterRequest
            | Permission::EnterComplaint
            | Permission::OpenPerson
            | Permission::ReportIncident
            | Permission::AcknowledgeComplaint => {
                matches!(self, Self::Owner | Self::Custodian | Self::Support)
            }
            Permission::VerifyRequest
            | Permission::ExtendRequest
            | Permission::FinishTask
            | Permission::PreviewPackage
            | Permission::FulfilRequest
            | Permission::DenyRequest
            | Permission::AssignRequest
            | Permission::PlaceHold
            | Permission::ReleaseHold
            | Permission::MoveIncident
            | Permission::AnswerComplaint
            | Permission::CheckPolicy
            | Permission::RetryMail
            | Permission::LookUpAddress
            | Permission::SignAccess => matches!(self, Self::Owner | Self::Custodian),
            Permission::SeeHolds
            | Permission::SeeIncidents
            | Permission::SeeStaff
            | Permission::SeeKeys
            | Permission::SearchLog
            | Permission::SeeAccess => matches!(self, Self::Owner | Self::Custodian | Self::Auditor),
            Permission::ManageStaff
            | Permission::ManageAccounts
            | Permission::ManageKeys
            | Permission::PublishPolicy => matches!(self, Self::Owner),
            Permission::SeeRetention | Permission::SeeStatistics | Permission::SeeHealth => {
                !matches!(self, Self::Support)
            }
        }
    }
}

impl Permission {
    /// Everything that can be done.
    pub const ALL: [Self; 47] = [
        Self::SeePromises,
        Self::SeeRequests,
        Self::SendCode,
        Self::VerifyRequest,
        Self::PauseRequest,
        Self::ResumeRequest,
        Self::ExtendRequest,
        Self::WithdrawRequest,
        Self::FinishTask,
        Self::PreviewPackage,
        Self::FulfilRequest,
        Self::DenyRequest,
        Self::AssignRequest,
        Self::NoteRequest,
        Self::EnterRequest,
        Self::OpenPerson,
        Self::SeeHolds,
        Self::PlaceHold,
        Self::ReleaseHold,
        Self::SeeIncidents,
        Self::ReportIncident,
        Self::MoveIncident,
        Self::SeeComplaints,
        Self::EnterComplaint,
        Self::AcknowledgeComplaint,
        Self::AnswerComplaint,
        Self::SeeStaff,
        Self::ManageStaff,
        Self::SeeAccounts,
        Self::ManageAccounts,
        Self::SeeKeys,
        Self::ManageKeys,
        Self::SeePolicy,
        Self::CheckPolicy,
        Self::PublishPolicy,
        Self::SeeRetention,
        Self::SeeStatistics,
        Self::LookUpAddress,
        Self::SeeRecipients,
        Self::SearchLog,
        Self::VerifyEvidence,
        Self::SeeHealth,
        Self::RetryMail,
        Self::SeeAccess,
        Self::SignAccess,
        Self::EndOwnSessions,
        Self::KeepOwnPasskeys,
    ];

    /// The word that stands in the log when it is refused.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeePromises => "see promises",
            Self::SeeRequests => "see requests",
            Self::SendCode => "send a code",
            Self::VerifyRequest => "verify by hand",
            Self::PauseRequest => "pause a request",
            Self::ResumeRequest => "resume a request",
            Self::ExtendRequest => "extend a request",
            Self::WithdrawRequest => "withdraw a request",
            Self::FinishTask => "finish a task",
            Self::PreviewPackage => "preview a package",
            Self::FulfilRequest => "fulfil a request",
            Self::DenyRequest => "deny a request",
            Self::AssignRequest => "assign a request",
            Self::NoteRequest => "note a request",
            Self::EnterRequest => "enter a request",
            Self::OpenPerson => "open a person",
            Self::SeeHolds => "see holds",
            Self::PlaceHold => "place a hold",
            Self::ReleaseHold => "release a hold",
            Self::SeeIncidents => "see incidents",
            Self::ReportIncident => "report an incident",
            Self::MoveIncident => "move an incident",
            Self::SeeComplaints => "see complaints",
            Self::EnterComplaint => "enter a complaint",
            Self::AcknowledgeComplaint => "acknowledge a complaint",
            Self::AnswerComplaint => "answer a complaint",
            Self::SeeStaff => "see staff",
            Self::ManageStaff => "manage staff",
            Self::SeeAccounts => "see accounts",
            Self::ManageAccounts => "manage accounts",
            Self::SeeKeys => "see keys",
            Self::ManageKeys => "manage keys",
            Self::SeePolicy => "see the policy",
            Self::CheckPolicy => "check a policy",
            Self::PublishPolicy => "publish a policy",
            Self::SeeRetention => "see the retention plan",
            Self::SeeStatistics => "see statistics of visits",
            Self::LookUpAddress => "look up an address",
            Self::SeeRecipients => "see recipients",
            Self::SearchLog => "search the log",
            Self::VerifyEvidence => "verify evidence",
            Self::SeeHealth => "see health",
            Self::RetryMail => "retry a message",
            Self::SeeAccess => "see access",
            Self::SignAccess => "sign an access review",
            Self::EndOwnSessions => "end own sessions",
            Self::KeepOwnPasskeys => "keep own passkeys",
            Self::Account(task) => task.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_matrix() {
        let may = |permission| {
            let roles = ConsoleRole::ALL.into_iter().filter(|role| role.may(permission));
            roles.map(ConsoleRole::as_str).collect::<Vec<_>>().join(", ")
        };
        let matrix: Vec<String> =
            Permission::ALL.into_iter().map(|one| format!("{}: {}", one.as_str(), may(one))).collect();
        let expected = [
            "see promises: owner, custodian, support, analyst, auditor",
            "see requests: owner, custodian, support, auditor",
            "send a code: owner, custodian, support",
            "verify by hand: owner, custodian",
            "pause a request: owner, custodian, support",
            "resume a request: owner, custodian, support",
            "extend a request: owner, custodian",
            "withdraw a request: owner, custodian, support",
            "finish a task: owner, custodian",
            "preview a package: owner, custodian",
            "fulfil a request: owner, custodian",
            "deny a request: owner, custodian",
            "assign a request: owner, custodian",
            "note a request: owner, custodian, support",
            "enter a request: owner, custodian, support",
            "open a person: owner, custodian, support",
            "see holds: owner, custodian, auditor",
            "place a hold: owner, custodian",
            "release a hold: owner, custodian",
            "see incidents: owner, custodian, auditor",
            "report an incident: owner, custodian, support",
            "move an incident: owner, custodian",
            "see complaints: owner, custodian, support, auditor",
            "enter a complaint: owner, custodian, support",
            "acknowledge a complaint: owner, custodian, support",
            "answer a complaint: owner, custodian",
            "see staff: owner, custodian, auditor",
            "manage staff: owner",
            "see accounts: owner, custodian, support, auditor",
            "manage accounts: owner",
            "see keys: owner, custodian, auditor",
            "manage keys: owner",
            "see the policy: owner, custodian, support, analyst, auditor",
            "check a policy: owner, custodian",
            "publish a policy: owner",
            "see the retention plan: owner, custodian, analyst, auditor",
            "see statistics of visits: owner, custodian, analyst, auditor",
            "look up an address: owner, custodian",
            "see recipients: owner, custodian, support, analyst, auditor",
            "search the log: owner, custodian, auditor",
            "verify evidence: owner, custodian, support, analyst, auditor",
            "see health: owner, custodian, analyst, auditor",
            "retry a message: owner, custodian",
            "see access: owner, custodian, auditor",
            "sign an access review: owner, custodian",
            "end own sessions: owner, custodian, support, analyst, auditor",
            "keep own passkeys: owner, custodian, support, analyst, auditor",
        ];
        assert_eq!(matrix, expected);
    }

    #[test]
    fn a_role_reads_back() {
        for role in ConsoleRole::ALL {
            assert_eq!(ConsoleRole::parse(role.as_str()), Some(role));
        }
        assert_eq!(ConsoleRole::parse("root"), None);
    }
}
