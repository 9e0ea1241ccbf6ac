//! What a picture of one point says by its address, for pages without script and for e-mails.

use std::collections::BTreeMap;

use domain::visit::{Drop, Hit};
use url::form_urlencoded;

use crate::{
    Page, clean,
    reading::{LONGEST_MESSAGE, Reading, event, is_site, opened},
};

/// What precedes the name of a property.
const PROPERTY: &str = "p.";

impl Reading {
    /// Reads the query of `GET /beacon.gif`, or says why it does not count: `s` names the site, `u` the page and `r` the page
    /// before it; with `n` it is an event, whose properties are called `p.…`, on a page or on none. A beacon has no number of
    /// its own, so its view is handed in, and so is `has`, as for [`Reading::of_body`].
    ///
    /// # Errors
    /// [`Drop::Malformed`] and [`Drop::UnknownSite`].
    pub fn of_query(query: &str, view: u64, has: impl Fn(&str, &str) -> bool) -> Result<Self, Drop> {
        let Beacon { site, url, referrer, name, properties } = Beacon::read(query).ok_or(Drop::Malformed)?;
        let page = match url {
            Some(url) => Some(Page::read(&url).ok_or(Drop::Malformed)?),
            None => None,
        };
        let host = page.as_ref().map(|page| page.host.clone());
        if host.as_ref().is_some_and(|host| !has(&site, host)) {
            return Err(Drop::UnknownSite);
        }
        let what = match (name, page) {
            (Some(name), _) if referrer.is_none() => event(&name, properties)?,
            (None, Some(page)) if properties.is_empty() => {
                opened(page, referrer.as_deref(), |host| has(&site, host))
            }
            _ => return Err(Drop::Malformed),
        };
        Ok(Self { site, host, hit: Hit { view, what } })
    }
}

/// The parameters, each at most once and none besides.
#[derive(Default)]
struct Beacon {
    site: String,
    url: Option<String>,
    referrer: Option<String>,
    name: Option<String>,
    properties: BTreeMap<String, String>,
}

impl Beacon {
    fn read(query: &str) -> Option<Self> {
        let (mut site, mut beacon) = (None, Self::default());
        if query.len() > LONGEST_MESSAGE {
            return None;
        }
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let before = match &*name {
                "s" => site.replace(value.into_owned()),
                "u" => beacon.url.replace(value.into_owned()),
                "r" => beacon.referrer.replace(value.into_owned()),
                "n" => beacon.name.replace(value.into_owned()),
                other => {
                    beacon.properties.insert(other.strip_prefix(PROPERTY)?.to_owned(), clean::text(&value))
                }
            };
            if before.is_some() {
                return None;
            }
        }
        beacon.site = site.filter(|site| is_site(site))?;
        Some(beacon)
    }
}

#[cfg(test)]
mod tests {
    use domain::visit::{Channel, Source, What};
    use proptest::prelude::*;

    use super::*;

    const CLIENTS: &str = "acc_019ad5c2-7f7e-7d31-8d9e-41d6a7c0a1b2.shop";

    fn read(query: &str) -> Result<Reading, Drop> {
        Reading::of_query(query, 7, |site, host| site == "shop" && host == "shop.example")
    }

    #[test]
    fn a_page_without_script_is_counted() {
        let query =
            "s=shop&u=https%3A%2F%2Fshop.example%2Fa%3Futm_source%3Dgoogle&r=https%3A%2F%2Fother.example%2F";
        let Reading { site, host, hit } = read(query).expect("a reading");
        assert_eq!((site.as_str(), host.as_deref(), hit.view), ("shop", Some("shop.example"), 7));
        let What::Page { path, source, campaign } = hit.what else { panic!("a page") };
        assert_eq!(path, "/a");
        assert_eq!(source, Source { channel: Channel::Search, name: Some("Google".to_owned()) });
        assert_eq!(campaign.and_then(|campaign| campaign.source).as_deref(), Some("google"));
    }

    #[test]
    fn an_event_may_happen_on_no_page() {
        let Reading { host, hit, .. } =
            read("s=shop&n=mail+opened&p.issue=March&p.to=ada%40example.com").expect("a reading");
        let properties = [("issue", "March"), ("to", "…")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(host, None);
        assert_eq!(hit.what, What::Event { name: "mail opened".to_owned(), properties: properties.into() });
    }

    #[test]
    fn a_site_may_be_a_clients() {
        let read = Reading::of_query(&format!("s={CLIENTS}&n=open"), 0, |_, _| false);
        assert_eq!(read.map(|reading| reading.site).as_deref(), Ok(CLIENTS));
    }

    #[test]
    fn what_may_not_be_said_is_refused() {
        let long = format!("s=shop&u=https://shop.example/&r={}", "a".repeat(LONGEST_MESSAGE));
        for query in [
            "",
            "s=shop",
            "u=https://shop.example/",
            "s=shop&s=shop&u=https://shop.example/",
            "s=shop&u=https://shop.example/&email=ada",
            "s=shop&u=https://shop.example/&p.a=b",
            "s=shop&n=open&p.a=b&p.a=c",
            "s=shop&n=open&r=https://other.example",
            "s=shop&n=%3Cscript%3E",
            "s=shop&u=nonsense",
            &long,
        ] {
            assert_eq!(read(query), Err(Drop::Malformed), "{query}");
        }
        assert_eq!(read("s=shop&u=https://evil.example/"), Err(Drop::UnknownSite));
        assert_eq!(read("s=shop&n=open&u=https://evil.example/"), Err(Drop::UnknownSite));
    }

    proptest! {
        #[test]
        fn anything_can_be_read(query in any::<String>(), pairs in "(([surn]|p\\.a)=[a-z:/.%0-9]{0,20}&){0,5}") {
            let _ = Reading::of_query(&query, 0, |_, _| true);
            let _ = Reading::of_query(&pairs, 0, |_, _| true);
        }
    }
}
