//! Where a visitor came from: what the campaign says, else the page that led here, by names that people know.

mod known;

use domain::visit::{Campaign, Channel, LONGEST, Source};
use url::Url;

use crate::{
    clean,
    page::{Page, host},
};

/// Nobody says.
const DIRECT: Source = Source { channel: Channel::Direct, name: None };

/// Where the visitor of a page came from. What the page's own address says of a campaign wins over the referrer; whether a
/// host is of the same site is the caller's to say.
pub fn source(page: &Page, referrer: Option<&str>, is_own: impl Fn(&str) -> bool) -> Source {
    let by_campaign = page.campaign.as_ref().and_then(of_campaign);
    let by_parameter = || page.referred_by.as_deref().and_then(of_parameter);
    by_campaign
        .or_else(by_parameter)
        .unwrap_or_else(|| of_referrer(referrer.unwrap_or_default(), page, is_own))
}

/// The source that a campaign names.
fn of_campaign(Campaign { source, medium, .. }: &Campaign) -> Option<Source> {
    let known = source.as_deref().and_then(of_word);
    let channel = medium.as_deref().and_then(channel).or_else(|| known.as_ref().map(|known| known.channel));
    let name = known.and_then(|known| known.name).or_else(|| source.clone());
    match (channel, name) {
        (None, None) => None,
        (channel, name) => Some(Source { channel: channel.unwrap_or(Channel::Link), name }),
    }
}

/// The channel that the words for a medium mean.
fn channel(medium: &str) -> Option<Channel> {
    match medium.to_lowercase().as_str() {
        "email" | "e-mail" | "mail" | "newsletter" => Some(Channel::Email),
        "cpc" | "ppc" | "sem" | "search" | "organic" | "paidsearch" | "paid-search" | "paid_search" => {
            Some(Channel::Search)
        }
        "social" | "sm" | "social-media" | "social_media" | "paidsocial" | "paid-social" | "paid_social" => {
            Some(Channel::Social)
        }
        "referral" | "link" | "affiliate" => Some(Channel::Link),
        _ => None,
    }
}

/// A source by the word that campaigns use for it, or by its host.
fn of_word(word: &str) -> Option<Source> {
    let word = word.to_lowercase();
    known::word(&word).or_else(|| known::host(&word))
}

/// The parameters `ref` and `source` are used for much: one counts only if it is a known word, or a host.
fn of_parameter(value: &str) -> Option<Source> {
    let other = || {
        let url = Url::parse(&format!("https://{value}/")).ok()?;
        let domain =
            url.domain().filter(|domain| domain.contains('.') && domain.eq_ignore_ascii_case(value))?;
        of_other(domain)
    };
    of_word(value).or_else(other)
}

/// The source by the page that led here.
fn of_referrer(referrer: &str, page: &Page, is_own: impl Fn(&str) -> bool) -> Source {
    let url =
        Url::parse(referrer).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "android-app"));
    let Some((host, scheme)) = url.and_then(|url| Some((host(&url)?, url.scheme().to_owned()))) else {
        return DIRECT;
    };
    let is_page = scheme != "android-app";
    if is_page && (bare(&host) == bare(&page.host) || is_own(&host)) {
        return Source { channel: Channel::Inside, name: None };
    }
    known::host(&host).or_else(|| of_other(&host)).unwrap_or(DIRECT)
}

/// A source that the list does not name: another site.
fn of_other(host: &str) -> Option<Source> {
    let name = other_host(host).filter(|name| name.len() <= LONGEST);
    name.map(|name| Source { channel: Channel::Link, name: Some(name) })
}

/// The host of another site as it is shown: without `www.`, and without parts that look made for one person.
pub(crate) fn other_host(host: &str) -> Option<String> {
    let labels: Vec<String> = bare(host).split('.').map(clean::text).collect();
    labels.iter().all(|label| !label.is_empty()).then(|| clean::text(&labels.join(".")))
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests;
