//! Whether an account goes on: closed for now, opened again, cancelled, or ended for a violation. Each says why in the log.

use domain::{
    Account, AccountEnd, AccountId, AccountKind, AccountState, Action, Detail, EntryId, audit::Statement,
};
use store::{Change, Unit};

use super::require_operator;
use crate::{Caller, Determination, Gate, GateError, attempts::Failed, cases::file, records::first_entry};

impl Gate {
    /// Closes a Client's account for now, or opens it again: from the next request on.
    ///
    /// # Errors
    /// The caller is not the operator; there is no such Client, or it does not stand so; or a store fails.
    pub async fn suspend_account(
        &self,
        caller: &Caller,
        account: AccountId,
        is_closed: bool,
        why: &Determination,
    ) -> Result<(Account, EntryId), GateError> {
        require_operator(caller, "account")?;
        let (action, state) = if is_closed {
            (Action::AccountSuspended, AccountState::Suspended { at: self.now() })
        } else {
            (Action::AccountReinstated, AccountState::Active)
        };
        self.set_state(caller, account, (action, state), why).await
    }

    /// Ends a Client's account for a violation: nobody comes in from the next request on, the clocks of what it holds run,
    /// and its people do not return.
    ///
    /// # Errors
    /// The caller is not the operator; there is no such Client, or it has ended before; or a store fails.
    pub async fn end_account(
        &self,
        caller: &Caller,
        account: AccountId,
        why: &Determination,
    ) -> Result<(Account, EntryId), GateError> {
        require_operator(caller, "account")?;
        let ended = (Action::AccountEnded, AccountState::Ended { at: self.now() });
        self.set_state(caller, account, ended, why).await
    }

    /// Ends the caller's own account: its people sign in no more, its keys only take out what is there, and the clocks of what
    /// it holds run.
    ///
    /// # Errors
    /// The caller is no Client, or the account does not go on; or a store fails.
    pub async fn cancel_account(&self, caller: &Caller) -> Result<(Account, EntryId), GateError> {
        let cancelled = (Action::AccountCancelled, AccountState::Cancelled { at: self.now() });
        self.set_state(caller, caller.account_id(), cancelled, &Determination::default()).await
    }

    async fn set_state(
        &self,
        caller: &Caller,
        account: AccountId,
        (action, state): (Action, AccountState),
        why: &Determination,
    ) -> Result<(Account, EntryId), GateError> {
        let attempt = || self.try_set_state(caller, account, (action, state), why);
        let (account, end, entry) = self.retried(attempt).await.map_err(Failed::into_error)?;
        self.catch_up().await;
        if let Some(end) = end
            && let Err(error) = self.wake_end(end).await
        {
            tracing::info!(account = %account.id, %error, "the end of an account goes on a little later");
        }
        Ok((account, entry))
    }

    async fn try_set_state(
        &self,
        caller: &Caller,
        account: AccountId,
        (action, state): (Action, AccountState),
        why: &Determination,
    ) -> Result<(Account, Option<AccountEnd>, EntryId), Failed> {
        // A Client can end its account whether or not it has accepted what is in force.
        let effective = self.effective_before_acceptance(caller)?;
        let known = self.known_account(account).await?;
        if known.kind != AccountKind::Client {
            return Err(GateError::NotFound("account").into());
        }
        if !known.state.may_become(state) {
            return Err(GateError::Gone("account").into());
        }
        let account = Account { state, ..known };
        let end = ending(&account);
        let mut changes = vec![Change::PutAccount(account.clone())];
        changes.extend(end.as_ref().map(|end| file(end).map(Change::OpenCase)).transpose()?);
        let said = Statement {
            case: account.id.to_string(),
            by: why.by.clone(),
            because: Some(why.because.clone()).filter(|because| !because.is_empty()),
        };
        let detail = Detail {
            note: Some(format!("{}: {}", account.id, state.as_str())),
            case: Some(said),
            ..self.detail_under(caller, action, &effective)
        };
        let entries = vec![self.account_entry(caller.account_id(), &detail)?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((account, end, first_entry(&committed)?))
    }
}

/// What has to follow where an account ends.
fn ending(account: &Account) -> Option<AccountEnd> {
    let (at, is_violation) = match account.state {
        AccountState::Cancelled { at } => (at, false),
        AccountState::Ended { at } => (at, true),
        AccountState::Active | AccountState::Suspended { .. } => return None,
    };
    Some(AccountEnd { account: account.id, at, is_violation, through: None, is_done: false, version: 1 })
}
