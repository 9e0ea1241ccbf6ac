//! The cookie of a session. A browser sends `__Host-` cookies to this very host only, and over TLS only; where there is no TLS
//! and needs none, on this machine itself and in the demonstration, it has another name.

use std::net::IpAddr;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

use crate::ApiState;

/// Clear Site Data (W3C), section 3.1. Without it a browser goes back to a page that it keeps in memory, `no-store` or not.
const CLEAR: HeaderName = HeaderName::from_static("clear-site-data");

/// A cookie.
#[derive(Clone, Copy)]
pub(in crate::routes::pages) struct Cookie {
    /// Its name behind TLS (RFC 6265bis, section 4.1.3.2).
    secure: &'static str,
    /// Its name on this machine itself.
    plain: &'static str,
}

/// That of the console.
pub(super) const CONSOLE: Cookie = Cookie { secure: "__Host-bailee", plain: "bailee" };
/// That of the privacy center.
pub(in crate::routes::pages) const PRIVACY: Cookie =
    Cookie { secure: "__Host-bailee-privacy", plain: "bailee-privacy" };

/// That of one try to sign in by a provider.
pub(super) const PROVIDER: Cookie = Cookie { secure: "__Host-bailee-provider", plain: "bailee-provider" };

/// The secret in the cookie, if there is one. Only the name that belongs here counts: another host of the same domain
/// could set the other.
pub(in crate::routes::pages) fn read<'a>(
    cookie: Cookie,
    headers: &'a HeaderMap,
    state: &ApiState,
) -> Option<&'a str> {
    let name = if is_plain(headers, state) { cookie.plain } else { cookie.secure };
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = pairs.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The header that sets it, until the browser is closed; without a secret, the header that removes it.
pub(in crate::routes::pages) fn set(
    cookie: Cookie,
    headers: &HeaderMap,
    state: &ApiState,
    secret: Option<&str>,
) -> Option<HeaderValue> {
    let is_plain = is_plain(headers, state);
    let (name, secure) = if is_plain { (cookie.plain, "") } else { (cookie.secure, "; Secure") };
    let end = if secret.is_some() { "" } else { "; Max-Age=0" };
    let value = secret.unwrap_or_default();
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}")).ok()
}

/// The answer to somebody who is signed in no more: the browser forgets the cookie, and every page that it keeps to go back to.
pub(in crate::routes::pages) fn forget(
    cookie: Cookie,
    headers: &HeaderMap,
    state: &ApiState,
    mut response: Response,
) -> Response {
    let removed = set(cookie, headers, state, None);
    response.headers_mut().extend(removed.map(|removed| (header::SET_COOKIE, removed)));
    response.headers_mut().insert(CLEAR, HeaderValue::from_static("\"cache\""));
    response
}

fn is_plain(headers: &HeaderMap, state: &ApiState) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    state.advance.is_some() || host.is_some_and(is_this_machine)
}

/// Whether a `Host` names the machine on which the browser runs.
pub(super) fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn only_this_machine_needs_no_tls() {
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in
            ["bailee.example", "localhost.example", "127.0.0.1.example:80", "192.0.2.1", "[2001:db8::1]", ""]
        {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
