//! `GET /v1/sites/{site}/stats`: the figures of a site.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::visit::{Dimension, Figures, Filter, Period, day_of};
use gate::{VisitQuestion, VisitReport};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    ApiState, Problem,
    extract::{DataRead, Granted, Path, Strict},
    problem::Problems,
};

/// How many days a report covers when nobody says how many.
const DAYS: i32 = 30;
/// The most values of a dimension that are shown.
const MOST: u32 = 1_000;

/// Which days, by what, and of which visits.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatsQuery {
    /// The first day (UTC); without it, thirty days up to `until`.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day (UTC); without it, today.
    #[param(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// Dimensions with commas between: `hour`, `page`, `entry`, `exit`, `channel`, `source`, `campaign`, `campaign_source`,
    /// `campaign_medium`, `campaign_term`, `campaign_content`, `country`, `browser`, `system`, `device`, `event`, `property`,
    /// `outbound`, `download`.
    #[param(example = "page,source")]
    by: Option<String>,
    /// Only visits that have these values: `dimension:value`, with `|` between values of one dimension and `;` between
    /// dimensions, which all must hold.
    #[param(example = "country:DE|AT;page:/prices")]
    filter: Option<String>,
    /// The most values of each dimension, those with the most visits first.
    #[serde(default = "hundred")]
    #[param(minimum = 1, maximum = 1_000, default = 100, required = false)]
    limit: u32,
    /// `json`, or `csv` of the first dimension.
    #[serde(default)]
    #[param(inline, required = false)]
    format: Format,
}

const fn hundred() -> u32 {
    100
}

/// How the figures are written.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    #[default]
    Json,
    Csv,
}

/// The figures of a site.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatsView {
    /// The site.
    site: String,
    /// The first day (UTC).
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day (UTC).
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// Of the whole period.
    totals: FiguresView,
    /// Of as many days before it.
    before: FiguresView,
    /// How many visitors did something in the last five minutes.
    now: usize,
    /// Of each day with visits.
    days: Vec<DayView>,
    /// Of each goal of the site, the visits that reached it.
    goals: Vec<GoalView>,
    /// By value, for each dimension that was asked for.
    by: BTreeMap<&'static str, Vec<ValueView>>,
    /// Hits that are not counted, by reason.
    dropped: BTreeMap<String, u64>,
}

/// Figures.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct FiguresView {
    /// Visitors: whoever is recognised once in all, anybody else once a day.
    visitors: u64,
    /// Of them, who is recognised.
    recognised: u64,
    /// Visits.
    visits: u64,
    /// Pages that were looked at.
    views: u64,
    /// The part of visits of one page in which nothing else was done; none without visits.
    bounce_rate: Option<f64>,
    /// How long a visit was, in seconds; none without visits.
    seconds: Option<f64>,
    /// For how long a page was visible, in seconds; none without views.
    visible: Option<f64>,
    /// How often something was done: events, downloads, links that were followed.
    deeds: u64,
}

/// The figures of a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct DayView {
    /// The day (UTC).
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Its figures.
    #[serde(flatten)]
    figures: FiguresView,
}

/// The figures of a value.
#[derive(Serialize, ToSchema)]
pub(crate) struct ValueView {
    /// The value.
    value: String,
    /// Its figures.
    #[serde(flatten)]
    figures: FiguresView,
}

/// The figures of a goal.
#[derive(Serialize, ToSchema)]
pub(crate) struct GoalView {
    /// The goal, as the policy calls it.
    goal: String,
    /// The part of visits that reached it; none without visits.
    rate: Option<f64>,
    /// The figures of those that did.
    #[serde(flatten)]
    figures: FiguresView,
}

/// The figures of a site: they name no one.
#[utoipa::path(
    get, path = "/v1/sites/{site}/stats", tag = "visits", operation_id = "readSiteStats",
    params(("site" = String, Path, description = "The site's name in the account's policy.", example = "website"), StatsQuery),
    responses(
        (status = 200, description = "The figures.", content(
            (StatsView = "application/json"),
            (String = "text/csv"),
        )),
        Problems,
    ),
)]
pub(crate) async fn read(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataRead>,
    Path(site): Path<String>,
    Strict(query): Strict<StatsQuery>,
) -> Result<Response, Problem> {
    let period = query.period(day_of(state.now().as_second()))?;
    let (by, filter) = (query.by()?, query.filter()?);
    let limit = query.limit.clamp(1, MOST) as usize;
    let first = by.first().copied().unwrap_or(Dimension::Page);
    let asked = VisitQuestion { period, by, filter };
    let report = state.gate().report(&caller, &site, &asked).await?;
    if query.format == Format::Csv {
        return csv(&report, first, limit);
    }
    Ok(Json(StatsView::of(site, period, &report, limit)).into_response())
}

