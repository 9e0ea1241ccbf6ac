//! What is kept of addresses, and what they are looked up for.

use super::Comparison;
use crate::{
    document::{AccessLog, Name, Threshold},
    placeholder::span_text,
    words::label,
};

impl Comparison<'_> {
    pub(super) fn access_log(&mut self) {
        let (old, new) = (self.old.access_log.as_ref(), self.new.access_log.as_ref());
        match (old.map(|one| one.get_ref()), new.map(|one| one.get_ref())) {
            (None, Some(now)) => {
                let kept = label(&self.new.records, now.record.get_ref());
                let text = format!("addresses of requests may now be kept, as {kept}");
                self.newly(&text, "access_log");
            }
            (Some(_), None) => self.no_longer("addresses of requests are no longer kept", "access_log"),
            (Some(was), Some(now)) => self.logged(was, now),
            (None, None) => {}
        }
    }

    fn logged(&mut self, was: &AccessLog, now: &AccessLog) {
        if was.record.get_ref() != now.record.get_ref() {
            let (old, new) = (
                label(&self.old.records, was.record.get_ref()),
                label(&self.new.records, now.record.get_ref()),
            );
            let text = format!("addresses of requests are kept as {new} instead of {old}");
            self.other(&text, true, "access_log.record");
        }
        if was.purpose.get_ref() != now.purpose.get_ref() {
            let (old, new) = (
                label(&self.old.purposes, was.purpose.get_ref()),
                label(&self.new.purposes, now.purpose.get_ref()),
            );
            let text = format!("addresses are looked up for {new} instead of {old}");
            self.other(&text, true, "access_log.purpose");
        }
        let case = |log: &AccessLog| log.case.as_ref().map(|name| name.get_ref().clone());
        if case(was) != case(now) {
            let text = "what came from an address is kept otherwise once a case is opened";
            self.other(text, true, "access_log.case");
        }
        let signals = |log: &AccessLog| -> Vec<(String, u32, String)> {
            let one = |(name, threshold): (&Name, &Threshold)| {
                let within = span_text(threshold.within.get_ref());
                (name.get_ref().clone(), *threshold.times.get_ref(), within)
            };
            log.signals.iter().map(one).collect()
        };
        if signals(was) != signals(now) {
            self.other("something else stands out as a sign of abuse", false, "access_log.signals");
        }
    }
}
