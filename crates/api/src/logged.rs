//! What this server notes of each request, for the access log: never the path itself, and nothing of visits, whose addresses are kept
//! nowhere.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, OnceLock},
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use domain::{
    AccountId, Personal,
    access_log::{Access, AccessEvent, Asked},
};

use crate::ApiState;

/// Routes that are not noted: what counts visits, and what machines ask all day.
const NOT_NOTED: [&str; 9] = [
    "/collect",
    "/collect/notice",
    "/collect/choices",
    "/beacon.gif",
    "/bailee.js",
    "/bailee-choices.js",
    "/healthz",
    "/readyz",
    "/metrics",
];
/// Where somebody signs in or proves who they are.
const ENTRANCES: [&str; 4] = ["/sign-in", "/sign-in/passkey", "/console/confirm", "/console/confirm/passkey"];

/// The account whose key was shown, told by whoever checks the key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asker(Arc<OnceLock<AccountId>>);

impl Asker {
    /// Notes whose key it is.
    pub(crate) fn is(&self, account: AccountId) {
        // Who asked first is who asked.
        let _ = self.0.set(account);
    }
}

/// Notes a request once it is answered. It is written behind the answer.
pub(crate) async fn note(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("*", MatchedPath::as_str).to_owned();
    if NOT_NOTED.contains(&route.as_str()) {
        return next.run(request).await;
    }
    let asker = Asker::default();
    let address = address(&request);
    let (method, agent) = (request.method().clone(), agent(request.headers()));
    request.extensions_mut().insert(asker.clone());
    let response = next.run(request).await;
    let event = event(&method, &route, response.status());
    let (status, caller) = (response.status().as_u16(), asker.0.get().copied());
    let asked = Asked { method: method.to_string(), route, status, event, caller };
    let (address, agent) = (Personal::new(address), Personal::new(agent));
    state.gate().note_access(Access { at: state.now(), address, agent, asked });
    response
}

fn address(request: &Request) -> IpAddr {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>();
    connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}

fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).map(|agent| agent.to_str().unwrap_or_default());
    agent.unwrap_or_default().to_owned()
}

/// What an answer means for whoever looks for abuse: a wrong key, or a wrong password.
fn event(method: &Method, route: &str, status: StatusCode) -> Option<AccessEvent> {
    let is_entrance = *method == Method::POST && ENTRANCES.contains(&route);
    let is_refused = status == StatusCode::UNAUTHORIZED
        || (is_entrance && matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS));
    is_refused.then_some(AccessEvent::FailedSignIn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_does_not_get_in_failed_to() {
        let event = |method, route, status| event(&method, route, status).is_some();
        assert!(event(Method::GET, "/v1/records/{id}", StatusCode::UNAUTHORIZED));
        assert!(event(Method::POST, "/sign-in", StatusCode::FORBIDDEN));
        assert!(!event(Method::GET, "/sign-in", StatusCode::FORBIDDEN));
        assert!(!event(Method::POST, "/sign-in", StatusCode::SEE_OTHER));
        assert!(!event(Method::GET, "/v1/records/{id}", StatusCode::FORBIDDEN));
    }
}
