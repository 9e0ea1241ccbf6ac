use domain::{
    AccountId, Address, Hold, HoldId, HoldState, IncidentId, LinkId, Message, MessageId, MessageState,
    Personal, RequestId, SubjectId,
    incident::{Open, State},
    message::{Announced, Topic},
    request::{Channel, Terms},
};
use gate::{Announcement, Due};
use jiff::{Span, civil::Date};

use super::*;

/// Where the server is found.
const HERE: &str = "https://privacy.example";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn request(state: RequestState) -> Request {
    let received = at("2027-03-31T10:00:00Z");
    Request {
        id: RequestId::from_bytes([1; 16]),
        account: AccountId::from_bytes([2; 16]),
        passed_on_by: None,
        is_taken_over: false,
        right: Right::Access,
        channel: Channel::Api,
        record: None,
        requester: None,
        identifiers: Vec::new(),
        subjects: Vec::new(),
        terms: Terms::new(received, Span::new().months(1), None),
        state,
        tasks: Vec::new(),
        redactions: Vec::new(),
        steps: Vec::new(),
        told: None,
        claim: None,
        assigned_to: None,
        version: 1,
    }
}

fn letter(template: message::Template, says: Says) -> Letter {
    let about = match &says {
        Says::Code(request, ..) | Says::Request(request, _) => Topic::Request(request.id),
        Says::Hold(hold) => Topic::Hold(hold.id),
        Says::Policy(told) => {
            Topic::Policy(Announced { version: told.version, client: AccountId::from_bytes([2; 16]) })
        }
        Says::Incident(incident, _) => Topic::Incident(incident.id),
        Says::Link(..) => Topic::Link(LinkId::from_bytes([6; 16])),
        Says::Password(_) => Topic::Member(SubjectId::from_bytes([7; 16])),
        Says::Waits(_) => Topic::Day(Date::constant(2027, 5, 2)),
    };
    let message = Message {
        id: MessageId::from_bytes([9; 16]),
        account: AccountId::from_bytes([2; 16]),
        subject: None,
        template,
        about: Some(about),
        to: Address::Custodian,
        since: Timestamp::UNIX_EPOCH,
        is_counted: false,
        state: MessageState::Waiting { attempts: 0, next_at: Timestamp::UNIX_EPOCH, why: None },
        version: 1,
    };
    Letter {
        message,
        to: Personal::new("ada@example.com".to_owned()),
        controller: "Kupferkessel & Söhne".to_owned(),
        custodian: "dpo@kupferkessel.example".to_owned(),
        says,
        link: None,
    }
}

/// Before anything that is told of is over.
fn early() -> Timestamp {
    at("2027-03-31T10:00:00Z")
}

fn says(state: RequestState, because: &str) -> Says {
    let because = (!because.is_empty()).then(|| Personal::new(because.to_owned()));
    Says::Request(Box::new(request(state)), because)
}

fn hold() -> Says {
    Says::Hold(Box::new(Hold {
        id: HoldId::from_bytes([3; 16]),
        account: AccountId::from_bytes([2; 16]),
        subject: SubjectId::from_bytes([4; 16]),
        exception: "fraud".to_owned(),
        record_types: Vec::new(),
        version: 1,
        placed_at: Timestamp::UNIX_EPOCH,
        state: HoldState::Placed { review_at: Timestamp::UNIX_EPOCH },
        is_waking: true,
    }))
}

fn incident(countdown: Countdown) -> Says {
    let incident = Incident {
        id: IncidentId::from_bytes([5; 16]),
        account: AccountId::from_bytes([2; 16]),
        version: 1,
        opened_at: Timestamp::UNIX_EPOCH,
        aware_at: at("2027-03-31T10:00:00Z"),
        state: State::Open(Open::default()),
        report: Vec::new(),
        entry: None,
    };
    Says::Incident(Box::new(incident), countdown)
}

