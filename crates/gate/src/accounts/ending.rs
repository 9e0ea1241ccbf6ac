//! What follows where an account has ended: first its members, who sign in no more and do not return after a violation, then its
//! End Users page by page. For each the clocks run that wait for the end of the account.

use domain::{AccountEnd, Action, Staff, SubjectId, Trigger};
use jiff::Timestamp;
use store::{Change, Unit};

use crate::{Caller, Determination, Gate, GateError, NewTrigger, cases::file};

/// How many End Users follow in one step.
const PAGE: u32 = 200;

impl Gate {
    /// Goes on with the end of an account, a page of its people at a time.
    pub(crate) async fn wake_end(&self, end: AccountEnd) -> Result<(), GateError> {
        let account = Caller::system(self.account(end.account).await?);
        if end.through.is_none() {
            self.end_members(&account, &end).await?;
        }
        let people = self.store.subjects(end.account, end.through, PAGE).await?;
        for subject in &people {
            self.run_out(&account, subject.id, end.at).await?;
        }
        let is_done = people.len() < PAGE as usize;
        let through = people.last().map(|subject| subject.id).or(end.through);
        let next = AccountEnd { through, is_done, version: end.version + 1, ..end };
        self.commit(Unit { changes: vec![Change::ReplaceCase(file(&next)?)], ..Unit::default() }).await?;
        Ok(())
    }

    async fn end_members(&self, account: &Caller, end: &AccountEnd) -> Result<(), GateError> {
        let console = Caller::system(self.operator()?);
        let why = Determination {
            by: None,
            because: format!("the account {} was ended for a violation", end.account),
        };
        for is_open in [true, false] {
            for staff in self.all_of::<Staff>(account, is_open).await? {
                if end.is_violation {
                    self.keep_out(&console, &staff, &why).await?;
                }
                self.let_in_no_more(&console, &staff).await?;
                self.run_out(&console, staff.subject, end.at).await?;
            }
        }
        Ok(())
    }

    async fn let_in_no_more(&self, console: &Caller, staff: &Staff) -> Result<(), GateError> {
        let Some(suspended) = staff.clone().suspended(self.now()) else { return Ok(()) };
        let done = self.replace_staff(console, Action::StaffSuspended, suspended, Vec::new()).await;
        done.map(drop).map_err(crate::attempts::Failed::into_error)
    }

    /// Lets the clocks of a person run that wait for the end of the account, where there are any.
    async fn run_out(&self, caller: &Caller, subject: SubjectId, at: Timestamp) -> Result<(), GateError> {
        let new = NewTrigger { trigger: Trigger::Account, at: Some(at) };
        match self.pull_trigger(caller, subject, new, None).await {
            Ok(_)
            // No clock waits for it, it has happened before, or they are gone.
            | Err(
                GateError::Malformed(_)
                | GateError::Untimely(_)
                | GateError::Gone(_)
                | GateError::NotFound(_)
                | GateError::Merged { .. },
            ) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
