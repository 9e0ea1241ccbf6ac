//! What is read of one message from a page: for which site it is, and the hit that it tells of.

use std::collections::BTreeMap;

use domain::visit::{Drop, Hit, LONGEST, What};
use serde_json::Value;
use url::Url;

use crate::{
    clean,
    page::{self, Page},
    source::{other_host, source},
};

/// The longest message that is read, in bytes.
pub const LONGEST_MESSAGE: usize = 8 * 1_024;

/// The longest name of an event or a property, in bytes.
const LONGEST_NAME: usize = 64;

/// The most properties that an event tells.
const MOST_PROPERTIES: usize = 24;

/// What is read of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The name of the site, as the message gives it.
    pub site: String,
    /// The host of the page, which the site has; none of an event that happened on no page, as when an e-mail is opened:
    /// then nobody has asked yet whether there is such a site.
    pub host: Option<String>,
    /// What happened.
    pub hit: Hit,
}

/// A view of a page, with where its visitor came from.
pub(crate) fn opened(page: Page, referrer: Option<&str>, is_own: impl Fn(&str) -> bool) -> What {
    let source = source(&page, referrer, is_own);
    What::Page { path: page.path, source, campaign: page.campaign }
}

/// An event, if its name and its properties may be told.
pub(crate) fn event(name: &str, properties: BTreeMap<String, String>) -> Result<What, Drop> {
    let is_told = is_name(name)
        && properties.len() <= MOST_PROPERTIES
        && properties.iter().all(|(name, value)| is_name(name) && value.len() <= LONGEST);
    is_told.then(|| What::Event { name: name.to_owned(), properties }).ok_or(Drop::Malformed)
}

/// What a property says, cleaned.
pub(crate) fn told(value: &Value) -> Result<String, Drop> {
    match value {
        Value::String(text) => Ok(clean::text(text)),
        Value::Number(_) | Value::Bool(_) => Ok(clean::text(&value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(Drop::Malformed),
    }
}

/// The host of a link to another site.
pub(crate) fn outbound(address: &str) -> Result<What, Drop> {
    let host = web(address).and_then(|url| other_host(&page::host(&url)?)).ok_or(Drop::Malformed)?;
    if host.len() > LONGEST { Err(Drop::Malformed) } else { Ok(What::Outbound { host }) }
}

/// The path of a file.
pub(crate) fn download(address: &str) -> Result<What, Drop> {
    let path = web(address).map(|url| page::path(url.path())).ok_or(Drop::Malformed)?;
    if path.len() > LONGEST { Err(Drop::Malformed) } else { Ok(What::Download { path }) }
}

fn web(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// What may be the name of a site, with the account that it is of before it. Whether it is one is the caller's to say.
pub(crate) fn is_site(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=2 * LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_plain)
}

/// Words that a policy may declare: short, plain, and nobody's.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.chars().all(|one| one.is_alphanumeric() || " _-.:".contains(one))
        && clean::is_clean(name)
}
