//! The end of visits: their time is over with that of the records that are made of them, and the figures of their
//! days stay, without the numbers of whoever was recognised.

use std::collections::BTreeMap;

use domain::{
    calendar,
    visit::{Period, Site, day_of, stretch_of},
};
use jiff::Span;
use policy::{Document, document};
use store::{Change, CommitError, Conflict, Unit, visits::VisitDay};

use super::tallying::put_tally;
use crate::{Gate, GateError};

/// For how long visits are kept, in years, of a site that does not say it.
const UNSAID: i64 = 1;

/// For how long the visits of a site are kept: as its records are, where their clock has a length.
pub(super) fn visits_live(document: &Document, declared: &document::Site) -> Span {
    let said = || {
        let record = document.records.get(declared.record.as_ref()?.get_ref().as_str())?;
        let clock = document.retention.get(record.retention.as_ref()?.get_ref().as_str())?;
        Some(*clock.then.as_ref()?.get_ref())
    };
    said().unwrap_or_else(|| Span::new().years(UNSAID))
}

impl Gate {
    /// Removes the visits whose time is over, a day at a time; how many days. Sites that the policy does not declare any more are
    /// looked at as it last did.
    ///
    /// # Errors
    /// A store fails.
    pub async fn expire_visits(&self) -> Result<usize, GateError> {
        let mut days = 0;
        for account in self.accounts() {
            let mut sites: BTreeMap<String, Span> = BTreeMap::new();
            for version in self.policy_versions(account.id) {
                let document = version.policy.document();
                for (name, declared) in &document.sites {
                    sites.insert(name.get_ref().clone(), visits_live(document, declared));
                }
            }
            for (name, life) in sites {
                let site = Site { account: account.id, name };
                days += self.expire_visits_of(&site, life).await?;
            }
        }
        Ok(days)
    }

    async fn expire_visits_of(&self, site: &Site, life: Span) -> Result<usize, GateError> {
        let Some(over) = calendar::after(self.now(), -life) else { return Ok(0) };
        let period = Period { from: i32::MIN, until: day_of(over.as_second()) };
        let days = self.store.visit_days(site, period).await?;
        let mut removed = 0;
        for day in days.into_iter().filter(|day| day.is_tallied && day.version > 0) {
            let unit = Unit { changes: self.closing_of(site, day).await?, ..Unit::default() };
            match self.commit(unit).await {
                Ok(_) => {
                    removed += 1;
                    self.tally_stretch(site, stretch_of(day.day)).await?;
                }
                // Somebody was erased meanwhile: the day is added up first.
                Err(CommitError::Conflict(Conflict::Visit)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(removed)
    }

    /// What ends a day: its figures without anybody's number, and its visits gone.
    async fn closing_of(&self, site: &Site, day: VisitDay) -> Result<Vec<Change>, GateError> {
        let mut visits = self.visits_of(site, day.day).await?;
        visits.iter_mut().for_each(|counted| counted.visit.visitor.is_recognised = false);
        Ok(vec![put_tally(site, day, &visits)?, Change::RemoveVisits(site.clone(), day.day)])
    }
}
