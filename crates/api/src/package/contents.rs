//! What goes into a package, read through the gate a page at a time.

use std::sync::Arc;

use domain::{Choice, Request, RequestState, SubjectId};
use gate::{Caller, Effective, Gate, GateError, OpenedEntry, OpenedRecord};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::Broken;

/// How many records or entries are opened at once.
const PAGE: u32 = 100;

/// A request, and the way to what it asks for.
pub(super) struct Contents<'a> {
    gate: &'a Arc<Gate>,
    runtime: Handle,
    acting: Caller,
    pub(super) request: Request,
}

impl<'a> Contents<'a> {
    pub(super) const fn new(gate: &'a Arc<Gate>, runtime: Handle, acting: Caller, request: Request) -> Self {
        Self { gate, runtime, acting, request }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.gate.ambient().clock.now()
    }

    pub(super) fn effective(&self) -> Result<Effective, GateError> {
        self.gate.policy(self.acting.account_id())
    }

    /// What the package is an answer to.
    pub(super) fn summary(&self) -> Value {
        json!({
            "request": self.request.id,
            "right": self.request.right,
            "received_at": self.request.terms.received_at,
            "made_at": self.now(),
            "subjects": self.request.subjects,
            "left_out": self.request.redactions,
        })
    }

    /// Every record that is held, in the order of subjects and records, without what is left out.
    pub(super) fn each_record(
        &self,
        mut each: impl FnMut(OpenedRecord) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let purpose = self.purpose()?;
        for subject in &self.request.subjects {
            let mut after = None;
            loop {
                let listed = self.gate.list_held(&self.acting, *subject, &purpose, after, PAGE);
                let Some(page) = unless_gone(self.runtime.block_on(listed))? else { break };
                after = page.last().map(|opened| opened.record.id);
                let is_end = page.len() < PAGE as usize;
                for opened in page.into_iter().filter(|opened| self.is_in(opened)) {
                    each(opened)?;
                }
                if is_end {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Every entry about a subject, newest first.
    pub(super) fn each_entry(
        &self,
        mut each: impl FnMut(OpenedEntry) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        for subject in self.everyone()? {
            let mut before = None;
            loop {
                let found = self.gate.entries_of(&self.acting, subject, before, PAGE);
                let Some(page) = unless_gone(self.runtime.block_on(found))? else { break };
                let Some(last) = page.last() else { break };
                before = Some(last.entry);
                page.into_iter().try_for_each(&mut each)?;
            }
        }
        Ok(())
    }

    /// Whom the request is about, and who was merged into them.
    fn everyone(&self) -> Result<Vec<SubjectId>, Broken> {
        let mut all = self.request.subjects.clone();
        for subject in &self.request.subjects {
            all.extend(self.runtime.block_on(self.gate.merged_subjects(*subject))?);
        }
        Ok(all)
    }

    /// Every choice, newest first.
    pub(super) fn each_choice(
        &self,
        mut each: impl FnMut(SubjectId, Choice) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        for subject in &self.request.subjects {
            let mut before = None;
            loop {
                let found = self.gate.choices_of(&self.acting, *subject, before, PAGE);
                let Some(page) = unless_gone(self.runtime.block_on(found))? else { break };
                let Some(last) = page.last() else { break };
                before = Some(last.version);
                page.into_iter().try_for_each(|choice| each(*subject, choice))?;
            }
        }
        Ok(())
    }

    /// Whether a field is left out because it is about others.
    pub(super) fn hides(&self, record: domain::RecordId, field: &str) -> bool {
        let hidden = |one: &domain::request::Redaction| {
            one.record == record && one.field.as_deref().is_some_and(|named| named == field)
        };
        self.request.redactions.iter().any(hidden)
    }

    /// Whether a record belongs into the package: it was there when the request was answered, so that whoever looked through
    /// it could see it, and is not left out.
    fn is_in(&self, opened: &OpenedRecord) -> bool {
        let id = opened.record.id;
        let answered = match &self.request.state {
            RequestState::Fulfilled { at, .. } => *at,
            _ => Timestamp::MAX,
        };
        let is_left_out = self.request.redactions.iter().any(|one| one.record == id && one.field.is_none());
        opened.record.created_at <= answered && !is_left_out
    }

    /// The purpose under which a package is read.
    fn purpose(&self) -> Result<String, GateError> {
        let effective = self.effective()?;
        let declared = effective.declaring().document().requests.as_ref();
        let purpose = declared.map(|requests| requests.get_ref().purpose.get_ref().clone());
        purpose
            .ok_or_else(|| GateError::Malformed("the policy in force has no table `[requests]`".to_owned()))
    }
}

/// Nothing of whoever was erased since.
fn unless_gone<T>(found: Result<T, GateError>) -> Result<Option<T>, GateError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(GateError::Gone(_) | GateError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
