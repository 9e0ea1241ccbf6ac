//! Breaking the glass: a member of staff who opens a person for what the policy does not name as ordinary says why. The entry has the
//! reason, under the key of whoever was opened, and the review of who opened whose data shows it.

use domain::audit::Statement;

use crate::{Caller, Effective, Gate, GateError};

/// The word of the log for it.
pub(crate) const BROKEN_GLASS: &str = "broken glass";
/// The longest reason, in characters.
const REASON: usize = 4_000;

impl Gate {
    /// Whether a member of staff says why, before they open a person for a purpose.
    ///
    /// # Errors
    /// No policy is in force.
    pub fn needs_reason(&self, caller: &Caller, purpose: &str) -> Result<bool, GateError> {
        Ok(is_out_of_the_ordinary(caller, &self.effective(caller)?, purpose))
    }
}

fn is_out_of_the_ordinary(caller: &Caller, effective: &Effective, purpose: &str) -> bool {
    let document = effective.operator.policy.document();
    let is_operators = caller.account_id() == effective.operator_account;
    let staff = document.staff.as_ref().filter(|_| caller.staff.is_some() && is_operators);
    // The people of Clients are found by their own purpose where somebody is invited.
    let is_members =
        document.members.as_ref().is_some_and(|members| members.get_ref().purpose.get_ref() == purpose);
    let is_declared = document.purposes.contains_key(purpose);
    is_declared && !is_members && staff.is_some_and(|staff| !staff.get_ref().is_ordinary(purpose))
}

/// What stands in the entry of a read that is out of the ordinary; none of any other.
///
/// # Errors
/// Nobody said why.
pub(crate) fn said_why(
    caller: &Caller,
    effective: &Effective,
    purpose: &str,
) -> Result<Option<Statement>, GateError> {
    if !is_out_of_the_ordinary(caller, effective, purpose) {
        return Ok(None);
    }
    let because = caller.glass.as_ref().filter(|because| !because.trim().is_empty());
    let because = because.filter(|because| because.chars().count() <= REASON).cloned();
    let because = because.ok_or_else(|| {
        GateError::Malformed(format!(
            "this purpose is out of the ordinary: say why, in 1 to {REASON} characters"
        ))
    })?;
    Ok(Some(Statement { case: BROKEN_GLASS.to_owned(), by: None, because: Some(because) }))
}
