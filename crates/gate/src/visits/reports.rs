//! Reports: figures of a site, which name no one. They are read from what the days were added up to, and made from the visits
//! themselves where a day is not over or a filter asks for more than was added up.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::visit::{
    Counted, Dimension, Figures, Filter, Period, Site, Sum, Tally, Visit, Visitor, stretch_of,
};
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
    /// Of the site's goals, in the order in which they are declared: the visits that reached each.
    pub goals: Vec<(String, Figures)>,
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
        let known = self.site(Some(caller.account_id()), name)?;
        let site = &known.site;
        let period = asked.period;
        let longest = if asked.filter.is_open() { LONGEST } else { LONGEST_FILTERED };
        if period.until.saturating_sub(period.from) > longest {
            return Err(GateError::Malformed(format!("such a report covers {longest} days at most")));
        }
        let ordinals = self.store.ordinals_of_open(site).await?;
        let hits = self.store.hits(site, None).await?;
        let open = open_visits(hits, &ordinals, asked.filter.asks_for_assessments());
        let now = self.on_site(&open);
        let before = VisitQuestion { period: period.before(), by: Vec::new(), filter: asked.filter.clone() };
        let before = self.counted(site, &before, &open).await?.totals;
        let mut wanted = asked.by.clone();
        wanted.extend(known.goals_by());
        let with_goals = VisitQuestion { period, by: wanted, filter: asked.filter.clone() };
        let mut report = self.counted(site, &with_goals, &open).await?;
        report.goals = known.goals(&report.by);
        report.by.0.retain(|dimension, _| asked.by.contains(dimension));
        (report.before, report.now) = (before, now);
        report.dropped = self.store.dropped(site, period).await?;
        Ok(report)
    }

    /// What is counted in a period, with the visits that are not over.
    async fn counted(
        &self,
        site: &Site,
        asked: &VisitQuestion,
        open: &[Counted],
    ) -> Result<VisitReport, GateError> {
        let takes =
            |counted: &Counted| asked.period.has(counted.visit.day()) && asked.filter.takes(&counted.visit);
        let mut counting = Counting::of(&asked.by);
        open.iter().filter(|counted| takes(counted)).for_each(|counted| counting.add(counted));
        let days = self.store.visit_days(site, asked.period).await?;
        let is_made = |day: &&VisitDay| day.is_tallied && asked.filter.is_open();
        let made: HashSet<i32> = days.iter().filter(is_made).map(|day| day.day).collect();
        self.add_made(site, asked.period, (&days, &made), &mut counting).await?;
        for day in days.iter().filter(|day| !made.contains(&day.day)) {
            let visits = self.visits_of(site, day.day).await?;
            visits.iter().filter(|counted| takes(counted)).for_each(|counted| counting.add(counted));
        }
        Ok(counting.report(&asked.by))
    }

    /// Adds what days were added up to: of their totals each, of all else whole stretches where there are any.
    async fn add_made(
        &self,
        site: &Site,
        period: Period,
        (days, made): (&[VisitDay], &HashSet<i32>),
        counting: &mut Counting,
    ) -> Result<(), GateError> {
        if made.is_empty() {
            return Ok(());
        }
        for row in self.store.tallies(site, period, &[Dimension::Total.name()]).await? {
            if made.contains(&row.day) {
                counting.add_total(row.day, &read_figures(&row.facts)?);
            }
        }
        if counting.wanted.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = counting.wanted.iter().map(|dimension| dimension.name()).collect();
        let unmade: HashSet<i32> =
            days.iter().filter(|day| !made.contains(&day.day)).map(|day| stretch_of(day.day)).collect();
        let mut covered = BTreeSet::new();
        for row in self.store.stretches(site, period.stretches(), &with_total(&names)).await? {
            if !unmade.contains(&row.stretch) {
                covered.insert(row.stretch);
                counting.add_figures(&row.dimension, &row.facts)?;
            }
        }
        for run in period.without(&covered) {
            for row in self.store.tallies(site, run, &names).await? {
                if made.contains(&row.day) {
                    counting.add_figures(&row.dimension, &row.facts)?;
                }
            }
        }
        Ok(())
    }

    fn on_site(&self, open: &[Counted]) -> usize {
        let since = self.now().saturating_sub(NOW).unwrap_or(Timestamp::MIN).as_second();
        let recent = open.iter().map(|counted| &counted.visit).filter(|visit| visit.last_at() > since);
        recent.map(|visit| visit.visitor).collect::<HashSet<_>>().len()
    }
}

