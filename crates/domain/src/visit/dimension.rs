//! By what visits are counted.

use std::fmt;

use serde::{Deserialize, Serialize};

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
