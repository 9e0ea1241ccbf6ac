//! Lines that web servers write: the combined format, with or without a host before it, and JSON.

mod combined;
mod json;
mod lines;

use std::net::IpAddr;

use domain::{
    Personal,
    visit::{Drop, Hit},
};
use jiff::Timestamp;

pub use self::{json::Names, lines::Lines};
use crate::{
    Page,
    reading::{Reading, opened},
};

/// One request that a web server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: Personal<IpAddr>,
    /// What the browser says of itself.
    pub agent: Personal<String>,
    /// The method, such as `GET`.
    pub method: String,
    /// The status of the answer.
    pub status: u16,
    /// The host that was asked, if the line says so.
    pub host: Option<String>,
    /// What was asked for: a path with its query.
    pub target: Personal<String>,
    /// The page that led there.
    pub referrer: Option<Personal<String>>,
}

/// Why a line is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bad {
    /// It is longer than any request.
    TooLong,
    /// It has neither format.
    Form,
    /// Its time cannot be read.
    Time,
    /// Its address cannot be read.
    Address,
    /// It says no method and no path.
    Request,
    /// Its status is none.
    Status,
}

/// Ends of paths that are no pages: what a page is made of, and what machines ask for.
const NO_PAGES: &[&str] = &[
    "avif",
    "bmp",
    "css",
    "eot",
    "gif",
    "ico",
    "jpeg",
    "jpg",
    "js",
    "json",
    "map",
    "mjs",
    "mp3",
    "mp4",
    "ogg",
    "otf",
    "png",
    "rss",
    "svg",
    "ttf",
    "txt",
    "wasm",
    "webm",
    "webmanifest",
    "webp",
    "woff",
    "woff2",
    "xml",
];

impl Line {
    /// Whether somebody was shown a page: it was asked for by `GET`, found, and is not a part of another.
    pub fn is_page(&self) -> bool {
        let path = self.target.reveal().split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        let is_part = end.is_some_and(|end| NO_PAGES.contains(&end.as_str()));
        self.method == "GET" && (matches!(self.status, 200..=299 | 304)) && !is_part
    }

    /// Reads the line as a view of a page of a site, with the number that is handed in; `host` is what was asked where the
    /// line does not say. `has` is as for [`Reading::of_body`].
    ///
    /// # Errors
    /// [`Drop::Malformed`] and [`Drop::UnknownSite`].
    pub fn reading(
        &self,
        (site, host): (&str, &str),
        view: u64,
        has: impl Fn(&str, &str) -> bool,
    ) -> Result<Reading, Drop> {
        let host = self.host.as_deref().unwrap_or(host);
        let page = Page::read(&format!("https://{host}{}", self.target.reveal())).ok_or(Drop::Malformed)?;
        if !has(site, &page.host) {
            return Err(Drop::UnknownSite);
        }
        let (host, referrer) = (page.host.clone(), self.referrer.as_ref().map(|url| url.reveal().as_str()));
        let what = opened(page, referrer, |host| has(site, host));
        Ok(Reading { site: site.to_owned(), host: Some(host), hit: Hit { view, what } })
    }
}

/// A method and what was asked for. A proxy writes the whole address, of which the path counts.
fn request(method: &str, target: &str) -> Result<(String, Personal<String>), Bad> {
    let is_method = (1..=20).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let path = target.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    let path = if target.starts_with('/') { target } else { path.ok_or(Bad::Request)? };
    is_method.then(|| (method.to_owned(), Personal::new(path.to_owned()))).ok_or(Bad::Request)
}

/// A status of HTTP.
fn status(text: &str) -> Result<u16, Bad> {
    text.parse().ok().filter(|status| (100..600).contains(status)).ok_or(Bad::Status)
}

/// A time as web servers write it: the combined format's, RFC 3339, or seconds (or milliseconds) since 1970.
fn time(text: &str) -> Result<Timestamp, Bad> {
    const MILLISECONDS: i64 = 100_000_000_000;
    let combined = || Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", text).ok();
    let seconds = || {
        let whole: i64 = text.split('.').next()?.parse().ok()?;
        Timestamp::from_second(if whole > MILLISECONDS { whole / 1_000 } else { whole }).ok()
    };
    text.parse().ok().or_else(combined).or_else(seconds).ok_or(Bad::Time)
}

/// What a line says; a dash says nothing.
fn said(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !matches!(*text, "" | "-"))
}

#[cfg(test)]
mod tests;