/// A report that is being added up.
struct Counting {
    totals: Sum,
    days: BTreeMap<i32, Sum>,
    by: Sum,
    /// By what, besides the totals.
    wanted: Vec<Dimension>,
}

impl Counting {
    fn of(by: &[Dimension]) -> Self {
        let wanted: BTreeSet<Dimension> = by.iter().copied().filter(|by| *by != Dimension::Total).collect();
        let wanted: Vec<Dimension> = wanted.into_iter().collect();
        let (totals, by) = (Sum::of(&[Dimension::Total]), Sum::of(&wanted));
        Self { totals, days: BTreeMap::new(), by, wanted }
    }

    fn day(&mut self, day: i32) -> &mut Sum {
        self.days.entry(day).or_insert_with(|| Sum::of(&[Dimension::Total]))
    }

    fn add(&mut self, counted: &Counted) {
        self.totals.add(counted);
        self.by.add(counted);
        self.day(counted.visit.day()).add(counted);
    }

    fn add_total(&mut self, day: i32, figures: &[(String, Figures)]) {
        self.totals.add_figures(Dimension::Total, figures);
        self.day(day).add_figures(Dimension::Total, figures);
    }

    fn add_figures(&mut self, dimension: &str, facts: &[u8]) -> Result<(), GateError> {
        let wanted = Dimension::named(dimension).filter(|dimension| self.wanted.contains(dimension));
        if let Some(dimension) = wanted {
            self.by.add_figures(dimension, &read_figures(facts)?);
        }
        Ok(())
    }

    fn report(self, by: &[Dimension]) -> VisitReport {
        let total = |sum: Sum| sum.tally().total().cloned().unwrap_or_default();
        let days = self.days.into_iter().map(|(day, sum)| (day, total(sum)));
        let mut report = VisitReport {
            totals: total(self.totals),
            days: days.collect(),
            by: self.by.tally(),
            ..VisitReport::default()
        };
        if by.contains(&Dimension::Total) {
            let all = [(String::new(), report.totals.clone())].into();
            report.by.0.insert(Dimension::Total, all);
        }
        report
    }
}

/// The total tells of a stretch that it was added up, whatever it has of another dimension.
fn with_total<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().copied().chain([Dimension::Total.name()]).collect()
}

/// The visits that are not over: of people, or of the visitors that an assessment makes up.
fn open_visits(hits: Vec<HitRow>, ordinals: &HashMap<u64, u32>, of_assessments: bool) -> Vec<Counted> {
    let mut by_visitor: BTreeMap<Visitor, Vec<HitRow>> = BTreeMap::new();
    hits.into_iter().for_each(|hit| by_visitor.entry(hit.visitor).or_default().push(hit));
    // What cannot be read is dropped when it is closed, and told of then.
    let readable = by_visitor.into_iter().filter_map(|(visitor, hits)| Some((visitor, kept(&hits).ok()?)));
    let visits = readable.flat_map(|(visitor, hits)| Visit::of(visitor, hits));
    let ordinal = |visitor: Visitor| ordinals.get(&visitor.number).copied().filter(|_| visitor.is_recognised);
    visits
        .filter(|visit| visit.surroundings.is_assessment() == of_assessments)
        .map(|visit| Counted { ordinal: ordinal(visit.visitor), visit })
        .collect()
}
