//! What was found, compared with what the policy declares.

use std::collections::BTreeSet;

use jiff::{Span, Unit, civil::date};
use policy::{
    Policy,
    document::{self, Basis, Choice, Document, Party},
};
use serde::Serialize;

use crate::{Cookie, Found, Kind, Own, Pass, Stored, ThirdParty};

/// How much longer than declared a cookie may seem to live, in seconds: it is looked at a moment after it was set, and a month
/// has no one length.
const SLACK: i64 = 24 * 60 * 60;
/// Where our own notice keeps what was answered: no policy needs to declare that it remembers a no.
const ANSWER: &str = "bailee.choices";

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The policy does not declare it.
    Undeclared,
    /// It lives longer than declared.
    LivesLonger,
    /// It is there before anybody said yes.
    WithoutYes,
    /// It is there after a no.
    AfterNo,
    /// It is there although the browser says no.
    UnderSignal,
    /// A flag is missing that keeps it safe.
    Flags,
    /// Somebody else sets it than is declared.
    Party,
}

impl Reason {
    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Undeclared => "not declared",
            Self::LivesLonger => "lives longer than declared",
            Self::WithoutYes => "there without a yes",
            Self::AfterNo => "there after a no",
            Self::UnderSignal => "there under Sec-GPC",
            Self::Flags => "flags are missing",
            Self::Party => "set by somebody else than declared",
        }
    }
}

/// Something that is not as the policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What is wrong.
    pub reason: Reason,
    /// With what: `cookie`, `local storage`, …, `host`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// In a sentence.
    pub text: String,
}

/// What is not as the policy says, of everything that was found.
pub fn judge(found: &Found, policy: &Policy, own: &Own) -> Vec<Fault> {
    let document = policy.document();
    let mut faults: Vec<Fault> = Vec::new();
    for cookie in &found.cookies {
        faults.extend(of_cookie(document, found, own, cookie));
    }
    for stored in &found.stored {
        faults.extend(of_stored(document, stored));
    }
    for third_party in &found.third_parties {
        faults.extend(of_third_party(document, third_party));
    }
    faults.sort_by(|one, other| (one.reason, &one.name).cmp(&(other.reason, &other.name)));
    faults
}

fn of_cookie(document: &Document, found: &Found, own: &Own, cookie: &Cookie) -> Vec<Fault> {
    let told = format!("the cookie `{}` of {}", cookie.name, cookie.domain);
    let fault = |reason, what: String| Fault {
        reason,
        kind: "cookie",
        name: cookie.name.clone(),
        text: format!("{told} {what}"),
    };
    let Some((_, declared)) = declared(document, &cookie.name) else {
        return vec![fault(
            Reason::Undeclared,
            format!("is not declared; first seen on {}", cookie.first_seen),
        )];
    };
    let mut faults = Vec::new();
    faults.extend(longer(cookie, declared).map(|what| fault(Reason::LivesLonger, what)));
    let is_own = own.has(&cookie.domain);
    // Scripts of others set cookies of theirs as if they were ours.
    if *declared.party.get_ref() == Party::First && !is_own {
        faults.push(fault(Reason::Party, "is declared as our own".to_owned()));
    }
    let needed = choice_of_cookie(document, declared);
    let missing = missing_flags(cookie, found.is_over_tls, needed);
    if is_own && !missing.is_empty() {
        faults.push(fault(Reason::Flags, format!("has no {}", missing.join(" and no "))));
    }
    let untimely = untimely(needed, &cookie.passes);
    faults.extend(untimely.into_iter().map(|(reason, what)| fault(reason, what.to_owned())));
    faults
}

fn of_stored(document: &Document, stored: &Stored) -> Vec<Fault> {
    if stored.kind == Kind::LocalStorage && stored.name == ANSWER {
        return Vec::new();
    }
    let told = format!("`{}` in the {}", stored.name, stored.kind.label());
    let fault = |reason, what: &str| Fault {
        reason,
        kind: stored.kind.label(),
        name: stored.name.clone(),
        text: format!("{told} {what}"),
    };
    let Some((_, declared)) = declared(document, &stored.name) else {
        return vec![fault(
            Reason::Undeclared,
            &format!("is not declared; first seen on {}", stored.first_seen),
        )];
    };
    let untimely = untimely(choice_of_cookie(document, declared), &stored.passes);
    untimely.into_iter().map(|(reason, what)| fault(reason, what)).collect()
}

