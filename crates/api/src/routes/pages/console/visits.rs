//! `/console/visits`: how many visited, what they looked at, and where they came from. No page of it names anyone.

use axum::{extract::State, response::Response};
use domain::{
    Permission,
    visit::{Dimension, Figures, Filter, Period, day_of},
};
use gate::{VisitQuestion, VisitReport};
use serde::Deserialize;
use web::console::{Block, Chart, Sheet, Value};

use super::{Staff, allow, frame, retention::table, shown, stop::Stop};
use crate::{
    ApiState, Problem,
    extract::Strict,
    routes::visits::stats::{day, most, word},
};

const PLACE: &str = "/console/visits";
/// How many values of each kind are shown.
const MOST: usize = 10;
/// What is shown, in this order.
const SHOWN: [(&str, Dimension); 10] = [
    ("Pages", Dimension::Page),
    ("Where they came from", Dimension::Source),
    ("Campaigns", Dimension::Campaign),
    ("First pages", Dimension::Entry),
    ("Last pages", Dimension::Exit),
    ("Countries", Dimension::Country),
    ("Browsers", Dimension::Browser),
    ("Systems", Dimension::System),
    ("Devices", Dimension::Device),
    ("Events", Dimension::Event),
];

/// Which site, and how many days.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VisitsQuery {
    site: Option<String>,
    #[serde(default)]
    days: Days,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
enum Days {
    #[serde(rename = "7")]
    Week,
    #[default]
    #[serde(rename = "30")]
    Month,
    #[serde(rename = "365")]
    Year,
}