fn policy_change(must_accept: bool) -> Says {
    let sentences = ["Orders are kept 9 years instead of 7 years.", "Section 4, Use, is reworded."];
    let sentences = sentences.map(str::to_owned).to_vec();
    Says::Policy(Announcement { version: 3, day: Date::constant(2027, 5, 2), sentences, must_accept })
}

/// A link by which a password is set.
fn password() -> Says {
    Says::Password(Some((Personal::new("5e5e".to_owned()), at("2027-05-01T12:30:00Z"))))
}

fn waits() -> Says {
    let soon = Due { requests: 2, complaints: 1, holds: 0 };
    Says::Waits(Waits { soon, over: Due { holds: 1, ..Due::default() }, incidents: 1 })
}

/// Every letter that there can be.
fn all() -> Vec<Letter> {
    use message::Template as T;
    let open = || RequestState::Open;
    let answered = |answer| RequestState::Fulfilled { at: Timestamp::UNIX_EPOCH, answer };
    let until = at("2027-05-01T12:30:00Z");
    let package = Answer::Package { until, fetched_at: None, is_over: false };
    let code =
        Says::Code(Box::new(request(RequestState::Verifying)), Personal::new("7K2+M=0QZ1".to_owned()), until);
    let milestone = Milestone::Half;
    vec![
        letter(T::Code { number: 1 }, code),
        letter(T::Link, Says::Link(Personal::new("5e5e".to_owned()), until)),
        letter(T::SignUp, password()),
        letter(T::Known, Says::Password(None)),
        letter(T::Invitation, password()),
        letter(T::InvitedElsewhere, Says::Password(None)),
        letter(T::Recovery, password()),
        letter(T::Address, password()),
        letter(T::AddressChanged, Says::Password(None)),
        letter(T::PasskeyCopied, Says::Password(None)),
        letter(T::Received, says(RequestState::Verifying, "")),
        letter(T::Extended, says(open(), "the archive is being moved")),
        letter(T::Extended, says(open(), "")),
        letter(T::Paused, says(open(), "which account do you mean?")),
        letter(T::Paused, says(open(), "")),
        letter(T::Refused, says(open(), "asked three times this week")),
        letter(T::Refused, says(open(), "")),
        letter(T::Fulfilled, says(answered(package), "")),
        letter(T::Fulfilled, says(answered(Answer::Erased { erasures: Vec::new() }), "")),
        letter(T::Fulfilled, says(answered(Answer::Done), "")),
        letter(T::PassedOn, says(open(), "")),
        letter(T::RequestClock { milestone }, says(open(), "")),
        letter(T::RequestClock { milestone: Milestone::FourFifths }, says(open(), "")),
        letter(T::RequestClock { milestone: Milestone::Due }, says(open(), "")),
        letter(T::HoldReview, hold()),
        letter(T::PolicyChange, policy_change(false)),
        letter(T::PolicyChange, policy_change(true)),
        letter(T::MustAccept, policy_change(true)),
        letter(T::Digest, waits()),
        letter(T::IncidentClock { milestone }, incident(Countdown::Running { hours_left: 35 })),
        letter(
            T::IncidentClock { milestone: Milestone::Due },
            incident(Countdown::Overdue { hours_over: 1 }),
        ),
    ]
}

