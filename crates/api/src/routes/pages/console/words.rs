//! What the console calls things.

use domain::{
    Request, Scope,
    request::{Channel, Milestone, What},
};
use jiff::{SignedDuration, Timestamp};
use web::{Language, console::Moment};

/// From how many days on a request is urgent.
const URGENT: i64 = 7;

/// A moment, in UTC as all clocks here run.
pub(in crate::routes::pages) fn moment(at: Timestamp) -> Moment {
    Language::English.moment(at)
}

/// A name within a sentence, apart from it: one that reads from right to left turns nothing around (Unicode, Annex 9).
pub(super) fn apart(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// How long there is left to answer, and whether that is urgent.
pub(super) fn left(request: &Request, now: Timestamp) -> (String, bool) {
    left_in(Language::English, request, now)
}

/// The same in a language.
pub(in crate::routes::pages) fn left_in(
    language: Language,
    request: &Request,
    now: Timestamp,
) -> (String, bool) {
    if !request.is_open() {
        return ("–".to_owned(), false);
    }
    if request.terms.is_paused() {
        return (language.say("the clock stands still").to_owned(), false);
    }
    let left = request.terms.due_at().duration_since(now);
    let days = left.as_hours().abs() / 24;
    let counted = language.count(days, ("{} day", "{} days"));
    if left <= SignedDuration::ZERO {
        return (language.fill("over since {}", &counted), true);
    }
    (counted, days < URGENT)
}

/// How a request came.
pub(in crate::routes::pages) const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Api => "an app",
        Channel::Page => "a page",
        Channel::Email => "e-mail",
        Channel::Post => "post",
        Channel::Fax => "fax",
        Channel::Voice => "voice",
    }
}

/// What a key may do, in words.
pub(super) const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::DataRead => "read people’s data",
        Scope::DataWrite => "store and change people’s data",
        Scope::DataErase => "delete people’s data",
        Scope::HoldsWrite => "place and release holds",
        Scope::RequestsWrite => "take and answer requests and complaints",
        Scope::PolicyWrite => "publish the policy",
        Scope::AccountsWrite => "open accounts, make keys and invite staff",
        Scope::AuditRead => "read the audit log",
        Scope::IncidentsRead => "read incidents",
        Scope::IncidentsWrite => "report and move incidents on",
        Scope::EventsRead => "read events",
        Scope::WebhooksWrite => "have events sent out",
        Scope::AccessLogRead => "look up what came from an address",
        Scope::AccessLogWrite => "add to the access log",
    }
}

/// What has happened with a request.
pub(in crate::routes::pages) const fn step(what: What) -> &'static str {
    match what {
        What::Received => "received",
        What::PassedOn => "passed on to the Client that it concerns",
        What::CodeSent => "a code was sent",
        What::Verified => "the person is known",
        What::Extended => "extended",
        What::Paused => "the clock was stopped",
        What::Resumed => "the clock runs on",
        What::Told { milestone: Milestone::Half } => "half of the time is over",
        What::Told { milestone: Milestone::FourFifths } => "four fifths of the time are over",
        What::Told { milestone: Milestone::Due } => "the time is over",
        What::TaskDone => "a system outside did its part",
        What::Amended => "the person added to it",
        What::Reviewed => "the package was looked through",
        What::Fulfilled => "fulfilled",
        What::Refused => "refused",
        What::Withdrawn => "taken back",
        What::Lapsed => "nobody showed to be the person in time",
        What::Duplicate => "the same was asked before",
        What::Fetched => "the package was fetched",
        What::Reissued => "the package can be fetched anew",
    }
}
