//! `bailee retention plan`

use anyhow::Context;
use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};
use domain::{AccountId, Trigger, calendar};
use gate::{Gate, Going, Grain, Keeping, Plan, Waiting};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

use crate::{
    commands::serve::{Place, runtime},
    open, output,
};

const EXAMPLES: &str = "\
Counts only: nothing is opened, and nobody is named. While the server runs on the embedded engine, use
`GET /v1/retention/plan`.

Examples:
  bailee retention plan                              the next ninety days, day by day
  bailee retention plan --until P5Y --by month       five years, by month
  bailee retention plan --until 2027-01-01 --csv     for a spreadsheet";

/// Say what goes by when, what is kept, and what waits.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Up to when: a term from now (`P1Y`), or a day, at whose beginning it ends (UTC).
    #[arg(long, default_value = "P90D", value_name = "TERM|DAY")]
    until: Until,
    /// What the days are gathered into.
    #[arg(long, value_enum, default_value_t = By::Day)]
    by: By,
    /// Of one account; without it, of all.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV, one row a count.
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Copy)]
enum Until {
    Term(Span),
    Day(Date),
}

impl std::str::FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = || text.parse().map(Self::Day);
        text.parse()
            .map(Self::Term)
            .or_else(|_| day())
            .map_err(|_| "expected a term such as P1Y, or a day".to_owned())
    }
}

impl Until {
    fn from(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Term(term) => calendar::after(now, term),
            Self::Day(day) => TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok(),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Day,
    Week,
    Month,
}

impl From<By> for Grain {
    fn from(by: By) -> Self {
        match by {
            By::Day => Self::Day,
            By::Week => Self::Week,
            By::Month => Self::Month,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let plan = runtime()?.block_on(made(arguments))?;
    if arguments.json {
        output::json(&serde_json::to_value(&plan)?);
    } else if arguments.csv {
        output::text(csv(&plan));
    } else {
        print(&plan, arguments.by.into());
    }
    Ok(())
}

async fn made(arguments: &Arguments) -> anyhow::Result<Plan> {
    let opened = open::stores(&arguments.place.config()?).await?;
    let gate = Gate::open(opened.stores, open::ambient(), opened.root).await?;
    let until = arguments.until.from(gate.ambient().clock.now()).context("no calendar reaches so far")?;
    let plan = gate.retention_plan(arguments.account, until).await?;
    gate.return_leases().await?;
    Ok(plan.by(arguments.by.into()))
}

/// A count with its part of the plan. What is not known of it is empty.
#[derive(Default)]
struct Row {
    part: &'static str,
    day: String,
    account: String,
    record_type: String,
    clock: String,
    records: u64,
    by: String,
    exception: String,
    until: String,
    trigger: &'static str,
}

const HEADS: [&str; 10] =
    ["part", "day", "account", "record_type", "clock", "records", "by", "exception", "until", "trigger"];

impl Row {
    /// In the order of the heads.
    fn cells(self) -> [String; 10] {
        let Self { part, day, account, record_type, clock, records, by, exception, until, trigger } = self;
        let (part, records, trigger) = (part.to_owned(), records.to_string(), trigger.to_owned());
        [part, day, account, record_type, clock, records, by, exception, until, trigger]
    }

    fn going(part: &'static str, one: &Going) -> Self {
        Self {
            part,
            day: one.day.to_string(),
            account: one.account.to_string(),
            record_type: one.record_type.clone(),
            clock: one.clock.clone().unwrap_or_default(),
            records: one.records,
            ..Self::default()
        }
    }

    fn kept(one: &Keeping) -> Self {
        Self {
            part: "kept",
            day: one.day.to_string(),
            account: one.account.to_string(),
            record_type: one.record_type.clone(),
            clock: one.clock.clone().unwrap_or_default(),
            records: one.records,
            by: one.by.clone(),
            exception: one.exception.clone().unwrap_or_default(),
            until: one.until.to_string(),
            ..Self::default()
        }
    }

    fn waiting(one: &Waiting) -> Self {
        Self {
            part: "waiting",
            account: one.account.to_string(),
            record_type: one.record_type.clone(),
            clock: one.clock.clone().unwrap_or_default(),
            records: one.records,
            trigger: one.trigger.map(Trigger::as_str).unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn rows(plan: &Plan) -> Vec<[String; 10]> {
    let overdue = plan.overdue.iter().map(|one| Row::going("overdue", one));
    let going = plan.going.iter().map(|one| Row::going("going", one));
    let all = overdue.chain(going).chain(plan.kept.iter().map(Row::kept));
    all.chain(plan.waiting.iter().map(Row::waiting)).map(Row::cells).collect()
}

/// Days, ids, words of the policy and counts: nothing that would have to be quoted.
fn csv(plan: &Plan) -> String {
    let lines = rows(plan).into_iter().map(|row| row.join(","));
    std::iter::once(HEADS.join(",")).chain(lines).map(|line| line + "\n").collect()
}

/// A table for each part that there is anything of.
fn print(plan: &Plan, grain: Grain) {
    let parts = [
        ("overdue", "Over already, and about to go:", &[1, 2, 3, 4, 5][..]),
        ("going", "Goes:", &[1, 2, 3, 4, 5]),
        ("kept", "Would go, and is kept by a hold or an open request:", &[1, 2, 3, 4, 5, 6, 7, 8]),
        ("waiting", "Has no end before something happens:", &[9, 2, 3, 4, 5]),
    ];
    let rows = rows(plan);
    for (part, title, columns) in parts {
        let of_part: Vec<_> = rows.iter().filter(|row| row[0] == part).collect();
        if of_part.is_empty() {
            continue;
        }
        let mut table = Table::new();
        table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(
            columns.iter().map(|column| if *column == 1 { grain.as_str() } else { HEADS[*column] }),
        );
        for row in of_part {
            table.add_row(columns.iter().map(|column| &row[*column]));
        }
        output::line(output::painted("1", title));
        output::line(table.to_string());
    }
    let total: u64 = plan.going.iter().chain(&plan.overdue).map(|one| one.records).sum();
    output::line(format!("{total} records go by {}.", plan.until));
    if plan.settling > 0 {
        output::line(format!("The ends of {} more are being reckoned anew just now.", plan.settling));
    }
}
