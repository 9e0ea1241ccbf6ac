//! `/console/requests`: the queue, one request, and what can be done about it. Each step asks the matrix.

mod desk;
mod drafts;
mod entering;
mod filter;
mod fulfilling;
mod page;
mod steps;

use axum::{extract::State, response::Response};
use domain::{Permission, Request};
use jiff::Timestamp;
use web::console::{RequestLine, RequestsPage};

pub(super) use desk::{assign, note, notes};
pub(super) use entering::{enter, form_page as entering};
pub(super) use page::one;
pub(super) use steps::take;

use self::filter::Filter;
use super::{
    Staff, allow,
    doing::may,
    frame, shown,
    stop::Stop,
    words::{channel, left, moment},
};
use crate::{ApiState, Problem, extract::Strict};

/// Where the queue is.
const PLACE: &str = "/console/requests";

pub(super) async fn queue(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<Filter>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeRequests).await?;
    let Strict(filter) = query?;
    let (requests, next) = filter.page(&state, &signed_in).await?;
    shown(&RequestsPage {
        frame: frame(&signed_in, PLACE),
        is_closed: filter.closed,
        can_enter: may(&signed_in, Permission::EnterRequest),
        choices: filter.choices(&state, &signed_in).await?,
        lines: requests.iter().map(|request| line(request, state.now())).collect(),
        next,
    })
}

fn line(request: &Request, now: Timestamp) -> RequestLine {
    let (left, is_urgent) = left(request, now);
    RequestLine {
        id: request.id.to_string(),
        right: request.right.as_str(),
        channel: channel(request.channel),
        state: request.state.as_str(),
        due: moment(request.terms.due_at()),
        left,
        is_urgent,
    }
}