#[test]
fn every_mail_is_whole() {
    let said: Vec<String> = all()
        .iter()
        .map(|letter| {
            let (subject, text) = render(letter, (early(), HERE)).unwrap();
            let name = letter.message.template.as_str();
            assert!(!subject.is_empty() && subject.len() < 78, "{name}: {subject}");
            assert!(!text.contains("\n\n\n") && !text.starts_with('\n'), "{name}: {text}");
            let reference = letter.message.about.unwrap().to_string();
            assert!(text.contains(&format!("Reference: {reference}")), "{name}: {text}");
            // Plain text: nothing is escaped as if it were markup, and the address is nowhere in it.
            assert!(!text.contains("&#") && !text.contains("ada@example.com"), "{name}: {text}");
            format!("=== {subject}\n{text}")
        })
        .collect();
    let all = said.join("\n");
    for part in [
        "    7K2+M=0QZ1\n",
        "The code is good until 1 May 2027, 12:30 UTC",
        "    https://privacy.example/privacy/open?link=5e5e\n",
        "    https://privacy.example/address?link=5e5e\n",
        "It is to be answered by 30 April 2027.",
        "the archive is being moved",
        "which account do you mean?",
        "asked three times this week",
        "fetched once, until 1 May 2027, 12:30 UTC",
        "What is needed is not in this mail",
        "The reason is not in this mail",
        "a certificate says so",
        "=== Four fifths of the time are over for a request",
        "the exception \"fraud\"",
        "must be told by 3 April 2027, 10:00 UTC",
        "=== The privacy policy changes on 2 May 2027\n",
        "- Orders are kept 9 years instead of 7 years.\n- Section 4, Use, is reworded.\n",
        "You can accept it now.",
        "nothing that you must do",
        "has not accepted version 3 of the policy",
        "=== The 72 hours of an incident are over",
        "- 1 hold should have been looked at again\n- 1 incident is not closed\n- 2 requests are due within a week\n- 1 complaint",
        "Kupferkessel & Söhne",
    ] {
        assert!(all.contains(part), "{part} is missing in\n{all}");
    }
}

#[test]
fn a_line_break_in_a_name_makes_no_second_line_of_the_subject() {
    let mut letter = all().remove(1);
    letter.controller = "Evil\r\nBcc: everyone@example.com".to_owned();
    let (subject, _) = render(&letter, (early(), HERE)).unwrap();
    assert!(!subject.contains(['\r', '\n']), "{subject:?}");
}

#[test]
fn a_package_that_cannot_be_fetched_any_more_is_not_promised() {
    let until = at("2027-05-01T12:30:00Z");
    let told = |package, now| {
        let state = RequestState::Fulfilled { at: Timestamp::UNIX_EPOCH, answer: package };
        render(&letter(message::Template::Fulfilled, says(state, "")), (now, HERE)).unwrap().1
    };
    let waits = Answer::Package { until, fetched_at: None, is_over: false };
    let fetched = Answer::Package { until, fetched_at: Some(early()), is_over: false };
    let over = Answer::Package { until, fetched_at: None, is_over: true };
    assert!(told(waits.clone(), early()).contains("fetched once, until"));
    for (package, now) in [(waits, until), (fetched, early()), (over, early())] {
        let text = told(package, now);
        assert!(!text.contains("is ready") && text.contains("was fetched, or the time"), "{text}");
    }
}

#[test]
fn a_code_can_be_proved_by_a_link_too() {
    let mut letter = all().remove(0);
    letter.link = Some(Personal::new("5e5e".to_owned()));
    let (_, text) = render(&letter, (early(), HERE)).unwrap();
    assert!(text.contains("    https://privacy.example/privacy/prove?link=5e5e\n"), "{text}");
    assert!(!text.contains("\n\n\n"), "{text}");
}

#[test]
fn a_certificate_can_be_had_from_the_mail_that_tells_of_it() {
    let erased = Answer::Erased { erasures: Vec::new() };
    let state = RequestState::Fulfilled { at: Timestamp::UNIX_EPOCH, answer: erased };
    let mut letter = letter(message::Template::Fulfilled, says(state, ""));
    letter.link = Some(Personal::new("5e5e".to_owned()));
    let (_, text) = render(&letter, (early(), HERE)).unwrap();
    assert!(text.contains("    https://privacy.example/privacy/certificate?link=5e5e\n"), "{text}");
}

#[test]
fn a_template_that_does_not_fit_its_noun_says_nothing() {
    assert_eq!(
        render(&letter(message::Template::Fulfilled, says(RequestState::Open, "")), (early(), HERE)),
        None
    );
}
