//! A visit: what one visitor did on one site, until half an hour of quiet.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::hit::{Campaign, Channel, Hit, Source, Surroundings, What};

/// How long a visitor must be quiet for their visit to be over.
pub const QUIET: SignedDuration = SignedDuration::from_mins(30);
/// The longest time that a page is believed to have been visible in one view, in milliseconds: a day.
const LONGEST_VIEW: u32 = 24 * 60 * 60 * 1_000;

/// Who visits, as far as it is told: a number that stands for a person only while the key that it was made with is there.
///
/// Of a visitor who agreed to be recognised it is made with their own key, and is the same at each visit; of anybody else with
/// the salt of the day, and is another one tomorrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Visitor {
    /// The number.
    pub number: u64,
    /// Whether it is of a visitor who agreed to be recognised.
    pub is_recognised: bool,
}

/// A hit as it is kept until its visit is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When it arrived.
    pub at: Timestamp,
    /// What it says.
    pub hit: Hit,
    /// What is known of the browser.
    pub surroundings: Surroundings,
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Whose.
    pub visitor: Visitor,
    /// When it began, in whole seconds since 1970 (UTC).
    pub started_at: i64,
    /// How long it was, in seconds: from its first hit to its last.
    pub seconds: u32,
    /// Where the visitor came from.
    pub source: Source,
    /// Which campaign brought them.
    pub campaign: Option<Campaign>,
    /// Browser, system, device and country.
    pub surroundings: Surroundings,
    /// The pages, in order.
    pub views: Vec<View>,
    /// What else happened, in order.
    pub deeds: Vec<Deed>,
}

/// A page that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its path.
    pub path: String,
    /// How many seconds after the visit began.
    pub after: u32,
    /// For how long it was visible, in milliseconds.
    pub visible: u32,
}

/// What happened besides looking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// Something that the site counts.
    Event {
        /// Its name.
        name: String,
        /// What is told of it.
        properties: BTreeMap<String, String>,
    },
    /// A link to another site was followed.
    Outbound(String),
    /// A file was downloaded.
    Download(String),
}

impl Visit {
    /// The visits that one visitor's hits make, in the order of time. Hits that come twice count once; what is told of a page
    /// view that is not among them counts nowhere.
    pub fn of(visitor: Visitor, mut hits: Vec<Kept>) -> Vec<Self> {
        hits.sort_by_key(|kept| kept.at);
        let mut visits: Vec<Building> = Vec::new();
        for kept in hits {
            match visits.last_mut().filter(|open| kept.at.duration_since(open.last) < QUIET) {
                Some(open) => open.add(kept),
                None => visits.extend(Building::begun_by(kept)),
            }
        }
        visits.into_iter().map(|built| built.finished(visitor)).collect()
    }

    /// The day on which it began: days since 1970 (UTC).
    pub const fn day(&self) -> i32 {
        day_of(self.started_at)
    }

    /// When something was last done in it, in whole seconds since 1970 (UTC).
    pub fn last_at(&self) -> i64 {
        self.started_at.saturating_add(i64::from(self.seconds))
    }

    /// Whether the visitor saw one page and did nothing else.
    pub const fn is_bounce(&self) -> bool {
        self.views.len() <= 1 && self.deeds.is_empty()
    }
}

/// The day of a moment: both counted since 1970 (UTC).
pub const fn day_of(second: i64) -> i32 {
    let day = second.div_euclid(24 * 60 * 60);
    if day > i32::MAX as i64 {
        i32::MAX
    } else if day < i32::MIN as i64 {
        i32::MIN
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "compared just before")]
        let day = day as i32;
        day
    }
}

/// A visit that is being put together.
struct Building {
    first: Timestamp,
    last: Timestamp,
    source: Source,
    campaign: Option<Campaign>,
    surroundings: Surroundings,
    views: Vec<View>,
    /// Where the view stands of each number that a page made for itself.
    numbered: HashMap<u64, usize>,
    deeds: Vec<Deed>,
    /// What was taken, so that what comes twice counts once.
    seen: HashSet<Hit>,
}

impl Building {
    /// Only opening a page, or an event that is sent without one, begins a visit.
    fn begun_by(kept: Kept) -> Option<Self> {
        let (source, campaign) = match &kept.hit.what {
            What::Page { source, campaign, .. } => (source.clone(), campaign.clone()),
            What::Event { .. } => (Source { channel: Channel::Direct, name: None }, None),
            What::Seen { .. } | What::Outbound { .. } | What::Download { .. } => return None,
        };
        let mut built = Self {
            first: kept.at,
            last: kept.at,
            source,
            campaign,
            surroundings: kept.surroundings.clone(),
            views: Vec::new(),
            numbered: HashMap::new(),
            deeds: Vec::new(),
            seen: HashSet::new(),
        };
        built.add(kept);
        Some(built)
    }

    fn add(&mut self, kept: Kept) {
        let Kept { at, hit, .. } = kept;
        match &hit.what {
            What::Seen { milliseconds } => {
                let place = self.numbered.get(&hit.view);
                let Some(view) = place.and_then(|place| self.views.get_mut(*place)) else { return };
                // A page tells all that it was visible for; what comes late or twice takes nothing away.
                view.visible = view.visible.max((*milliseconds).min(LONGEST_VIEW));
            }
            _ if self.seen.contains(&hit) => return,
            What::Page { path, .. } => {
                let after = at.duration_since(self.first).as_secs();
                let after = u32::try_from(after).unwrap_or(u32::MAX);
                self.numbered.entry(hit.view).or_insert(self.views.len());
                self.views.push(View { path: path.clone(), after, visible: 0 });
            }
            What::Event { name, properties } => {
                self.deeds.push(Deed::Event { name: name.clone(), properties: properties.clone() });
            }
            What::Outbound { host } => self.deeds.push(Deed::Outbound(host.clone())),
            What::Download { path } => self.deeds.push(Deed::Download(path.clone())),
        }
        self.last = self.last.max(at);
        if !matches!(hit.what, What::Seen { .. }) {
            self.seen.insert(hit);
        }
    }

    fn finished(self, visitor: Visitor) -> Visit {
        let seconds = self.last.duration_since(self.first).as_secs();
        Visit {
            visitor,
            started_at: self.first.as_second(),
            seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
            source: self.source,
            campaign: self.campaign,
            surroundings: self.surroundings,
            views: self.views,
            deeds: self.deeds,
        }
    }
}

#[cfg(test)]
mod tests;
