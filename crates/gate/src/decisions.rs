//! Asking without doing: would this be allowed? (`POST /v1/decisions`)

use domain::{Action, Detail, EntryId, SubjectId};
use policy::{Decision, Question, Refusal};
use store::Unit;

use crate::{Caller, Gate, GateError, attempts::Failed, entry::refused};

/// The answer to a question about one subject.
#[derive(Debug)]
pub struct Ruling {
    /// The policy's decision.
    pub decision: Decision,
    /// The entry that records the question and the answer.
    pub entry: EntryId,
}

impl Ruling {
    /// Why not; empty when allowed.
    pub fn refusals(&self) -> &[Refusal] {
        self.decision.refusals()
    }
}

impl Gate {
    /// Decides a question about a subject of the caller's account, and records that it was asked.
    ///
    /// # Errors
    /// The subject is not there or gone, or a store fails.
    pub async fn rule(
        &self,
        caller: &Caller,
        subject: SubjectId,
        category: &str,
        purpose: &str,
        recipient: Option<&str>,
    ) -> Result<Ruling, GateError> {
        let attempt = || self.try_rule(caller, subject, category, purpose, recipient);
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    async fn try_rule(
        &self,
        caller: &Caller,
        subject: SubjectId,
        category: &str,
        purpose: &str,
        recipient: Option<&str>,
    ) -> Result<Ruling, Failed> {
        let (subject, keys) = self.living_subject(caller, subject).await?;
        let effective = self.effective(caller)?;
        let bearings = effective.bearings(&subject, &[]);
        let facts = bearings.facts(self.today());
        let question = Question { role: &subject.role, record_type: None, category, purpose, recipient };
        let decision = effective.decide(&question, &facts);
        let detail = Detail {
            subject: Some(subject.id),
            categories: effective.known_category(category).into_iter().collect(),
            purpose: effective.known_purpose(purpose),
            recipient: effective.known_recipient(recipient),
            ..self.detail_under(caller, Action::DecisionAsked, &effective)
        };
        let detail = match &decision {
            Decision::Allowed(clause) => Detail { clause: Some(clause.section), ..detail },
            Decision::Refused(refusals) => refused(detail, refusals),
        };
        let audit = self.audit_key(&subject, &keys).await?;
        let entry = self.entry(&audit, Some(subject.id), &detail);
        let unit = Unit { expects: effective.expects_of(&subject), entries: vec![entry], ..Unit::default() };
        let entry = crate::records::first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?;
        Ok(Ruling { decision, entry })
    }
}
