//! Rights, ages and sensitive classes.

use super::{Comparison, Nothing, both, only, only_listed};
use crate::{
    document::{AgeRule, Right, SensitiveAction, UnknownAge},
    words::{label, list},
};

const NO_DEADLINE: Nothing = Nothing { words: "no deadline", endless: true };
const NO_EXTENSION: Nothing = Nothing { words: "no time", endless: false };

impl Comparison<'_> {
    pub(super) fn rights(&mut self) {
        for (name, right) in only(&self.new.rights, &self.old.rights) {
            let text = format!("you may now ask to {}", right.label.get_ref());
            self.other(&text, false, format!("rights.{name}"));
        }
        for (name, right) in only(&self.old.rights, &self.new.rights) {
            let text = format!("you may no longer ask to {}", right.label.get_ref());
            self.other(&text, true, format!("rights.{name}"));
        }
        for (name, was, now) in both(&self.old.rights, &self.new.rights) {
            self.right(&format!("rights.{name}"), was, now);
        }
    }

    fn right(&mut self, declaration: &str, was: &Right, now: &Right) {
        let asked = now.label.get_ref();
        let answered = format!("a request to {asked} is answered within");
        self.term(&answered, (was.deadline.as_ref(), now.deadline.as_ref()), NO_DEADLINE, declaration);
        let extended = format!("the deadline of a request to {asked} may be extended by");
        self.term(&extended, (was.extension.as_ref(), now.extension.as_ref()), NO_EXTENSION, declaration);
        for (material, wide, narrow, words) in [
            (false, &now.roles, &was.roles, "may now ask to"),
            (true, &was.roles, &now.roles, "may no longer ask to"),
        ] {
            let document = if material { self.old } else { self.new };
            let roles: Vec<&str> =
                only_listed(wide, narrow).into_iter().map(|role| label(&document.roles, role)).collect();
            if !roles.is_empty() {
                self.other(&format!("{} {words} {asked}", list(&roles)), material, declaration);
            }
        }
        for exception in only_listed(&now.exceptions, &was.exceptions) {
            let exception = label(&self.new.exceptions, exception);
            self.other(&format!("a request to {asked} is now limited by {exception}"), true, declaration);
        }
        for exception in only_listed(&was.exceptions, &now.exceptions) {
            let exception = label(&self.old.exceptions, exception);
            self.other(
                &format!("a request to {asked} is no longer limited by {exception}"),
                false,
                declaration,
            );
        }
    }

    pub(super) fn age(&mut self) {
        let (old, new) = (self.old.age.as_ref(), self.new.age.as_ref());
        let (minimum, was) = (minimum(new.map(|one| one.get_ref())), minimum(old.map(|one| one.get_ref())));
        if minimum != was {
            let text = format!("data is held about people from {minimum} years on instead of {was}");
            self.other(&text, minimum < was, "age.minimum");
        }
        let (Some(old), Some(new)) = (old, new) else { return };
        match (old.get_ref().unknown, new.get_ref().unknown) {
            (UnknownAge::Refuse, UnknownAge::Allow) => {
                self.newly("data may now be held about people whose age is unknown", "age.unknown");
            }
            (UnknownAge::Allow, UnknownAge::Refuse) => {
                self.no_longer("data may no longer be held about people whose age is unknown", "age.unknown");
            }
            (UnknownAge::Allow, UnknownAge::Allow) | (UnknownAge::Refuse, UnknownAge::Refuse) => {}
        }
    }

    pub(super) fn sensitive(&mut self) {
        let (Some(old), Some(new)) = (&self.old.sensitive, &self.new.sensitive) else {
            return self.sensitive_as_a_whole();
        };
        let (old, new) = (old.get_ref(), new.get_ref());
        for class in only_listed(&old.classes, &new.classes) {
            let class = class.replace('_', " ");
            self.newly(&format!("{class} no longer counts as sensitive"), "sensitive.classes");
        }
        for class in only_listed(&new.classes, &old.classes) {
            let class = class.replace('_', " ");
            self.no_longer(&format!("{class} now counts as sensitive"), "sensitive.classes");
        }
        for (what, was, now, declaration) in [
            ("the fields of accounts", &old.accounts, &new.accounts, "sensitive.accounts"),
            ("free text", &old.free_text, &new.free_text, "sensitive.free_text"),
        ] {
            match (was.get_ref(), now.get_ref()) {
                (SensitiveAction::Refuse, SensitiveAction::Flag) => {
                    self.newly(
                        &format!("sensitive data in {what} is flagged instead of refused"),
                        declaration,
                    );
                }
                (SensitiveAction::Flag, SensitiveAction::Refuse) => {
                    self.no_longer(
                        &format!("sensitive data in {what} is refused instead of flagged"),
                        declaration,
                    );
                }
                _ => {}
            }
        }
    }

    fn sensitive_as_a_whole(&mut self) {
        match (&self.old.sensitive, &self.new.sensitive) {
            (Some(_), None) => self.newly("nothing counts as sensitive any longer", "sensitive"),
            (None, Some(_)) => self.no_longer("sensitive data is no longer sought", "sensitive"),
            _ => {}
        }
    }
}

/// The age from which data is held; without a rule, from birth.
fn minimum(rule: Option<&AgeRule>) -> u8 {
    rule.map_or(0, |rule| *rule.minimum.get_ref())
}