fn of_third_party(document: &Document, asked: &ThirdParty) -> Vec<Fault> {
    let fault = |reason, what: &str| Fault {
        reason,
        kind: "host",
        name: asked.host.clone(),
        text: format!("{} {what}", asked.host),
    };
    let is_it =
        |recipient: &&document::Recipient| recipient.hosts.iter().any(|host| *host.get_ref() == asked.host);
    let Some(recipient) = document.recipients.values().find(is_it) else {
        let what =
            format!("is asked for something, and is no recipient's host; first on {}", asked.first_seen);
        return vec![fault(Reason::Undeclared, &what)];
    };
    let of_purposes = recipient.purposes.iter().map(|name| choice_of_purpose(document, name.get_ref()));
    let stated = recipient.choice.as_ref().map(|choice| *choice.get_ref());
    let needed = of_purposes.chain([stated]).max_by_key(|choice| strength(*choice)).flatten();
    untimely(needed, &asked.passes).into_iter().map(|(reason, what)| fault(reason, what)).collect()
}

fn declared<'a>(document: &'a Document, name: &str) -> Option<(&'a str, &'a document::Cookie)> {
    let known = document.cookies.iter().map(|(declared, cookie)| (declared.get_ref().as_str(), cookie));
    known.into_iter().find(|(declared, cookie)| cookie.is_called(declared, name))
}

/// The choice that a cookie needs: what it says, or what its purpose needs.
fn choice_of_cookie(document: &Document, cookie: &document::Cookie) -> Option<Choice> {
    let stated = cookie.choice.as_ref().map(|choice| *choice.get_ref());
    let of_purpose = choice_of_purpose(document, cookie.purpose.get_ref());
    [stated, of_purpose].into_iter().max_by_key(|choice| strength(*choice)).flatten()
}

fn choice_of_purpose(document: &Document, name: &str) -> Option<Choice> {
    let purpose = document.purposes.get(name)?;
    let stated = purpose.choice.as_ref().map(|choice| *choice.get_ref());
    if *purpose.basis.get_ref() == Basis::Consent { Some(Choice::OptIn) } else { stated }
}

const fn strength(choice: Option<Choice>) -> u8 {
    match choice {
        None => 0,
        Some(Choice::OptOut) => 1,
        Some(Choice::OptIn) => 2,
    }
}

/// The passes in which something is there that must not be, by the choice that it needs.
fn untimely(choice: Option<Choice>, passes: &BTreeSet<Pass>) -> Vec<(Reason, &'static str)> {
    let all = [
        (
            Pass::Nothing,
            Reason::WithoutYes,
            "is there before anybody said yes",
            choice == Some(Choice::OptIn),
        ),
        (Pass::Refused, Reason::AfterNo, "is there after a no", choice.is_some()),
        (
            Pass::Signal,
            Reason::UnderSignal,
            "is there although the browser says no (Sec-GPC)",
            choice.is_some(),
        ),
    ];
    let wrong = all.into_iter().filter(|(pass, _, _, is_bound)| *is_bound && passes.contains(pass));
    wrong.map(|(_, reason, what, _)| (reason, what)).collect()
}

/// What is to be said of a cookie that lives longer than declared.
fn longer(cookie: &Cookie, declared: &document::Cookie) -> Option<String> {
    let lives = cookie.seconds?;
    let Some(life) = &declared.life else {
        return Some(format!("lives {}, and is declared to go when the browser closes", days(lives)));
    };
    let most = length(life.get_ref())?;
    (lives > most.saturating_add(SLACK))
        .then(|| format!("lives {}, and is declared to live {}", days(lives), days(most)))
}

/// The length of a span in seconds, with years and months as long as they can be.
fn length(span: &Span) -> Option<i64> {
    // The first day of a leap year.
    let seconds = span.total((Unit::Second, date(2024, 1, 1))).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "a declared life is of so many years at most")]
    let seconds = seconds as i64;
    Some(seconds)
}

fn days(seconds: i64) -> String {
    const DAY: i64 = 24 * 60 * 60;
    match seconds {
        ..DAY => format!("{} minutes", seconds / 60),
        _ => format!("{} days", seconds / DAY),
    }
}

/// What counts people may be set by a script, which can set none with `HttpOnly`; what needs no choice keeps somebody signed in.
fn missing_flags(cookie: &Cookie, is_over_tls: bool, needed: Option<Choice>) -> Vec<&'static str> {
    let flags = [
        ("`Secure`", cookie.secure || !is_over_tls),
        ("`SameSite`", cookie.same_site.is_some()),
        ("`HttpOnly`", cookie.http_only || needed.is_some()),
    ];
    flags.into_iter().filter(|(_, is_there)| !is_there).map(|(flag, _)| flag).collect()
}

#[cfg(test)]
mod tests;
