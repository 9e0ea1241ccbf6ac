//! `bailee scan`

mod policies;
mod report;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use scan::{Found, Own, Pass, Wanted, judge, scan};
use serde_json::json;
use url::Url;

use self::policies::Policies;
use crate::output;

const EXAMPLES: &str = "\
The site is looked at four times, each time by a browser that knows nothing: one says nothing, one no and one yes on the notice,
and one says no with every request (Sec-GPC). Links are followed within the host; nothing is filled in or sent. Values of cookies are
neither read nor printed.

The buttons of Bailee's own notice are found by themselves. Of another one name them by CSS selectors; `>>>` steps into a shadow root.

Exit codes: 0 everything is as the policy says (or no policy is named), 1 something is not, 2 the site could not be looked at.

Examples:
  bailee scan https://www.example.com --policy policy.toml
  bailee scan https://www.example.com --policy policy.toml --accept '#cookies .yes' --refuse '#cookies .no'
  BAILEE_KEY=… bailee scan https://www.example.com --server https://privacy.example.com --json";

/// Go through a site with a real browser, and compare the cookies, what else pages keep, and whom they ask, with the policy.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Where to begin.
    url: Url,
    #[command(flatten)]
    policies: Policies,
    /// How many pages are looked at, at most.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    pages: u16,
    /// What is clicked to say yes.
    #[arg(long, value_name = "SELECTOR")]
    accept: Option<String>,
    /// What is clicked to say no.
    #[arg(long, value_name = "SELECTOR")]
    refuse: Option<String>,
    /// Another host of your own, with all below it; the site's own and those of the policy's sites are known.
    #[arg(long, value_name = "HOST")]
    own: Vec<String>,
    /// The browser's program; without it, Chromium is looked for.
    #[arg(long, value_name = "FILE")]
    browser: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let policy = arguments.policies.load()?;
    let host =
        arguments.url.host_str().context("the address names no host, as https://www.example.com does")?;
    let mut own = Own::default().with(host);
    let of_sites =
        policy.iter().flat_map(|policy| policy.document().sites.values()).flat_map(|site| &site.hosts);
    for host in arguments.own.iter().chain(of_sites.map(|host| host.get_ref())) {
        own = own.with(host);
    }
    let browser = arguments.browser.clone().map_or_else(scan::find, Ok)?;
    let wanted = Wanted {
        url: arguments.url.clone(),
        pages: arguments.pages.into(),
        accept: arguments.accept.clone(),
        refuse: arguments.refuse.clone(),
        own: own.clone(),
        browser,
    };
    let bar = bar();
    let found = scan(&wanted, &mut |pass, at, of| {
        bar.set_length((of * Pass::ALL.len()) as u64);
        bar.set_position((pass as usize * of + at) as u64);
        bar.set_message(pass.label());
    })?;
    bar.finish_and_clear();
    let faults = policy.as_ref().map(|policy| judge(&found, policy, &own));
    if arguments.json {
        output::json(&json!({ "found": found, "faults": faults }));
    } else {
        report::print(&found, faults.as_deref());
        unanswered(&found);
    }
    let is_clean = faults.is_none_or(|faults| faults.is_empty());
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says that a pass was not made.
fn unanswered(found: &Found) {
    if Pass::ALL.iter().any(|pass| !found.passes.contains(pass)) {
        output::remark(
            "the first page has no notice of Bailee's, so nothing was accepted or refused: name the buttons of another one with \
             --accept and --refuse",
        );
    }
}

fn bar() -> ProgressBar {
    let shown = std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} pages, {msg}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(None, target).with_style(style)
}
