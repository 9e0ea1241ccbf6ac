//! What handlers take: a caller with a scope, a strict body, a strict query, ids. Each refuses with a problem
//! document that never repeats what was sent.

mod auth;
mod body;
#[cfg(test)]
mod fuzz;
mod headers;
mod object;
mod path;
mod query;

pub(crate) use auth::{
    AccessLogRead, AccessLogWrite, AccountsWrite, AuditRead, DataErase, DataRead, DataWrite, EventsRead,
    Granted, HoldsWrite, IncidentsRead, IncidentsWrite, Open, Peer, PolicyWrite, RequestsWrite,
    WebhooksWrite, address,
};
pub(crate) use body::{Body, parse, read};
pub(crate) use headers::{IfMatch, Repeatable};
pub(crate) use object::StrictObject;
pub(crate) use path::Path;
pub(crate) use query::{PurposeQuery, Strict};

use domain::id::{Id, Kind};

use crate::Problem;

/// An id in a path. What is no id names nothing.
pub(crate) fn id<K: Kind>(text: &str, what: &str) -> Result<Id<K>, Problem> {
    text.parse().map_err(|_| Problem::not_found(what))
}
