//! Whether what stands of a person is what they said.

use std::collections::BTreeMap;

use domain::{Action, Choice, Detail, Subject, SubjectId, choice::Said};
use sealing::AuditKey;

use crate::{Gate, GateError, log::opened};

/// How many choices are read at once.
const STEP: u32 = 256;

impl Gate {
    /// Whether what stands of a subject is what their history says they said last, and each of those choices is what its
    /// entry in the log says. One who chose meanwhile is looked at next time.
    ///
    /// # Errors
    /// A store fails.
    pub async fn choices_are_true(&self, subject: &Subject) -> Result<bool, GateError> {
        let last = self.last_choices(subject.id).await?;
        let Some((current, keys)) = self.store.subject(subject.id).await? else { return Ok(true) };
        if current.version != subject.version {
            return Ok(true);
        }
        let said: BTreeMap<String, Said> =
            last.iter().map(|(about, choice)| (about.clone(), choice.said)).collect();
        // Holds raise the version too, so a choice can only be said to be too new.
        let newest = last.values().map(|choice| choice.version).max();
        if said != subject.choices.0 || newest.unwrap_or(1) > subject.version {
            return Ok(false);
        }
        let key = match self.audit_key(&current, &keys).await {
            Ok(key) => key,
            Err(GateError::Gone(_)) => return Ok(true),
            Err(error) => return Err(error),
        };
        for choice in last.values() {
            if !self.is_logged(choice, &key).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a subject said last about each thing.
    async fn last_choices(&self, subject: SubjectId) -> Result<BTreeMap<String, Choice>, GateError> {
        let (mut last, mut before) = (BTreeMap::new(), None);
        loop {
            let page = self.store.choices_of(subject, before, STEP).await?;
            before = page.last().map(|choice| choice.version);
            let is_end = page.len() < STEP as usize;
            for choice in page {
                // Newest first, so that the first about a thing is the last that was said.
                last.entry(choice.about.to_string()).or_insert(choice);
            }
            if is_end {
                return Ok(last);
            }
        }
    }

    /// Whether the entry that a choice names says the same.
    async fn is_logged(&self, choice: &Choice, key: &AuditKey) -> Result<bool, GateError> {
        let Some(entry) = choice.entry else { return Ok(false) };
        let Some(private) = self.store.private_entry(entry).await? else { return Ok(false) };
        let detail = opened(&private, std::slice::from_ref(key))?;
        Ok(detail.is_some_and(|detail| says(&detail, choice)))
    }
}

/// Whether a detail is of this choice, and says the same.
fn says(detail: &Detail, choice: &Choice) -> bool {
    let Some(evidence) = &detail.choice else { return false };
    detail.action == Action::ChoiceChanged
        && detail.subject == Some(choice.subject)
        && detail.at == choice.at
        && detail.policy == choice.said.policy
        && evidence.own_policy.unwrap_or(0) == choice.said.own_policy
        && evidence.choice == choice.id
        && evidence.about == choice.about.to_string()
        && evidence.state == choice.said.state
}
