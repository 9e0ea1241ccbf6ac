//! What an account's policy declares more widely than the operator's, apart from uses and retention.

use std::ops::Range;

use jiff::Span;
use toml::Spanned;

use super::{Widening, span_outlasts};
use crate::{
    decide::{rules::lists, uses::text},
    document::{Cookie, Declared, DisclosureGround, Document, Name, Right, SensitiveAction, UnknownAge},
    placeholder::span_text,
    words::strength,
};

pub(super) fn widenings(operator: &Document, account: &Document) -> Vec<Widening> {
    let mut found = Found(Vec::new());
    found.age(operator, account);
    found.sensitive(operator, account);
    found.recipients(operator, account);
    found.cookies(operator, account);
    found.beacons(operator, account);
    found.disclosures(operator, account);
    found.rights(operator, account);
    found.complaints(operator, account);
    found.0
}

struct Found(Vec<Widening>);

impl Found {
    fn note(&mut self, span: Range<usize>, counterexample: String, why: impl Into<String>) {
        self.0.push(Widening { span, counterexample, why: why.into() });
    }

    /// The pairs of a kind that both policies declare; one that only the account declares is a finding.
    fn pairs<'a, T>(
        &mut self,
        kind: &str,
        operator: &'a Declared<T>,
        account: &'a Declared<T>,
    ) -> Vec<(&'a Name, &'a T, &'a T)> {
        let mut pairs = Vec::new();
        for (name, theirs) in account {
            match operator.get(text(name)) {
                Some(outer) => pairs.push((name, outer, theirs)),
                None => self.note(
                    name.span(),
                    format!("{kind}.{} is declared by the account and not by the operator", text(name)),
                    "what the operator's policy does not declare does not happen in its installation",
                ),
            }
        }
        pairs
    }

    /// Names that only the account lists.
    fn more(&mut self, what: &str, operator: &[Name], account: &[Name]) {
        for name in account.iter().filter(|name| !lists(operator, text(name))) {
            let counterexample = format!("{what} {}, in the account's policy only", text(name));
            self.note(name.span(), counterexample, "the operator's policy does not list it");
        }
    }

    /// A term that only the account lets last that long.
    fn longer(&mut self, what: &str, operator: Option<&Span>, account: Option<&Spanned<Span>>) {
        let (Some(outer), Some(theirs)) = (operator, account) else { return };
        if span_outlasts(theirs.get_ref(), outer) {
            let counterexample = format!("{what} {}", span_text(theirs.get_ref()));
            self.note(
                theirs.span(),
                counterexample,
                format!("the operator's policy says {}", span_text(outer)),
            );
        }
    }

    fn age(&mut self, operator: &Document, account: &Document) {
        let (Some(outer), Some(theirs)) = (&operator.age, &account.age) else { return };
        let (outer, theirs) = (outer.get_ref(), theirs.get_ref());
        let (minimum, required) = (*theirs.minimum.get_ref(), *outer.minimum.get_ref());
        if minimum < required {
            let counterexample = format!("data about a person of {minimum} years may be held");
            let why = format!("the operator's policy holds nothing about anyone below {required}");
            self.note(theirs.minimum.span(), counterexample, why);
        }
        if theirs.unknown == UnknownAge::Allow && outer.unknown == UnknownAge::Refuse {
            self.note(
                theirs.minimum.span(),
                "data about a person whose age is unknown may be held".to_owned(),
                "the operator's policy refuses it until the age is known",
            );
        }
    }

    fn sensitive(&mut self, operator: &Document, account: &Document) {
        let (Some(outer), Some(theirs)) = (&operator.sensitive, &account.sensitive) else { return };
        let (outer, theirs) = (outer.get_ref(), theirs.get_ref());
        for (what, strict, action) in [
            ("fields", &outer.accounts, &theirs.accounts),
            ("free text", &outer.free_text, &theirs.free_text),
        ] {
            if *strict.get_ref() == SensitiveAction::Refuse && *action.get_ref() == SensitiveAction::Flag {
                let counterexample = format!("sensitive data in {what} is stored and flagged");
                self.note(action.span(), counterexample, "the operator's policy refuses it");
            }
        }
        for class in outer.classes.iter().filter(|class| !lists(&theirs.classes, text(class))) {
            let counterexample = format!("{} does not count as sensitive", text(class));
            self.note(account_span(account), counterexample, "in the operator's policy it does");
        }
    }

    fn recipients(&mut self, operator: &Document, account: &Document) {
        for (name, theirs) in &account.recipients {
            let Some(outer) = operator.recipients.get(text(name)) else { continue };
            self.more(&format!("pages reach {} at", text(name)), &outer.hosts, &theirs.hosts);
            let (Some(region), Some(declared)) = (&theirs.region, &outer.region) else { continue };
            if text(region) != text(declared) {
                let counterexample = format!("{} keeps data in {}", text(name), text(region));
                let why = format!("the operator's policy says it keeps them in {}", text(declared));
                self.note(region.span(), counterexample, why);
            }
        }
    }

    fn cookies(&mut self, operator: &Document, account: &Document) {
        for (name, outer, theirs) in self.pairs("cookies", &operator.cookies, &account.cookies) {
            self.cookie(name, outer, theirs);
        }
    }

    fn cookie(&mut self, name: &Name, outer: &Cookie, theirs: &Cookie) {
        let cookie = text(name);
        if text(&outer.purpose) != text(&theirs.purpose) {
            let counterexample = format!("the cookie {cookie} serves {}", text(&theirs.purpose));
            let why = format!("in the operator's policy it serves {}", text(&outer.purpose));
            self.note(theirs.purpose.span(), counterexample, why);
        }
        let strict = outer.choice.as_ref().map(|choice| *choice.get_ref());
        let stated = theirs.choice.as_ref().map(|choice| *choice.get_ref());
        if strength(stated) < strength(strict) {
            let span = theirs.choice.as_ref().map_or_else(|| name.span(), |choice| choice.span());
            let counterexample = format!("the cookie {cookie} is set with less choice for the person");
            self.note(span, counterexample, "the operator's policy leaves more to the person");
        }
        for called in theirs.names.iter().filter(|called| !outer.called(cookie).contains(&text(called))) {
            let counterexample = format!("the cookie {cookie} is called {}", text(called));
            self.note(called.span(), counterexample, "in the operator's policy it is not called so");
        }
        match (&outer.life, &theirs.life) {
            (None, Some(life)) => self.note(
                life.span(),
                format!("the cookie {cookie} lives {}", span_text(life.get_ref())),
                "in the operator's policy it goes when the browser closes",
            ),
            (outer, theirs) => {
                let outer = outer.as_ref().map(|life| life.get_ref());
                self.longer(&format!("the cookie {cookie} lives"), outer, theirs.as_ref());
            }
        }
    }

    fn beacons(&mut self, operator: &Document, account: &Document) {
        for (name, outer, theirs) in self.pairs("beacons", &operator.beacons, &account.beacons) {
            self.more(&format!("the beacon {} stands in", text(name)), &outer.places, &theirs.places);
        }
    }

    fn disclosures(&mut self, operator: &Document, account: &Document) {
        for (name, outer, theirs) in self.pairs("disclosures", &operator.disclosures, &account.disclosures) {
            self.disclosure(name, outer, theirs);
        }
    }

    fn disclosure(&mut self, name: &Name, outer: &DisclosureGround, theirs: &DisclosureGround) {
        let ground = text(name);
        self.more(&format!("on the ground {ground} data goes to"), &outer.to, &theirs.to);
        self.more(&format!("on the ground {ground} goes out the"), &outer.categories, &theirs.categories);
        let (approvals, required) = (*theirs.approvals.get_ref(), *outer.approvals.get_ref());
        if approvals < required {
            let counterexample = format!("on the ground {ground} data goes out with {approvals} approvals");
            let why = format!("the operator's policy asks for {required}");
            self.note(theirs.approvals.span(), counterexample, why);
        }
        if outer.notify && !theirs.notify {
            let counterexample = format!("on the ground {ground} data goes out and the person is not told");
            self.note(name.span(), counterexample, "the operator's policy tells the person");
        }
    }

    fn rights(&mut self, operator: &Document, account: &Document) {
        for (name, theirs) in &account.rights {
            let Some(outer) = operator.rights.get(text(name)) else { continue };
            self.right(text(name), outer, theirs);
        }
    }

    /// An account may answer sooner and leave longer to appeal.
    fn complaints(&mut self, operator: &Document, account: &Document) {
        let (Some(outer), Some(theirs)) = (&operator.complaints, &account.complaints) else { return };
        let (outer, theirs) = (outer.get_ref(), theirs.get_ref());
        let acknowledge = Some(outer.acknowledge.get_ref());
        self.longer("a complaint is acknowledged within", acknowledge, Some(&theirs.acknowledge));
        self.longer("a complaint is answered within", Some(outer.answer.get_ref()), Some(&theirs.answer));
        if span_outlasts(&outer.appeal(), &theirs.appeal()) {
            let term = theirs.appeal.as_ref().unwrap_or(&theirs.answer);
            let counterexample =
                format!("a decision on a complaint can be appealed for {} only", span_text(&theirs.appeal()));
            let why = format!("the operator's policy says {}", span_text(&outer.appeal()));
            self.note(term.span(), counterexample, why);
        }
    }

    fn right(&mut self, name: &str, outer: &Right, theirs: &Right) {
        let deadline = outer.deadline.as_ref().map(|span| span.get_ref());
        self.longer(&format!("the right {name} is answered within"), deadline, theirs.deadline.as_ref());
        let none = Span::new();
        let extension = outer.extension.as_ref().map_or(&none, |span| span.get_ref());
        self.longer(
            &format!("the deadline of the right {name} may be extended by"),
            Some(extension),
            theirs.extension.as_ref(),
        );
        self.more(&format!("the right {name} is limited by"), &outer.exceptions, &theirs.exceptions);
    }
}

fn account_span(account: &Document) -> Range<usize> {
    account.sensitive.as_ref().map_or(0..0, |sensitive| sensitive.span())
}
