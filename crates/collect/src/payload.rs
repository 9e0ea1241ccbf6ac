//! What the script on a page sends, as JSON.

use std::collections::BTreeMap;

use domain::visit::{Drop, Hit, What};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    Page,
    reading::{LONGEST_MESSAGE, Reading, download, event, is_site, opened, outbound, told},
};

/// The message, with names of one letter as the script has them. What it may not say is an error, and not left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    #[serde(rename = "s")]
    site: String,
    #[serde(rename = "v")]
    view: String,
    #[serde(rename = "k")]
    kind: Kind,
    #[serde(rename = "u")]
    url: String,
    #[serde(rename = "r")]
    referrer: Option<String>,
    #[serde(rename = "m")]
    milliseconds: Option<u32>,
    #[serde(rename = "n")]
    name: Option<String>,
    #[serde(rename = "p")]
    properties: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Page,
    Seen,
    Event,
    Outbound,
    Download,
}

impl Reading {
    /// Reads the body of `POST /collect`, or says why it does not count. `has` says whether there is such a site with such a
    /// host; it is asked for the page and for the page before it.
    ///
    /// # Errors
    /// [`Drop::Malformed`] and [`Drop::UnknownSite`].
    pub fn of_body(body: &[u8], has: impl Fn(&str, &str) -> bool) -> Result<Self, Drop> {
        if body.len() > LONGEST_MESSAGE {
            return Err(Drop::Malformed);
        }
        let payload: Payload = serde_json::from_slice(body).map_err(|_| Drop::Malformed)?;
        let page = Page::read(&payload.url).filter(|_| is_site(&payload.site)).ok_or(Drop::Malformed)?;
        let (site, host, view) = (payload.site.clone(), page.host.clone(), view(&payload.view)?);
        if !has(&site, &host) {
            return Err(Drop::UnknownSite);
        }
        let what = payload.what(page, |host| has(&site, host))?;
        Ok(Self { site, host: Some(host), hit: Hit { view, what } })
    }
}

impl Payload {
    /// What happened. Each kind has fields of its own, and no others.
    fn what(self, page: Page, is_own: impl Fn(&str) -> bool) -> Result<What, Drop> {
        match (self.kind, self.referrer, self.milliseconds, self.name, self.properties) {
            (Kind::Page, referrer, None, None, None) => Ok(opened(page, referrer.as_deref(), is_own)),
            (Kind::Seen, None, Some(milliseconds), None, None) => Ok(What::Seen { milliseconds }),
            (Kind::Event, None, None, Some(name), properties) => {
                let properties = properties.unwrap_or_default().into_iter();
                event(
                    &name,
                    properties.map(|(name, value)| Ok((name, told(&value)?))).collect::<Result<_, _>>()?,
                )
            }
            (Kind::Outbound, None, None, Some(address), None) => outbound(&address),
            (Kind::Download, None, None, Some(address), None) => download(&address),
            _ => Err(Drop::Malformed),
        }
    }
}

/// The number of a view: sixteen hexadecimal digits.
fn view(digits: &str) -> Result<u64, Drop> {
    let is_view = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| is_view).ok_or(Drop::Malformed)
}

#[cfg(test)]
mod tests;
