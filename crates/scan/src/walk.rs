//! Four passes through a site, each with a browser that knows nothing.

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::Value;
use url::Url;

use crate::{
    Cookie, Found, Kind, Own, Pass, ScanError, Stored, ThirdParty,
    browser::Browser,
    tab::{Seen, Tab},
};

/// The buttons of our own notice.
const ACCEPT: &str = "bailee-choices >>> #accept";
const REFUSE: &str = "bailee-choices >>> #refuse";

/// What is to be scanned.
pub struct Wanted {
    /// Where to begin.
    pub url: Url,
    /// How many pages are looked at, at most.
    pub pages: usize,
    /// What is clicked to say yes; without it, the button of our own notice.
    pub accept: Option<String>,
    /// What is clicked to say no; likewise.
    pub refuse: Option<String>,
    /// The hosts that are the site's own.
    pub own: Own,
    /// The browser's program.
    pub browser: PathBuf,
}

/// Goes through a site in each pass. It is told which page comes next, and how many there are.
///
/// # Errors
/// There is no browser, it fails, or the site cannot be opened.
pub fn scan(wanted: &Wanted, on_page: &mut dyn FnMut(Pass, usize, usize)) -> Result<Found, ScanError> {
    let mut found = Found { is_over_tls: wanted.url.scheme() == "https", ..Found::default() };
    let mut pages = vec![wanted.url.clone()];
    for pass in Pass::ALL {
        Walk { wanted, pass, found: &mut found }.run(&mut pages, on_page)?;
    }
    found.pages = pages.iter().map(|page| page.path().to_owned()).collect();
    Ok(found)
}

struct Walk<'a> {
    wanted: &'a Wanted,
    pass: Pass,
    found: &'a mut Found,
}

impl Walk<'_> {
    /// Looks at the pages. The first pass finds them, and the others look at the same ones.
    fn run(
        mut self,
        pages: &mut Vec<Url>,
        on_page: &mut dyn FnMut(Pass, usize, usize),
    ) -> Result<(), ScanError> {
        let browser = Browser::start(&self.wanted.browser)?;
        let mut tab = Tab::open(browser, self.pass == Pass::Signal)?;
        let mut at = 0;
        while let Some(url) = pages.get(at).cloned() {
            on_page(self.pass, at, pages.len());
            let failed = tab.go(&url)?;
            if at == 0 {
                if let Some(message) = failed {
                    return Err(ScanError::Unreachable { url: url.to_string(), message });
                }
                if !self.says(&mut tab)? {
                    return Ok(());
                }
            }
            let seen = tab.look()?;
            self.note(&url, &seen);
            if self.pass == Pass::Nothing {
                self.follow(pages, &links(&url, &seen.page["links"]));
            }
            at += 1;
        }
        self.found.passes.push(self.pass);
        Ok(())
    }

    /// Adds what a page leads to, as far as so many pages are wanted.
    fn follow(&self, pages: &mut Vec<Url>, links: &[Url]) {
        for link in links {
            if pages.len() < self.wanted.pages && !pages.contains(link) {
                pages.push(link.clone());
            }
        }
    }

    /// Says what the pass says; whether there was something to say it on.
    fn says(&self, tab: &mut Tab) -> Result<bool, ScanError> {
        let (own, ours) = match self.pass {
            Pass::Nothing | Pass::Signal => return Ok(true),
            Pass::Accepted => (&self.wanted.accept, ACCEPT),
            Pass::Refused => (&self.wanted.refuse, REFUSE),
        };
        // Whom the page asked before is told of in the first pass.
        tab.look()?;
        let selector = own.as_deref().unwrap_or(ours);
        let is_clicked = tab.click(selector)?;
        // Who names a button wants it clicked.
        if !is_clicked && own.is_some() {
            return Err(ScanError::NoSuchButton { selector: selector.to_owned() });
        }
        Ok(is_clicked)
    }

    fn note(&mut self, url: &Url, seen: &Seen) {
        let (passes, first_seen) = (BTreeSet::from([self.pass]), url.path().to_owned());
        for cookie in &seen.cookies {
            self.found.cookie(read(cookie, seen.now, passes.clone(), &first_seen));
        }
        let kinds = [
            (Kind::LocalStorage, "local"),
            (Kind::SessionStorage, "session"),
            (Kind::Database, "databases"),
            (Kind::Cache, "caches"),
        ];
        for (kind, key) in kinds {
            for name in texts(&seen.page[key]) {
                let (passes, first_seen) = (passes.clone(), first_seen.clone());
                self.found.stored(Stored { kind, name: name.to_owned(), passes, first_seen });
            }
        }
        for host in seen.hosts.iter().filter(|host| !self.wanted.own.has(host)) {
            let (passes, first_seen) = (passes.clone(), first_seen.clone());
            self.found.third_party(ThirdParty { host: host.clone(), requests: 1, passes, first_seen });
        }
    }
}

/// What is told of a cookie; not its value.
fn read(cookie: &Value, now: f64, passes: BTreeSet<Pass>, first_seen: &str) -> Cookie {
    let text = |name: &str| cookie[name].as_str().unwrap_or_default().to_owned();
    let expires = cookie["expires"].as_f64().filter(|_| cookie["session"] != true);
    Cookie {
        name: text("name"),
        domain: text("domain"),
        path: text("path"),
        seconds: expires.map(|expires| seconds(expires - now)),
        http_only: cookie["httpOnly"] == true,
        secure: cookie["secure"] == true,
        same_site: cookie["sameSite"].as_str().map(str::to_owned),
        passes,
        first_seen: first_seen.to_owned(),
    }
}

fn seconds(span: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a life that is longer is as long as can be said")]
    let seconds = span.round() as i64;
    seconds
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The pages of the same host that a page leads to.
fn links(page: &Url, found: &Value) -> Vec<Url> {
    let links = texts(found).filter_map(|link| {
        let mut link = Url::parse(link).ok()?;
        link.set_fragment(None);
        let is_same = (link.scheme(), link.host(), link.port()) == (page.scheme(), page.host(), page.port());
        is_same.then_some(link)
    });
    links.collect()
}
