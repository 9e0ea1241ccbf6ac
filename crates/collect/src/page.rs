//! A page, from its address: what it is called, and which campaign led to it. Nothing else of a query is read.

use domain::visit::{Campaign, LONGEST};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::clean;

/// A page of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The host, without a port.
    pub host: String,
    /// The path as it is shown: decoded, without query, fragment and what may say whose it is.
    pub path: String,
    /// Which campaign led to it.
    pub campaign: Option<Campaign>,
    /// Who led to it, as the parameters `source` or `ref` have it.
    pub(crate) referred_by: Option<String>,
}

impl Page {
    /// Reads the address of a page, if it is one, and nothing in it is longer than a hit may say.
    pub fn read(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let parameter = |name: &str| parameter(&url, name);
        let campaign = Campaign {
            source: parameter("utm_source"),
            medium: parameter("utm_medium"),
            name: parameter("utm_campaign"),
            term: parameter("utm_term"),
            content: parameter("utm_content"),
        };
        let page = Self {
            host: host(&url)?,
            path: path(url.path()),
            referred_by: parameter("source").or_else(|| parameter("ref")),
            campaign: Some(campaign).filter(|campaign| *campaign != Campaign::default()),
        };
        page.is_short().then_some(page)
    }

    fn is_short(&self) -> bool {
        let Campaign { source, medium, name, term, content } = self.campaign.clone().unwrap_or_default();
        let texts = [source, medium, name, term, content, self.referred_by.clone()];
        self.path.len() <= LONGEST && texts.iter().flatten().all(|text| text.len() <= LONGEST)
    }
}

/// The host of an address, in lower case and without the dot that may end it.
pub(crate) fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// A path as it is shown, from one that is encoded.
pub(crate) fn path(encoded: &str) -> String {
    let segments: Vec<String> =
        encoded.split('/').map(segment).filter(|segment| !segment.is_empty()).collect();
    let end = if encoded.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

/// What stands between two strokes. A session may hide behind a semicolon, and what is no text is not shown.
fn segment(encoded: &str) -> String {
    let encoded = encoded.split(';').next().unwrap_or_default();
    let Ok(decoded) = percent_decode_str(encoded).decode_utf8() else { return clean::GONE.to_owned() };
    let mut shown = String::new();
    for one in clean::text(&decoded).chars() {
        match one {
            // These would read as if they divided the address.
            '/' => shown.push_str("%2F"),
            '?' => shown.push_str("%3F"),
            '#' => shown.push_str("%23"),
            ';' => shown.push_str("%3B"),
            other => shown.push(other),
        }
    }
    shown
}

/// What a parameter of the query says, cleaned.
fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let value = pairs.find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.trim().is_empty())?.1;
    Some(clean::text(&value)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
