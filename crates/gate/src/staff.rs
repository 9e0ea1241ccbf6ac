//! Those who sign in, through the door: invited, let in by a password of their own, let in no more. Who they are is a record of
//! the operator's vault; what they may do in the console stands in a case without personal data.

mod address;
mod bar;
mod held;
mod invitation;
mod links;
mod members;
mod moving;
mod passkeys;
mod passwords;
mod provider;
mod proving;
mod sessions;
mod sign_in;
mod signing_up;

use domain::{
    Action, CaseId, CaseKind, ConsoleRole, Detail, EntryId, Outcome, Permission, Personal, Staff, SubjectId,
    SubjectState,
};
use policy::Promise;
use store::{Change, Unit};

use crate::{
    Caller, Effective, Fields, Gate, GateError,
    accounts::require_operator,
    attempts::Failed,
    cases::{file, read},
    records::first_entry,
};

pub(crate) use held::held;
pub use invitation::{Invitation, NewStaff, PASSWORD_CHARACTERS};
pub use members::{NameCard, NewMember};
pub use passkeys::{Assertion, NewPasskey, Told};
pub(crate) use passwords::Passwords;
pub use sessions::SignedIn;
pub use signing_up::Applicant;

impl Gate {
    /// The operator, whose console it is, and in whose vault those are who sign in.
    fn console(&self) -> Result<Caller, GateError> {
        Ok(Caller::system(self.operator()?))
    }

    /// The members of staff: those who can be let in, or those who are not any more, a page at a time.
    ///
    /// # Errors
    /// The caller is not the operator, or the data store fails.
    pub async fn staff(
        &self,
        caller: &Caller,
        is_open: bool,
        after: Option<(Option<jiff::Timestamp>, CaseId)>,
        limit: u32,
    ) -> Result<Vec<Staff>, GateError> {
        require_operator(caller, "member of staff")?;
        self.queue(caller, is_open, after, limit).await
    }

    /// Who signs in as a subject, if anybody does and is not erased.
    pub(crate) async fn staff_member(&self, subject: SubjectId) -> Result<Option<Staff>, GateError> {
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
        self.colleague(caller, subject).await
    }

    /// Who a member of staff is: their record, opened for the purpose under which they sign in.
    ///
    /// # Errors
    /// The policy does not let it be opened, or a store fails.
    pub async fn who_is(&self, caller: &Caller, staff: &Staff) -> Result<Personal<Fields>, GateError> {
        let purpose = held::held_or_refused(&self.effective(caller)?, staff.role)?.purpose;
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
            let staff = self.colleague(caller, subject).await?;
            let changed = staff.with_role(role.into()).ok_or(GateError::Exists)?;
            self.replace_staff(caller, Action::StaffRoleChanged, changed, Vec::new()).await
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
            let staff = self.colleague(caller, subject).await?;
            let suspended = staff.suspended(self.now()).ok_or(GateError::Gone("member of staff"))?;
            self.replace_staff(caller, Action::StaffSuspended, suspended, Vec::new()).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Records that somebody asked for what their role does not let them do.
    ///
    /// # Errors
    /// A store fails.
    pub async fn refuse_staff(&self, signed_in: &SignedIn, asked: Permission) -> Result<EntryId, GateError> {
        let acting = self.acting(&signed_in.caller)?;
        let attempt = async || {
            let effective = self.effective(&acting)?;
            let detail = Detail {
                outcome: Outcome::Refused,
                note: Some(format!("as {}: {}", signed_in.staff.role.as_str(), asked.as_str())),
                ..self.staff_detail(&acting, &effective, Action::StaffRefused, &signed_in.staff)
            };
            let entries = vec![self.entry_about(signed_in.staff.account, detail).await?];
            let unit = Unit { expects: effective.expects(), changes: Vec::new(), entries };
            first_entry(&self.commit(unit).await.map_err(Failed::Commit)?).map_err(Failed::from)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Nobody used an invitation in its time: they are forgotten. So is an address with which nobody signs in, or not any more.
    pub(crate) async fn wake_staff(&self, staff: Staff) -> Result<(), GateError> {
        let now = self.now();
        if !staff.is_lapsed(now) {
            let is_over = staff.spare.as_ref().is_some_and(|spare| spare.is_over(now));
            if is_over {
                self.drop_spare(&self.console()?, staff).await?;
            }
            return Ok(());
        }
        let console = self.console()?;
        let subject = staff.subject;
        if let Some(gone) = staff.suspended(now) {
            let lapsed = self.replace_staff(&console, Action::StaffLapsed, gone, Vec::new()).await;
            lapsed.map_err(Failed::into_error)?;
        }
        match self.erase(&console, subject).await {
            // Somebody keeps it, and will erase it.
            Ok(_) | Err(GateError::Frozen(_) | GateError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Commits what became of somebody who signs in, with what else belongs to it. The caller is the operator, in whose vault
    /// they are, with whoever acts.
    pub(crate) async fn replace_staff(
        &self,
        caller: &Caller,
        action: Action,
        staff: Staff,
        beside: Vec<Change>,
    ) -> Result<(Staff, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let case = file(&staff)?;
        let is_new = staff.version == 1;
        let mut changes = vec![if is_new { Change::OpenCase(case) } else { Change::ReplaceCase(case) }];
        changes.extend(beside);
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
