//! What is about to be stored is looked at: whether it tells of a child, and whether its free text holds what the policy
//! does not want (promises `children` and `sensitive`).

use domain::{
    Detail, Record, Subject,
    screen::{Finding, Rules},
};
use policy::{decide::Reason, document::RecordType};
use sealing::AuditKey;

use super::{Fields, declared};
use crate::{Gate, GateError, Screened, policies::Effective};

impl Gate {
    /// The flags of fields that may be stored.
    ///
    /// # Errors
    /// Refused, with an entry that says so: they tell of a child, or the policy refuses what their text seems to hold.
    pub(super) async fn screen(
        &self,
        effective: &Effective,
        (subject, audit): (&Subject, &AuditKey),
        (record_type, fields): (&str, &Fields),
        detail: &Detail,
    ) -> Result<Vec<String>, GateError> {
        let declared = declared(effective.declaring(), record_type)?;
        if effective.tell_of_a_child(declared, fields, self.today()).map_err(GateError::Invalid)? {
            let refusals = effective.below_minimum(Reason::BelowMinimumAge).into_iter().collect();
            return Err(self.refuse(audit, effective.expects_of(subject), detail.clone(), refusals).await);
        }
        let rules = effective.screening();
        let findings = rules.findings(effective.declaring(), declared, fields);
        let refused =
            if is_of_requests(effective, record_type) { Vec::new() } else { refused(&rules, &findings) };
        if refused.is_empty() {
            return Ok(flags(findings));
        }
        let mut refusals: Vec<_> =
            refused.iter().filter_map(|finding| effective.text_refused(finding)).collect();
        refusals.dedup();
        let error = self.refuse(audit, effective.expects_of(subject), detail.clone(), refusals).await;
        Err(match error {
            GateError::Refused { refusals, entry } => {
                GateError::Screened(Box::new(Screened { findings: refused, refusals, entry }))
            }
            other => other,
        })
    }
}

/// Whether these are the records of requests: what a person may ask for does not depend on how they say it, so their words
/// are flagged and never refused.
fn is_of_requests(effective: &Effective, record_type: &str) -> bool {
    let requests = effective.declaring().document().requests.as_ref();
    requests.is_some_and(|requests| requests.get_ref().record.get_ref() == record_type)
}

/// What of it the policy refuses. A field that was declared to hold it is a Client's own responsibility.
fn refused(rules: &Rules, findings: &[Finding]) -> Vec<Finding> {
    findings.iter().filter(|finding| rules.refuses() && !finding.is_declared).cloned().collect()
}

/// The words of findings, each once and in order.
fn flags(findings: Vec<Finding>) -> Vec<String> {
    let mut flags: Vec<String> = findings.into_iter().map(|finding| finding.flag.to_string()).collect();
    flags.sort_unstable();
    flags.dedup();
    flags
}

/// The flags of a record after a patch in which these were found. What a field that stays had brought is not known apart
/// from the rest, so the old flags go only when no such field stays.
pub(super) fn flags_after(
    record: &Record,
    patch: &Fields,
    found: Vec<String>,
    is_looked_at: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut stays = record.fields.iter().filter(|field| !patch.contains_key(&field.name));
    if !stays.any(|field| is_looked_at(&field.name)) {
        return found;
    }
    let mut flags = found;
    flags.extend(record.metadata.flags.iter().cloned());
    flags.sort_unstable();
    flags.dedup();
    flags
}

/// Whether a field of a record type is looked at at all.
pub(super) fn is_looked_at(effective: &Effective, declared: &RecordType, field: &str) -> bool {
    let declared = declared.fields.get(field);
    declared.is_none_or(|field| effective.screening().is_looked_at(effective.declaring(), field))
}
