//! Who answers, and how the prose tells it.

use super::Comparison;
use crate::document::{Document, Section};

impl Comparison<'_> {
    pub(super) fn told(&mut self) {
        let (old, new) = (self.old.controller.get_ref(), self.new.controller.get_ref());
        if old.name.get_ref() != new.name.get_ref() {
            let text = format!("{} is responsible instead of {}", new.name.get_ref(), old.name.get_ref());
            self.other(&text, true, "controller.name");
        }
        let (old, new) = (custodian(self.old), custodian(self.new));
        if old != new {
            let text = format!("the custodian of records is {new} instead of {old}");
            self.other(&text, false, "custodian.name");
        }
        self.prose();
    }

    fn prose(&mut self) {
        let (old, new) = (self.old, self.new);
        for section in new.sections.iter().map(|section| section.get_ref()) {
            let (number, title) = (section.number.get_ref(), section.title.get_ref());
            let declaration = format!("sections.{number}");
            match numbered(old, *number) {
                None => self.other(&format!("section {number}, {title}, is new"), false, declaration),
                Some(was) if !same(was, section) => {
                    self.other(&format!("section {number}, {title}, is reworded"), false, declaration);
                }
                Some(_) => {}
            }
        }
        for section in old.sections.iter().map(|section| section.get_ref()) {
            let (number, title) = (section.number.get_ref(), section.title.get_ref());
            if numbered(new, *number).is_none() {
                let text = format!("section {number}, {title}, is gone");
                self.other(&text, false, format!("sections.{number}"));
            }
        }
    }
}

fn custodian(document: &Document) -> &str {
    document.custodian.as_ref().map_or("nobody", |custodian| custodian.get_ref().name.get_ref())
}

fn numbered(document: &Document, number: u16) -> Option<&Section> {
    document
        .sections
        .iter()
        .map(|section| section.get_ref())
        .find(|section| *section.number.get_ref() == number)
}

fn same(was: &Section, now: &Section) -> bool {
    was.title.get_ref() == now.title.get_ref() && was.text.get_ref() == now.text.get_ref()
}
