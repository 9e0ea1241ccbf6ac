//! `/console/requests`: the queue, one request, and what can be done about it. Each step asks the matrix.

mod desk;
mod drafts;
mod fulfilling;
mod page;
mod steps;

use axum::{extract::State, response::Response};
use domain::{Filed, Permission, Request};
use jiff::Timestamp;
use web::console::{RequestLine, RequestsPage};

pub(super) use desk::{assign, note, notes};
pub(super) use page::one;
pub(super) use steps::take;

use super::{
    Staff, allow, frame, shown,
    stop::Stop,
    words::{channel, left, moment},
};
use crate::{
    ApiState, Problem,
    extract::Strict,
    routes::{
        cases::{QueueQuery, cursor},
        view::next,
    },
};

/// Where the queue is.
const PLACE: &str = "/console/requests";

pub(super) async fn queue(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    query: Result<Strict<QueueQuery>, Problem>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SeeRequests).await?;
    let Strict(query) = query?;
    let limit = query.limit();
    let requests: Vec<Request> =
        state.gate().queue(&signed_in.caller, query.is_open(), query.after()?, limit).await?;
    shown(&RequestsPage {
        frame: frame(&signed_in, PLACE),
        is_closed: !query.is_open(),
        next: next(&requests, limit, |request| cursor(&request.filing())),
        lines: requests.iter().map(|request| line(request, state.now())).collect(),
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
