//! A checked policy: the form that decides.

use std::sync::Arc;

use jiff::{Span, civil::Date};

use crate::{
    check::{self, Context},
    clause::{Clause, Clauses},
    decide::rules::purpose_choice,
    diagnostic::{Diagnostic, Severity},
    document::{Choice, Document, RecordType},
    promise::Promise,
};

/// A policy without errors. Only [`Policy::compile`] makes one, so whatever decides was checked first.
#[derive(Debug, Clone)]
pub struct Policy {
    document: Document,
    clauses: Clauses,
    source: Arc<str>,
    warnings: Vec<Diagnostic>,
}

impl Policy {
    /// Reads and checks a policy file. `today` decides which agreements have lapsed; `operator` is the policy
    /// that an account's policy must narrow.
    ///
    /// # Errors
    /// Everything that keeps the policy from being enforced, warnings included.
    pub fn compile(source: &str, today: Date, operator: Option<&Self>) -> Result<Self, Vec<Diagnostic>> {
        let (document, diagnostics) = check::check_source(source, &Context { today, operator });
        match document {
            Some(document) if diagnostics.iter().all(|found| found.severity != Severity::Error) => {
                let clauses = Clauses::of(&document);
                Ok(Self { document, clauses, source: source.into(), warnings: diagnostics })
            }
            _ => Err(diagnostics),
        }
    }

    /// What was written.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The text it was compiled from.
    pub const fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// What deserves a look though it can be enforced.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The policy's own version, for example its date.
    pub fn version(&self) -> &str {
        self.document.policy.get_ref().version.get_ref()
    }

    /// The day from which it applies.
    pub fn effective(&self) -> Date {
        self.document.policy.get_ref().effective.get_ref().0
    }

    /// How long before a change applies notice of it is given; none when it promises no term.
    pub fn notice_ahead(&self) -> Option<Span> {
        Some(*self.document.changes.as_ref()?.get_ref().ahead.as_ref()?.get_ref())
    }

    /// Whether notice of changes is given in a way: `site` or `email`.
    pub fn notifies_by(&self, way: &str) -> bool {
        let changes = self.document.changes.as_ref();
        changes.is_some_and(|changes| changes.get_ref().notice.iter().any(|named| named.get_ref() == way))
    }

    /// How long backups of the data live, and how long those of the keys. A policy that does not say it is taken to keep
    /// both for thirty days: no certificate should say too early that something is beyond recovery.
    pub fn backup_lives(&self) -> (Span, Span) {
        let unsaid = Span::new().days(30);
        self.document.backups.as_ref().map_or((unsaid, unsaid), |backups| {
            let backups = backups.get_ref();
            (*backups.life.get_ref(), *backups.keys_life.get_ref())
        })
    }

    /// A record type by name.
    pub fn record_type(&self, name: &str) -> Option<&RecordType> {
        self.document.records.get(name)
    }

    /// Whether and how a person decides about a purpose or a recipient (`kind` is `purposes` or `recipients`): none when
    /// there is no such declaration, and none within when it leaves no choice.
    pub fn choice(&self, kind: &str, name: &str) -> Option<Option<Choice>> {
        match kind {
            "purposes" => self.document.purposes.get(name).map(purpose_choice),
            "recipients" => {
                let recipient = self.document.recipients.get(name)?;
                Some(recipient.choice.as_ref().map(|choice| *choice.get_ref()))
            }
            _ => None,
        }
    }

    /// The sentence that tells people about a declaration such as `purposes.support`, else the one that makes
    /// `promise`.
    pub fn clause(&self, declaration: &str, promise: Promise) -> Arc<Clause> {
        let (kind, name) = declaration.split_once('.').unwrap_or((declaration, ""));
        self.clauses.find(kind, name, promise)
    }

    /// A policy that nobody checked: deciding must hold for every document, not only for good ones.
    #[cfg(test)]
    pub(crate) fn unchecked(source: &str) -> Self {
        Self::unchecked_document(Document::parse(source).unwrap_or_else(|error| panic!("{error}")))
    }

    /// Likewise of what was written elsewhere.
    #[cfg(test)]
    pub(crate) fn unchecked_document(document: Document) -> Self {
        let clauses = Clauses::of(&document);
        Self { document, clauses, source: "".into(), warnings: Vec::new() }
    }

    pub(crate) const fn clauses(&self) -> &Clauses {
        &self.clauses
    }
}
