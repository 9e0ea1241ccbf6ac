//! Policies that are not in force: those that were when something was decided, and one that may be some day.

use std::sync::Arc;

use domain::AccountId;
use jiff::Timestamp;
use policy::Policy;

use super::{Effective, PublishError, book::compile};
use crate::{Caller, Gate};

impl Gate {
    /// What was in force for an account when a decision was made under a version of the operator's policy; none when
    /// that version does not compile any more.
    pub(crate) fn policies_at(&self, account: AccountId, number: u32, at: Timestamp) -> Option<Effective> {
        self.policies.effective_under(number, account, at)
    }

    /// Compiles what could be the next version of the caller's policy.
    pub(crate) fn compile_next(&self, caller: &Caller, source: &str) -> Result<Arc<Policy>, PublishError> {
        let effective = self.effective(caller)?;
        let operator = (caller.account_id() != self.policies.operator()).then_some(&effective.operator);
        compile(source, self.now(), operator).map(Arc::new).map_err(PublishError::Diagnostics)
    }
}
