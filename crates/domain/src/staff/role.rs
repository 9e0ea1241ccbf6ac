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
    /// Stop the clock of a request while something is awaited from the person.
    PauseRequest,
    /// Let it run on.
    ResumeRequest,
    /// Take more time for a request.
    ExtendRequest,
    /// Refuse a request.
    DenyRequest,
    /// See and end one's own sessions.
    EndOwnSessions,
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
            Permission::SeePromises | Permission::EndOwnSessions => true,
            Permission::Account(_) => false,
            Permission::SeeRequests => !matches!(self, Self::Analyst),
            Permission::PauseRequest | Permission::ResumeRequest => {
                matches!(self, Self::Owner | Self::Custodian | Self::Support)
            }
            Permission::ExtendRequest | Permission::DenyRequest => {
                matches!(self, Self::Owner | Self::Custodian)
            }
        }
    }
}

impl Permission {
    /// Everything that can be done.
    pub const ALL: [Self; 7] = [
        Self::SeePromises,
        Self::SeeRequests,
        Self::PauseRequest,
        Self::ResumeRequest,
        Self::ExtendRequest,
        Self::DenyRequest,
        Self::EndOwnSessions,
    ];

    /// The word that stands in the log when it is refused.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeePromises => "see promises",
            Self::SeeRequests => "see requests",
            Self::PauseRequest => "pause a request",
            Self::ResumeRequest => "resume a request",
            Self::ExtendRequest => "extend a request",
            Self::DenyRequest => "deny a request",
            Self::EndOwnSessions => "end own sessions",
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
            "pause a request: owner, custodian, support",
            "resume a request: owner, custodian, support",
            "extend a request: owner, custodian",
            "deny a request: owner, custodian",
            "end own sessions: owner, custodian, support, analyst, auditor",
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
