//! What mails say: each is a template with a typed context, in `templates/mail`, all of them in one place so that they can be
//! translated. The first line is the subject, the text follows after an empty one.

#[cfg(test)]
mod tests;

use askama::Template;
use domain::{
    Incident, Request, RequestState, Right, calendar,
    incident::{Countdown, due_at},
    message,
    request::{Answer, Milestone},
};
use gate::{Announcement, Letter, Says, Waits};
use jiff::{Timestamp, civil::Date};

/// What every mail has.
struct Frame<'a> {
    /// Whom it is from.
    controller: &'a str,
    /// Whom to turn to.
    custodian: &'a str,
    /// What it is about.
    reference: String,
}

macro_rules! mails {
    ($($(#[$doc:meta])* $name:ident = $file:literal { $($field:ident: $type:ty),* };)*) => {$(
        $(#[$doc])*
        #[derive(Template)]
        #[template(path = $file)]
        struct $name<'a> {
            frame: Frame<'a>,
            $($field: $type,)*
        }
    )*};
}

mails! {
    /// The code that proves an identifier.
    CodeMail = "mail/code.txt" { code: &'a str, link: Option<String>, until: String };
    /// The way into the privacy center.
    LinkMail = "mail/link.txt" { link: String, until: String };
    /// By this link a Client's account is opened.
    SignUpMail = "mail/sign_up.txt" { link: String, until: String };
    /// Somebody signs up who signs in already.
    KnownMail = "mail/known.txt" { sign_in: String, recovery: String };
    /// By this link somebody comes in who was invited.
    InvitationMail = "mail/invitation.txt" { link: String, until: String };
    /// Somebody is invited who signs in for another account.
    InvitedElsewhereMail = "mail/invited_elsewhere.txt" {};
    /// By this link another password is set.
    RecoveryMail = "mail/recovery.txt" { link: String, until: String };
    /// By this link somebody signs in with another address.
    AddressMail = "mail/address.txt" { link: String, until: String };
    /// They do, and are told at the old one.
    AddressChangedMail = "mail/address_changed.txt" {};
    /// A passkey may have been copied.
    PasskeyCopiedMail = "mail/passkey_copied.txt" {};
    /// A request was received.
    ReceivedMail = "mail/received.txt" { right: &'static str, received: String, due: String };
    /// More time was taken.
    ExtendedMail = "mail/extended.txt" { because: &'a str, due: String };
    /// Something is awaited from the person.
    PausedMail = "mail/paused.txt" { because: &'a str };
    /// It was refused.
    RefusedMail = "mail/refused.txt" { right: &'static str, because: &'a str };
    /// It was done.
    FulfilledMail = "mail/fulfilled.txt" {
        right: &'static str, until: Option<String>, is_erased: bool, is_over: bool,
        certificate: Option<String>
    };
    /// It is a Client's to answer.
    PassedOnMail = "mail/passed_on.txt" { right: &'static str, due: String };
    /// Its time goes by.
    RequestClockMail = "mail/request_clock.txt" { how_much: &'static str, right: &'static str, due: String };
    /// A hold must be looked at again.
    HoldReviewMail = "mail/hold_review.txt" { exception: &'a str };
    /// The 72 hours go by.
    IncidentClockMail = "mail/incident_clock.txt" { is_over: bool, due: String };
    /// The policy changes.
    PolicyChangeMail = "mail/policy_change.txt" { day: String, sentences: &'a [String], must_accept: bool };
    /// It changes soon, and must be accepted.
    MustAcceptMail = "mail/must_accept.txt" { day: String, version: u32, sentences: &'a [String] };
    /// What waits today.
    DigestMail = "mail/digest.txt" { lines: Vec<String> };
}

/// The subject and the text of a letter, of a server that people find at an address; none when its message has nothing to say of its noun.
pub(super) fn render(letter: &Letter, (now, address): (Timestamp, &str)) -> Option<(String, String)> {
    let reference = letter.message.about.map(|about| about.to_string()).unwrap_or_default();
    let frame = Frame { controller: &letter.controller, custodian: &letter.custodian, reference };
    let beside = |path: &str| {
        letter.link.as_ref().map(|link| format!("{address}/privacy/{path}?link={}", link.reveal()))
    };
    let rendered = match &letter.says {
        Says::Code(_, code, until) => {
            let (code, link) = (code.reveal(), beside("prove"));
            CodeMail { frame, code, link, until: moment(*until) }.render()
        }
        Says::Request(request, because) => {
            let because = because.as_ref().map_or("", |because| because.reveal().trim());
            let said = (because, beside("certificate"));
            return of_request(frame, (letter.message.template, now), request, said)
                .map(|text| in_two(&text));
        }
        Says::Hold(hold) => HoldReviewMail { frame, exception: &hold.exception }.render(),
        Says::Incident(incident, countdown) => of_incident(frame, incident, *countdown),
        Says::Link(secret, until) => {
            let link = format!("{address}/privacy/open?link={}", secret.reveal());
            LinkMail { frame, link, until: moment(*until) }.render()
        }
        Says::Password(link) => {
            let link = link.as_ref().map(|(secret, until)| (secret.reveal().as_str(), *until));
            of_password(frame, letter.message.template, address, link)
        }
        Says::Policy(announcement) => of_policy(frame, letter.message.template, announcement),
        Says::Waits(waits) => DigestMail { frame, lines: waiting(waits) }.render(),
    };
    rendered.ok().map(|text| in_two(&text))
}

fn of_request(
    frame: Frame<'_>,
    (template, now): (message::Template, Timestamp),
    request: &Request,
    (because, certificate): (&str, Option<String>),
) -> Option<String> {
    let (right, due) = (right(request.right), day(request.terms.due_at()));
    let rendered = match template {
        message::Template::Received => {
            let received = day(request.terms.received_at);
            ReceivedMail { frame, right, received, due }.render()
        }
        message::Template::Extended => ExtendedMail { frame, because, due }.render(),
        message::Template::Paused => PausedMail { frame, because }.render(),
        message::Template::Refused => RefusedMail { frame, right, because }.render(),
        message::Template::Fulfilled => of_answer(frame, request, now, certificate)?.render(),
        message::Template::PassedOn => PassedOnMail { frame, right, due }.render(),
        message::Template::RequestClock { milestone } => {
            RequestClockMail { frame, how_much: how_much(milestone), right, due }.render()
        }
        _ => return None,
    };
    rendered.ok()
}

/// What came of a request; nothing of the package itself, nor of one that cannot be fetched any more.
fn of_answer<'a>(
    frame: Frame<'a>,
    request: &Request,
    now: Timestamp,
    certificate: Option<String>,
) -> Option<FulfilledMail<'a>> {
    let RequestState::Fulfilled { answer, .. } = &request.state else { return None };
    let (until, is_erased) = match answer {
        Answer::Package { until, fetched_at: None, is_over: false } if *until > now => {
            (Some(moment(*until)), false)
        }
        Answer::Erased { .. } => (None, true),
        Answer::Package { .. } | Answer::Done => (None, false),
    };
    let is_over = until.is_none() && matches!(answer, Answer::Package { .. });
    Some(FulfilledMail { frame, right: right(request.right), until, is_erased, is_over, certificate })
}

fn of_incident(frame: Frame<'_>, incident: &Incident, countdown: Countdown) -> Result<String, askama::Error> {
    let is_over = matches!(countdown, Countdown::Overdue { .. });
    IncidentClockMail { frame, is_over, due: moment(due_at(incident.aware_at)) }.render()
}

/// What is told to somebody who signs in, or will.
fn of_password(
    frame: Frame<'_>,
    template: message::Template,
    address: &str,
    link: Option<(&str, Timestamp)>,
) -> Result<String, askama::Error> {
    let Some((secret, until)) = link else {
        match template {
            message::Template::InvitedElsewhere => return InvitedElsewhereMail { frame }.render(),
            message::Template::AddressChanged => return AddressChangedMail { frame }.render(),
            message::Template::PasskeyCopied => return PasskeyCopiedMail { frame }.render(),
            _ => {}
        }
        let (sign_in, recovery) = (format!("{address}/sign-in"), format!("{address}/recovery"));
        return KnownMail { frame, sign_in, recovery }.render();
    };
    let until = moment(until);
    if template == message::Template::Address {
        return AddressMail { frame, link: format!("{address}/address?link={secret}"), until }.render();
    }
    let link = format!("{address}/invitation?link={secret}");
    match template {
        message::Template::SignUp => SignUpMail { frame, link, until }.render(),
        message::Template::Recovery => RecoveryMail { frame, link, until }.render(),
        _ => InvitationMail { frame, link, until }.render(),
    }
}

fn of_policy(
    frame: Frame<'_>,
    template: message::Template,
    Announcement { version, day, sentences, must_accept }: &Announcement,
) -> Result<String, askama::Error> {
    let (day, must_accept) = (written(*day), *must_accept);
    match template {
        message::Template::MustAccept => MustAcceptMail { frame, day, version: *version, sentences }.render(),
        _ => PolicyChangeMail { frame, day, sentences, must_accept }.render(),
    }
}

/// What waits, a line each, what is over first.
fn waiting(waits: &Waits) -> Vec<String> {
    let Waits { soon, over, incidents } = *waits;
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let lines = [
        counted(over.requests, "request is overdue", "requests are overdue"),
        counted(over.complaints, "complaint is overdue", "complaints are overdue"),
        counted(
            over.holds,
            "hold should have been looked at again",
            "holds should have been looked at again",
        ),
        counted(incidents, "incident is not closed", "incidents are not closed"),
        counted(soon.requests, "request is due within a week", "requests are due within a week"),
        counted(soon.complaints, "complaint is due within a week", "complaints are due within a week"),
        counted(
            soon.holds,
            "hold is looked at again within a week",
            "holds are looked at again within a week",
        ),
    ];
    lines.into_iter().flatten().collect()
}

/// The first line and the rest. A line break in a value cannot make another header of a subject: it ends it.
fn in_two(text: &str) -> (String, String) {
    let (subject, rest) = text.split_once('\n').unwrap_or((text, ""));
    let subject = subject.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    (subject, rest.trim_start().to_owned())
}

const fn right(right: Right) -> &'static str {
    match right {
        Right::Access => "to see the personal data that is held",
        Right::Rectification => "to have personal data corrected",
        Right::Erasure => "to have personal data erased",
        Right::Restriction => "to have the use of personal data restricted",
        Right::Portability => "to take personal data along",
        Right::Objection => "to object to a use of personal data",
    }
}

const fn how_much(milestone: Milestone) -> &'static str {
    match milestone {
        Milestone::Half => "Half of the time is over",
        Milestone::FourFifths => "Four fifths of the time are over",
        Milestone::Due => "The time is over",
    }
}

fn day(at: Timestamp) -> String {
    written(calendar::day(at))
}

fn written(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}
