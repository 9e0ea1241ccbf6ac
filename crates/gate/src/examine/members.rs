//! What an assessment looks at of those who sign in: what they are said to be, and who they are in the vault.

use domain::{Account, Staff, Subject, SubjectState};

use crate::{Caller, Gate, GateError, staff::held};

/// Somebody who signs in, as an assessment finds them.
#[derive(Debug, Clone)]
pub struct ExaminedMember {
    /// What they are said to be.
    pub staff: Staff,
    /// Whether they are a person of the operator's with the role that the policy declares for their kind.
    pub is_person: bool,
    /// Whether the record of what they sign in with is theirs, where they can sign in.
    pub has_record: bool,
}

impl Gate {
    /// Everyone who signs in for an account and is not erased, whether they are let in or not.
    ///
    /// # Errors
    /// The data store fails, or the policy in force cannot be read.
    pub async fn examine_members(&self, account: &Account) -> Result<Vec<ExaminedMember>, GateError> {
        let of = Caller::system(account.clone());
        let mut examined = Vec::new();
        for is_open in [true, false] {
            for staff in self.all_of::<Staff>(&of, is_open).await? {
                let Some((subject, _)) = self.store.subject(staff.subject).await? else { continue };
                if subject.state == SubjectState::Active {
                    examined.push(self.examine_member(staff, &subject).await?);
                }
            }
        }
        Ok(examined)
    }

    async fn examine_member(&self, staff: Staff, subject: &Subject) -> Result<ExaminedMember, GateError> {
        let operator = self.operator()?;
        let effective = self.policy(operator.id)?;
        let role = held(&effective, staff.role).map(|held| held.role);
        let is_person = subject.account == operator.id && role.is_none_or(|role| role == subject.role);
        let has_record = match staff.credential() {
            Some(_) => {
                let held = self.store.record(staff.record).await?;
                held.is_some_and(|held| held.record.subject == staff.subject)
            }
            None => true,
        };
        Ok(ExaminedMember { staff, is_person, has_record })
    }
}
