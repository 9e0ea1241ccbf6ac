//! What is kept longer or shorter, in the ordinary course and after an erasure.

use super::{Comparison, both, only, only_listed};
use crate::{
    document::{Document, Exception, Name, Retention},
    narrow::outlasts,
    placeholder::retention_text,
    words::{label, list, sentence},
};

impl Comparison<'_> {
    pub(super) fn kept(&mut self) {
        for (_, was, now) in both(&self.old.records, &self.new.records) {
            if let (Some(old), Some(new)) = (&was.retention, &now.retention) {
                self.clock(&format!("{}: kept", now.label.get_ref()), old, new);
            }
        }
    }

    /// A clock that keeps otherwise than before; possibly longer is material.
    fn clock(&mut self, what: &str, was: &Name, now: &Name) {
        let (Some(old), Some(new)) = (declared(self.old, was), declared(self.new, now)) else { return };
        let (longer, shorter) = (outlasts(new, old), outlasts(old, new));
        if longer || shorter {
            let text = format!("{what} {} instead of {}", retention_text(new), retention_text(old));
            self.other(&text, longer, format!("retention.{}", now.get_ref()));
        }
    }

    pub(super) fn exceptions(&mut self) {
        for (name, exception) in only(&self.new.exceptions, &self.old.exceptions) {
            let text = format!("an erasure now leaves {}", survivors(self.new, exception));
            self.newly(&text, format!("exceptions.{name}"));
        }
        for (name, exception) in only(&self.old.exceptions, &self.new.exceptions) {
            let text = format!("an erasure no longer leaves {}", survivors(self.old, exception));
            self.no_longer(&text, format!("exceptions.{name}"));
        }
        for (name, was, now) in both(&self.old.exceptions, &self.new.exceptions) {
            self.exception(&format!("exceptions.{name}"), was, now);
        }
    }

    fn exception(&mut self, declaration: &str, was: &Exception, now: &Exception) {
        let reason = now.label.get_ref();
        for record in only_listed(&now.records, &was.records) {
            let text = format!("an erasure now leaves {} ({reason})", label(&self.new.records, record));
            self.newly(&text, declaration);
        }
        for record in only_listed(&was.records, &now.records) {
            let text = format!("an erasure no longer leaves {} ({reason})", label(&self.old.records, record));
            self.no_longer(&text, declaration);
        }
        self.clock(&format!("what an erasure leaves ({reason}) is kept"), &was.retention, &now.retention);
        if was.ground.get_ref() != now.ground.get_ref() {
            let text = format!(
                "{} is kept on the ground of {} instead of {}",
                sentence(reason),
                now.ground.get_ref(),
                was.ground.get_ref()
            );
            self.other(&text, false, declaration);
        }
    }
}

fn declared<'a>(document: &'a Document, clock: &Name) -> Option<&'a Retention> {
    document.retention.get(clock.get_ref().as_str())
}

fn survivors(document: &Document, exception: &Exception) -> String {
    let records: Vec<&str> =
        exception.records.iter().map(|name| label(&document.records, name.get_ref())).collect();
    format!("{} ({})", list(&records), exception.label.get_ref())
}
