//! `bailee bench visits`

mod year;

use std::time::Instant;

use anyhow::ensure;
use clap::Args;
use domain::visit::{Dimension, Figures, Filter, Period, Site, Visit, Visitor, day_of};
use gate::{VisitQuestion, VisitReport};
use jiff::Timestamp;
use store::{Change, Unit, visits::Closed, visits::VisitRow};

use self::year::{Answers, COUNTRY, DAYS, Year};
use super::{
    Common,
    engine::Engine,
    installation::{Fresh, Setup},
    people::Loader,
    report::{Row, median, milliseconds, print},
};
use crate::{commands::serve::runtime, output};

const SITE: &str = "website";
/// How many visits are stored in one commit.
const TOGETHER: usize = 2_000;
/// How often each report is asked for; the middle counts.
const TIMES: usize = 9;
/// What a page of reports shows at once.
const DASHBOARD: [Dimension; 8] = [
    Dimension::Page,
    Dimension::Source,
    Dimension::Campaign,
    Dimension::Country,
    Dimension::Browser,
    Dimension::System,
    Dimension::Device,
    Dimension::Channel,
];
/// The longest that a report over a year, one with a filter over thirty days, and the end of a visitor with many views may take,
/// in milliseconds; the most bytes that a page view may take in sums and as visits.
const GOALS: [f64; 5] = [50.0, 1_000.0, 1_000.0, 60.0, 200.0];
/// How many page views the visitor has who is erased.
const MANY: u32 = 10_000;

/// A year of visits: whether every figure is what counting one by one finds, and how long reports take.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    common: Common,
    /// Where the installation keeps its data.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    engine: Engine,
    /// How many page views the year has, about.
    #[arg(long, default_value_t = 3_000_000, value_name = "N", value_parser = clap::value_parser!(u64).range(5_000..))]
    views: u64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let setup = Setup::reference(&arguments.common, arguments.engine)?;
    let filled = Fresh::filled(setup, async |loader| Bench::new(arguments, &loader)?.measured().await);
    let (_, rows) = runtime()?.block_on(filled)?;
    print("visits", &rows, &vec!["≤ 1"; rows.len()], arguments.common.json);
    Ok(())
}

struct Bench<'a> {
    loader: &'a Loader<'a>,
    engine: Engine,
    site: Site,
    year: Year,
    period: Period,
    /// The bytes of all visits, as they are stored.
    bytes: u64,
}

impl<'a> Bench<'a> {
    fn new(arguments: &Arguments, loader: &'a Loader<'a>) -> anyhow::Result<Self> {
        let site = Site { account: loader.gate.operator()?.id, name: SITE.to_owned() };
        let until = day_of(loader.gate.ambient().clock.now().as_second());
        let period = Period { from: until - DAYS, until };
        let year = Year::new(arguments.views, period.from);
        Ok(Self { loader, engine: arguments.engine, site, year, period, bytes: 0 })
    }

    async fn measured(mut self) -> anyhow::Result<Vec<Row>> {
        output::remark(format!("storing the visits of {DAYS} days"));
        for day in 0..DAYS {
            let visits = self.year.day(day);
            self.store(&visits).await?;
        }
        let views = self.year.answers.views as f64;
        output::remark(format!("adding up {views} page views"));
        let begun = Instant::now();
        while self.loader.gate.tally_days(64).await? > 0 {}
        let tallied = milliseconds(begun.elapsed());
        let rows = vec![
            self.dashboard().await?.with("adding_up_a_day_ms", tallied / f64::from(DAYS)),
            self.filtered().await?,
            self.erased().await?,
            self.row("a view in sums", "bytes", self.sums().await? as f64 / views, GOALS[3]),
            self.row("a view in visits", "bytes", self.bytes as f64 / views, GOALS[4]),
        ];
        Ok(rows)
    }

    async fn store(&mut self, visits: &[Visit]) -> anyhow::Result<()> {
        for some in visits.chunks(TOGETHER) {
            let mut changes = Vec::with_capacity(some.len());
            for visit in some {
                let facts = postcard::to_stdvec(visit)?;
                self.bytes += facts.len() as u64;
                let row = VisitRow { visitor: visit.visitor, day: visit.day(), facts, ordinal: None };
                let (site, visitor, until) = (self.site.clone(), visit.visitor, Timestamp::UNIX_EPOCH);
                changes.push(Change::CloseVisits(Closed {
                    site,
                    visitor,
                    until,
                    hits: 0,
                    visits: vec![row],
                }));
            }
            self.loader.store.commit(Unit { changes, ..Unit::default() }).await?;
        }
        Ok(())
    }

