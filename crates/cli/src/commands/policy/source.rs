//! Policy files: reading them, and compiling them for today.

use std::{
    fmt::Display,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use domain::{Clock, ambient::SystemClock, calendar};
use jiff::civil::Date;
use policy::{Diagnostic, Policy, Severity, diagnostic};

use crate::output;

/// A file and its text.
pub(super) struct Source {
    /// As the command line named it.
    pub(super) path: PathBuf,
    /// Its text.
    pub(super) text: String,
}

impl Source {
    /// Reads a file; `-` is standard input.
    ///
    /// # Errors
    /// It cannot be read, or is not UTF-8.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = if path == Path::new("-") { standard_input() } else { fs::read(path) };
        let bytes = bytes.with_context(|| format!("cannot read {}", path.display()))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
            anyhow::anyhow!("{} is not UTF-8: line {line} holds bytes that are no text", path.display())
        })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// How findings name it.
    pub(super) fn name(&self) -> impl Display + '_ {
        self.path.display()
    }

    /// Compiles it for today, and prints what is wrong to standard error when something is.
    ///
    /// # Errors
    /// The policy has errors.
    pub(super) fn compile(&self, operator: Option<&Policy>) -> anyhow::Result<Policy> {
        match Policy::compile(&self.text, today(), operator) {
            Ok(policy) => Ok(policy),
            Err(found) => {
                let errors: Vec<_> =
                    found.into_iter().filter(|found| found.severity == Severity::Error).collect();
                print_findings(&self.text, &self.path, &errors);
                bail!("{} has {}", self.name(), diagnostic::summary(&errors))
            }
        }
    }
}

/// Reads and compiles a policy file.
///
/// # Errors
/// It cannot be read, or has errors; they are printed.
pub(super) fn load(path: &Path, operator: Option<&Policy>) -> anyhow::Result<Policy> {
    Source::read(path)?.compile(operator)
}

/// The operator's policy, when one is named.
///
/// # Errors
/// It cannot be read, or has errors; they are printed.
pub(super) fn load_operator(path: Option<&Path>) -> anyhow::Result<Option<Policy>> {
    path.map(|path| load(path, None).context("the operator's policy cannot be used")).transpose()
}

/// Prints findings to standard error.
pub(super) fn print_findings(source: &str, path: &Path, found: &[Diagnostic]) {
    let file = path.display().to_string();
    output::remark(diagnostic::render(source, &file, found, output::colour_on_stderr()).trim_end());
}

/// The day it is, UTC.
pub(super) fn today() -> Date {
    calendar::day(SystemClock.now())
}

fn standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
