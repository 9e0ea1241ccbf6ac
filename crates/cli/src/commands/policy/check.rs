//! `bailee policy check`

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use clap::Args;
use policy::{
    Diagnostic, Policy, Severity,
    check::{CODES, Context, check_source, explain},
    diagnostic,
};
use serde_json::Value;

use super::source::{Source, load_operator, today};
use crate::output;

const EXAMPLES: &str = "\
Exit codes: 0 no errors, 1 errors, 2 a file that cannot be read or an operator's policy that has errors.

Examples:
  bailee policy check shop.toml
  bailee policy check --under operator.toml client.toml    an account's policy may only narrow the operator's
  bailee policy check --deny-warnings --json *.toml        for an editor or a build
  bailee policy check --explain P0206                      what a code means";

/// Check policies like a compiler: what cannot be enforced or contradicts itself is an error.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The policies; `-` is standard input.
    #[arg(required_unless_present = "explain", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The operator's policy, which these accounts' policies must narrow.
    #[arg(long, value_name = "FILE")]
    under: Option<PathBuf>,
    /// Fail on warnings too.
    #[arg(long)]
    deny_warnings: bool,
    /// Print the findings as one JSON array.
    #[arg(long)]
    json: bool,
    /// Say what a code means, for example P0206.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "under", "deny_warnings", "json"])]
    explain: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(code) = &arguments.explain {
        return explain_code(code);
    }
    let operator = load_operator(arguments.under.as_deref())?;
    let sources =
        arguments.files.iter().map(|path| Source::read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let checked: Vec<_> =
        sources.iter().map(|source| (source, findings(source, operator.as_ref()))).collect();
    if arguments.json {
        print_json(&checked);
    } else {
        print_text(&checked);
    }
    let mut all = checked.iter().flat_map(|(_, found)| found);
    let fails = all.any(|found| arguments.deny_warnings || found.severity == Severity::Error);
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn findings(source: &Source, operator: Option<&Policy>) -> Vec<Diagnostic> {
    check_source(&source.text, &Context { today: today(), operator }).1
}

fn print_json(checked: &[(&Source, Vec<Diagnostic>)]) {
    let mut all = Vec::new();
    for (source, found) in checked {
        if let Value::Array(items) = diagnostic::to_json(&source.text, &source.name().to_string(), found) {
            all.extend(items);
        }
    }
    output::json(&Value::Array(all));
}

fn print_text(checked: &[(&Source, Vec<Diagnostic>)]) {
    for (source, found) in checked {
        let file = source.name().to_string();
        output::text(diagnostic::render(&source.text, &file, found, output::colour()));
        output::line(format!("{file}: {}", diagnostic::summary(found)));
    }
    if checked.len() > 1 {
        let all: Vec<Diagnostic> = checked.iter().flat_map(|(_, found)| found.clone()).collect();
        output::line(format!("{} files: {}", checked.len(), diagnostic::summary(&all)));
    }
}

fn explain_code(id: &str) -> anyhow::Result<ExitCode> {
    let Some(code) = explain(id) else {
        let (first, last) =
            (CODES.first().map_or("", |code| code.id), CODES.last().map_or("", |code| code.id));
        bail!("there is no code {id}; the {} codes run from {first} to {last}", CODES.len());
    };
    let severity = match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    output::line(format!("{severity}[{}]: {}", code.id, code.summary));
    output::line(format!("  why: {}", code.why));
    Ok(ExitCode::SUCCESS)
}
