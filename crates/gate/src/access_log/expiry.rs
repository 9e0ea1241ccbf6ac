//! The end of a day of the access log: its key is destroyed, then its lines go, and the log says so.

use domain::{Action, Detail};
use jiff::Span;
use store::{Change, Unit, access_log::AccessDay};

use super::{date, declared, is_over};
use crate::{Caller, Gate, GateError, attempts::Failed};

impl Gate {
    /// Destroys the days whose time is over; how many. Without a log in the policy in force the clock of the last version that had
    /// one goes on.
    ///
    /// # Errors
    /// A store fails; what is left is done the next time.
    pub async fn expire_access_log(&self) -> Result<usize, GateError> {
        let versions = self.policy_versions(self.operator()?.id);
        let in_force = self.policy(self.operator()?.id)?;
        let life = declared(in_force.operator.policy.document()).map(|(_, life)| life);
        let before = versions.iter().rev().find_map(|version| Some(declared(version.policy.document())?.1));
        let Some(life) = life.or(before) else { return Ok(0) };
        let mut days = 0;
        for day in self.store.access_days(None).await? {
            if is_over(day.day, life, self.now()) {
                self.end_access_day(day).await?;
                days += 1;
            }
        }
        Ok(days)
    }

    async fn end_access_day(&self, day: AccessDay) -> Result<(), GateError> {
        // Should this end in between, the next round finds the lines, which nobody can read by then.
        self.destroy_access_key(day.account, day.day).await?;
        self.remnants.store(true, std::sync::atomic::Ordering::Relaxed);
        self.retried(|| self.try_end(day)).await.map_err(Failed::into_error)
    }

    async fn try_end(&self, day: AccessDay) -> Result<(), Failed> {
        let caller = Caller::system(self.account(day.account).await?);
        let effective = self.effective(&caller)?;
        let clause = effective.operator.policy.clause("access_log", policy::Promise::Retention).section;
        let detail = Detail {
            clause: Some(clause),
            note: Some(format!("{}: {} lines", date(day.day), day.lines)),
            ..self.detail_under(&caller, Action::AccessLogExpired, &effective)
        };
        let entries = vec![self.account_entry(day.account, &detail)?];
        let changes = vec![Change::RemoveAccessDay(day.account, day.day)];
        self.commit(Unit { expects: effective.expects(), changes, entries }).await.map_err(Failed::Commit)?;
        Ok(())
    }

    /// For how long a day of the access log is kept after its end; none without a log.
    ///
    /// # Errors
    /// No policy is in force.
    pub fn access_log_life(&self) -> Result<Option<Span>, GateError> {
        let effective = self.policy(self.operator()?.id)?;
        Ok(declared(effective.operator.policy.document()).map(|(_, life)| life))
    }
}
