//! Browsers that keep no cookie. Whoever was let in a moment ago and brings none is told so: they would be asked to come in for ever.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};

use super::message::message;

/// Whether somebody who brings no cookie comes from a page on which they were let in: only the answer to its form leads further.
pub(super) fn are_refused(headers: &HeaderMap, entrances: &[&str]) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(from), Some(host)) = (text(header::REFERER), text(header::HOST)) else { return false };
    let from = from.split(['?', '#']).next().unwrap_or_default();
    entrances.iter().any(|entrance| from.ends_with(&format!("://{host}{entrance}")))
}

/// What they are told, and where they come in once their browser keeps one.
pub(super) fn told(href: &'static str, label: &'static str) -> Response {
    let detail = "You were recognised, but by your next click nobody could know it: for that this server gives your browser one cookie, \
                  which ends with your session and is read by nobody else. Allow cookies for this site and come in again.";
    message(StatusCode::FORBIDDEN, ("Your browser keeps no cookie", detail), (href, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(referer: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "bailee.example".parse().unwrap());
        headers.extend(referer.map(|referer| (header::REFERER, referer.parse().unwrap())));
        headers
    }

    #[test]
    fn only_whoever_comes_from_an_entrance_of_this_host_was_let_in() {
        let entrances = ["/sign-in", "/privacy/open"];
        for referer in ["https://bailee.example/sign-in", "http://bailee.example/privacy/open?link=5e5e"] {
            assert!(are_refused(&headers(Some(referer)), &entrances), "{referer}");
        }
        for referer in [
            "https://bailee.example/console",
            "https://evil.example/sign-in",
            "https://evil.example/?x=://bailee.example/sign-in",
            "https://bailee.example/sign-in/more",
            "",
        ] {
            assert!(!are_refused(&headers(Some(referer)), &entrances), "{referer}");
        }
        assert!(!are_refused(&headers(None), &entrances));
    }
}
