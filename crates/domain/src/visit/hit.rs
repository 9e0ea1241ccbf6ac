//! One hit: what a browser, a beacon or a server's log says happened, cleaned of whatever could say to whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::AccountId;

/// A site: whose, and its name in that account's policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// Whose.
    pub account: AccountId,
    /// Its name.
    pub name: String,
}

/// What one hit says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hit {
    /// Which page view it belongs to: a number that the page made for itself. A hit that comes twice is one.
    pub view: u64,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum What {
    /// A page was opened.
    Page {
        /// Its path, without query and fragment.
        path: String,
        /// Where the visitor came from.
        source: Source,
        /// Which campaign led here.
        campaign: Option<Campaign>,
    },
    /// A page was visible for so long in all since it was opened.
    Seen {
        /// Milliseconds.
        milliseconds: u32,
    },
    /// Something that the site counts happened.
    Event {
        /// Its name, as the site's policy declares it.
        name: String,
        /// What is told of it, in fields that the policy declares.
        properties: BTreeMap<String, String>,
    },
    /// A link to another site was followed.
    Outbound {
        /// The host of the other site.
        host: String,
    },
    /// A file was downloaded.
    Download {
        /// Its path.
        path: String,
    },
}

/// Where a visitor came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Nobody says: typed, a bookmark, an application.
    Direct,
    /// A search engine.
    Search,
    /// A social network.
    Social,
    /// An e-mail.
    Email,
    /// Another site.
    Link,
    /// A page of the same site.
    Inside,
}

/// Where a visitor came from, by channel and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// By which channel.
    pub channel: Channel,
    /// The name of the search engine or network, else the host of the other site; none where nobody says.
    pub name: Option<String>,
}

/// Which campaign led to a page: the UTM parameters of its address, each at most [`LONGEST`] bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Campaign {
    /// `utm_source`.
    pub source: Option<String>,
    /// `utm_medium`.
    pub medium: Option<String>,
    /// `utm_campaign`.
    pub name: Option<String>,
    /// `utm_term`.
    pub term: Option<String>,
    /// `utm_content`.
    pub content: Option<String>,
}

/// What a browser says of itself, parsed: families only, as a version or a build would help to tell one person from another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surroundings {
    /// The family of the browser, such as `Firefox`.
    pub browser: Option<String>,
    /// The operating system, such as `Windows`.
    pub system: Option<String>,
    /// What kind of device it is.
    pub device: Option<Device>,
    /// The country of the address (ISO 3166-1 alpha-2).
    pub country: Option<String>,
}

/// The browser of the made-up visitors of assessments. No browser that is read is called so, and no report counts it.
pub const ASSESSMENT: &str = "An assessment";

impl Surroundings {
    /// What is known of a visitor whom an assessment makes up.
    pub fn assessment() -> Self {
        Self { browser: Some(ASSESSMENT.to_owned()), ..Self::default() }
    }

    /// Whether the visitor is one that an assessment made up.
    pub fn is_assessment(&self) -> bool {
        self.browser.as_deref() == Some(ASSESSMENT)
    }
}

/// What kind of device a browser runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A desktop or a laptop.
    Desktop,
    /// A telephone.
    Phone,
    /// A tablet.
    Tablet,
    /// A television, a console, a watch.
    Other,
}

/// The longest text that a hit says anything in, in bytes; a longer one is refused, not cut.
pub const LONGEST: usize = 1_024;

/// Why a hit is not counted: the lines of the ledger that says why one is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drop {
    /// It cannot be read, or says more than it may.
    Malformed,
    /// No such site, or not one of its hosts.
    UnknownSite,
    /// An event or a field of one that the policy does not declare.
    Undeclared,
    /// A robot.
    Robot,
    /// The visitor said no to being counted.
    OptedOut,
    /// Too many from one address.
    TooMany,
    /// The policy does not let visits be counted.
    Forbidden,
}

impl Drop {
    /// The word for it, in the ledger and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownSite => "unknown_site",
            Self::Undeclared => "undeclared",
            Self::Robot => "robot",
            Self::OptedOut => "opted_out",
            Self::TooMany => "too_many",
            Self::Forbidden => "forbidden",
        }
    }
}
