//! What the privacy center calls things.

use domain::{
    About, Action, Request, RequestState, Right,
    complaint::{ComplaintState, Matter, Outcome, What},
    request::{self, Answer},
};
use policy::Document;
use web::Language;

/// What was done, of what concerns a person; none for what is only of how this server works.
pub(super) const fn done(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::SubjectCreated => "you became known here",
        Action::SubjectRead => "your data was read",
        Action::SubjectLookedUp => "you were looked up",
        Action::DecisionAsked => "it was asked whether your data may be used",
        Action::RecordCreated => "something about you was stored",
        Action::RecordRead => "one piece of your data was read",
        Action::RecordUpdated => "one piece of your data was changed",
        Action::RecordDeleted => "one piece of your data was deleted",
        Action::RecordExpired => "what was held long enough was deleted",
        Action::MetadataRead => "what is known of your data was read",
        Action::MetadataChanged => "what is known of your data was changed",
        Action::SubjectMerged | Action::MergeEnded => {
            "you were found to be known twice, and are one person now"
        }
        Action::RecordsMoved => "pieces of your data were put where they belong",
        Action::SubjectSplit => "what was another person’s was taken away",
        Action::ChoiceChanged => "a choice of yours was recorded",
        Action::HoldPlaced => "something must not be deleted",
        Action::HoldReviewed => "what must not be deleted was looked at again",
        Action::HoldReleased => "what had to stay may be deleted again",
        Action::RequestOpened => "a request of yours came in",
        Action::RequestFulfilled => "a request of yours was fulfilled",
        Action::RequestRefused => "a request of yours was refused",
        Action::RequestExtended => "more time was taken for a request of yours",
        Action::RequestPaused => "something is awaited from you for a request of yours",
        Action::RequestResumed => "the clock of a request of yours runs on",
        Action::RequestWithdrawn => "a request of yours was taken back",
        Action::RequestFetched => "the package of a request of yours was fetched",
        Action::ComplaintOpened => "a complaint or question of yours came in",
        Action::ComplaintDecided => "a complaint of yours was decided, or a question answered",
        Action::MessageSent => "a mail was sent to you",
        Action::LinkAsked => "a link to this place was asked for",
        Action::SessionStarted => "you came in here",
        Action::SessionEnded => "you went out here",
        Action::DeletionRefused => "something was not deleted, as it must be kept",
        _ => return None,
    })
}

/// What a person asks for, in a few words.
pub(super) const fn asked(right: Right) -> &'static str {
    match right {
        Right::Access => "a copy of everything",
        Right::Rectification => "a correction",
        Right::Erasure => "an erasure",
        Right::Restriction => "a limit of all use",
        Right::Portability => "a copy to take along",
        Right::Objection => "an objection to a use",
    }
}

/// What happens when they ask for it.
pub(super) const fn explained(right: Right) -> &'static str {
    match right {
        Right::Access | Right::Portability => {
            "You get a package with all that is held, who has looked at it and what you chose: a page to read, and files for other \
             programs. It is put together once somebody made sure that nothing of anyone else is in it, and can be fetched here, once."
        }
        Right::Rectification => {
            "Say what is wrong and what would be right. Somebody looks at it, corrects it or tells you why not."
        }
        Right::Erasure => {
            "What is held about you is destroyed, so that nobody can read it any more, and you get a certificate that proves it. It \
             cannot be undone, and you cannot come in here any more after that."
        }
        Right::Restriction => {
            "Nobody uses what is held about you from then on, but for what the law obliges to. It stays, and you can lift the limit \
             under your choices."
        }
        Right::Objection => {
            "Say which use you object to, and why. Somebody looks at it, ends the use or tells you why not."
        }
    }
}

/// What has happened with a request.
pub(super) const fn asked_step(what: request::What) -> &'static str {
    match what {
        request::What::Verified => "it was shown that it is you",
        request::What::Withdrawn => "you took it back",
        request::What::Amended => "you added to it",
        other => crate::routes::pages::console::words::step(other),
    }
}

