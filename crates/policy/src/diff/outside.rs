//! Disclosures on demand and movements across borders.

use super::{Comparison, both, only, only_listed};
use crate::{
    document::{DisclosureGround, Transfers},
    words::{label, list},
};

impl Comparison<'_> {
    pub(super) fn disclosures(&mut self) {
        for (name, ground) in only(&self.new.disclosures, &self.old.disclosures) {
            let to: Vec<String> = ground.to.iter().map(|to| to.get_ref().replace('_', " ")).collect();
            let text = format!("data may now be disclosed to {} when {}", list(&to), ground.label.get_ref());
            self.newly(&text, format!("disclosures.{name}"));
        }
        for (name, ground) in only(&self.old.disclosures, &self.new.disclosures) {
            let text = format!("data is no longer disclosed when {}", ground.label.get_ref());
            self.no_longer(&text, format!("disclosures.{name}"));
        }
        for (name, was, now) in both(&self.old.disclosures, &self.new.disclosures) {
            self.disclosure(&format!("disclosures.{name}"), was, now);
        }
    }

    fn disclosure(&mut self, declaration: &str, was: &DisclosureGround, now: &DisclosureGround) {
        let ground = now.label.get_ref();
        for (more, verb) in [(true, "may now"), (false, "may no longer")] {
            let (wide, narrow) = if more { (now, was) } else { (was, now) };
            let to = only_listed(&wide.to, &narrow.to).into_iter().map(|to| to.replace('_', " "));
            let categories = only_listed(&wide.categories, &narrow.categories);
            let document = if more { self.new } else { self.old };
            let labels =
                categories.into_iter().map(|one| format!("your {}", label(&document.categories, one)));
            let receivers = to.map(|to| format!("data {verb} be disclosed to {to} when {ground}"));
            let scopes = labels.map(|what| format!("{what} {verb} be disclosed when {ground}"));
            for text in receivers.chain(scopes) {
                if more { self.newly(&text, declaration) } else { self.no_longer(&text, declaration) }
            }
        }
        let (old, new) = (*was.approvals.get_ref(), *now.approvals.get_ref());
        if old != new {
            let text = format!("a disclosure when {ground} needs {new} approvals instead of {old}");
            self.other(&text, new < old, declaration);
        }
        if was.notify != now.notify {
            let told = if now.notify { "now told" } else { "no longer told" };
            self.other(&format!("you are {told} of a disclosure when {ground}"), was.notify, declaration);
        }
    }

    pub(super) fn transfers(&mut self) {
        let (old, new) = (self.old.transfers.as_ref(), self.new.transfers.as_ref());
        match (old.map(|one| one.get_ref()), new.map(|one| one.get_ref())) {
            (Some(old), Some(new)) => self.movements(old, new),
            (Some(_), None) => self.newly("data may now move to any country", "transfers"),
            (None, Some(_)) => self.no_longer("data may no longer move to any country", "transfers"),
            (None, None) => {}
        }
    }

    fn movements(&mut self, old: &Transfers, new: &Transfers) {
        let (was, now) = (old.deployment.get_ref(), new.deployment.get_ref());
        if was != now {
            let text = format!("your data is kept in {now} instead of {was}");
            self.other(&text, true, "transfers.deployment");
        }
        for (from, to) in movements(new).filter(|movement| !movements(old).any(|one| one == *movement)) {
            self.newly(&format!("data may now move from {from} to {to}"), "transfers.allowed");
        }
        for (from, to) in movements(old).filter(|movement| !movements(new).any(|one| one == *movement)) {
            self.no_longer(&format!("data may no longer move from {from} to {to}"), "transfers.allowed");
        }
    }
}

fn movements(transfers: &Transfers) -> impl Iterator<Item = (&str, &str)> {
    transfers
        .allowed
        .iter()
        .map(|one| (country(one.get_ref().from.get_ref()), country(one.get_ref().to.get_ref())))
}

fn country(name: &str) -> &str {
    if name == "*" { "any country" } else { name }
}
