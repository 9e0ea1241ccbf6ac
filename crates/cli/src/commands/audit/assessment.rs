//! `bailee audit assessment`

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;
use gate::{Bundle, verify_bundle};
use serde_json::json;
use service::Assessment;
use zip::ZipArchive;

use super::key::Offline;
use crate::{commands::assess::table, output};

/// The largest file of a bundle that is read, in bytes.
const LARGEST: u64 = 16 << 20;
/// The most files of a bundle that are read.
const MOST: usize = 64;

const EXAMPLES: &str = "\
FILE is the zip that `GET /v1/assessments/{id}/bundle` or `bailee assess --bundle` made. No server is asked: the log's key
signed the list of its files, and the entry in it shows that the log committed to the report when it was made.

Exit codes: 0 the bundle holds, 1 it does not, 2 it cannot be read.

Examples:
  curl -H \"Authorization: Bearer $KEY\" $BAILEE/v1/assessments/$ID/bundle > assessment.zip
  bailee audit assessment assessment.zip --key log.vkey";

/// Check the bundle of an assessment: its files are those that were signed, and the log committed to the report.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The bundle.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    offline: Offline,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let key = arguments.offline.key()?;
    let file = arguments.file.display();
    let files = unpacked(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let outcome = verify_bundle(&files, &key);
    if arguments.offline.json {
        output::json(&json!({
            "holds": outcome.is_ok(),
            "fault": outcome.as_ref().err().map(ToString::to_string),
            "at": outcome.as_ref().ok().map(|(detail, _)| detail.at),
            "entries": outcome.as_ref().ok().map(|(_, checkpoint)| checkpoint.size),
        }));
    } else {
        match &outcome {
            // What it says is not worth repeating.
            Err(error) => {
                output::line(format!("{}: {error}", output::painted("1;31", "the bundle proves nothing")));
            }
            Ok((detail, checkpoint)) => {
                let report = files.get("report.json").context("a bundle without a report")?;
                let assessment: Assessment = serde_json::from_slice(report)?;
                output::line(table(&assessment).to_string());
                output::line(output::painted("1;32", "the bundle holds"));
                output::line(format!("  found:       {}, at {}", assessment.headline(), detail.at));
                output::line(format!("  in the log:  {}, of {} entries", checkpoint.origin, checkpoint.size));
            }
        }
    }
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn unpacked(path: &Path) -> anyhow::Result<Bundle> {
    let mut archive = ZipArchive::new(File::open(path)?)?;
    if archive.len() > MOST {
        bail!("{} files, where a bundle has a few", archive.len());
    }
    let mut files = Bundle::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index)?;
        let name = file.name()?.into_owned();
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            bail!("`{name}` is larger than {LARGEST} bytes");
        }
        if files.insert(name.clone(), bytes).is_some() {
            bail!("`{name}` is in it twice");
        }
    }
    Ok(files)
}
