//! What a scan found: names and for how long, never values.

use std::collections::BTreeSet;

use serde::Serialize;

/// What the visitor of a pass says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// Nothing.
    Nothing,
    /// No, on the notice.
    Refused,
    /// Yes, on the notice.
    Accepted,
    /// Nothing, with a browser that says no for them (Global Privacy Control).
    Signal,
}

impl Pass {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Refused, Self::Accepted, Self::Signal];

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nothing => "nothing said",
            Self::Refused => "all refused",
            Self::Accepted => "all accepted",
            Self::Signal => "with Sec-GPC",
        }
    }
}

/// A cookie that the browser keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// The host, or with a dot before it the domain, that it is sent to.
    pub domain: String,
    /// The path.
    pub path: String,
    /// For how long it lives from when it was seen, in seconds; none until the browser closes.
    pub seconds: Option<i64>,
    /// Whether scripts cannot read it.
    pub http_only: bool,
    /// Whether it is sent over TLS only.
    pub secure: bool,
    /// `Strict`, `Lax` or `None`, where it says so.
    pub same_site: Option<String>,
    /// In which passes it was there.
    pub passes: BTreeSet<Pass>,
    /// The page after which it was first seen.
    pub first_seen: String,
}

/// Where pages keep something besides cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `localStorage`.
    LocalStorage,
    /// `sessionStorage`.
    SessionStorage,
    /// A database (`IndexedDB`).
    Database,
    /// What a page keeps of answers (`CacheStorage`).
    Cache,
}

impl Kind {
    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::LocalStorage => "local storage",
            Self::SessionStorage => "session storage",
            Self::Database => "IndexedDB",
            Self::Cache => "cache",
        }
    }
}

/// What pages of the site keep in the browser besides cookies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stored {
    /// Where.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// In which passes it was there.
    pub passes: BTreeSet<Pass>,
    /// The page after which it was first seen.
    pub first_seen: String,
}

/// Another host that pages ask for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThirdParty {
    /// Which.
    pub host: String,
    /// How often it was asked.
    pub requests: u64,
    /// In which passes.
    pub passes: BTreeSet<Pass>,
    /// The page that asked first.
    pub first_seen: String,
}

/// All that was found.
#[derive(Debug, Default, Serialize)]
pub struct Found {
    /// The paths of the pages that were looked at in each pass.
    pub pages: Vec<String>,
    /// The passes that were made: where there is nothing to say yes or no to, two are not.
    pub passes: Vec<Pass>,
    /// Whether the site is shown over TLS.
    pub is_over_tls: bool,
    /// Cookies, of whomever.
    pub cookies: Vec<Cookie>,
    /// What pages keep besides.
    pub stored: Vec<Stored>,
    /// Whom pages ask besides the site itself.
    pub third_parties: Vec<ThirdParty>,
}

impl Found {
    pub(crate) fn cookie(&mut self, new: Cookie) {
        let is_same =
            |old: &&mut Cookie| (&old.name, &old.domain, &old.path) == (&new.name, &new.domain, &new.path);
        match self.cookies.iter_mut().find(is_same) {
            Some(known) => {
                known.passes.extend(new.passes);
                known.seconds = known.seconds.max(new.seconds);
            }
            None => self.cookies.push(new),
        }
    }

    pub(crate) fn stored(&mut self, new: Stored) {
        match self.stored.iter_mut().find(|old| (old.kind, &old.name) == (new.kind, &new.name)) {
            Some(known) => known.passes.extend(new.passes),
            None => self.stored.push(new),
        }
    }

    pub(crate) fn third_party(&mut self, new: ThirdParty) {
        match self.third_parties.iter_mut().find(|old| old.host == new.host) {
            Some(known) => {
                known.passes.extend(new.passes);
                known.requests += new.requests;
            }
            None => self.third_parties.push(new),
        }
    }
}
