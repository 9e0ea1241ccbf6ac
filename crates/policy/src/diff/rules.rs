//! How long backups live, how the policy changes, how complaints are answered, and how often the operator checks itself.

use jiff::Span;
use toml::Spanned;

use super::{Comparison, Nothing, both, only};
use crate::{document::Document, narrow::span_outlasts, placeholder::span_text};

/// Terms that stand once in a policy: the declaration, what it says, and where to read it.
type Terms = [(&'static str, &'static str, fn(&Document) -> Option<&Spanned<Span>>)];

const LATER_IS_WORSE: &Terms = &[
    ("backups.life", "backups of the data are kept for", |document| {
        Some(&document.backups.as_ref()?.get_ref().life)
    }),
    ("backups.keys_life", "backups of the keys are kept for", |document| {
        Some(&document.backups.as_ref()?.get_ref().keys_life)
    }),
    ("complaints.acknowledge", "a complaint is acknowledged within", |document| {
        Some(&document.complaints.as_ref()?.get_ref().acknowledge)
    }),
    ("complaints.answer", "a complaint is answered within", |document| {
        Some(&document.complaints.as_ref()?.get_ref().answer)
    }),
    ("assessment.every", "we check ourselves every", |document| {
        Some(&document.assessment.as_ref()?.get_ref().every)
    }),
];

const NEVER: Nothing = Nothing { words: "no set time", endless: true };

impl Comparison<'_> {
    /// A term that people lose by when it gets shorter.
    pub(super) fn shorter_is_worse(
        &mut self,
        (was, now): (&Span, &Span),
        told: impl Fn(String, String) -> String,
        declaration: &str,
    ) {
        let (shorter, longer) = (span_outlasts(was, now), span_outlasts(now, was));
        if shorter || longer {
            self.other(&told(span_text(now), span_text(was)), shorter, declaration);
        }
    }

    pub(super) fn rules(&mut self) {
        let (old, new) = (self.old, self.new);
        for (declaration, what, read) in LATER_IS_WORSE {
            self.term(what, (read(old), read(new)), NEVER, declaration);
        }
        self.notice();
    }

    /// What is no longer attested, or less often, is a promise that rests on less.
    pub(super) fn attestations(&mut self) {
        for (name, one) in only(&self.new.attestations, &self.old.attestations) {
            let text = format!("someone now attests that {}", one.label.get_ref());
            self.other(&text, false, format!("attestations.{name}"));
        }
        for (name, one) in only(&self.old.attestations, &self.new.attestations) {
            let text = format!("nobody attests any longer that {}", one.label.get_ref());
            self.other(&text, true, format!("attestations.{name}"));
        }
        for (name, was, now) in both(&self.old.attestations, &self.new.attestations) {
            let declaration = format!("attestations.{name}");
            let what = format!("someone attests that {} every", now.label.get_ref());
            self.term(&what, (Some(&was.every), Some(&now.every)), NEVER, &declaration);
            let (old, new) = (was.owner.get_ref(), now.owner.get_ref());
            if old != new {
                let text = format!("that {} is attested by {new} instead of {old}", now.label.get_ref());
                self.other(&text, false, declaration);
            }
        }
    }

    fn notice(&mut self) {
        let ahead = |document: &Document| {
            let ahead = document.changes.as_ref()?.get_ref().ahead.as_ref()?;
            Some(*ahead.get_ref())
        };
        let (was, now) = (ahead(self.old).unwrap_or_default(), ahead(self.new).unwrap_or_default());
        let told = |now: String, was: String| format!("changes are announced {now} ahead instead of {was}");
        self.shorter_is_worse((&was, &now), told, "changes.ahead");
        self.asking_again();
    }

    fn asking_again(&mut self) {
        let asks = |document: &Document| {
            document.changes.as_ref().is_some_and(|one| one.get_ref().material_asks_again)
        };
        match (asks(self.old), asks(self.new)) {
            (true, false) => {
                self.other("a material change no longer asks you again", true, "changes.material_asks_again");
            }
            (false, true) => {
                self.other("a material change now asks you again", false, "changes.material_asks_again");
            }
            (true, true) | (false, false) => {}
        }
    }
}
