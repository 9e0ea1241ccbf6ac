//! The cookie scan: a real browser goes through a site, saying nothing, no, yes, and with the signal, and what it keeps and whom it
//! asks is compared with what the policy declares. No value of a cookie is ever read.

mod browser;
mod devtools;
mod found;
mod hosts;
mod judge;
mod tab;
mod walk;

pub use browser::{NAMES, find};
pub use found::{Cookie, Found, Kind, Pass, Stored, ThirdParty};
pub use hosts::Own;
pub use judge::{Fault, Reason, judge};
pub use walk::{Wanted, scan};

/// Why a site could not be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// There is no browser.
    #[error(
        "no browser was found: install Chromium (on Debian: `apt install chromium`), or name one with --browser"
    )]
    NoBrowser,
    /// It does not start.
    #[error("the browser does not start")]
    Start(#[from] std::io::Error),
    /// It ended, or does not answer.
    #[error("the browser ended, or does not answer any more")]
    Silent,
    /// It cannot do what it is asked for.
    #[error("the browser cannot do `{method}`: {message}")]
    Refused {
        /// What it was asked for.
        method: String,
        /// What it says.
        message: String,
    },
    /// The page cannot be shown.
    #[error("{url} cannot be opened: {message}")]
    Unreachable {
        /// Which page.
        url: String,
        /// What the browser says.
        message: String,
    },
    /// Something that is to be clicked is not there.
    #[error("on the first page there is nothing that matches `{selector}`")]
    NoSuchButton {
        /// What was looked for.
        selector: String,
    },
}
