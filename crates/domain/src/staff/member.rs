//! As what the people of a Client sign in, and what that lets them do for its account: the matrix beside that of staff. What is
//! not named here is refused, so that whatever staff learns to do is not theirs.

use serde::{Deserialize, Serialize};

use super::{ConsoleRole, Permission};
use crate::api_key::Scope;

/// What somebody of a Client is, in the console of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// Answers for the Client.
    ClientOwner,
    /// Builds on the API.
    Developer,
    /// Answers its End Users.
    PrivacyContact,
}

/// What can be done for the account of a Client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountTask {
    /// See how it stands.
    SeeAccount,
    /// Accept the operator's policy for it.
    AcceptPolicy,
    /// See its API keys, without their secrets.
    SeeKeys,
    /// Make an API key.
    IssueKey,
    /// Revoke one.
    RevokeKey,
    /// See who signs in for it.
    SeeMembers,
    /// Invite somebody, let them in no more, give them another role.
    ManageMembers,
    /// See where its events are delivered to.
    SeeWebhooks,
    /// Say where they are delivered to.
    ManageWebhooks,
    /// See and change what is known of the company.
    ChangeProfile,
    /// End it.
    CancelAccount,
}

/// As what somebody signs in: for the operator, or for a Client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Role {
    /// For the operator.
    Staff(ConsoleRole),
    /// For a Client.
    Member(MemberRole),
}

impl MemberRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::ClientOwner, Self::Developer, Self::PrivacyContact];

    /// The word used in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientOwner => "client_owner",
            Self::Developer => "developer",
            Self::PrivacyContact => "privacy_contact",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientOwner => "owner of the account",
            Self::Developer => "developer",
            Self::PrivacyContact => "privacy contact",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether it lets someone do this: the matrix.
    pub const fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::EndOwnSessions | Permission::KeepOwnPasskeys => true,
            Permission::SeeRequests
            | Permission::EnterRequest
            | Permission::SendCode
            | Permission::VerifyRequest
            | Permission::PauseRequest
            | Permission::ResumeRequest
            | Permission::ExtendRequest
            | Permission::WithdrawRequest
            | Permission::FinishTask
            | Permission::PreviewPackage
            | Permission::FulfilRequest
            | Permission::DenyRequest => !matches!(self, Self::Developer),
            Permission::Account(task) => self.may_do(task),
            _ => false,
        }
    }

    const fn may_do(self, task: AccountTask) -> bool {
        match task {
            AccountTask::SeeAccount | AccountTask::SeeMembers => true,
            AccountTask::SeeKeys
            | AccountTask::IssueKey
            | AccountTask::RevokeKey
            | AccountTask::SeeWebhooks
            | AccountTask::ManageWebhooks => matches!(self, Self::ClientOwner | Self::Developer),
            AccountTask::AcceptPolicy
            | AccountTask::ManageMembers
            | AccountTask::ChangeProfile
            | AccountTask::CancelAccount => matches!(self, Self::ClientOwner),
        }
    }

    /// Whether a key that they make may do what a scope covers: none does what they may not.
    pub const fn may_grant(self, scope: Scope) -> bool {
        match self {
            Self::ClientOwner => true,
            Self::Developer => !matches!(scope, Scope::AccountsWrite | Scope::PolicyWrite),
            Self::PrivacyContact => false,
        }
    }
}

impl AccountTask {
    /// Everything that can be done.
    pub const ALL: [Self; 11] = [
        Self::SeeAccount,
        Self::AcceptPolicy,
        Self::SeeKeys,
        Self::IssueKey,
        Self::RevokeKey,
        Self::SeeMembers,
        Self::ManageMembers,
        Self::SeeWebhooks,
        Self::ManageWebhooks,
        Self::ChangeProfile,
        Self::CancelAccount,
    ];

