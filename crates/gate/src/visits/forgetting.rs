//! The end of being recognised: of whoever takes their yes back, or is erased, no visit is left, and reports are as if they had never
//! come.

use domain::{About, Subject, visit::Site};
use store::{Change, subjects::KeyBinding};

use crate::{Gate, GateError};

impl Gate {
    /// What removes the visits of a subject from the sites of their account: from all, or from those that count for a purpose that
    /// they say no to.
    pub(crate) async fn forgotten_visits(
        &self,
        (subject, keys): (&Subject, &[KeyBinding]),
        about: Option<&About>,
    ) -> Result<Vec<Change>, GateError> {
        let mut changes = Vec::new();
        // A site that an earlier version declared may have visits yet.
        let versions = self.policy_versions(subject.account);
        let declared = versions.iter().flat_map(|version| &version.policy.document().sites);
        let mut names: Vec<&str> = Vec::new();
        for (name, declared) in declared {
            let is_theirs = declared.role.as_ref().is_some_and(|role| *role.get_ref() == subject.role);
            let is_meant = about.is_none_or(|about| about.name() == declared.purpose.get_ref());
            let name = name.get_ref().as_str();
            if is_theirs && is_meant && declared.cookie.is_some() && !names.contains(&name) {
                names.push(name);
                let site = Site { account: subject.account, name: name.to_owned() };
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
