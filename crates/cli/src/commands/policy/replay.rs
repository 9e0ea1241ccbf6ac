//! `bailee policy replay`

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::Args;
use domain::{AccountId, AccountKind};
use gate::{Caller, Gate, PublishError, ReplayedPolicy};
use jiff::SignedDuration;
use policy::{Severity, diagnostic, replay::Turned};

use super::source::{Source, print_findings};
use crate::{
    commands::serve::{Place, runtime},
    open, output,
};

const EXAMPLES: &str = "\
The decisions that the log holds are made again as if the new version had been in force. Nothing is published, and
nothing of it is stored but the entry that says it was asked. While the server runs on the embedded engine, use
`POST /v1/policy/replay`.

Exit codes: 0 replayed, 1 with --exit-code when a decision would turn out otherwise, 2 a policy that has errors.

Examples:
  bailee policy replay new.toml
  bailee policy replay new.toml --days 7 --exit-code    stop a release that would refuse what is done every day";

/// Say which decisions of the last days would have turned out otherwise under a new version of the policy.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The new version; `-` is standard input.
    #[arg(value_name = "NEW")]
    file: PathBuf,
    /// How many days are looked at.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
    /// The account whose policy it is; without one, the operator's.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Exit with 1 when a decision would turn out otherwise.
    #[arg(long)]
    exit_code: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let source = Source::read(&arguments.file)?;
    let replayed = runtime()?.block_on(replay(arguments, &source))?;
    if arguments.json {
        output::json(&serde_json::to_value(&replayed)?);
    } else {
        print(&replayed);
    }
    let otherwise = &replayed.otherwise;
    let differs = !(otherwise.newly_refused.is_empty() && otherwise.newly_allowed.is_empty());
    Ok(if arguments.exit_code && differs { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn replay(arguments: &Arguments, source: &Source) -> anyhow::Result<ReplayedPolicy> {
    let opened = open::stores(&arguments.place.config()?).await?;
    let gate = Gate::open(opened.stores, open::ambient(), opened.root).await?;
    let account = gate.accounts().into_iter().find(|account| match arguments.account {
        Some(id) => account.id == id,
        None => account.kind == AccountKind::Operator,
    });
    let caller = Caller::system(account.context("there is no such account")?);
    let from = gate.ambient().clock.now() - SignedDuration::from_hours(24 * i64::from(arguments.days));
    match gate.replay_policy(&caller, &source.text, from).await {
        Ok(replayed) => Ok(replayed),
        Err(PublishError::Diagnostics(found)) => {
            let errors: Vec<_> = found.into_iter().filter(|one| one.severity == Severity::Error).collect();
            print_findings(&source.text, &source.path, &errors);
            bail!("{} has {}", source.name(), diagnostic::summary(&errors))
        }
        Err(error) => Err(error.into()),
    }
}

fn print(replayed: &ReplayedPolicy) {
    let otherwise = &replayed.otherwise;
    group("Would be refused", "-", "31", &otherwise.newly_refused);
    group("Would be allowed", "+", "32", &otherwise.newly_allowed);
    let count = |list: &[Turned]| list.iter().map(|turned| turned.count).sum::<u64>();
    let turned = count(&otherwise.newly_refused) + count(&otherwise.newly_allowed);
    let decisions = match otherwise.decisions {
        0 => "no decision".to_owned(),
        1 => "1 decision".to_owned(),
        many => format!("{many} decisions"),
    };
    output::line(match turned {
        0 => format!("Of {decisions} since {}, none would turn out otherwise.", replayed.from),
        _ => format!("Of {decisions} since {}, {turned} would turn out otherwise.", replayed.from),
    });
    for (count, what) in [
        (
            replayed.changed_since,
            "would anyway: what is known of the person, or what they chose, has changed since",
        ),
        (replayed.unnamed, "could not be made again: the log does not say what was asked"),
        (replayed.unopenable, "entries cannot be opened any more: their person was erased since"),
        (replayed.damaged, "entries cannot be opened: the key of their person is damaged"),
    ] {
        if count > 0 {
            output::line(format!("  {count} {what}."));
        }
    }
}

fn group(title: &str, sign: &str, colour: &str, turned: &[Turned]) {
    if turned.is_empty() {
        return;
    }
    output::line(output::painted("1", title));
    for one in turned {
        output::line(format!("  {}", output::painted(colour, &format!("{sign} {}", one.sentence))));
    }
    output::line("");
}
