//! `bailee audit certificate`

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use audit_log::Checkpoint;
use clap::Args;
use domain::{Certificate, Kept};
use gate::{CertificateError, LogProof, verify_certificate};
use serde::Deserialize;
use serde_json::json;

use super::key::Offline;
use crate::output;

const EXAMPLES: &str = "\
FILE holds an erasure as `GET /v1/erasures/{id}` returns it. No server is asked: the certificate carries the proof
that the log holds its entry, and the key that opens what that entry says.

Exit codes: 0 the certificate holds, 1 it does not, 2 it cannot be read.

Examples:
  curl -H \"Authorization: Bearer $KEY\" $BAILEE/v1/erasures/$ID > erasure.json
  bailee audit certificate erasure.json --key log.vkey";

/// Check the certificate of an erasure: what was erased, what was kept and why, and that the log says so too.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The erasure as JSON; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    offline: Offline,
}

/// What is needed of an erasure.
#[derive(Deserialize)]
struct Erasure {
    certificate: Option<Certificate>,
    proof: Option<LogProof>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let key = arguments.offline.key()?;
    let file = arguments.file.display();
    let text = read(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let erasure: Erasure = serde_json::from_str(&text)
        .with_context(|| format!("{file} is no erasure as GET /v1/erasures/{{id}} returns it"))?;
    let certificate = erasure
        .certificate
        .with_context(|| format!("{file} has no certificate yet; ask for the erasure again"))?;
    let proof = erasure.proof.with_context(|| format!("{file} has a certificate without its proof"))?;
    let outcome = verify_certificate(&certificate, &proof, &key);
    if arguments.offline.json {
        output::json(&json!({
            "holds": outcome.is_ok(),
            "erasure": certificate.erasure,
            "fault": outcome.as_ref().err().map(ToString::to_string),
            "entries": outcome.as_ref().ok().map(|checkpoint| checkpoint.size),
        }));
    } else {
        print(&certificate, &outcome);
    }
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn read(file: &Path) -> io::Result<String> {
    if file != Path::new("-") {
        return fs::read_to_string(file);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

fn print(certificate: &Certificate, outcome: &Result<Checkpoint, CertificateError>) {
    let checkpoint = match outcome {
        Ok(checkpoint) => checkpoint,
        // What it says is not worth repeating.
        Err(error) => {
            output::line(format!("{}: {error}", output::painted("1;31", "the certificate proves nothing")));
            return;
        }
    };
    output::line(output::painted("1;32", "the certificate holds"));
    let subject = certificate.subject.map_or_else(|| "a child, not named".to_owned(), |id| id.to_string());
    output::line(format!("  erased:           {subject} ({})", certificate.erasure));
    output::line(format!("  by:               {}, under clause {}", certificate.account, certificate.clause));
    output::line(format!("  inaccessible:     since {}", certificate.inaccessible_at));
    output::line(format!(
        "  shredded:         {}, keys destroyed: {}",
        certificate.shredded_at, certificate.keys_destroyed
    ));
    output::line(format!("  irrecoverable by: {}", certificate.irrecoverable_by));
    if certificate.kept.is_empty() {
        output::line("  kept:             nothing");
    }
    for kept in &certificate.kept {
        output::line(format!("  kept:             {}", kept_text(kept)));
    }
    output::line(format!("  in the log:       {}, of {} entries", checkpoint.origin, checkpoint.size));
}

fn kept_text(kept: &Kept) -> String {
    let until =
        kept.until.map_or_else(|| "until it is reviewed".to_owned(), |until| format!("until {until}"));
    format!("{} × {}, under {} ({}), {until}", kept.records, kept.record_type, kept.exception, kept.ground)
}
