//! What one visit gives to each value of each dimension.

use std::{borrow::Cow, collections::HashMap};

use super::{
    dimension::Dimension,
    hit::{Campaign, Channel, Device, Source},
    stay::{Deed, Visit},
    tally::Figures,
};

/// What a visit gives to a value; at most one for each value of a dimension.
pub(super) type Share<'a> = (Cow<'a, str>, Figures);

/// What a visit gives in a dimension.
pub(super) fn shares(visit: &Visit, dimension: Dimension) -> Vec<Share<'_>> {
    match dimension {
        Dimension::Hour => hours(visit),
        Dimension::Page => pages(visit),
        Dimension::Event | Dimension::Property | Dimension::Outbound | Dimension::Download => {
            deeds(visit, dimension)
        }
        _ => {
            trait_of(visit, dimension).map(|value| (Cow::Borrowed(value), whole(visit))).into_iter().collect()
        }
    }
}

/// Whether a visit has a value: of itself, of a page, or of what was done.
pub(super) fn has(visit: &Visit, dimension: Dimension, value: &str) -> bool {
    match dimension {
        Dimension::Page => visit.views.iter().any(|view| view.path == value),
        Dimension::Event | Dimension::Property | Dimension::Outbound | Dimension::Download => {
            visit.deeds.iter().any(|deed| done(deed, dimension).iter().any(|done| done == value))
        }
        Dimension::Hour => hour(visit.started_at) == value,
        _ => trait_of(visit, dimension).is_some_and(|has| has == value),
    }
}

/// What a visit is as a whole, in a dimension in which it has one value at most.
fn trait_of(visit: &Visit, dimension: Dimension) -> Option<&str> {
    let surroundings = &visit.surroundings;
    let of_campaign = |part: fn(&Campaign) -> &Option<String>| {
        visit.campaign.as_ref().and_then(|campaign| part(campaign).as_deref())
    };
    match dimension {
        Dimension::Total => Some(""),
        Dimension::Channel => Some(channel(visit.source.channel)),
        Dimension::Source => Some(source(&visit.source)),
        Dimension::Country => surroundings.country.as_deref(),
        Dimension::Browser => surroundings.browser.as_deref(),
        Dimension::System => surroundings.system.as_deref(),
        Dimension::Device => surroundings.device.map(device),
        Dimension::Entry => visit.views.first().map(|view| view.path.as_str()),
        Dimension::Exit => visit.views.last().map(|view| view.path.as_str()),
        Dimension::Campaign => of_campaign(|campaign| &campaign.name),
        Dimension::CampaignSource => of_campaign(|campaign| &campaign.source),
        Dimension::CampaignMedium => of_campaign(|campaign| &campaign.medium),
        Dimension::CampaignTerm => of_campaign(|campaign| &campaign.term),
        Dimension::CampaignContent => of_campaign(|campaign| &campaign.content),
        _ => None,
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
fn hours(visit: &Visit) -> Vec<Share<'_>> {
    let begun = Figures { views: 0, visible: 0, ..whole(visit) };
    let mut all = HashMap::from([(hour(visit.started_at), begun)]);
    for view in &visit.views {
        let at = visit.started_at.saturating_add(i64::from(view.after));
        let share = all.entry(hour(at)).or_default();
        share.views += 1;
        share.visible += u64::from(view.visible);
    }
    all.into_iter().map(|(hour, share)| (Cow::Owned(hour), share)).collect()
}

fn hour(second: i64) -> String {
    format!("{:02}", second.div_euclid(3_600).rem_euclid(24))
}

fn pages(visit: &Visit) -> Vec<Share<'_>> {
    let mut all: HashMap<&str, Figures> = HashMap::new();
    for view in &visit.views {
        let share = all.entry(&view.path).or_default();
        share.views += 1;
        share.visits = 1;
        share.visible += u64::from(view.visible);
    }
    all.into_iter().map(|(path, share)| (Cow::Borrowed(path), share)).collect()
}

fn deeds(visit: &Visit, dimension: Dimension) -> Vec<Share<'_>> {
    let mut all: HashMap<Cow<'_, str>, Figures> = HashMap::new();
    for value in visit.deeds.iter().flat_map(|deed| done(deed, dimension)) {
        let share = all.entry(value).or_default();
        share.deeds += 1;
        share.visits = 1;
    }
    all.into_iter().collect()
}

/// What a deed is in a dimension of deeds.
fn done(deed: &Deed, dimension: Dimension) -> Vec<Cow<'_, str>> {
    match (deed, dimension) {
        (Deed::Event { name, .. }, Dimension::Event) => vec![Cow::Borrowed(name)],
        (Deed::Event { name, properties }, Dimension::Property) => {
            let told = properties.iter();
            told.map(|(property, value)| Cow::Owned(format!("{name}.{property}={value}"))).collect()
        }
        (Deed::Outbound(host), Dimension::Outbound) => vec![Cow::Borrowed(host)],
        (Deed::Download(path), Dimension::Download) => vec![Cow::Borrowed(path)],
        _ => Vec::new(),
    }
}

fn source(source: &Source) -> &str {
    source.name.as_deref().unwrap_or_else(|| channel(source.channel))
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
