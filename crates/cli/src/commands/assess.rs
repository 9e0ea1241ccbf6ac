//! `bailee assess`

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use clap::Args;
use comfy_table::{Cell, Color, ContentArrangement, Table};
use gate::{Caller, Gate};
use service::{Assessment, Finding, Service, Status, jobs};

use crate::{
    commands::serve::{Place, front_of, runtime},
    open, output,
};

/// Check each promise against an installation that is not being served; while it is, ask `POST /v1/assessments`.
///
/// What the jobs of a server would do first is done first: entries get their place in the log, what is past its time
/// is deleted, and erasures are finished. Exits with 1 when a promise is broken.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write the bundle to this file: the report as a page and as JSON, with what proves it offline.
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Exit with 1 also when a promise could not be checked.
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let assessment = runtime()?.block_on(assess(&arguments.place, arguments.bundle.as_deref()))?;
    if arguments.json {
        output::json(&serde_json::to_value(&assessment)?);
    } else {
        output::line(table(&assessment).to_string());
        output::line(assessment.headline());
    }
    let unproved = if arguments.strict { assessment.count(Status::Unchecked) } else { 0 };
    let failed = assessment.count(Status::Broken) + unproved > 0;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn assess(place: &Place, bundle: Option<&Path>) -> anyhow::Result<Assessment> {
    let config = place.config()?;
    let opened = open::stores(&config).await?;
    let gate = Gate::open(opened.stores, open::ambient(), opened.root).await?;
    let mut service = Service::new(Arc::new(gate)).with_mailer(config.mail.mailer()?);
    if !service.check_clock().await? {
        output::remark("the clock has jumped since this installation was last used; nothing expires");
    }
    let service = Arc::new(service);
    let _front = front_of(&service, &config.limits.limits())?;
    jobs::run_to_end(&service).await?;
    let assessment = service.assess().await?;
    // What the assessment itself left behind is purged and given its place.
    jobs::run_to_end(&service).await?;
    if let Some(file) = bundle {
        write_bundle(&service, &assessment, file).await?;
    }
    Ok(assessment)
}

async fn write_bundle(service: &Service, assessment: &Assessment, file: &Path) -> anyhow::Result<()> {
    let operator = Caller::system(service.gate().operator()?);
    let zip = api::bundle::of(service.gate(), &operator, assessment.id).await?;
    fs::write(file, zip).with_context(|| format!("cannot write {}", file.display()))?;
    output::remark(format!("wrote {}", file.display()));
    Ok(())
}

pub(crate) fn table(assessment: &Assessment) -> Table {
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["promise", "§", "status", "evidence"]);
    for finding in &assessment.findings {
        table.add_row(row(finding));
    }
    table
}

fn row(finding: &Finding) -> [Cell; 4] {
    let (word, colour) = match finding.status {
        Status::Kept => ("kept", Color::Green),
        Status::Broken => ("broken", Color::Red),
        Status::Attested => ("attested", Color::Cyan),
        Status::Unchecked => ("unchecked", Color::Yellow),
    };
    let status = if output::colour() { Cell::new(word).fg(colour) } else { Cell::new(word) };
    let section = finding.section.map_or(String::new(), |section| section.to_string());
    [Cell::new(finding.promise), Cell::new(section), status, Cell::new(&finding.evidence)]
}
