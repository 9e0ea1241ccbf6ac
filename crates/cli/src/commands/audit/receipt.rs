//! `bailee audit receipt`

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use audit_log::Checkpoint;
use clap::Args;
use domain::{ChoiceState, Detail};
use gate::{Receipt, ReceiptError, verify_receipt};
use serde_json::json;

use super::{certificate::read, key::Offline};
use crate::output;

const EXAMPLES: &str = "\
FILE holds a receipt as `GET /v1/choices/{id}/receipt` returns it. No server is asked: the receipt carries the proof
that the log holds its entry, and the key that opens what that entry says.

Exit codes: 0 the receipt holds, 1 it does not, 2 it cannot be read.

Examples:
  curl -H \"Authorization: Bearer $KEY\" $BAILEE/v1/choices/$ID/receipt > receipt.json
  bailee audit receipt receipt.json --key log.vkey";

/// Check the receipt of a choice: what was chosen, on which words, and that the log says so since.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The receipt as JSON; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    offline: Offline,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let key = arguments.offline.key()?;
    let file = arguments.file.display();
    let text = read(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let receipt: Receipt = serde_json::from_str(&text)
        .with_context(|| format!("{file} is no receipt as GET /v1/choices/{{id}}/receipt returns it"))?;
    let outcome = verify_receipt(&receipt, &key);
    if arguments.offline.json {
        output::json(&json!({
            "holds": outcome.is_ok(),
            "choice": receipt.choice,
            "fault": outcome.as_ref().err().map(ToString::to_string),
            "statement": outcome.as_ref().ok().and_then(|(detail, _)| Some(&detail.choice.as_ref()?.statement)),
            "entries": outcome.as_ref().ok().map(|(_, checkpoint)| checkpoint.size),
        }));
    } else {
        print(&receipt, &outcome);
    }
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(receipt: &Receipt, outcome: &Result<(Detail, Checkpoint), ReceiptError>) {
    let (detail, checkpoint) = match outcome {
        Ok(holds) => holds,
        // What it says is not worth repeating.
        Err(error) => {
            output::line(format!("{}: {error}", output::painted("1;31", "the receipt proves nothing")));
            return;
        }
    };
    output::line(output::painted("1;32", "the receipt holds"));
    if let Some(evidence) = &detail.choice {
        output::line(format!("  choice:      {}, {}", receipt.choice, word(evidence.state)));
        output::line(format!("  about:       {}", evidence.about));
        let notice = &evidence.statement["dpv:hasNotice"];
        if let Some(text) = notice["dct:description"].as_str() {
            output::line(format!("  shown:       {}", text.escape_debug()));
        }
    }
    if let Some(subject) = detail.subject {
        output::line(format!("  by:          {subject}, at {}", detail.at));
    }
    output::line(format!("  policy:      version {}", detail.policy));
    output::line(format!("  in the log:  {}, of {} entries", checkpoint.origin, checkpoint.size));
}

const fn word(state: ChoiceState) -> &'static str {
    match state {
        ChoiceState::Granted => "granted",
        ChoiceState::Denied => "denied",
        ChoiceState::Withdrawn => "withdrawn",
    }
}