impl Days {
    const ALL: [(Self, i32, &'static str); 3] =
        [(Self::Week, 7, "Seven days"), (Self::Month, 30, "Thirty days"), (Self::Year, 365, "A year")];

    fn number(self) -> i32 {
        Self::ALL.into_iter().find(|(days, ..)| *days == self).map_or(30, |(_, number, _)| number)
    }
}

pub(super) async fn page(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<VisitsQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeStatistics).await?;
    let Strict(VisitsQuery { site, days }) = query?;
    let caller = &signed_in.caller;
    let sites = state.gate().sites(caller.account_id())?;
    let lead = "How many visited, what they looked at and where they came from: numbers, and nobody’s name. Whoever did not agree \
                to be recognised is counted once a day.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "Visits", lead);
    let Some(site) = site.or_else(|| sites.first().cloned()) else {
        let teaches = "A site is declared in the policy, as [sites.…], with its hosts and what its visits are counted for. Then its pages \
                       load /bailee.js.";
        return shown(
            &sheet.with(Block::Empty { title: "No site yet".to_owned(), teaches: teaches.to_owned() }),
        );
    };
    let today = day_of(state.now().as_second());
    let period = Period { from: today - days.number() + 1, until: today + 1 };
    let by = SHOWN.iter().map(|(_, by)| *by).collect();
    let asked = VisitQuestion { period, by, filter: Filter::default() };
    let report = state.gate().report(caller, &site, &asked).await?;
    let mut sheet = sheet;
    for (other, number, label) in Days::ALL {
        if other != days {
            let href = format!("{PLACE}?site={site}&days={number}");
            sheet = sheet.with(Block::Way { href, label: label.to_owned() });
        }
    }
    for other in sites.iter().filter(|other| **other != site) {
        let href = format!("{PLACE}?site={other}&days={}", days.number());
        sheet = sheet.with(Block::Way { href, label: format!("The site {other}") });
    }
    if report.totals.visits == 0 && report.dropped.is_empty() {
        let teaches = format!(
            "The pages of the site load the script <script defer src=\"…/bailee.js\" data-site=\"{site}\"></script>, and what is \
             looked at stands here at once."
        );
        sheet = sheet.with(Block::Empty { title: "No visit yet".to_owned(), teaches });
    }
    let sheet = sheet
        .section(format!("{site}, {} days", days.number()), Block::Facts(facts(&report)))
        .with(Block::Chart(chart(&report, period)));
    let sheet = with_goals(sheet, &report);
    shown(
        &SHOWN
            .iter()
            .fold(sheet, |sheet, (heading, by)| with_values(sheet, &report, heading, *by))
            .section("Hits that are not counted", dropped(&report)),
    )
}

/// What there was in all, and how much more or less than in the time before.
fn facts(report: &VisitReport) -> Vec<(String, Value)> {
    let (now, before) = (&report.totals, &report.before);
    let with = |number: u64, was: u64| match was {
        0 => Value::text(number),
        was => {
            let change = (number as f64 / was as f64 - 1.0) * 100.0;
            Value::Text(format!("{number} ({change:+.0} % to the time before)"))
        }
    };
    let part = |of: u64, all: u64, unit: &str| match all {
        0 => Value::Nothing,
        all => Value::Text(format!("{:.0}{unit}", of as f64 / all as f64)),
    };
    vec![
        ("Here now".to_owned(), Value::text(report.now)),
        ("Visitors".to_owned(), with(now.visitors(), before.visitors())),
        ("Of them recognised".to_owned(), Value::text(now.recognised.count())),
        ("Visits".to_owned(), with(now.visits, before.visits)),
        ("Pages looked at".to_owned(), with(now.views, before.views)),
        ("One page and no more".to_owned(), part(now.bounces * 100, now.visits, " %")),
        ("A visit lasts".to_owned(), part(now.seconds, now.visits, " seconds")),
        ("A page is looked at for".to_owned(), part(now.visible / 1_000, now.views, " seconds")),
    ]
}

fn chart(report: &VisitReport, period: Period) -> Chart {
    let visitors = |number: i32| report.days.get(&number).map_or(0, Figures::visitors);
    let points = period.days().map(|number| (word(day(number)), visitors(number)));
    Chart { label: "Visitors a day".to_owned(), columns: ["Day", "Visitors"], points: points.collect() }
}

fn with_values(sheet: Sheet, report: &VisitReport, heading: &str, by: Dimension) -> Sheet {
    let values = report.by.0.get(&by).map(|values| most(values, MOST)).unwrap_or_default();
    if values.is_empty() {
        return sheet;
    }
    let row = |(value, figures): (&String, &Figures)| {
        let counted = if by == Dimension::Event { figures.deeds } else { figures.views };
        vec![
            Value::text(value),
            Value::text(figures.visitors()),
            Value::text(figures.visits),
            Value::text(counted),
        ]
    };
    let last = if by == Dimension::Event { "Times" } else { "Pages looked at" };
    let columns = vec!["Value", "Visitors", "Visits", last];
    sheet.section(heading, table(heading, columns, values.into_iter().map(row).collect(), ""))
}

/// How many visits led to what they are meant to lead to.
fn with_goals(sheet: Sheet, report: &VisitReport) -> Sheet {
    if report.goals.is_empty() {
        return sheet;
    }
    let all = report.totals.visits;
    let row = |(goal, figures): &(String, Figures)| {
        let rate = match all {
            0 => Value::Nothing,
            all => Value::Text(format!("{:.1} %", figures.visits as f64 * 100.0 / all as f64)),
        };
        let goal = Value::Text(goal.replace('_', " "));
        vec![goal, Value::text(figures.visitors()), Value::text(figures.visits), rate]
    };
    let columns = vec!["Goal", "Visitors", "Visits", "Of all visits"];
    sheet.section("Goals", table("Goals", columns, report.goals.iter().map(row).collect(), ""))
}

/// Why hits are missing.
fn dropped(report: &VisitReport) -> Block {
    let mut reasons: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for one in &report.dropped {
        *reasons.entry(&one.reason).or_default() += one.hits;
    }
    let rows =
        reasons.iter().map(|(reason, hits)| vec![Value::Text(reason.replace('_', " ")), Value::text(hits)]);
    table("Hits that are not counted", vec!["Why", "Hits"], rows.collect(), "Every hit was counted.")
}
