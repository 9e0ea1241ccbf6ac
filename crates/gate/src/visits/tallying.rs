//! The figures of days: made of their visits, made anew where those change, and looked at again in assessments.

use domain::visit::{Dimension, Period, QUIET, Site, Tally, Values, Visit, day_of};
use jiff::Timestamp;
use store::{
    Change, CommitError, Conflict, Unit,
    visits::{NewTally, TallyRow, VisitDay},
};

use crate::{Gate, GateError};

/// How far back days are looked at again, in days.
const LOOKED_AT: i32 = 400;

impl Gate {
    /// Adds up the days that are over and whose figures are not made; how many. A job calls it until there are none.
    ///
    /// # Errors
    /// A store fails.
    pub async fn tally_days(&self, limit: u32) -> Result<usize, GateError> {
        let today = day_of(self.now().saturating_sub(QUIET).unwrap_or(Timestamp::MIN).as_second());
        let days = self.store.untallied(today, limit).await?;
        let mut failed = None;
        for (site, day) in &days {
            failed = failed.or(self.tally_day(site, *day).await.err());
        }
        failed.map_or(Ok(days.len()), Err)
    }

    async fn tally_day(&self, site: &Site, day: VisitDay) -> Result<(), GateError> {
        let change = put_tally(site, day, &self.visits_of(site, day.day).await?)?;
        match self.commit(Unit { changes: vec![change], ..Unit::default() }).await {
            // Its visits changed meanwhile: the next round adds them up.
            Ok(_) | Err(CommitError::Conflict(Conflict::Visit)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds up anew the days of the operator's sites that were added up last; how many were looked at, and the first that is wrong.
    ///
    /// # Errors
    /// A store fails.
    pub async fn examine_tallies(&self, limit: u32) -> Result<(usize, Option<(String, i32)>), GateError> {
        let account = self.operator()?.id;
        let today = day_of(self.now().as_second());
        let mut looked = 0;
        for name in self.sites(account)? {
            let site = Site { account, name };
            let period = Period { from: today.saturating_sub(LOOKED_AT), until: today };
            let days = self.store.visit_days(&site, period).await?;
            for day in days.into_iter().rev().filter(|day| day.is_tallied).take(limit as usize) {
                looked += 1;
                let only = Period { from: day.day, until: day.day.saturating_add(1) };
                let is_right = self.is_tally_right(&site, only).await?;
                // Whoever is erased meanwhile changes the day, which is then added up again.
                if !is_right && self.store.visit_days(&site, only).await? == [day] {
                    return Ok((looked, Some((site.name, day.day))));
                }
            }
        }
        Ok((looked, None))
    }

    async fn is_tally_right(&self, site: &Site, day: Period) -> Result<bool, GateError> {
        let visits = self.visits_of(site, day.from).await?;
        let rows = self.store.tallies(site, day, &[Dimension::Total.name()]).await?;
        let figures: Option<Values> = rows.first().map(read_figures).transpose()?;
        // Of a day whose visits went with their time, the figures are all that is left.
        let own = Tally::of(&visits).0.remove(&Dimension::Total);
        Ok(visits.is_empty() || own == figures)
    }

    /// The visits of a site that began on a day and are over.
    pub(super) async fn visits_of(&self, site: &Site, day: i32) -> Result<Vec<Visit>, GateError> {
        let rows = self.store.visits(site, day).await?;
        rows.iter().map(|row| read_visit(&row.facts)).collect()
    }
}

/// What puts the figures of a day's visits in place.
pub(super) fn put_tally(site: &Site, day: VisitDay, visits: &[Visit]) -> Result<Change, GateError> {
    let tally = Tally::of(visits);
    let figures = tally.0.iter().map(|(dimension, values)| {
        let bytes = postcard::to_stdvec(values).map_err(|_| GateError::Damaged("figures"))?;
        Ok((dimension.name().to_owned(), bytes))
    });
    let figures = figures.collect::<Result<_, GateError>>()?;
    Ok(Change::PutTally(NewTally { site: site.clone(), day, figures }))
}

/// The figures in a row.
pub(super) fn read_figures(row: &TallyRow) -> Result<Values, GateError> {
    postcard::from_bytes(&row.facts).map_err(|_| GateError::Damaged("figures"))
}

fn read_visit(facts: &[u8]) -> Result<Visit, GateError> {
    postcard::from_bytes(facts).map_err(|_| GateError::Damaged("a visit"))
}