impl StatsQuery {
    fn period(&self, today: i32) -> Result<Period, Problem> {
        let until = self.until.map_or(today, number).saturating_add(1);
        let from = self.from.map_or(until.saturating_sub(DAYS), number);
        if from >= until {
            return Err(Problem::malformed("`from` is after `until`."));
        }
        Ok(Period { from, until })
    }

    fn by(&self) -> Result<Vec<Dimension>, Problem> {
        let names = self.by.as_deref().unwrap_or_default().split(',').filter(|name| !name.is_empty());
        names.map(dimension).collect()
    }

    fn filter(&self) -> Result<Filter, Problem> {
        let parts = self.filter.as_deref().unwrap_or_default().split(';').filter(|part| !part.is_empty());
        let part = |part: &str| {
            let (name, values) = part.split_once(':').ok_or_else(|| {
                Problem::malformed("`filter` takes `dimension:value`, such as `country:DE`.")
            })?;
            Ok((dimension(name)?, values.split('|').map(str::to_owned).collect()))
        };
        parts.map(part).collect::<Result<_, Problem>>().map(Filter)
    }
}

fn dimension(name: &str) -> Result<Dimension, Problem> {
    Dimension::named(name)
        .ok_or_else(|| Problem::malformed("There is no such dimension; `by` names them all."))
}

/// Days since 1970.
pub(super) fn number(day: Date) -> i32 {
    (day - jiff::civil::date(1970, 1, 1)).get_days()
}

pub(crate) fn day(number: i32) -> Date {
    let second = i64::from(number) * 24 * 60 * 60;
    jiff::Timestamp::from_second(second).map(domain::calendar::day).unwrap_or(Date::MAX)
}

impl StatsView {
    fn of(site: String, period: Period, report: &VisitReport, limit: usize) -> Self {
        let mut dropped: BTreeMap<String, u64> = BTreeMap::new();
        for one in &report.dropped {
            *dropped.entry(one.reason.clone()).or_default() += one.hits;
        }
        let days = report
            .days
            .iter()
            .map(|(number, figures)| DayView { day: day(*number), figures: figures.into() });
        let by = report.by.0.iter().map(|(by, values)| {
            let shown = most(values, limit).into_iter();
            let shown =
                shown.map(|(value, figures)| ValueView { value: value.clone(), figures: figures.into() });
            (by.name(), shown.collect())
        });
        let goals = report.goals.iter().map(|(goal, figures)| GoalView {
            goal: goal.clone(),
            rate: part(figures.visits, report.totals.visits),
            figures: figures.into(),
        });
        Self {
            site,
            from: day(period.from),
            until: day(period.until - 1),
            totals: (&report.totals).into(),
            before: (&report.before).into(),
            now: report.now,
            days: days.collect(),
            goals: goals.collect(),
            by: by.collect(),
            dropped,
        }
    }
}

/// A day as people read it.
pub(crate) fn word(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// The values with the most visits first; hours in their order.
pub(crate) fn most(values: &domain::visit::Values, limit: usize) -> Vec<(&String, &Figures)> {
    let mut all: Vec<_> = values.iter().collect();
    all.sort_by_key(|(_, figures)| std::cmp::Reverse((figures.visits, figures.views)));
    all.truncate(limit);
    all
}

fn part(of: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| of as f64 / all as f64)
}

impl From<&Figures> for FiguresView {
    fn from(figures: &Figures) -> Self {
        Self {
            visitors: figures.visitors(),
            recognised: figures.recognised.count() as u64,
            visits: figures.visits,
            views: figures.views,
            bounce_rate: part(figures.bounces, figures.visits),
            seconds: part(figures.seconds, figures.visits),
            visible: part(figures.visible, figures.views).map(|milliseconds| milliseconds / 1_000.0),
            deeds: figures.deeds,
        }
    }
}

/// A table of one dimension. What a spreadsheet would take for a formula it is told is a text.
fn csv(report: &VisitReport, by: Dimension, limit: usize) -> Result<Response, Problem> {
    let damaged = |_| Problem::from(gate::GateError::Damaged("a table"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([by.name(), "visitors", "visits", "views"]).map_err(damaged)?;
    for (value, figures) in report.by.0.get(&by).map(|values| most(values, limit)).unwrap_or_default() {
        let row = [
            plain(value),
            figures.visitors().to_string(),
            figures.visits.to_string(),
            figures.views.to_string(),
        ];
        writer.write_record(row).map_err(damaged)?;
    }
    let bytes = writer.into_inner().map_err(|_| Problem::from(gate::GateError::Damaged("a table")))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

fn plain(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t']) { format!("'{value}") } else { value.to_owned() }
}
