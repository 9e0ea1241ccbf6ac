//! Reports: figures of a site, which name no one. They are read from what the days were added up to, and made from the visits
//! themselves where a day is not over or a filter asks for more than was added up.

use std::collections::{BTreeMap, HashSet};

use domain::visit::{Dimension, Figures, Filter, Period, Site, Tally, Visit, Visitor};
use jiff::{SignedDuration, Timestamp};
use store::visits::{Dropped, HitRow, VisitDay};

use super::{closing::kept, tallying::read_figures};
use crate::{Caller, Gate, GateError};

/// The longest period of a report, in days: ten years.
const LONGEST: i32 = 3_660;
/// The longest with a filter, which asks the visits themselves.
const LONGEST_FILTERED: i32 = 100;
/// How long ago someone who is on the site now has last done something.
const NOW: SignedDuration = SignedDuration::from_mins(5);

/// What is asked of a site.
pub struct VisitQuestion {
    /// Over which days.
    pub period: Period,
    /// By what.
    pub by: Vec<Dimension>,
    /// Of which visits.
    pub filter: Filter,
}

/// The figures of a site.
#[derive(Debug, Default)]
pub struct VisitReport {
    /// Of the whole period.
    pub totals: Figures,
    /// Of as many days before it.
    pub before: Figures,
    /// Of each day with visits.
    pub days: BTreeMap<i32, Figures>,
    /// By value, for each dimension that was asked for.
    pub by: Tally,
    /// How many visitors did something in the last five minutes.
    pub now: usize,
    /// Hits that are not counted, by day and reason.
    pub dropped: Vec<Dropped>,
}

impl Gate {
    /// The figures of one of the caller's sites.
    ///
    /// # Errors
    /// There is no such site, the period is longer than ten years, or a store fails.
    pub async fn report(
        &self,
        caller: &Caller,
        name: &str,
        asked: &VisitQuestion,
    ) -> Result<VisitReport, GateError> {
        let site = self.site(Some(caller.account_id()), name)?.site;
        let period = asked.period;
        let longest = if asked.filter.is_open() { LONGEST } else { LONGEST_FILTERED };
        if period.until.saturating_sub(period.from) > longest {
            return Err(GateError::Malformed(format!("such a report covers {longest} days at most")));
        }
        let open = open_visits(self.store.hits(&site, None).await?, asked.filter.asks_for_assessments());
        let now = self.on_site(&open);
        let before = VisitQuestion { period: period.before(), by: Vec::new(), filter: asked.filter.clone() };
        let before = self.counted(&site, &before, &open).await?.totals;
        let mut report = self.counted(&site, asked, &open).await?;
        (report.before, report.now) = (before, now);
        report.dropped = self.store.dropped(&site, period).await?;
        Ok(report)
    }

    /// What is counted in a period, with the visits that are not over.
    async fn counted(
        &self,
        site: &Site,
        asked: &VisitQuestion,
        open: &[Visit],
    ) -> Result<VisitReport, GateError> {
        let mut report = VisitReport::default();
        let takes = |visit: &Visit| asked.period.has(visit.day()) && asked.filter.takes(visit);
        let mut visits: Vec<Visit> = open.iter().filter(|visit| takes(visit)).cloned().collect();
        let days = self.store.visit_days(site, asked.period).await?;
        let is_made = |day: &&VisitDay| day.is_tallied && asked.filter.is_open();
        let made: HashSet<i32> = days.iter().filter(is_made).map(|day| day.day).collect();
        self.add_made(site, asked, &made, &mut report).await?;
        for day in days.iter().filter(|day| !made.contains(&day.day)) {
            visits.extend(self.visits_of(site, day.day).await?.into_iter().filter(takes));
        }
        let mut by_day: BTreeMap<i32, Vec<Visit>> = BTreeMap::new();
        visits.into_iter().for_each(|visit| by_day.entry(visit.day()).or_default().push(visit));
        for (day, visits) in by_day {
            report.add(day, Tally::of(&visits), &asked.by);
        }
        Ok(report)
    }

    /// Adds what days were added up to.
    async fn add_made(
        &self,
        site: &Site,
        asked: &VisitQuestion,
        made: &HashSet<i32>,
        report: &mut VisitReport,
    ) -> Result<(), GateError> {
        if made.is_empty() {
            return Ok(());
        }
        let mut wanted = vec![Dimension::Total.name()];
        wanted.extend(asked.by.iter().filter(|by| **by != Dimension::Total).map(|by| by.name()));
        for row in self.store.tallies(site, asked.period, &wanted).await? {
            let Some(dimension) = Dimension::named(&row.dimension) else { continue };
            if made.contains(&row.day) {
                report.add(row.day, Tally([(dimension, read_figures(&row)?)].into()), &asked.by);
            }
        }
        Ok(())
    }

    fn on_site(&self, open: &[Visit]) -> usize {
        let since = self.now().saturating_sub(NOW).unwrap_or(Timestamp::MIN).as_second();
        let recent = open.iter().filter(|visit| visit.last_at() > since);
        recent.map(|visit| visit.visitor).collect::<HashSet<_>>().len()
    }
}

impl VisitReport {
    fn add(&mut self, day: i32, mut tally: Tally, by: &[Dimension]) {
        if let Some(total) = tally.0.get(&Dimension::Total).and_then(|values| values.get("")) {
            self.totals.merge(total);
            self.days.entry(day).or_default().merge(total);
        }
        tally.0.retain(|dimension, _| by.contains(dimension));
        self.by.merge(tally);
    }
}

/// The visits that are not over: of people, or of the visitors that an assessment makes up.
fn open_visits(hits: Vec<HitRow>, of_assessments: bool) -> Vec<Visit> {
    let mut by_visitor: BTreeMap<Visitor, Vec<HitRow>> = BTreeMap::new();
    hits.into_iter().for_each(|hit| by_visitor.entry(hit.visitor).or_default().push(hit));
    // What cannot be read is dropped when it is closed, and told of then.
    let readable = by_visitor.into_iter().filter_map(|(visitor, hits)| Some((visitor, kept(&hits).ok()?)));
    let visits = readable.flat_map(|(visitor, hits)| Visit::of(visitor, hits));
    visits.filter(|visit| visit.surroundings.is_assessment() == of_assessments).collect()
}
