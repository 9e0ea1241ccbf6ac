//! Who asks. A handler gets a caller only through the scope that it names, so none can forget to check.

use std::{marker::PhantomData, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};
use domain::Scope;
use gate::Caller;

use crate::{ApiState, Problem, logged::Asker};

/// A scope as a type.
pub(crate) trait Demand {
    const SCOPE: Scope;
    /// Whether an account may do this before it accepted the policy.
    const BEFORE_ACCEPTANCE: bool = false;
}

macro_rules! demands {
    ($($name:ident;)*) => {$(
        pub(crate) enum $name {}
        impl Demand for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )*};
}

demands! {
    DataRead;
    DataWrite;
    DataErase;
    HoldsWrite;
    RequestsWrite;
    PolicyWrite;
    AuditRead;
    IncidentsRead;
    IncidentsWrite;
    EventsRead;
    WebhooksWrite;
    AccessLogRead;
    AccessLogWrite;
}

/// Opening accounts, accepting the policy and making keys: what must work before anything else does.
pub(crate) enum AccountsWrite {}
impl Demand for AccountsWrite {
    const SCOPE: Scope = Scope::AccountsWrite;
    const BEFORE_ACCEPTANCE: bool = true;
}

/// A caller whose key is live and has the scope.
pub(crate) struct Granted<D> {
    pub(crate) caller: Caller,
    demand: PhantomData<D>,
}

impl<D: Demand> FromRequestParts<ApiState> for Granted<D> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let caller = match bearer(parts) {
            Some(token) => state.gate().authenticate(token).await,
            None => None,
        };
        let Some(caller) = caller else {
            // Guessing a key is limited like every door without one.
            state.limiters.open(address(parts))?;
            return Err(Problem::unauthenticated());
        };
        if let Some(asker) = parts.extensions.get::<Asker>() {
            asker.is(caller.account_id());
        }
        if !state.gate().lets_in(&caller) {
            return Err(Problem::closed());
        }
        state.gate().note_key_use(&caller).await?;
        if !caller.allows(D::SCOPE) {
            return Err(Problem::forbidden(D::SCOPE.as_str()));
        }
        if !D::BEFORE_ACCEPTANCE && !state.gate().has_accepted(caller.account_id()) {
            return Err(Problem::not_accepted());
        }
        Ok(Self { caller, demand: PhantomData })
    }
}

/// A request to a door that needs no key, let through by the limit on its address.
pub(crate) struct Open;

impl FromRequestParts<ApiState> for Open {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        state.limiters.open(address(parts))?;
        Ok(Self)
    }
}

/// From where a request to an open door comes that has a limit of its own.
pub(crate) struct Peer(pub(crate) std::net::IpAddr);

impl FromRequestParts<ApiState> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Self::Rejection> {
        Ok(Self(address(parts)))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The address of the connection. Behind a proxy all connections come from the proxy, which must limit itself.
pub(crate) fn address(parts: &Parts) -> std::net::IpAddr {
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    connection.map_or(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}
