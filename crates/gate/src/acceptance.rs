//! What Clients accept of the operator's policy (promise `roles`): a version, as it is amended later, for themselves and on
//! behalf of their End Users. One that permits more than what was accepted must be accepted before it applies.

use domain::{Account, AccountId, AccountKind, Action, succession};
use jiff::Timestamp;
use store::{Change, Unit};

use crate::{Caller, Effective, Gate, GateError, Numbered, accounts::require_operator, attempts::Failed};

/// What a Client must accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MustAccept {
    /// The number of the version.
    pub version: u32,
    /// When its keys stop to work, or have, until it does.
    pub by: Timestamp,
}

impl Gate {
    /// Records that an account accepts a version of the operator's policy, for itself and on behalf of its End Users, and
    /// states that it informs them: the newest that is published when none is named. Whoever accepts what is to come has
    /// accepted what applies until then.
    ///
    /// # Errors
    /// There is no such account, no such version from the one in force on, or a store fails.
    pub async fn accept_policy(
        &self,
        caller: &Caller,
        account: AccountId,
        version: Option<u32>,
    ) -> Result<Account, GateError> {
        if caller.account_id() != account {
            require_operator(caller, "account")?;
        }
        let attempt = || self.try_accept(caller, account, version);
        let accepted = self.retried(attempt).await.map_err(Failed::into_error)?;
        self.catch_up().await;
        Ok(accepted)
    }

    async fn try_accept(
        &self,
        caller: &Caller,
        account: AccountId,
        version: Option<u32>,
    ) -> Result<Account, Failed> {
        let effective = self.effective_before_acceptance(caller)?;
        let mut account = self.known_account(account).await?;
        let (oldest, newest) = (effective.operator.number, effective.newest_of_operator());
        let version = version.unwrap_or(newest);
        if !(oldest..=newest).contains(&version) {
            let what =
                format!("`version` is {oldest}, which is in force, to {newest}, which is published last");
            return Err(GateError::Malformed(what).into());
        }
        // What was accepted stays so.
        account.accepted_policy = account.accepted_policy.max(Some(version));
        account.accepted_at = Some(self.now());
        let mut detail = self.detail_under(caller, Action::AccountAccepted, &effective);
        detail.note = Some(note(&account));
        let unit = Unit {
            expects: effective.expects(),
            changes: vec![Change::PutAccount(account.clone())],
            entries: vec![self.account_entry(account.id, &detail)?],
        };
        self.commit(unit).await.map_err(Failed::Commit)?;
        Ok(account)
    }

    /// Whether an account has accepted what is in force: only then its keys work. The operator's own need not.
    pub fn has_accepted(&self, account: AccountId) -> bool {
        self.policy(account).is_ok_and(|effective| self.has_accepted_under(&effective))
    }

    pub(crate) fn has_accepted_under(&self, effective: &Effective) -> bool {
        let known = self.accounts.account(effective.concerned);
        known.is_some_and(|account| self.covers(&account, &effective.operator))
    }

    /// Whether what an account has accepted covers a version of the operator's policy.
    pub(crate) fn covers(&self, account: &Account, version: &Numbered) -> bool {
        let accepted = account.accepted_policy;
        account.kind == AccountKind::Operator
            || accepted.is_some_and(|accepted| self.policies.covers(accepted, version))
    }

    /// What an account must accept next, if anything: what is in force, or what will be.
    pub fn must_accept(&self, account: &Account) -> Option<MustAccept> {
        let operator = self.policies.operator();
        let (now, versions) = (self.now(), self.policy_versions(operator));
        let current = succession::in_force(&versions, now);
        let mut coming = current.into_iter().chain(succession::upcoming(&versions, now));
        coming
            .find(|version| !self.covers(account, version))
            .map(|version| MustAccept { version: version.number, by: version.applies_at })
    }
}

/// What the entry of the log says of an acceptance.
pub(crate) fn note(account: &Account) -> String {
    let version = account.accepted_policy.unwrap_or_default();
    format!("{} accepts version {version} and informs its End Users", account.id)
}
