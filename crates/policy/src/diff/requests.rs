//! How requests are taken and answered, and the systems outside that have a part in them.

use super::{Comparison, both, only, only_listed};
use crate::{
    document::{Requests, System, Unanswered},
    narrow::span_outlasts,
    placeholder::span_text,
    words::label,
};

impl Comparison<'_> {
    pub(super) fn requests(&mut self) {
        let (old, new) = (self.old.requests.as_ref(), self.new.requests.as_ref());
        match (old.map(|one| one.get_ref()), new.map(|one| one.get_ref())) {
            (Some(old), Some(new)) => self.answered(old, new),
            (Some(_), None) => {
                self.other("the policy no longer says how requests are taken", true, "requests")
            }
            (None, Some(_)) => self.other("the policy now says how requests are taken", false, "requests"),
            (None, None) => {}
        }
    }

    fn answered(&mut self, old: &Requests, new: &Requests) {
        if old.record.get_ref() != new.record.get_ref() {
            let was = label(&self.old.records, old.record.get_ref());
            let now = label(&self.new.records, new.record.get_ref());
            let text = format!("what you write in a request is kept among {now} instead of {was}");
            self.other(&text, true, "requests.record");
        }
        if old.purpose.get_ref() != new.purpose.get_ref() {
            let was = label(&self.old.purposes, old.purpose.get_ref());
            let now = label(&self.new.purposes, new.purpose.get_ref());
            self.other(&format!("requests serve {now} instead of {was}"), true, "requests.purpose");
        }
        let (was, now) = (old.package.get_ref(), new.package.get_ref());
        let (shorter, longer) = (span_outlasts(was, now), span_outlasts(now, was));
        if shorter || longer {
            let (was, now) = (span_text(was), span_text(now));
            let text = format!("what you asked for can be fetched for {now} instead of {was}");
            self.other(&text, shorter, "requests.package");
        }
        match (old.unanswered.get_ref(), new.unanswered.get_ref()) {
            (Unanswered::TakeOver, Unanswered::Alarm) => {
                let text = "a request that a Client leaves unanswered is no longer answered by the operator";
                self.other(text, true, "requests.unanswered");
            }
            (Unanswered::Alarm, Unanswered::TakeOver) => {
                let text = "a request that a Client leaves unanswered is now answered by the operator";
                self.other(text, false, "requests.unanswered");
            }
            (Unanswered::Alarm, Unanswered::Alarm) | (Unanswered::TakeOver, Unanswered::TakeOver) => {}
        }
    }

    /// A system more is reached by requests, which permits nothing; one less is no longer reached.
    pub(super) fn systems(&mut self) {
        for (name, system) in only(&self.new.systems, &self.old.systems) {
            let text = format!("requests now also reach {}", system.label.get_ref());
            self.other(&text, false, format!("systems.{name}"));
        }
        for (name, system) in only(&self.old.systems, &self.new.systems) {
            let text = format!("requests no longer reach {}", system.label.get_ref());
            self.other(&text, true, format!("systems.{name}"));
        }
        for (name, was, now) in both(&self.old.systems, &self.new.systems) {
            self.system(&format!("systems.{name}"), was, now);
        }
    }

    fn system(&mut self, declaration: &str, was: &System, now: &System) {
        let system = now.label.get_ref();
        for right in only_listed(&now.rights, &was.rights) {
            let asked = label(&self.new.rights, right);
            self.other(&format!("a request to {asked} now also reaches {system}"), false, declaration);
        }
        for right in only_listed(&was.rights, &now.rights) {
            let asked = label(&self.old.rights, right);
            self.other(&format!("a request to {asked} no longer reaches {system}"), true, declaration);
        }
        let (old, new) = (was.owner.get_ref(), now.owner.get_ref());
        if old != new {
            self.other(&format!("{system} is seen to by {new} instead of {old}"), false, declaration);
        }
    }
}
