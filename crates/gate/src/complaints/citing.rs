//! What a decision rests on: entries of the audit log that there are and that are the account's, and sections of the policy.

use domain::{EntryId, complaint::Outcome};

use crate::{Caller, Determination, Effective, Gate, GateError, log::opened};

/// A decision on a complaint, or the answer to a question.
#[derive(Debug, Clone)]
pub struct Findings {
    /// What was found.
    pub outcome: Outcome,
    /// Who decides, and the findings in words.
    pub said: Determination,
    /// The entries of the audit log that they rest on.
    pub entries: Vec<EntryId>,
    /// The sections of the policy that they rest on.
    pub clauses: Vec<u16>,
}

impl Gate {
    /// That everything cited is there.
    pub(super) async fn check_citations(
        &self,
        caller: &Caller,
        findings: &Findings,
    ) -> Result<(), GateError> {
        let effective = self.effective(caller)?;
        if findings.clauses.iter().any(|number| !is_a_section(&effective, *number)) {
            return Err(GateError::NotFound("section of the policy"));
        }
        for entry in &findings.entries {
            if !self.is_entry_of(caller, *entry).await? {
                return Err(GateError::NotFound("entry"));
            }
        }
        Ok(())
    }

    /// Whether an entry is about somebody of the caller's account, or about nobody and of the account itself.
    async fn is_entry_of(&self, caller: &Caller, entry: EntryId) -> Result<bool, GateError> {
        let bundles = self.store.private_bundles(entry.bundle, 1).await?;
        let Some(bundle) = bundles.first().filter(|found| found.bundle.number == entry.bundle) else {
            return Ok(false);
        };
        if let Some(subject) = bundle.about.get(&entry.position) {
            let found = self.store.subject(*subject).await?;
            return Ok(found.is_some_and(|(subject, _)| subject.account == caller.account_id()));
        }
        let Some(private) = bundle.entries.get(entry.position as usize) else { return Ok(false) };
        Ok(opened(private, &self.audit_keys_of_account(caller))?.is_some())
    }
}

fn is_a_section(effective: &Effective, number: u16) -> bool {
    let sections = &effective.declaring().document().sections;
    sections.iter().any(|section| *section.get_ref().number.get_ref() == number)
}
