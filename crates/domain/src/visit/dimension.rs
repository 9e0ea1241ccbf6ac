//! By what visits are counted: each dimension, and the values that one visit has in it.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{
    hit::{Channel, Device, Source},
    stay::{Deed, Visit},
    tally::Figures,
};

/// By what visits are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Everything together: one value, which is empty.
    Total,
    /// The hour in which the visit began, `00` to `23` (UTC); of page views, the hour of each.
    Hour,
    /// A page that was looked at.
    Page,
    /// The page on which the visit began.
    Entry,
    /// The page on which it ended.
    Exit,
    /// By which channel the visitor came.
    Channel,
    /// From where they came.
    Source,
    /// `utm_campaign`.
    Campaign,
    /// `utm_source`.
    CampaignSource,
    /// `utm_medium`.
    CampaignMedium,
    /// `utm_term`.
    CampaignTerm,
    /// `utm_content`.
    CampaignContent,
    /// The country.
    Country,
    /// The browser.
    Browser,
    /// The operating system.
    System,
    /// What kind of device.
    Device,
    /// An event.
    Event,
    /// What is told of an event: `event.property=value`.
    Property,
    /// A site that a link led to.
    Outbound,
    /// A file that was downloaded.
    Download,
}

impl Dimension {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Self; 20] = [
        Self::Total,
        Self::Hour,
        Self::Page,
        Self::Entry,
        Self::Exit,
        Self::Channel,
        Self::Source,
        Self::Campaign,
        Self::CampaignSource,
        Self::CampaignMedium,
        Self::CampaignTerm,
        Self::CampaignContent,
        Self::Country,
        Self::Browser,
        Self::System,
        Self::Device,
        Self::Event,
        Self::Property,
        Self::Outbound,
        Self::Download,
    ];

    /// Its name, in the API and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Hour => "hour",
            Self::Page => "page",
            Self::Entry => "entry",
            Self::Exit => "exit",
            Self::Channel => "channel",
            Self::Source => "source",
            Self::Campaign => "campaign",
            Self::CampaignSource => "campaign_source",
            Self::CampaignMedium => "campaign_medium",
            Self::CampaignTerm => "campaign_term",
            Self::CampaignContent => "campaign_content",
            Self::Country => "country",
            Self::Browser => "browser",
            Self::System => "system",
            Self::Device => "device",
            Self::Event => "event",
            Self::Property => "property",
            Self::Outbound => "outbound",
            Self::Download => "download",
        }
    }

    /// The dimension of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The values that a visit has, with what it gives to each: at most one for each value of a dimension.
pub(super) fn values_of(visit: &Visit) -> Vec<(Dimension, String, Figures)> {
    let mut all: BTreeMap<(Dimension, String), Figures> = BTreeMap::new();
    for (dimension, value) in traits_of(visit) {
        all.insert((dimension, value), whole(visit));
    }
    hours(visit, &mut all);
    for view in &visit.views {
        let share = all.entry((Dimension::Page, view.path.clone())).or_default();
        share.views += 1;
        share.visits = 1;
        share.visible += u64::from(view.visible);
    }
    for deed in &visit.deeds {
        for (dimension, value) in done(deed) {
            let share = all.entry((dimension, value)).or_default();
            share.deeds += 1;
            share.visits = 1;
        }
    }
    all.into_iter().map(|((dimension, value), share)| (dimension, value, share)).collect()
}

/// What a visit is as a whole. A filter asks for these, for its pages and for what was done in it.
fn traits_of(visit: &Visit) -> Vec<(Dimension, String)> {
    let surroundings = &visit.surroundings;
    let mut all = vec![
        (Dimension::Total, String::new()),
        (Dimension::Channel, channel(visit.source.channel).to_owned()),
        (Dimension::Source, source(&visit.source)),
    ];
    let mut add =
        |dimension, value: Option<&String>| all.extend(value.map(|value| (dimension, value.clone())));
    add(Dimension::Country, surroundings.country.as_ref());
    add(Dimension::Browser, surroundings.browser.as_ref());
    add(Dimension::System, surroundings.system.as_ref());
    add(Dimension::Entry, visit.views.first().map(|view| &view.path));
    add(Dimension::Exit, visit.views.last().map(|view| &view.path));
    if let Some(campaign) = &visit.campaign {
        add(Dimension::Campaign, campaign.name.as_ref());
        add(Dimension::CampaignSource, campaign.source.as_ref());
        add(Dimension::CampaignMedium, campaign.medium.as_ref());
        add(Dimension::CampaignTerm, campaign.term.as_ref());
        add(Dimension::CampaignContent, campaign.content.as_ref());
    }
    all.extend(surroundings.device.map(|kind| (Dimension::Device, device(kind).to_owned())));
    all
}

/// Whether a visit has a value: of itself, of a page, or of what was done.
pub(super) fn has(visit: &Visit, dimension: Dimension, value: &str) -> bool {
    match dimension {
        Dimension::Page => visit.views.iter().any(|view| view.path == value),
        Dimension::Event | Dimension::Property | Dimension::Outbound | Dimension::Download => {
            let mut done = visit.deeds.iter().flat_map(done);
            done.any(|(of, done)| of == dimension && done == value)
        }
        Dimension::Hour => hour(visit.started_at) == value,
        _ => traits_of(visit).iter().any(|(of, has)| *of == dimension && has == value),
    }
}

fn whole(visit: &Visit) -> Figures {
    Figures {
        views: visit.views.len() as u64,
        visits: 1,
        bounces: u64::from(visit.is_bounce()),
        seconds: u64::from(visit.seconds),
        visible: visit.views.iter().map(|view| u64::from(view.visible)).sum(),
        deeds: visit.deeds.len() as u64,
        ..Figures::default()
    }
}

/// A visit counts in the hour in which it began, and each view in its own.
fn hours(visit: &Visit, all: &mut BTreeMap<(Dimension, String), Figures>) {
    let begun = Figures { views: 0, visible: 0, ..whole(visit) };
    all.insert((Dimension::Hour, hour(visit.started_at)), begun);
    for view in &visit.views {
        let at = visit.started_at.saturating_add(i64::from(view.after));
        let share = all.entry((Dimension::Hour, hour(at))).or_default();
        share.views += 1;
        share.visible += u64::from(view.visible);
    }
}

fn hour(second: i64) -> String {
    format!("{:02}", second.div_euclid(3_600).rem_euclid(24))
}

fn done(deed: &Deed) -> Vec<(Dimension, String)> {
    match deed {
        Deed::Event { name, properties } => {
            let told = properties.iter();
            let told =
                told.map(|(property, value)| (Dimension::Property, format!("{name}.{property}={value}")));
            std::iter::once((Dimension::Event, name.clone())).chain(told).collect()
        }
        Deed::Outbound(host) => vec![(Dimension::Outbound, host.clone())],
        Deed::Download(path) => vec![(Dimension::Download, path.clone())],
    }
}

fn source(source: &Source) -> String {
    source.name.clone().unwrap_or_else(|| channel(source.channel).to_owned())
}

const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Direct => "direct",
        Channel::Search => "search",
        Channel::Social => "social",
        Channel::Email => "email",
        Channel::Link => "link",
        Channel::Inside => "inside",
    }
}

const fn device(device: Device) -> &'static str {
    match device {
        Device::Desktop => "desktop",
        Device::Phone => "phone",
        Device::Tablet => "tablet",
        Device::Other => "other",
    }
}
