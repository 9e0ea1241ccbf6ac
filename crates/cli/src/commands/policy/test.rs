//! `bailee policy test`

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;
use policy::expect::{self, Outcome};
use serde_json::{Value, json};

use super::source::{Source, load, load_operator, print_findings, today};
use crate::output;

const EXAMPLES: &str = "\
A file of expectations names its policy and holds questions with their answers:

  policy = \"shop.toml\"

  [[expect]]
  role = \"client\"
  category = \"email\"
  purpose = \"marketing\"
  answer = \"no\"
  clause = 6

Exit codes: 0 every answer is as expected, 1 one is not, 2 a file that cannot be read or has errors.

Examples:
  bailee policy test shop.expect.toml
  bailee policy test shop.expect.toml --policy shop-draft.toml    would the draft still answer so?";

/// Check the answers that you expect of a policy.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The expectations.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The policy to ask, instead of the one that the file names.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The operator's policy above it, instead of the one that the file names.
    #[arg(long, value_name = "FILE")]
    under: Option<PathBuf>,
    /// Print the outcomes as one JSON array.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let source = Source::read(&arguments.file)?;
    let expectations = expect::parse(&source.text).map_err(|found| {
        print_findings(&source.text, &source.path, std::slice::from_ref(&*found));
        anyhow::anyhow!("{} cannot be read as expectations", source.name())
    })?;
    let beside = |named: &Option<String>| named.as_ref().map(|name| beside(&arguments.file, name));
    let operator = arguments.under.clone().or_else(|| beside(&expectations.operator));
    let Some(asked) = arguments.policy.clone().or_else(|| beside(&expectations.policy)) else {
        bail!("{} names no policy; add `policy = \"…\"` or pass --policy", source.name())
    };
    let operator = load_operator(operator.as_deref())?;
    let policy = load(&asked, operator.as_ref()).context("the policy asked cannot be used")?;
    let outcomes = expect::run(&policy, operator.as_ref(), &expectations, today());
    if arguments.json {
        print_json(&arguments.file, &outcomes);
    } else {
        print(&arguments.file, &outcomes);
    }
    let passed = outcomes.iter().all(|outcome| outcome.passed);
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Paths in a file are relative to it.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}

fn print_json(file: &Path, outcomes: &[Outcome]) {
    let object = |outcome: &Outcome| {
        json!({
            "file": file.display().to_string(),
            "line": outcome.line,
            "passed": outcome.passed,
            "question": outcome.question,
            "expected": outcome.expected,
            "got": outcome.got,
        })
    };
    output::json(&outcomes.iter().map(object).collect::<Value>());
}

fn print(file: &Path, outcomes: &[Outcome]) {
    for outcome in outcomes {
        let asked = format!("{}:{}: {}", file.display(), outcome.line, outcome.question);
        if outcome.passed {
            output::line(format!("{} {asked} {}", output::painted("32", "pass"), outcome.expected));
        } else {
            output::line(format!("{} {asked}", output::painted("1;31", "FAIL")));
            output::line(format!("       expected: {}", outcome.expected));
            output::line(format!("            got: {}", outcome.got));
        }
    }
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    output::line(format!("{passed} of {} answers are as expected", outcomes.len()));
}
