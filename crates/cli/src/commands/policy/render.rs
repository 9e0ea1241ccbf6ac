//! `bailee policy render`

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, ValueEnum};
use policy::render;

use super::source::{load, load_operator};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  bailee policy render shop.toml --output privacy.html
  bailee policy render shop.toml --format markdown";

/// Write the public page of a policy. What it says of durations, recipients and cookies comes from the
/// declarations, so it cannot say one thing while the system does another.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The policy; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The operator's policy, when this is an account's.
    #[arg(long, value_name = "FILE")]
    under: Option<PathBuf>,
    /// What to write.
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Where to write it, instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The address of the page's stylesheet.
    #[arg(long, value_name = "URL", default_value = "policy.css")]
    stylesheet: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A page that loads nothing but its stylesheet.
    Html,
    /// Markdown with tables.
    Markdown,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let operator = load_operator(arguments.under.as_deref())?;
    let policy = load(&arguments.file, operator.as_ref())?;
    let page = match arguments.format {
        Format::Html => render::html(&policy, &arguments.stylesheet, &[]),
        Format::Markdown => render::markdown(&policy),
    };
    match &arguments.output {
        Some(path) => {
            fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
            output::remark(format!("wrote {}", path.display()));
        }
        None => output::text(page),
    }
    Ok(ExitCode::SUCCESS)
}
