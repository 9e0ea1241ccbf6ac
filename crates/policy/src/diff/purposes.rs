//! What changes about purposes and recipients that both versions declare.

use super::{Comparison, both, only_listed};
use crate::{
    decide::rules::purpose_choice,
    document::{Basis, Choice, Purpose, Recipient},
    words::{basis, label, list, sentence, strength},
};

impl Comparison<'_> {
    pub(super) fn purposes(&mut self) {
        for (name, was, now) in both(&self.old.purposes, &self.new.purposes) {
            self.purpose(name, was, now);
        }
    }

    fn purpose(&mut self, name: &str, was: &Purpose, now: &Purpose) {
        let declaration = format!("purposes.{name}");
        let what = sentence(now.label.get_ref());
        self.choice(&format!("{what} happens"), (purpose_choice(was), purpose_choice(now)), &declaration);
        let (old, new) = (*was.basis.get_ref(), *now.basis.get_ref());
        if old != new {
            // A restriction (GDPR, article 18) does not stop what the law demands.
            let text = format!("{what} rests on {} instead of {}", basis(new), basis(old));
            self.other(&text, new == Basis::LegalObligation, declaration.clone());
        }
        let gained = only_listed(&now.compatible_with, &was.compatible_with);
        if !gained.is_empty() {
            let from: Vec<&str> = gained.iter().map(|name| label(&self.new.purposes, name)).collect();
            let text = format!("data collected for {} may now also be used for {what}", list(&from));
            self.newly(&text, declaration.clone());
        }
        let lost = only_listed(&was.compatible_with, &now.compatible_with);
        if !lost.is_empty() {
            let from: Vec<&str> = lost.iter().map(|name| label(&self.old.purposes, name)).collect();
            let text = format!("data collected for {} may no longer be used for {what}", list(&from));
            self.no_longer(&text, declaration);
        }
    }

    /// A choice that became weaker or stronger; weaker is material.
    pub(super) fn choice(
        &mut self,
        what: &str,
        (was, now): (Option<Choice>, Option<Choice>),
        declaration: &str,
    ) {
        if was != now {
            let text = format!("{what} {} instead of {}", your(now), your(was));
            self.other(&text, strength(now) < strength(was), declaration);
        }
    }

    pub(super) fn recipients(&mut self) {
        for (name, was, now) in both(&self.old.recipients, &self.new.recipients) {
            self.recipient(&format!("recipients.{name}"), was, now);
        }
    }

    fn recipient(&mut self, declaration: &str, was: &Recipient, now: &Recipient) {
        let who = now.label.get_ref();
        let stated = |one: &Recipient| one.choice.as_ref().map(|choice| *choice.get_ref());
        self.choice(&format!("{who} receives data"), (stated(was), stated(now)), declaration);
        let region = |one: &Recipient| {
            one.region
                .as_ref()
                .map_or_else(|| "an undeclared country".to_owned(), |name| name.get_ref().clone())
        };
        if region(was) != region(now) {
            let text = format!("{who} keeps your data in {} instead of {}", region(now), region(was));
            self.other(&text, true, declaration);
        }
        if was.kind.get_ref() != now.kind.get_ref() {
            let text = format!("{who} is {} instead of {}", kind(now), kind(was));
            self.other(&text, true, declaration);
        }
        self.agreement(declaration, was, now);
    }

    fn agreement(&mut self, declaration: &str, was: &Recipient, now: &Recipient) {
        let who = now.label.get_ref();
        let (Some(old), Some(new)) = (&was.agreement, &now.agreement) else { return };
        let (old, new) = (old.get_ref(), new.get_ref());
        if old.document.get_ref() != new.document.get_ref() {
            let text =
                format!("{who} is bound by {} instead of {}", new.document.get_ref(), old.document.get_ref());
            self.other(&text, false, declaration);
        }
        let (signed, was_signed) = (*new.signed.get_ref(), *old.signed.get_ref());
        if signed != was_signed {
            let text = format!("the agreement with {who} holds from {signed} on instead of {was_signed}");
            self.other(&text, signed < was_signed, declaration);
        }
        let until = [old, new].map(|one| one.until.as_ref().map(|day| *day.get_ref()));
        if until[0] != until[1] {
            let words = until.map(|day| day.map_or_else(|| "it is ended".to_owned(), |day| day.to_string()));
            let text = format!("the agreement with {who} holds until {} instead of {}", words[1], words[0]);
            // Without a last day it holds longest.
            let longer = until[0].is_some_and(|old| until[1].is_none_or(|new| new > old));
            self.other(&text, longer, declaration);
        }
    }
}

fn kind(recipient: &Recipient) -> &'static str {
    use crate::document::RecipientKind;
    match recipient.kind.get_ref() {
        RecipientKind::Processor => "a processor",
        RecipientKind::PaymentProcessor => "a payment processor",
        RecipientKind::Analytics => "an analytics service",
        RecipientKind::Controller => "a controller of its own",
        RecipientKind::Authority => "an authority",
    }
}

/// What a choice leaves to the reader, in words.
const fn your(choice: Option<Choice>) -> &'static str {
    match choice {
        None => "without asking you",
        Some(Choice::OptOut) => "unless you say no",
        Some(Choice::OptIn) => "only after you say yes",
    }
}