    /// The word that stands in the log when it is refused.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeeAccount => "see the account",
            Self::AcceptPolicy => "accept the policy",
            Self::SeeKeys => "see keys",
            Self::IssueKey => "make a key",
            Self::RevokeKey => "revoke a key",
            Self::SeeMembers => "see members",
            Self::ManageMembers => "manage members",
            Self::SeeWebhooks => "see webhooks",
            Self::ManageWebhooks => "manage webhooks",
            Self::ChangeProfile => "change the profile",
            Self::CancelAccount => "cancel the account",
        }
    }
}

impl Role {
    /// The word used in the database, the API and the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff(role) => role.as_str(),
            Self::Member(role) => role.as_str(),
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Staff(role) => role.as_str(),
            Self::Member(role) => role.label(),
        }
    }

    /// Whether it lets someone do this, as the matrix of its kind says.
    pub const fn may(self, permission: Permission) -> bool {
        match self {
            Self::Staff(role) => role.may(permission),
            Self::Member(role) => role.may(permission),
        }
    }
}

impl From<ConsoleRole> for Role {
    fn from(role: ConsoleRole) -> Self {
        Self::Staff(role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_matrix_of_members() {
        let tasks = AccountTask::ALL.into_iter().map(Permission::Account);
        let matrix: Vec<String> = Permission::ALL
            .into_iter()
            .chain(tasks)
            .map(|one| {
                let roles = MemberRole::ALL.into_iter().filter(|role| role.may(one)).map(MemberRole::as_str);
                (one, roles.collect::<Vec<_>>().join(", "))
            })
            .filter(|(_, roles)| !roles.is_empty())
            .map(|(one, roles)| format!("{}: {roles}", one.as_str()))
            .collect();
        let expected = [
            "see requests: client_owner, privacy_contact",
            "send a code: client_owner, privacy_contact",
            "verify by hand: client_owner, privacy_contact",
            "pause a request: client_owner, privacy_contact",
            "resume a request: client_owner, privacy_contact",
            "extend a request: client_owner, privacy_contact",
            "withdraw a request: client_owner, privacy_contact",
            "finish a task: client_owner, privacy_contact",
            "preview a package: client_owner, privacy_contact",
            "fulfil a request: client_owner, privacy_contact",
            "deny a request: client_owner, privacy_contact",
            "enter a request: client_owner, privacy_contact",
            "end own sessions: client_owner, developer, privacy_contact",
            "keep own passkeys: client_owner, developer, privacy_contact",
            "see the account: client_owner, developer, privacy_contact",
            "accept the policy: client_owner",
            "see keys: client_owner, developer",
            "make a key: client_owner, developer",
            "revoke a key: client_owner, developer",
            "see members: client_owner, developer, privacy_contact",
            "manage members: client_owner",
            "see webhooks: client_owner, developer",
            "manage webhooks: client_owner, developer",
            "change the profile: client_owner",
            "cancel the account: client_owner",
        ];
        assert_eq!(matrix, expected);
        for task in AccountTask::ALL {
            let staff = ConsoleRole::ALL.into_iter().any(|role| role.may(Permission::Account(task)));
            assert!(!staff, "{}: a Client's account is the Client's", task.as_str());
        }
    }

    #[test]
    fn a_role_reads_back_as_of_its_kind() {
        let roles = ConsoleRole::ALL.map(Role::Staff).into_iter().chain(MemberRole::ALL.map(Role::Member));
        for role in roles {
            let text = serde_json::to_string(&role).unwrap();
            assert_eq!(text, format!("\"{}\"", role.as_str()));
            assert_eq!(serde_json::from_str::<Role>(&text).unwrap(), role);
        }
        assert_eq!(MemberRole::parse("owner"), None, "an owner of the operator’s is none of a Client’s");
    }

    #[test]
    fn nobody_makes_a_key_that_does_what_they_may_not() {
        let of = |role: MemberRole| Scope::ALL.iter().filter(move |scope| role.may_grant(**scope)).count();
        assert_eq!(MemberRole::ALL.map(of), [Scope::ALL.len(), Scope::ALL.len() - 2, 0]);
    }
}
