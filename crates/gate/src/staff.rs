//! Members of staff through the door: invited, let in by a password of their own, let in no more. Who they are is a record of
//! the vault; what they may do in the console stands in a case without personal data.

mod invitation;
mod passwords;
mod sessions;
mod sign_in;
mod token;

use domain::{
    Action, CaseId, CaseKind, ConsoleRole, Detail, EntryId, Outcome, Permission, Personal, Staff, SubjectId,
    SubjectState,
};
use policy::{Promise, document};
use store::{Change, Unit, records::Replay};

use crate::{
    Caller, Effective, Fields, Gate, GateError,
    accounts::require_operator,
    attempts::Failed,
    cases::{file, read},
    records::first_entry,
    repetition::remember,
};

pub use invitation::{Invitation, NewStaff, PASSWORD_CHARACTERS};
pub(crate) use passwords::Passwords;
pub use sessions::SignedIn;

impl Gate {
    /// The operator, whose console it is.
    fn console(&self) -> Result<Caller, GateError> {
        Ok(Caller::system(self.operator()?))
    }

    /// Every member of staff: those who can be let in, or those who are not any more.
    ///
    /// # Errors
    /// The caller is not the operator, or the data store fails.
    pub async fn staff(&self, caller: &Caller, is_open: bool, limit: u32) -> Result<Vec<Staff>, GateError> {
        require_operator(caller, "member of staff")?;
        self.queue(caller, is_open, None, limit).await
    }

    /// The member of staff that a subject is, if they are one and not erased.
    async fn staff_member(&self, subject: SubjectId) -> Result<Option<Staff>, GateError> {
        let found = self.store.case(CaseKind::Staff, CaseId::from_bytes(*subject.as_bytes())).await?;
        let Some(staff) = found.as_ref().map(read::<Staff>).transpose()? else { return Ok(None) };
        let person = self.store.subject(subject).await?;
        let lives = person.is_some_and(|(person, _)| person.state == SubjectState::Active);
        Ok(Some(staff).filter(|_| lives))
    }

    /// A member of staff, whom an owner or an auditor looks at.
    ///
    /// # Errors
    /// The caller is not the operator, there is no such member of staff, or the data store fails.
    pub async fn member_of_staff(&self, caller: &Caller, subject: SubjectId) -> Result<Staff, GateError> {
        require_operator(caller, "member of staff")?;
        self.staff_member(subject).await?.ok_or(GateError::NotFound("member of staff"))
    }

    /// Who a member of staff is: their record, opened for the purpose under which they sign in.
    ///
    /// # Errors
    /// The policy does not let it be opened, or a store fails.
    pub async fn who_is(&self, caller: &Caller, staff: &Staff) -> Result<Personal<Fields>, GateError> {
        let purpose = declared_or_refused(&self.effective(caller)?)?.purpose.get_ref().clone();
        Ok(self.read_record(caller, staff.record, &purpose, None).await?.fields)
    }

    /// Makes a member of staff something else, from their next page on.
    ///
    /// # Errors
    /// The caller is not the operator, or is who is meant; there is no such member of staff, they are it already or suspended; or
    /// a store fails.
    pub async fn change_staff_role(
        &self,
        caller: &Caller,
        subject: SubjectId,
        role: ConsoleRole,
    ) -> Result<(Staff, EntryId), GateError> {
        require_operator(caller, "member of staff")?;
        not_of_oneself(caller, subject)?;
        let attempt = async || {
            let staff = self.staff_member(subject).await?.ok_or(GateError::NotFound("member of staff"))?;
            let changed = staff.with_role(role).ok_or(GateError::Exists)?;
            self.replace_staff(caller, Action::StaffRoleChanged, changed, None).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Lets a member of staff in no more: their sessions open nothing from the next request on.
    ///
    /// # Errors
    /// The caller is not the operator; there is no such member of staff, or they were suspended before; or a store fails.
    pub async fn suspend_staff(
        &self,
        caller: &Caller,
        subject: SubjectId,
    ) -> Result<(Staff, EntryId), GateError> {
        require_operator(caller, "member of staff")?;
        not_of_oneself(caller, subject)?;
        let attempt = async || {
            let staff = self.staff_member(subject).await?.ok_or(GateError::NotFound("member of staff"))?;
            let suspended = staff.suspended(self.now()).ok_or(GateError::Gone("member of staff"))?;
            self.replace_staff(caller, Action::StaffSuspended, suspended, None).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Records that a member of staff asked for what their role does not let them do.
    ///
    /// # Errors
    /// A store fails.
    pub async fn refuse_staff(&self, signed_in: &SignedIn, asked: Permission) -> Result<EntryId, GateError> {
        let attempt = async || {
            let effective = self.effective(&signed_in.caller)?;
            let detail = Detail {
                outcome: Outcome::Refused,
                note: Some(format!("as {}: {}", signed_in.staff.role.as_str(), asked.as_str())),
                ..self.staff_detail(&signed_in.caller, &effective, Action::StaffRefused, &signed_in.staff)
            };
            let entries = vec![self.entry_about(signed_in.staff.account, detail).await?];
            let unit = Unit { expects: effective.expects(), changes: Vec::new(), entries };
            first_entry(&self.commit(unit).await.map_err(Failed::Commit)?).map_err(Failed::from)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Commits what became of a member of staff.
    async fn replace_staff(
        &self,
        caller: &Caller,
        action: Action,
        staff: Staff,
        replay: Option<&Replay>,
    ) -> Result<(Staff, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let case = file(&staff)?;
        let is_new = staff.version == 1;
        let mut changes = vec![if is_new { Change::OpenCase(case) } else { Change::ReplaceCase(case) }];
        changes.extend(remember(replay, *staff.subject.as_bytes()));
        let detail = self.staff_detail(caller, &effective, action, &staff);
        let entries = vec![self.entry_about(staff.account, detail).await?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((staff, first_entry(&committed)?))
    }

    /// The detail of what happens to a member of staff, under their own key.
    fn staff_detail(&self, caller: &Caller, effective: &Effective, action: Action, staff: &Staff) -> Detail {
        Detail {
            subject: Some(staff.subject),
            clause: Some(effective.declaring().clause("staff", Promise::Security).section),
            note: Some(format!("{}, {}", staff.role.as_str(), staff.state.as_str())),
            ..self.detail_under(caller, action, effective)
        }
    }
}

/// Nobody changes what they are themselves: so an owner is left, and nobody makes themself one.
fn not_of_oneself(caller: &Caller, subject: SubjectId) -> Result<(), GateError> {
    if caller.staff == Some(subject) {
        let why = "nobody changes what they are themselves: ask another owner";
        return Err(GateError::Malformed(why.to_owned()));
    }
    Ok(())
}

/// Who signs in, as the policy in force says; none when nobody does.
fn declared(effective: &Effective) -> Option<&document::Staff> {
    effective.declaring().document().staff.as_ref().map(|staff| staff.get_ref())
}

fn declared_or_refused(effective: &Effective) -> Result<&document::Staff, GateError> {
    declared(effective).ok_or_else(|| {
        let why =
            "the policy in force has no table `[staff]`, so there is no record type for whoever signs in";
        GateError::Malformed(why.to_owned())
    })
}
