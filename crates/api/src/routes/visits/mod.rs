//! Visits: the scripts that sites embed, what they send, and the figures that come of it.

mod agents;
mod consent;
mod intake;
pub(crate) mod items;
pub(crate) mod links;
mod next;
mod notice;
mod public;
mod served;
pub(crate) mod stats;
mod visitor;

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, Uri, header},
    routing::{get, post},
};
use domain::{AccountId, visit::Drop};
use gate::KnownSite;

pub(crate) use agents::Browsers;

use crate::ApiState;

/// The doors that stand open to browsers.
pub(crate) fn router() -> Router<ApiState> {
    Router::new()
        .route("/collect", post(intake::collect))
        .route("/beacon.gif", get(intake::beacon))
        .route("/collect/notice", get(consent::notice))
        .route("/collect/choices", post(consent::choose))
        .route("/stats/{site}", get(public::read))
        .route("/collect/next-item", post(next::next))
        .route("/collect/visitor", post(visitor::name))
        .route("/bailee.js", get(served::script))
        .route("/bailee-choices.js", get(served::choices))
        .route("/bailee-items.js", get(served::items))
        .route("/.well-known/gpc.json", get(served::gpc))
}

/// The account and the name of a site as a script names it: `shop`, or `acc_….shop` of a Client.
fn named(site: &str) -> (Option<AccountId>, &str) {
    let of_client = site.split_once('.').and_then(|(account, name)| Some((account.parse().ok()?, name)));
    of_client.map_or((None, site), |(account, name)| (Some(account), name))
}

/// A site that a script names.
fn known(state: &ApiState, site: &str) -> Result<KnownSite, Drop> {
    let (account, name) = named(site);
    state.gate().site(account, name).map_err(|_| Drop::UnknownSite)
}

/// The origin that a browser says a request comes from, when its host is one of the site's. None says it comes from no page.
fn origin(known: &KnownSite, headers: &HeaderMap) -> Result<Option<HeaderValue>, Drop> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(None) };
    let uri = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok());
    let is_own = uri.as_ref().and_then(Uri::host).is_some_and(|host| known.has_host(host));
    if is_own { Ok(Some(origin.clone())) } else { Err(Drop::UnknownSite) }
}

/// Whether a browser says that its user does not want to be followed (Global Privacy Control; DNT).
fn refuses(headers: &HeaderMap) -> bool {
    ["sec-gpc", "dnt"].iter().any(|name| headers.get(*name).is_some_and(|value| value == "1"))
}

/// The value of the cookie that recognises a site's visitors.
fn cookie<'a>(known: &KnownSite, headers: &'a HeaderMap) -> Option<&'a str> {
    let (name, _) = known.cookie()?;
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(named, _)| *named == name).map(|(_, value)| value)
}