/// Where a request stands.
pub(super) fn state(request: &Request) -> &'static str {
    match &request.state {
        RequestState::Verifying => "it is not shown yet that it is you",
        RequestState::Open if request.terms.is_paused() => "something is awaited from you",
        RequestState::Open => "it is being looked at",
        RequestState::Fulfilled { answer: Answer::Package { .. }, .. } => "the package was made",
        RequestState::Fulfilled { .. } => "done",
        RequestState::Refused { .. } => "refused",
        RequestState::Withdrawn { .. } => "you took it back",
        RequestState::Lapsed { .. } => "nobody showed to be you in time",
        RequestState::Duplicate { .. } => "you had asked for the same before",
    }
}

/// What a person writes about.
pub(super) const fn matter(matter: Matter) -> &'static str {
    match matter {
        Matter::Complaint => "a complaint",
        Matter::Question => "a question",
        Matter::Allegation => "a report of misuse",
    }
}

/// Where a complaint stands.
pub(super) const fn complaint(state: ComplaintState) -> &'static str {
    match state {
        ComplaintState::Received => "it came in",
        ComplaintState::Acknowledged => "it is being looked into",
        ComplaintState::Decided => "it was decided; you can turn to somebody else",
        ComplaintState::Appealed => "somebody else decides it anew",
        ComplaintState::Settled => "it was decided; something is still to be done",
        ComplaintState::Closed { .. } => "nothing is left to be done",
        ComplaintState::Withdrawn { .. } => "you took it back",
    }
}

/// What has happened with a complaint.
pub(super) const fn step(what: What) -> &'static str {
    match what {
        What::Received => "it came in",
        What::Acknowledged => "it was acknowledged",
        What::Assigned => "somebody sees to it",
        What::Decided { outcome: Outcome::Upheld } => "decided: you are right",
        What::Decided { outcome: Outcome::Partly } => "decided: you are partly right",
        What::Decided { outcome: Outcome::Rejected } => "decided: it is not so",
        What::Decided { outcome: Outcome::Answered } => "answered",
        What::Appealed => "you turned to somebody else",
        What::RemedyDue => "something is to be done about it",
        What::Remedied => "it was done",
        What::Escalated => "it is looked into as an incident",
        What::Told { .. } => "whoever sees to it was reminded",
        What::RemedyLate => "what was to be done is late",
        What::Settled => "the time to turn to somebody else is over",
        What::Withdrawn => "you took it back",
    }
}

/// What something that one decides about is, and what is asked.
pub(super) fn choice(
    language: Language,
    document: &Document,
    (controller, about): (&str, &About),
) -> (String, String) {
    let asked = |question: &str, label: &str| language.fill_two(question, (controller, label));
    match about {
        About::Purpose(name) => {
            let declared = document.purposes.get(name.as_str());
            let label = declared.map_or(name.as_str(), |purpose| purpose.label.get_ref());
            (label.to_owned(), asked("May {} use your data for {}?", label))
        }
        About::Recipient(name) => {
            let declared = document.recipients.get(name.as_str());
            let label = declared.map_or(name.as_str(), |recipient| recipient.label.get_ref());
            (label.to_owned(), asked("May {} pass data about you on to {}?", label))
        }
        About::Processing => {
            let asked = asked("May {} use your data again, as the policy says?", "");
            (language.say("all use").to_owned(), asked)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands between quotation marks in a text.
    fn quoted(source: &str) -> impl Iterator<Item = String> {
        let source = source.replace("\\\n", "");
        let quoted: Vec<String> = source.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        quoted.into_iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn whatever_is_called_something_here_is_called_so_in_german() {
        let words = include_str!("words.rs").split("#[cfg(test)]").next().unwrap();
        let steps = include_str!("../console/words.rs")
            .split("/// What has happened with a request.")
            .nth(1)
            .unwrap();
        let sentences = quoted(words).chain(quoted(steps)).filter(|text| text.contains(' '));
        let sentences: Vec<String> = sentences.collect();
        assert!(sentences.len() > 80, "{sentences:?}");
        for english in sentences {
            assert_ne!(Language::German.say(&english), english);
        }
    }
}
