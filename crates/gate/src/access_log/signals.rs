//! What stands out: so much from one address within so long, as the policy says. An address is known by its tag until it is opened.

use domain::access_log::AccessEvent;
use jiff::Timestamp;
use policy::document::Threshold;
use store::{
    Change, Unit,
    access_log::{AccessTag, SignalRow},
};

use super::declared;
use crate::{Caller, Gate, GateError};

/// The most that is shown.
const SHOWN: u32 = 200;

/// An address that stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandsOut {
    /// By what, as the policy calls it.
    pub signal: String,
    /// On which day: days since 1970 (UTC).
    pub day: i32,
    /// What it is known by on that day.
    pub tag: AccessTag,
    /// How often it happened, at most, within the time of the policy.
    pub times: u64,
    /// When that was last so.
    pub at: Timestamp,
}

impl Gate {
    /// Looks for what stands out just now, in the logs of all accounts, and notes it; how much.
    ///
    /// # Errors
    /// A store fails.
    pub async fn look_for_abuse(&self) -> Result<usize, GateError> {
        let effective = self.policy(self.operator()?.id)?;
        let Some((log, _)) = declared(effective.operator.policy.document()) else { return Ok(0) };
        let mut changes = Vec::new();
        for (name, threshold) in &log.signals {
            let found = self.busy(name.get_ref(), threshold).await?;
            changes.extend(found.into_iter().map(Change::PutSignal));
        }
        let found = changes.len();
        if found > 0 {
            self.commit(Unit { changes, ..Unit::default() }).await?;
        }
        Ok(found)
    }

    async fn busy(&self, signal: &str, threshold: &Threshold) -> Result<Vec<SignalRow>, GateError> {
        let event = match signal {
            "failed_sign_ins" => Some(AccessEvent::FailedSignIn),
            "failed_payments" => Some(AccessEvent::FailedPayment),
            _ => None,
        };
        let Some(since) = domain::calendar::after(self.now(), -*threshold.within.get_ref()) else {
            return Ok(Vec::new());
        };
        let found = self.store.busy_addresses(since, event, *threshold.times.get_ref()).await?;
        Ok(found.into_iter().map(|row| SignalRow { signal: signal.to_owned(), ..row }).collect())
    }

    /// What stands out in the log of the caller's account, the latest first. It names no one.
    ///
    /// # Errors
    /// A store fails.
    pub async fn what_stands_out(&self, caller: &Caller) -> Result<Vec<StandsOut>, GateError> {
        let found = self.store.signals(caller.account_id(), SHOWN).await?;
        Ok(found
            .into_iter()
            .map(|SignalRow { signal, day, tag, times, at, .. }| StandsOut { signal, day, tag, times, at })
            .collect())
    }
}
