//! The access log: who asked for what, from where, apart from visits.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::{AccountId, Personal};

/// The longest that is kept of what a browser says of itself, in bytes.
const LONGEST_AGENT: usize = 512;
/// The longest method and route, in bytes.
const LONGEST_ROUTE: usize = 256;

/// A request that was answered.
#[derive(Debug, Clone)]
pub struct Access {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: Personal<IpAddr>,
    /// What the browser or program says of itself.
    pub agent: Personal<String>,
    /// What was asked for, and what became of it.
    pub asked: Asked,
}

/// What was asked for, and what became of it. It names no one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The method, such as `GET`.
    pub method: String,
    /// The kind of page or operation, such as `/v1/records/{id}`: never the path itself.
    pub route: String,
    /// The status of the answer.
    pub status: u16,
    /// What it means for whoever looks for abuse.
    pub event: Option<AccessEvent>,
    /// The account whose key was shown.
    pub caller: Option<AccountId>,
}

/// What a request means for whoever looks for abuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessEvent {
    /// Somebody did not get in: a wrong password, a wrong key.
    FailedSignIn,
    /// A payment was refused.
    FailedPayment,
}

impl AccessEvent {
    /// The word for it, in the store and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FailedSignIn => "failed_sign_in",
            Self::FailedPayment => "failed_payment",
        }
    }

    /// Reads the word back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::FailedSignIn, Self::FailedPayment].into_iter().find(|event| event.as_str() == text)
    }
}

impl Access {
    /// The request, if what is said of it may be kept: a method, a route without a query, and a status; of a long agent the
    /// beginning is kept.
    pub fn checked(mut self) -> Option<Self> {
        let Asked { method, route, status, .. } = &self.asked;
        let is_method =
            (1..=20).contains(&method.len()) && method.bytes().all(|one| one.is_ascii_uppercase());
        let is_route = route.len() <= LONGEST_ROUTE
            && (route.starts_with('/') || route == "*")
            && !route.contains(['?', '#'])
            && !route.chars().any(char::is_control);
        if !is_method || !is_route || !(100..600).contains(status) {
            return None;
        }
        let agent = self.agent.into_revealed();
        let kept = agent.floor_char_boundary(LONGEST_AGENT);
        self.agent = Personal::new(agent[..kept].to_owned());
        self.address = Personal::new(self.address.reveal().to_canonical());
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(method: &str, route: &str, status: u16) -> Access {
        let asked = Asked { method: method.into(), route: route.into(), status, event: None, caller: None };
        let address = Personal::new("::ffff:192.0.2.1".parse().unwrap());
        Access { at: Timestamp::UNIX_EPOCH, address, agent: Personal::new("ä".repeat(400)), asked }
    }

    #[test]
    fn only_what_names_no_one_is_kept_of_a_request() {
        let kept = access("GET", "/a/{id}", 200).checked().unwrap();
        assert_eq!(kept.address.reveal().to_string(), "192.0.2.1");
        assert_eq!(kept.agent.reveal().len(), LONGEST_AGENT);
        for (method, route, status) in [
            ("get", "/", 200),
            ("", "/", 200),
            ("GET", "/?a=b", 200),
            ("GET", "a", 200),
            ("GET", "/\n", 200),
            ("GET", "/", 99),
        ] {
            assert!(access(method, route, status).checked().is_none(), "{method} {route} {status}");
        }
        assert_eq!(AccessEvent::parse("failed_payment"), Some(AccessEvent::FailedPayment));
    }
}
