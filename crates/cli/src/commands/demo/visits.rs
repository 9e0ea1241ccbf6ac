//! Somebody visits the site of the demonstration: strangers of today, so that the page of visits shows something.

use domain::visit::{Campaign, Channel, Device, Hit, Source, Surroundings, What};
use gate::{Arrival, Gate};

/// How many come.
const VISITORS: u64 = 60;
const PAGES: [&str; 6] = ["/", "/prices", "/docs/streaming", "/blog/live-radio", "/about", "/sign-up"];
const SOURCES: [(Channel, Option<&str>); 5] = [
    (Channel::Search, Some("DuckDuckGo")),
    (Channel::Direct, None),
    (Channel::Search, Some("Google")),
    (Channel::Link, Some("radio-forum.example")),
    (Channel::Email, Some("newsletter")),
];
const BROWSERS: [(&str, &str, Device); 4] = [
    ("Firefox", "Linux", Device::Desktop),
    ("Chrome", "Windows", Device::Desktop),
    ("Mobile Safari", "iOS", Device::Phone),
    ("Chrome Mobile", "Android", Device::Phone),
];

/// Lets strangers look at pages of the operator's first site.
///
/// # Errors
/// The policy has no site, or a store fails.
pub(super) async fn come(gate: &Gate) -> anyhow::Result<()> {
    let sites = gate.sites(gate.operator()?.id)?;
    let Some(name) = sites.first() else { return Ok(()) };
    let known = gate.site(None, name)?;
    for number in 0..VISITORS {
        for (view, what) in looked_at(number) {
            let (browser, system, device) = BROWSERS[place(number, BROWSERS.len())];
            let surroundings = Surroundings {
                browser: Some(browser.to_owned()),
                system: Some(system.to_owned()),
                device: Some(device),
                country: None,
            };
            let address = format!("192.0.2.{number}");
            let hit = Hit { view, what };
            let arrival = Arrival {
                hit,
                surroundings,
                address: &address,
                agent: browser,
                cookie: None,
                refuses: false,
            };
            gate.take_hit(&known, arrival).await?;
        }
    }
    Ok(())
}

/// The pages that one of them looks at, each with the time for which it is visible.
fn looked_at(number: u64) -> Vec<(u64, What)> {
    let (channel, name) = SOURCES[place(number / 3, SOURCES.len())];
    let campaign = (channel == Channel::Email)
        .then(|| Campaign { name: Some("winter".to_owned()), ..Campaign::default() });
    let mut all = Vec::new();
    for step in 0..=number % 4 {
        let view = number * 8 + step;
        let source = match step {
            0 => Source { channel, name: name.map(str::to_owned) },
            _ => Source { channel: Channel::Inside, name: None },
        };
        let path = PAGES[place(number * step + number / 7, PAGES.len())].to_owned();
        let campaign = campaign.clone().filter(|_| step == 0);
        all.push((view, What::Page { path, source, campaign }));
        let milliseconds = u32::try_from(4_000 + (number * 731 + step * 977) % 40_000).unwrap_or_default();
        all.push((view, What::Seen { milliseconds }));
    }
    all
}

fn place(number: u64, of: usize) -> usize {
    usize::try_from(number).unwrap_or_default() % of
}
