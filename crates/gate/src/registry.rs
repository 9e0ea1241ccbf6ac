//! What this process keeps in memory of what all processes share: accounts, their keys, API keys and policies. The
//! store counts every change of it; a decision carries the count that it was made under, and the commit refuses it
//! when another process has moved on. Then what is kept is read anew, and it is decided anew.

use domain::AccountState;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use sealing::WrappedAccountKeys as Wrapped;
use store::accounts::WrappedAccountKeys;

use crate::{Caller, Gate, GateError, accounts::AccountBook, policies::Effective};

/// How often at most it is looked whether another process has made a key that is not known here: strangers with
/// invented keys must not make this process hammer the store.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_millis(100);

/// One reader of the registry at a time, and when it was last read for a stranger.
#[derive(Default)]
pub(crate) struct Refreshing {
    one: tokio::sync::Mutex<()>,
    for_strangers: Mutex<Option<Timestamp>>,
}

impl Gate {
    /// Reads anew what another process has changed; cheap when nothing was. A job calls it, so that what no commit
    /// checks is never older than its period.
    ///
    /// # Errors
    /// The data store fails, or holds what the root key of this process does not open.
    pub async fn refresh(&self) -> Result<(), GateError> {
        let _one = self.refreshing.one.lock().await;
        // The count first: what is read after it can only be newer than it says.
        let version = self.store.registry_version().await?;
        if version == self.policies.registry_version() {
            return Ok(());
        }
        let (accounts, keys) = (self.store.accounts().await?, self.store.api_keys().await?);
        self.unwrap_new(self.store.account_keys().await?)?;
        self.policies.update(self.store.policy_versions().await?, self.now())?;
        self.accounts.replace(accounts, keys);
        self.policies.set_registry_version(version);
        Ok(())
    }

    /// Unwraps every account's keys and keeps those that are new. One that does not open means that the root key was
    /// changed while this process ran: it must not wrap another account's keys under the old one.
    fn unwrap_new(&self, rows: Vec<WrappedAccountKeys>) -> Result<(), GateError> {
        for row in rows {
            let bytes = row.wrapped.try_into().map_err(|_| GateError::Damaged("the keys of an account"))?;
            let opened =
                self.root.unwrap_account(row.account, &Wrapped::from_bytes(bytes)).map_err(|_| {
                    GateError::Damaged(
                        "the keys of an account: the root key was changed; restart with the new one",
                    )
                })?;
            if !self.keyring.holds(row.account, row.version) {
                self.keyring.add(opened);
            }
        }
        Ok(())
    }

    /// What is in force for a caller, whose key must not have been revoked since it was checked, and whose account must have
    /// accepted it: what came into force meanwhile included.
    ///
    /// # Errors
    /// The key was revoked, the account has not accepted, or no policy is published: nothing is allowed.
    pub(crate) fn effective(&self, caller: &Caller) -> Result<Effective, GateError> {
        let effective = self.effective_before_acceptance(caller)?;
        if caller.is_somebody() && !self.has_accepted_under(&effective) {
            return Err(GateError::NotAccepted);
        }
        Ok(effective)
    }

    /// The same for what must work before an account has accepted anything.
    ///
    /// # Errors
    /// The key was revoked, or no policy is published: nothing is allowed.
    pub(crate) fn effective_before_acceptance(&self, caller: &Caller) -> Result<Effective, GateError> {
        let effective = self.policy(caller.account_id())?;
        // After the count was taken: a revocation that is not seen here moves the count on.
        if caller.key.is_some_and(|key| !self.accounts.is_live(key, self.now())) {
            return Err(GateError::Revoked);
        }
        if caller.is_somebody() && !self.lets_in(caller) {
            return Err(GateError::Closed);
        }
        Ok(effective)
    }

    /// Whether the account lets in whoever asks: one that was cancelled lets keys take out what is there, and nobody else.
    pub fn lets_in(&self, caller: &Caller) -> bool {
        let account = self.accounts.account(caller.account_id());
        account.is_some_and(|account| match account.state {
            AccountState::Active => true,
            AccountState::Cancelled { .. } => caller.staff.is_none(),
            AccountState::Suspended { .. } | AccountState::Ended { .. } => false,
        })
    }

    /// What a decision that commits nothing does in place of its commit.
    ///
    /// # Errors
    /// Busy when another process has changed what the decision was made under.
    pub(crate) async fn require_current(&self, effective: &Effective) -> Result<(), GateError> {
        if !self.store.is_shared() || self.store.registry_version().await? == effective.registry_version() {
            Ok(())
        } else {
            Err(GateError::Busy)
        }
    }

    /// Finds an account or a key in what is kept in memory; one that is not there may have been made by another process
    /// a moment ago.
    pub(crate) async fn looked_up<T>(
        &self,
        find: impl Fn(&AccountBook) -> Option<T>,
    ) -> Result<Option<T>, GateError> {
        if let Some(found) = find(&self.accounts) {
            return Ok(Some(found));
        }
        self.refresh().await?;
        Ok(find(&self.accounts))
    }

    /// Reads what this process itself has just committed. When that fails, what was committed is so all the same: the
    /// next decision finds out.
    pub(crate) async fn catch_up(&self) {
        if let Err(error) = self.refresh().await {
            tracing::error!(%error, "what was just committed could not be read again");
        }
    }

    /// Looks whether another process has done something for a caller who would be turned away, unless that was looked
    /// for a moment ago.
    pub(crate) async fn look_again(&self) {
        let is_looking = self.refreshing.one.try_lock().is_err();
        if is_looking || !self.may_look_again() {
            // Whoever asks while one looks waits for what that one finds, and not in line to look for itself.
            drop(self.refreshing.one.lock().await);
        } else if let Err(error) = self.refresh().await {
            tracing::error!(%error, "what another process may have changed could not be looked up");
        }
    }

    fn may_look_again(&self) -> bool {
        let now = self.now();
        let mut last = self.refreshing.for_strangers.lock();
        let may = last.is_none_or(|last| now < last || now.duration_since(last) >= LOOK_AGAIN);
        if may {
            *last = Some(now);
        }
        may
    }
}
