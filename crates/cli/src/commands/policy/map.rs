//! `bailee policy map`

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use policy::map::{self, Row};

use super::source::{load, load_operator};
use crate::output;

/// How wide the table is where no terminal says otherwise.
const WIDTH: u16 = 160;

const EXAMPLES: &str = "\
Examples:
  bailee policy map shop.toml
  bailee policy map shop.toml --format csv > map.csv    for a spreadsheet: the register of GDPR, article 30
  bailee policy map shop.toml --format json | jq -r '.[] | select(.class == \"contact\") | .field'";

/// Draw the data map: every field, why it is held, how long, and who receives it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The policy; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The operator's policy, when this is an account's.
    #[arg(long, value_name = "FILE")]
    under: Option<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A table for people.
    Table,
    /// A JSON array.
    Json,
    /// CSV (RFC 4180).
    Csv,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let operator = load_operator(arguments.under.as_deref())?;
    let rows = map::rows(&load(&arguments.file, operator.as_ref())?);
    match arguments.format {
        Format::Table => output::line(table(&rows).to_string()),
        Format::Json => output::line(map::to_json(&rows)?),
        Format::Csv => output::text(map::to_csv(&rows)?),
    }
    Ok(ExitCode::SUCCESS)
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "record type, field",
            "category (class)",
            "of",
            "used for",
            "kept",
            "received by",
            "held outside by",
        ]);
    if table.width().is_none() {
        table.set_width(WIDTH);
    }
    for row in rows {
        table.add_row([
            format!("{}\n  .{}", row.record_type, row.field),
            format!("{}\n({})", row.category, row.class),
            row.roles.join(", "),
            list(row.purposes.iter().map(|one| one.purpose.clone())),
            row.retention.clone(),
            list(row.recipients.iter().map(|one| match &one.region {
                Some(region) => format!("{} ({region})", one.recipient),
                None => one.recipient.clone(),
            })),
            list(row.systems.iter().map(|one| format!("{} ({})", one.system, one.owner))),
        ]);
    }
    table
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
