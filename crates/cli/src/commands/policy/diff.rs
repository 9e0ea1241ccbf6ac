//! `bailee policy diff`

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use policy::{Change, Diff, diff};
use serde_json::json;

use super::source::{load, load_operator};
use crate::output;

const EXAMPLES: &str = "\
A change is material when it permits something to someone new, for longer, or with less choice: people are then
asked again before it applies.

Exit codes: 0 compared, 1 with --exit-code when a change is material, 2 a policy that has errors.

Examples:
  bailee policy diff shop-2025.toml shop-2026.toml
  bailee policy diff --exit-code old.toml new.toml    stop a build before a material change slips through";

/// Say in sentences what one version of a policy permits that another did not.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The older version.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The newer version.
    #[arg(value_name = "B")]
    after: PathBuf,
    /// The operator's policy, when these are an account's.
    #[arg(long, value_name = "FILE")]
    under: Option<PathBuf>,
    /// Exit with 1 when a change is material.
    #[arg(long)]
    exit_code: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let operator = load_operator(arguments.under.as_deref())?;
    let before = load(&arguments.before, operator.as_ref())?;
    let after = load(&arguments.after, operator.as_ref())?;
    let changes = diff(&before, &after);
    if arguments.json {
        let mut value = serde_json::to_value(&changes)?;
        value["material"] = json!(changes.is_material());
        output::json(&value);
    } else {
        print(&changes);
    }
    let fails = arguments.exit_code && changes.is_material();
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(changes: &Diff) {
    group("Newly permitted", "+", "32", &changes.newly_permitted);
    group("No longer permitted", "-", "31", &changes.no_longer_permitted);
    group("Otherwise than before", "~", "36", &changes.other);
    let count = changes.changes().count();
    let material = changes.changes().filter(|change| change.material).count();
    output::line(match (count, material) {
        (0, _) => "Nothing changes for anyone.".to_owned(),
        (1, 0) => "1 change, not material.".to_owned(),
        (1, _) => "1 change, and it is material: people must be asked again.".to_owned(),
        (count, 0) => format!("{count} changes, none material."),
        (count, material) => format!("{count} changes, {material} material: people must be asked again."),
    });
}

fn group(title: &str, sign: &str, colour: &str, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    output::line(output::painted("1", title));
    for change in changes {
        let mark = if change.material { output::painted("1;33", " [material]") } else { String::new() };
        let sentence = output::painted(colour, &format!("{sign} {}", change.sentence));
        output::line(format!("  {sentence}{mark}"));
        output::line(format!("      {}", output::painted("2", &change.declaration)));
    }
    output::line("");
}
