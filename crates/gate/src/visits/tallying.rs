//! The figures of days: made of their visits, made anew where those change, and looked at again in assessments.

use domain::visit::{
    Counted, Dimension, Figures, Period, QUIET, Site, Sum, Tally, Visit, day_of, stretch_of,
};
use jiff::Timestamp;
use store::{
    Change, CommitError, Conflict, Unit,
    visits::{NewStretch, NewTally, VisitDay},
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
        self.put_figures(change).await?;
        // The last day of the stretch before may have been one without visits.
        let stretch = stretch_of(day.day);
        for stretch in [stretch.saturating_sub(1), stretch] {
            self.tally_stretch(site, stretch).await?;
        }
        Ok(())
    }

    /// Adds up a stretch that is over, when all its days are and it is not.
    pub(super) async fn tally_stretch(&self, site: &Site, stretch: i32) -> Result<(), GateError> {
        let period = Period::of_stretch(stretch);
        if period.until > day_of(self.now().as_second()) {
            return Ok(());
        }
        let total = [Dimension::Total.name()];
        let is_made =
            !self.store.stretches(site, stretch..stretch.saturating_add(1), &total).await?.is_empty();
        let days = self.store.visit_days(site, period).await?;
        if is_made || days.is_empty() || !days.iter().all(|day| day.is_tallied) {
            return Ok(());
        }
        let sum = self.sum_of_days(site, period, &Dimension::ALL).await?;
        let figures = written(&sum.tally())?;
        self.put_figures(Change::PutStretch(NewStretch { site: site.clone(), stretch, days, figures })).await
    }

    /// The sum of what days were added up to.
    async fn sum_of_days(
        &self,
        site: &Site,
        period: Period,
        dimensions: &[Dimension],
    ) -> Result<Sum, GateError> {
        let mut sum = Sum::of(dimensions);
        for dimension in dimensions {
            for row in self.store.tallies(site, period, &[dimension.name()]).await? {
                sum.add_figures(*dimension, &read_figures(&row.facts)?);
            }
        }
        Ok(sum)
    }

    async fn put_figures(&self, change: Change) -> Result<(), GateError> {
        match self.commit(Unit { changes: vec![change], ..Unit::default() }).await {
            // The visits changed meanwhile: the next round adds them up.
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
                let is_right = is_right && self.is_stretch_right(&site, stretch_of(day.day)).await?;
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
        // Of a day whose visits went with their time, the figures are all that is left.
        let kept = self.sum_of_days(site, day, &[Dimension::Total]).await?.tally();
        Ok(visits.is_empty() || Tally::of(&visits).total() == kept.total())
    }

    /// Whether what a stretch was added up to, if it was, is the sum of its days.
    async fn is_stretch_right(&self, site: &Site, stretch: i32) -> Result<bool, GateError> {
        let range = stretch..stretch.saturating_add(1);
        let rows = self.store.stretches(site, range, &[Dimension::Total.name()]).await?;
        let Some(row) = rows.first() else { return Ok(true) };
        let sum = self.sum_of_days(site, Period::of_stretch(stretch), &[Dimension::Total]).await?.tally();
        let kept = read_figures(&row.facts)?;
        Ok(kept.first().map(|(_, figures)| figures) == sum.total())
    }

    /// The visits of a site that began on a day and are over.
    pub(super) async fn visits_of(&self, site: &Site, day: i32) -> Result<Vec<Counted>, GateError> {
        let rows = self.store.visits(site, day).await?;
        rows.iter().map(|row| Ok(Counted { visit: read_visit(&row.facts)?, ordinal: row.ordinal })).collect()
    }
}

/// What puts the figures of a day's visits in place.
pub(super) fn put_tally(site: &Site, day: VisitDay, visits: &[Counted]) -> Result<Change, GateError> {
    let figures = written(&Tally::of(visits))?;
    Ok(Change::PutTally(NewTally { site: site.clone(), day, figures }))
}

fn written(tally: &Tally) -> Result<Vec<(String, Vec<u8>)>, GateError> {
    let figures = tally.0.iter().map(|(dimension, values)| {
        let bytes = postcard::to_stdvec(values).map_err(|_| GateError::Damaged("figures"))?;
        Ok((dimension.name().to_owned(), bytes))
    });
    figures.collect()
}

/// The figures in a row, by value.
pub(super) fn read_figures(facts: &[u8]) -> Result<Vec<(String, Figures)>, GateError> {
    postcard::from_bytes(facts).map_err(|_| GateError::Damaged("figures"))
}

fn read_visit(facts: &[u8]) -> Result<Visit, GateError> {
    postcard::from_bytes(facts).map_err(|_| GateError::Damaged("a visit"))
}