    async fn report(&self, period: Period, by: &[Dimension], filter: Filter) -> anyhow::Result<VisitReport> {
        let asked = VisitQuestion { period, by: by.to_vec(), filter };
        Ok(self.loader.gate.report(self.loader.caller, SITE, &asked).await?)
    }

    /// A year, by all that a page shows: and every figure is exact.
    async fn dashboard(&self) -> anyhow::Result<Row> {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let report = self.report(self.period, &DASHBOARD, Filter::default()).await?;
            times.push(milliseconds(begun.elapsed()));
            is_exact(&report, &self.year.answers)?;
        }
        Ok(self.row("a year, by eight dimensions", "ms", median(times), GOALS[0]))
    }

    /// Thirty days of one country, by page.
    async fn filtered(&self) -> anyhow::Result<Row> {
        let period = Period { from: self.period.until - 30, until: self.period.until };
        let filter = Filter(vec![(Dimension::Country, vec![COUNTRY.to_owned()])]);
        let expected: u64 = period.days().filter_map(|day| self.year.answers.from_country.get(&day)).sum();
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let report = self.report(period, &[Dimension::Page], filter.clone()).await?;
            times.push(milliseconds(begun.elapsed()));
            ensure!(report.totals.visits == expected, "{} visits, not {expected}", report.totals.visits);
        }
        Ok(self.row("thirty days of one country, by page", "ms", median(times), GOALS[1]))
    }

    /// Somebody with many page views is erased, and the figures are what they were before.
    async fn erased(&mut self) -> anyhow::Result<Row> {
        let visitor = Visitor { number: 1, is_recognised: true };
        let mut many = self.year.day(0);
        many.truncate(usize::try_from(MANY / 10)?);
        let mut stays = Vec::new();
        for (number, mut visit) in
            (0_i64..).zip(many.iter().cycle().take(usize::try_from(MANY / 10)?).cloned())
        {
            visit.visitor = visitor;
            visit.started_at += number % i64::from(DAYS) * 86_400;
            visit.views =
                (0..10).filter_map(|view| visit.views.get(view % visit.views.len()).cloned()).collect();
            stays.push(visit);
        }
        let before = self.report(self.period, &[], Filter::default()).await?.totals;
        self.store(&stays).await?;
        while self.loader.gate.tally_days(64).await? > 0 {}
        let with = self.report(self.period, &[], Filter::default()).await?.totals;
        ensure!(with.views == before.views + u64::from(MANY), "their views are counted");
        let begun = Instant::now();
        let changes = vec![Change::RemoveVisitor(self.site.clone(), visitor)];
        self.loader.store.commit(Unit { changes, ..Unit::default() }).await?;
        let took = milliseconds(begun.elapsed());
        ensure!(self.report(self.period, &[], Filter::default()).await?.totals == before, "they never came");
        Ok(self.row("the end of a visitor with 10,000 views", "ms", took, GOALS[2]))
    }

    /// The bytes of all that days and stretches were added up to.
    async fn sums(&self) -> anyhow::Result<u64> {
        let names: Vec<&str> = Dimension::ALL.iter().map(|dimension| dimension.name()).collect();
        let days = self.loader.store.tallies(&self.site, self.period, &names).await?;
        let stretches = self.loader.store.stretches(&self.site, self.period.stretches(), &names).await?;
        let bytes = days.iter().map(|row| row.facts.len()).chain(stretches.iter().map(|row| row.facts.len()));
        Ok(bytes.sum::<usize>() as u64)
    }

    fn row(&self, name: &str, unit: &'static str, found: f64, goal: f64) -> Row {
        Row::new(self.engine, name.to_owned(), unit, found, goal, "goal")
    }
}

/// Whether every figure is what counting one by one finds.
fn is_exact(report: &VisitReport, answers: &Answers) -> anyhow::Result<()> {
    let totals = &report.totals;
    let found = [totals.visits, totals.views, totals.bounces, totals.visible, totals.strangers];
    let known = [answers.visits, answers.views, answers.bounces, answers.visible, answers.strangers];
    ensure!(found == known, "{found:?} was found, and there are {known:?}");
    let (found, known) = (totals.recognised.count(), answers.recognised.len());
    ensure!(found == known, "{found} visitors were recognised, and there are {known}");
    let pages = report.by.0.get(&Dimension::Page);
    for (path, known) in &answers.pages {
        let found = pages.and_then(|pages| pages.get(path)).map(|of: &Figures| (of.views, of.visits));
        ensure!(found == Some(*known), "{path}: {found:?} was found, and there are {known:?}");
    }
    Ok(())
}
