//! As what those who sign in are held, by the policy in force: staff under `[staff]`, the people of Clients under `[members]`.

use domain::{Role, Staff, SubjectId};
use policy::document::Document;

use crate::{Effective, Gate, GateError};

/// As what somebody who signs in is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// The role that they have in the policy.
    pub(crate) role: String,
    /// The record type of what they sign in with.
    pub(super) record: String,
    /// The purpose under which they sign in.
    pub(super) purpose: String,
}

/// As what whoever signs in so is held; none when the policy lets none of their kind.
pub(crate) fn held(effective: &Effective, role: Role) -> Option<Held> {
    let document = effective.declaring().document();
    let (role, record, purpose) = match role {
        Role::Staff(_) => {
            let staff = document.staff.as_ref()?.get_ref();
            (&staff.role, &staff.record, &staff.purpose)
        }
        Role::Member(_) => {
            let members = document.members.as_ref()?.get_ref();
            (&members.role, &members.record, &members.purpose)
        }
    };
    let [role, record, purpose] = [role, record, purpose].map(|name| name.get_ref().clone());
    Some(Held { role, record, purpose })
}

pub(super) fn held_or_refused(effective: &Effective, role: Role) -> Result<Held, GateError> {
    held(effective, role).ok_or_else(|| {
        let table = match role {
            Role::Staff(_) => "[staff]",
            Role::Member(_) => "[members]",
        };
        let why = format!(
            "the policy in force has no table `{table}`, so there is no record type for whoever signs in"
        );
        GateError::Malformed(why)
    })
}

/// The purposes under which anybody signs in, each once.
pub(super) fn purposes(document: &Document) -> Vec<String> {
    let staff = document.staff.iter().map(|staff| &staff.get_ref().purpose);
    let members = document.members.iter().map(|members| &members.get_ref().purpose);
    let mut all: Vec<String> = staff.chain(members).map(|name| name.get_ref().clone()).collect();
    all.dedup();
    all
}

impl Gate {
    /// The purpose under which somebody signs in.
    pub(crate) async fn sign_in_purpose(&self, subject: SubjectId) -> Result<String, GateError> {
        let staff: Staff = self.staff_member(subject).await?.ok_or(GateError::Gone("member of staff"))?;
        Ok(held_or_refused(&self.effective(&self.console()?)?, staff.role)?.purpose)
    }
}
