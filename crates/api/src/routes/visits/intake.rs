//! `POST /collect` and `GET /beacon.gif`: hits as they arrive. What is not counted is counted by reason.

use std::cell::OnceCell;

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use collect::{PIXEL, Reading};
use domain::{
    ambient::random_bytes,
    visit::{Drop, Surroundings},
};
use gate::{Arrival, KnownSite, Taken};

use super::{cookie, known, origin, refuses};
use crate::{ApiState, Problem, extract::Peer};

/// A hit that the script sends.
pub(super) async fn collect(
    State(state): State<ApiState>,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let read = |has: &Has<'_>| Reading::of_body(&body, has);
    match take(&state, &peer, &headers, read).await? {
        Taken::Dropped(Drop::Malformed) => Err(Problem::malformed("This is no hit of a site's script.")),
        Taken::Dropped(Drop::UnknownSite) => Err(Problem::not_found("site")),
        Taken::Dropped(Drop::Undeclared) => {
            Err(Problem::malformed("The site's policy declares no such event, or no such field of it."))
        }
        Taken::Dropped(Drop::TooMany) => Err(Problem::too_many()),
        Taken::Counted | Taken::Dropped(_) => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// An image for pages without script, campaign links and e-mails. It is the same whether it was counted or not.
pub(super) async fn beacon(
    State(state): State<ApiState>,
    peer: Peer,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let view = u64::from_be_bytes(random_bytes(&*state.gate().ambient().randomness));
    let query = query.unwrap_or_default();
    let read = |has: &Has<'_>| Reading::of_query(&query, view, has);
    take(&state, &peer, &headers, read).await?;
    let headers = [(header::CONTENT_TYPE, "image/gif"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, PIXEL).into_response())
}

/// Whether a site has a host.
type Has<'a> = dyn Fn(&str, &str) -> bool + 'a;

/// A hit, and its site, which is looked up once whatever the reader asks.
fn named(
    state: &ApiState,
    read: impl FnOnce(&Has<'_>) -> Result<Reading, Drop>,
) -> Result<(Reading, KnownSite), Drop> {
    let found = OnceCell::new();
    let reading = read(&|name, host| {
        let site = found.get_or_init(|| known(state, name)).as_ref();
        site.is_ok_and(|known| known.has_host(host))
    })?;
    // An event on no page asks for no host.
    let known = found.into_inner().unwrap_or_else(|| known(state, &reading.site))?;
    Ok((reading, known))
}

/// Takes a hit in, unless something is against it.
async fn take(
    state: &ApiState,
    peer: &Peer,
    headers: &HeaderMap,
    read: impl FnOnce(&Has<'_>) -> Result<Reading, Drop>,
) -> Result<Taken, Problem> {
    if state.limiters.hit(peer.0).is_err() {
        return Ok(dropped(state, None, Drop::TooMany));
    }
    let (reading, known) = match named(state, read) {
        Ok(named) => named,
        Err(reason) => return Ok(dropped(state, None, reason)),
    };
    match admitted(state, &known, (peer, headers)) {
        Ok(mut surroundings) => {
            surroundings.country = state.places.as_ref().and_then(|places| places.country(peer.0));
            let arrival = Arrival {
                hit: reading.hit,
                surroundings,
                address: &peer.0.to_string(),
                agent: agent(headers),
                cookie: cookie(&known, headers),
                refuses: refuses(headers),
            };
            match state.gate().take_hit(&known, arrival).await? {
                Taken::Counted => Ok(Taken::Counted),
                Taken::Dropped(reason) => Ok(dropped(state, Some(&known), reason)),
            }
        }
        Err(reason) => Ok(dropped(state, Some(&known), reason)),
    }
}

/// What is known of the browser that a hit comes from, when it may count.
fn admitted(
    state: &ApiState,
    known: &KnownSite,
    (peer, headers): (&Peer, &HeaderMap),
) -> Result<Surroundings, Drop> {
    origin(known, headers)?;
    // No connection comes from there: it is an assessment.
    if peer.0.is_unspecified() {
        return Ok(Surroundings::assessment());
    }
    let agent = state.browsers.read(agent(headers));
    if agent.is_robot { Err(Drop::Robot) } else { Ok(agent.surroundings) }
}

fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

fn dropped(state: &ApiState, known: Option<&KnownSite>, reason: Drop) -> Taken {
    metrics::counter!("bailee_hits_dropped_total", "reason" => reason.as_str()).increment(1);
    if let Some(known) = known {
        state.gate().count_dropped(known, reason);
    }
    Taken::Dropped(reason)
}
