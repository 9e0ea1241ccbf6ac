//! `bailee policy explain`

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use policy::{
    Facts, Policy, Question,
    decide::{Age, ChoiceState, Choices, Reason},
    document::Declared,
    explain,
};

use super::source::{load, load_operator, today};
use crate::output;

const EXAMPLES: &str = "\
Exit codes: 0 answered, allowed or refused; 1 with --exit-code when it is refused; 2 no answer.

Examples:
  bailee policy explain shop.toml --purpose support --category email --role client
  bailee policy explain shop.toml --purpose marketing --category email --role client \\
      --choice purposes.marketing=granted
  bailee policy explain shop.toml --purpose support --category email --role client --recipient zendesk";

/// Answer one question: may this category of this role's data be used for this purpose? The answer quotes the
/// sentence of the policy that permits or refuses it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The policy; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the data is to be used for.
    #[arg(long)]
    purpose: String,
    /// Which category of personal data.
    #[arg(long)]
    category: String,
    /// Whose data.
    #[arg(long)]
    role: String,
    /// Who is to receive it, when it leaves.
    #[arg(long)]
    recipient: Option<String>,
    /// The record type that holds it, when one is meant.
    #[arg(long, value_name = "TYPE")]
    record: Option<String>,
    /// What the person chose, for example purposes.marketing=granted (granted, denied, withdrawn).
    #[arg(long = "choice", value_name = "DECLARATION=STATE", value_parser = choice)]
    choices: Vec<(String, ChoiceState)>,
    /// The purposes that the record was collected for.
    #[arg(long, value_name = "PURPOSE", value_delimiter = ',')]
    collected_for: Option<Vec<String>>,
    /// The purposes and recipients that the person objected to for the record.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    objected_to: Vec<String>,
    /// What is known of the person's age.
    #[arg(long, value_enum, default_value_t = KnownAge::OfAge)]
    age: KnownAge,
    /// The person's country (ISO 3166-1), for example DE.
    #[arg(long, value_name = "COUNTRY")]
    region: Option<String>,
    /// The person's data is restricted.
    #[arg(long)]
    restricted: bool,
    /// The day on which it is asked, instead of today.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// The operator's policy, when this is an account's: both must allow.
    #[arg(long, value_name = "FILE")]
    under: Option<PathBuf>,
    /// Exit with 1 when it is refused.
    #[arg(long)]
    exit_code: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum KnownAge {
    /// At least the minimum age.
    OfAge,
    /// Below the minimum age.
    Child,
    /// Nothing.
    Unknown,
}

fn choice(text: &str) -> Result<(String, ChoiceState), String> {
    let (declaration, state) = text.split_once('=').ok_or("expected DECLARATION=STATE")?;
    let state = match state {
        "granted" => ChoiceState::Granted,
        "denied" => ChoiceState::Denied,
        "withdrawn" => ChoiceState::Withdrawn,
        _ => return Err("a choice is granted, denied or withdrawn".to_owned()),
    };
    Ok((declaration.to_owned(), state))
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let operator = load_operator(arguments.under.as_deref())?;
    let policy = load(&arguments.file, operator.as_ref())?;
    check_choices(&policy, &arguments.choices)?;
    let choices = Choices(BTreeMap::from_iter(arguments.choices));
    let question = Question {
        role: &arguments.role,
        record_type: arguments.record.as_deref(),
        category: &arguments.category,
        purpose: &arguments.purpose,
        recipient: arguments.recipient.as_deref(),
    };
    let facts = Facts {
        today: arguments.on.unwrap_or_else(today),
        choices: &choices,
        collected_for: arguments.collected_for.as_deref(),
        objections: &arguments.objected_to,
        age: match arguments.age {
            KnownAge::OfAge => Age::OfAge,
            KnownAge::Child => Age::Child,
            KnownAge::Unknown => Age::Unknown,
        },
        region: arguments.region.as_deref(),
        restricted: arguments.restricted,
    };
    let answer = match &operator {
        Some(operator) => explain(operator, Some(&policy), &question, &facts),
        None => explain(&policy, None, &question, &facts),
    };
    if arguments.json {
        output::json(&serde_json::to_value(&answer)?);
    } else {
        output::text(answer.to_string());
        let reasons = answer.reasons.iter().map(|refusal| refusal.reason);
        // Once each, though the operator's policy and the account's may both say so.
        let helps: BTreeSet<String> = reasons.filter_map(|reason| declared(&policy, reason)).collect();
        helps.iter().for_each(output::remark);
    }
    let fails = arguments.exit_code && !answer.allowed;
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A misspelt choice would make the answer meaningless, so it is an error.
fn check_choices(policy: &Policy, choices: &[(String, ChoiceState)]) -> anyhow::Result<()> {
    let document = policy.document();
    let purposes = document.purposes.keys().map(|name| format!("purposes.{}", name.get_ref()));
    let recipients = document.recipients.keys().map(|name| format!("recipients.{}", name.get_ref()));
    let known: Vec<String> = purposes.chain(recipients).collect();
    for (declaration, _) in choices {
        if !known.contains(declaration) {
            bail!("no choice can be about `{declaration}`; the policy declares {}", known.join(", "));
        }
    }
    Ok(())
}

/// What the policy does declare, when the question named something that it does not.
fn declared(policy: &Policy, reason: Reason) -> Option<String> {
    let document = policy.document();
    let (what, names) = match reason {
        Reason::UnknownRole => ("roles", names(&document.roles)),
        Reason::UnknownCategory => ("categories", names(&document.categories)),
        Reason::UnknownPurpose => ("purposes", names(&document.purposes)),
        Reason::UnknownRecordType => ("record types", names(&document.records)),
        Reason::UnknownRecipient => ("recipients", names(&document.recipients)),
        _ => return None,
    };
    Some(format!("help: the policy declares the {what} {names}"))
}

fn names<T>(declared: &Declared<T>) -> String {
    declared.keys().map(|name| name.get_ref().as_str()).collect::<Vec<_>>().join(", ")
}
