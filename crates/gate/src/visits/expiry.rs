//! The end of visits: their time is over with that of the records that are made of them, and the figures of their days stay.

use domain::{
    calendar,
    visit::{Period, day_of},
};
use jiff::Span;
use store::{Change, Unit};

use super::KnownSite;
use crate::{Gate, GateError};

/// For how long visits are kept of a site that makes no records of them.
const UNSAID: i64 = 1;

impl KnownSite {
    /// For how long its visits are kept; none where the clock of their records does not run yet.
    fn visits_live(&self) -> Option<Span> {
        let document = self.effective.declaring().document();
        let Some(record) = &self.declared.record else { return Some(Span::new().years(UNSAID)) };
        let clock = document.records.get(record.get_ref().as_str())?.retention.as_ref()?;
        let clock = document.retention.get(clock.get_ref().as_str())?;
        Some(*clock.then.as_ref()?.get_ref())
    }
}

impl Gate {
    /// Removes the visits whose time is over, a day at a time; how many days.
    ///
    /// # Errors
    /// A store fails.
    pub async fn expire_visits(&self) -> Result<usize, GateError> {
        let mut days = 0;
        for account in self.accounts() {
            // Without a policy in force nothing was counted, or what was is left to the next one.
            for name in self.sites(account.id).unwrap_or_default() {
                let Ok(known) = self.site(Some(account.id), &name) else { continue };
                let Some(life) = known.visits_live() else { continue };
                days += self.expire_visits_of(&known, life).await?;
            }
        }
        Ok(days)
    }

    async fn expire_visits_of(&self, known: &KnownSite, life: Span) -> Result<usize, GateError> {
        let Some(over) = calendar::after(self.now(), -life) else { return Ok(0) };
        let period = Period { from: i32::MIN, until: day_of(over.as_second()) };
        let days = self.store.visit_days(&known.site, period).await?;
        let due = days.into_iter().filter(|day| day.is_tallied && day.version > 0);
        let changes: Vec<Change> = due.map(|day| Change::RemoveVisits(known.site.clone(), day.day)).collect();
        let removed = changes.len();
        if removed > 0 {
            self.commit(Unit { changes, ..Unit::default() }).await?;
        }
        Ok(removed)
    }
}
