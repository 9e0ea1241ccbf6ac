//! The checks, a file a promise. Each looks at the live system, says what it saw, and can fail.

pub(super) mod abuse;
pub(super) mod access;
pub(super) mod account;
pub(super) mod beacons;
pub(super) mod changes;
pub(super) mod children;
pub(super) mod complaints;
pub(super) mod consent;
pub(super) mod cookies;
pub(super) mod custodian;
pub(super) mod end_user_data;
pub(super) mod erasure_exceptions;
mod holds;
pub(super) mod inventory;
pub(super) mod linking;
pub(super) mod payment;
pub(super) mod purposes;
mod requests;
pub(super) mod retention;
pub(super) mod roles;
pub(super) mod routing;
pub(super) mod security;
pub(super) mod sensitive;
pub(super) mod tailoring;
pub(super) mod third_parties;
pub(super) mod transfers;
mod triggers;
pub(super) mod user_choice;
pub(super) mod verification;
pub(crate) mod visits;

use std::pin::Pin;

use gate::GateError;

use super::{Examination, Verdict};

/// What a check gives back.
pub(crate) type Checked = Result<Verdict, GateError>;
/// A check at work.
pub(crate) type Checking<'a> = Pin<Box<dyn Future<Output = Checked> + Send + 'a>>;

/// How an assessment looks whether a promise is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// By looking at the live system.
    Live(for<'a> fn(&'a Examination<'a>) -> Checking<'a>),
    /// Not yet: what it would look at is not there, which is said in place of evidence.
    Missing(&'static str),
}
