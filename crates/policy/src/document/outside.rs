//! Recipients, cookies, beacons, disclosures and transfers: what leaves, and what is left in a browser.

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

use super::{Choice, Day, Name, Names};

/// Someone else who receives personal data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// What it is called.
    pub label: Name,
    /// What it is to the controller.
    pub kind: Spanned<RecipientKind>,
    /// The categories it may receive.
    pub receives: Names,
    /// What it may receive them for.
    pub purposes: Names,
    /// Where it keeps them: an ISO 3166-1 country code.
    pub region: Option<Name>,
    /// Under which agreement.
    pub agreement: Option<Spanned<Agreement>>,
    /// Whether the person decides.
    #[serde(default)]
    pub choice: Option<Spanned<Choice>>,
    /// What is required of it, published on request.
    pub requirements: Option<String>,
    /// The hosts by which pages of ours reach it.
    #[serde(default)]
    pub hosts: Names,
}

/// What a recipient is to the controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// It works for the controller only.
    Processor,
    /// It takes payments.
    PaymentProcessor,
    /// It counts visits.
    Analytics,
    /// It decides for itself what it does with the data.
    Controller,
    /// A public authority.
    Authority,
}

/// The agreement under which a recipient receives data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// What it is called, and where to find it.
    pub document: Name,
    /// The day from which it holds.
    pub signed: Spanned<Day>,
    /// The first day on which it no longer holds; without one it holds until it is ended.
    pub until: Option<Spanned<Day>>,
}

/// A cookie that the server may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cookie {
    /// What it is for, in words.
    pub label: Name,
    /// The purpose it serves.
    pub purpose: Name,
    /// How long it lives; none means until the browser closes.
    pub life: Option<Spanned<jiff::Span>>,
    /// Who sets it.
    pub party: Spanned<Party>,
    /// The recipient that sets a third-party cookie.
    pub recipient: Option<Name>,
    /// The retention clock of what it identifies: the cookie may not outlive it.
    pub retention: Option<Name>,
    /// Whether the person decides.
    #[serde(default)]
    pub choice: Option<Spanned<Choice>>,
    /// What browsers call it; without any, as it is declared.
    #[serde(default)]
    pub names: Names,
}

/// What stands before a name to have browsers keep to its flags (RFC 6265bis, section 4.1.3).
const PREFIXES: [&str; 2] = ["__Host-", "__Secure-"];

impl Cookie {
    /// What browsers call it that is declared under a name: the first is what this server calls it.
    pub fn called<'a>(&'a self, declared: &'a str) -> Vec<&'a str> {
        let names = self.names.iter().map(|name| name.get_ref().as_str());
        if self.names.is_empty() { vec![declared] } else { names.collect() }
    }

    /// Whether a cookie of a browser is this one. A prefix that only says under which flags it is kept is no part of its name.
    pub fn is_called(&self, declared: &str, name: &str) -> bool {
        let bare = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        self.called(declared).iter().any(|known| *known == bare || *known == name)
    }
}

/// Who sets a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The server itself.
    First,
    /// Someone else's server.
    Third,
}

/// An invisible image that counts a view.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beacon {
    /// What it is for, in words.
    pub label: Name,
    /// The purpose it serves.
    pub purpose: Name,
    /// The cookie it reads or sets.
    pub cookie: Option<Name>,
    /// Where it stands: `page`, `email`, `advertisement`.
    pub places: Names,
}

/// A site whose visits are counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// What it is called.
    pub label: Name,
    /// Its hosts, such as `www.example.com`: hits from another are not its.
    pub hosts: Names,
    /// What visits are counted for.
    pub purpose: Name,
    /// The role of visitors who agreed to be recognised.
    pub role: Option<Name>,
    /// The cookie that recognises them.
    pub cookie: Option<Name>,
    /// The record type that keeps their visits.
    pub record: Option<Name>,
    /// The events that it counts, with what may be told of each.
    #[serde(default)]
    pub events: IndexMap<Name, Names>,
    /// What visits are meant to lead to.
    #[serde(default)]
    pub goals: IndexMap<Name, Goal>,
    /// Figures of fewer visitors than this are shown to nobody but those who sign in.
    pub minimum: Option<Spanned<u32>>,
    /// By what figures of months that are over are shown to anybody; without it nothing is.
    pub public: Option<Names>,
    /// How visits are tied to a person.
    pub link: Option<Spanned<SiteUse>>,
    /// How what is shown is chosen for a visitor.
    pub tailor: Option<Spanned<SiteUse>>,
    /// What looking at pages says that a visitor takes an interest in: of each interest, how the paths of its pages begin.
    #[serde(default)]
    pub interests: IndexMap<Name, Names>,
}

/// The field of a link that says to which visitor it leads.
pub const LINKED_VISITOR: &str = "visitor_identifier";

/// The field of what is known to choose by that says what somebody takes an interest in.
pub const TAKEN_INTEREST: &str = "interests";
/// And the one that says what they were shown.
pub const SHOWN: &str = "shown";

/// What the visits of who agreed to it serve besides being counted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteUse {
    /// The purpose, which takes a yes.
    pub purpose: Name,
    /// The record type that keeps what comes of it.
    pub record: Name,
}

/// What visits are meant to lead to: an event that happens, or a page that is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The event.
    pub event: Option<Name>,
    /// The path of the page.
    pub page: Option<Name>,
}

/// By what the figures of a site may be shown to anybody.
pub const PUBLIC: [&str; 8] =
    ["page", "channel", "source", "campaign", "country", "browser", "system", "device"];

/// A ground on which data may be disclosed on someone's demand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosureGround {
    /// What a person calls it.
    pub label: Name,
    /// To whom: `law_enforcement`, `regulator`, `court`, `consumer_reporting_agency`, `company`.
    pub to: Names,
    /// The categories that may be in scope.
    pub categories: Names,
    /// How many different people must approve; at least two.
    pub approvals: Spanned<u8>,
    /// Whether the person is told unless an order says not yet.
    #[serde(default)]
    pub notify: bool,
}

/// Where data may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfers {
    /// The country where this installation keeps data (ISO 3166-1).
    pub deployment: Name,
    /// Movements across borders that the policy covers.
    #[serde(default)]
    pub allowed: Vec<Spanned<Transfer>>,
}

/// One movement across borders that the policy covers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// From which country; `*` is any.
    pub from: Name,
    /// To which country; `*` is any.
    pub to: Name,
    /// What protects the data there.
    pub safeguard: Name,
}
