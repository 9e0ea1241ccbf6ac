//! Whether an account may process anything for a purpose: what must be so before metadata is looked at for it.

use std::sync::Arc;

use domain::{Age, Subject};
use policy::{Clause, Decision, Question, Refusal, decide::Facts};

use crate::{Gate, judge::yes_to, policies::Effective};

impl Gate {
    /// The clause under which some category of some record type may be processed for a purpose, of a subject or of
    /// some role; or why nothing may.
    pub(super) fn may_process(
        &self,
        effective: &Effective,
        subject: Option<&Subject>,
        purpose: &str,
    ) -> Result<Arc<Clause>, Vec<Refusal>> {
        // Where no one is meant it is asked for someone who said yes: metadata is not opened, and like an objection a
        // choice does not hide what it is about.
        let (anyone, today) = (yes_to(purpose), self.today());
        let bearings = subject.map(|subject| effective.bearings(subject, &[]));
        let facts = match &bearings {
            Some(bearings) => Facts { objections: &[], ..bearings.facts(today) },
            None => Facts { age: Age::OfAge, ..Facts::new(today, &anyone) },
        };
        let mut first = None;
        for question in questions(effective, subject, purpose) {
            match effective.decide(&question, &facts) {
                Decision::Allowed(clause) => return Ok(clause),
                Decision::Refused(refusals) => {
                    first.get_or_insert(refusals);
                }
            }
        }
        Err(first.unwrap_or_default())
    }
}

/// Every use for the purpose that a record type holds data for, and one that tells why where there is none.
fn questions<'a>(
    effective: &'a Effective,
    subject: Option<&'a Subject>,
    purpose: &'a str,
) -> impl Iterator<Item = Question<'a>> {
    let document = effective.declaring().document();
    let concerns = move |role: &str| subject.is_none_or(|subject| subject.role == role);
    let held = document
        .records
        .iter()
        .filter(move |(_, record)| record.purposes.iter().any(|listed| listed.get_ref() == purpose))
        .flat_map(move |(name, record)| {
            let roles = record.roles.iter().filter(move |role| concerns(role.get_ref()));
            roles.flat_map(move |role| {
                let categories = record.fields.values().filter_map(|field| field.category.as_ref());
                categories.map(move |category| Question {
                    role: role.get_ref(),
                    record_type: Some(name.get_ref()),
                    category: category.get_ref(),
                    purpose,
                    recipient: None,
                })
            })
        });
    let role = subject.map(|subject| subject.role.as_str());
    let role = role.or_else(|| document.roles.keys().next().map(|name| name.get_ref().as_str()));
    let category = document.categories.keys().next().map(|name| name.get_ref().as_str());
    let unheld = Question {
        role: role.unwrap_or_default(),
        record_type: None,
        category: category.unwrap_or_default(),
        purpose,
        recipient: None,
    };
    held.chain(std::iter::once(unheld))
}
