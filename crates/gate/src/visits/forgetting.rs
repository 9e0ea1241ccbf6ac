//! The end of being recognised: of whoever takes their yes back, or is erased, no visit is left, and reports are as if they had never
//! come.

use domain::{About, Subject, visit::Site};
use store::{Change, subjects::KeyBinding};

use crate::{Effective, Gate, GateError};

impl Gate {
    /// What removes the visits of a subject from the sites of their account: from all, or from those that count for a purpose that
    /// they say no to.
    pub(crate) async fn forgotten_visits(
        &self,
        effective: &Effective,
        (subject, keys): (&Subject, &[KeyBinding]),
        about: Option<&About>,
    ) -> Result<Vec<Change>, GateError> {
        let mut changes = Vec::new();
        for (name, declared) in effective.own().into_iter().flat_map(|own| &own.document().sites) {
            let is_theirs = declared.role.as_ref().is_some_and(|role| *role.get_ref() == subject.role);
            let is_meant = about.is_none_or(|about| about.name() == declared.purpose.get_ref());
            if is_theirs && is_meant && declared.cookie.is_some() {
                let site = Site { account: subject.account, name: name.get_ref().clone() };
                match self.visitor_of(&site, subject, keys).await {
                    Ok(visitor) => changes.push(Change::RemoveVisitor(site, visitor)),
                    // Without their key no number leads to them, and none can be made.
                    Err(GateError::Gone(_) | GateError::Damaged(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(changes)
    }
}
