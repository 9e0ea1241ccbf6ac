//! How requests and complaints are taken and answered, and the systems outside that have a part in them.

use super::{Comparison, both, only, only_listed};
use crate::{
    document::{Document, Members, Name, Requests, System, Unanswered},
    words::label,
};

impl Comparison<'_> {
    pub(super) fn requests(&mut self) {
        let (old, new) = (self.old.requests.as_ref(), self.new.requests.as_ref());
        match (old.map(|one| one.get_ref()), new.map(|one| one.get_ref())) {
            (Some(old), Some(new)) => self.answered(old, new),
            (Some(_), None) => {
                self.other("the policy no longer says how requests are taken", true, "requests");
            }
            (None, Some(_)) => self.other("the policy now says how requests are taken", false, "requests"),
            (None, None) => {}
        }
    }

    fn answered(&mut self, old: &Requests, new: &Requests) {
        self.kept_as(("a request", "requests"), (&old.record, &new.record), (&old.purpose, &new.purpose));
        let told = |now, was| format!("what you asked for can be fetched for {now} instead of {was}");
        self.shorter_is_worse((old.package.get_ref(), new.package.get_ref()), told, "requests.package");
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
        match (old.lets_end_users_in(), new.lets_end_users_in()) {
            (true, false) => {
                let text = "End Users of a Client are no longer let into the privacy center";
                self.other(text, true, "requests.end_users");
            }
            (false, true) => {
                let text = "End Users of a Client are now let into the privacy center";
                self.other(text, false, "requests.end_users");
            }
            (true, true) | (false, false) => {}
        }
    }

    /// Where a person's own words are kept, and what for.
    fn kept_as(&mut self, (one, all): (&str, &str), records: (&Name, &Name), purposes: (&Name, &Name)) {
        let (old, new) = (records.0.get_ref(), records.1.get_ref());
        if old != new {
            let (was, now) = (label(&self.old.records, old), label(&self.new.records, new));
            let text = format!("what you write in {one} is kept among {now} instead of {was}");
            self.other(&text, true, format!("{all}.record"));
        }
        let (old, new) = (purposes.0.get_ref(), purposes.1.get_ref());
        if old != new {
            let (was, now) = (label(&self.old.purposes, old), label(&self.new.purposes, new));
            self.other(&format!("{all} serve {now} instead of {was}"), true, format!("{all}.purpose"));
        }
    }

    /// Where complaints are kept, and how long a decision can be appealed; by when they are answered is among the terms.
    pub(super) fn complaints(&mut self) {
        let of = |document: &Document| document.complaints.as_ref().map(|one| one.get_ref().clone());
        let (Some(old), Some(new)) = (of(self.old), of(self.new)) else { return };
        match (old.record.as_ref().zip(old.purpose.as_ref()), new.record.as_ref().zip(new.purpose.as_ref())) {
            (Some(was), Some(now)) => {
                self.kept_as(("a complaint", "complaints"), (was.0, now.0), (was.1, now.1));
            }
            (Some(_), None) => self.other("complaints are no longer taken in", true, "complaints.record"),
            (None, Some(_)) => self.other("complaints are now taken in", false, "complaints.record"),
            (None, None) => {}
        }
        let told = |now, was| format!("a decision on a complaint can be appealed for {now} instead of {was}");
        self.shorter_is_worse((&old.appeal(), &new.appeal()), told, "complaints.appeal");
    }

    /// Who signs in to the console, with what.
    pub(super) fn staff(&mut self) {
        let of = |document: &Document| {
            let staff = document.staff.as_ref()?.get_ref();
            Some([&staff.role, &staff.record, &staff.purpose].map(|name| name.get_ref().clone()))
        };
        match (of(self.old), of(self.new)) {
            (None, Some(_)) => self.other("staff now signs in to the console", false, "staff"),
            (Some(_), None) => self.other("staff no longer signs in to the console", false, "staff"),
            (Some(old), Some(new)) if old != new => {
                self.other("staff signs in to the console with other details than before", false, "staff");
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        self.ordinary();
    }

    /// For what staff opens people without saying why.
    fn ordinary(&mut self) {
        let (Some(old), Some(new)) = (self.old.staff.as_ref(), self.new.staff.as_ref()) else { return };
        for (name, purpose) in &self.new.purposes {
            let is_ordinary = [old, new].map(|staff| staff.get_ref().is_ordinary(name.get_ref()));
            let label = purpose.label.get_ref();
            match is_ordinary {
                [false, true] => {
                    let told = format!("staff opens people for {label} without saying why");
                    self.other(&told, false, "staff.ordinary");
                }
                [true, false] => {
                    let told = format!("staff says why when it opens people for {label}");
                    self.other(&told, false, "staff.ordinary");
                }
                _ => {}
            }
        }
    }

    /// Who signs in for a Client, with what, and what keeps offenders out.
    pub(super) fn members(&mut self) {
        let (old, new) = (self.old.members.as_ref(), self.new.members.as_ref());
        let of = |members: &Members| {
            let bar = members.bar.as_ref().map(|bar| bar.get_ref());
            let of_bar = bar.map(|bar| [&bar.record, &bar.purpose].map(|name| name.get_ref().clone()));
            ([&members.role, &members.record, &members.purpose].map(|name| name.get_ref().clone()), of_bar)
        };
        match (old.map(|old| old.get_ref()), new.map(|new| new.get_ref())) {
            (None, Some(_)) => self.other("the people of Clients now sign in", false, "members"),
            (Some(_), None) => self.other("the people of Clients no longer sign in", false, "members"),
            (Some(old), Some(new)) => {
                if of(old) != of(new) {
                    self.other(
                        "the people of Clients sign in with other details than before",
                        false,
                        "members",
                    );
                }
                if old.sign_up != new.sign_up {
                    let now = if new.sign_up { "now open" } else { "no longer open" };
                    self.other(&format!("Clients {now} an account by themselves"), false, "members.sign_up");
                }
            }
            (None, None) => {}
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
