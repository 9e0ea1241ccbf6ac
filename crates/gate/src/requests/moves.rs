//! What happens to a request on its way: more time, a pause, a refusal, second thoughts, what others have done.

use domain::{Action, EntryId, Request, id::RequestId, request::Redaction};

use super::Moved;
use crate::{Caller, Determination, Gate, GateError, attempts::Failed};

impl Gate {
    /// Takes more time, once, as the policy allows, for a reason that the person is told.
    ///
    /// # Errors
    /// There is no such request to answer, or it cannot be extended.
    pub async fn extend_request(
        &self,
        caller: &Caller,
        id: RequestId,
        why: &Determination,
    ) -> Result<(Request, EntryId), GateError> {
        let now = self.now();
        self.step(caller, id, (Action::RequestExtended, Some(why)), |request| request.extended(now)).await
    }

    /// Stops the clock while something is awaited from the person, who is told.
    ///
    /// # Errors
    /// There is no such request to answer, or it is paused already.
    pub async fn pause_request(
        &self,
        caller: &Caller,
        id: RequestId,
        why: &Determination,
    ) -> Result<(Request, EntryId), GateError> {
        let now = self.now();
        self.step(caller, id, (Action::RequestPaused, Some(why)), |request| request.paused(now)).await
    }

    /// Lets the clock run on.
    ///
    /// # Errors
    /// There is no such request to answer, or it is not paused.
    pub async fn resume_request(
        &self,
        caller: &Caller,
        id: RequestId,
    ) -> Result<(Request, EntryId), GateError> {
        let now = self.now();
        self.step(caller, id, (Action::RequestResumed, None), |request| request.resumed(now)).await
    }

    /// Refuses a request, for a reason that the person is told, under an exception of the policy where there is one.
    ///
    /// # Errors
    /// There is no such request to answer, it is closed, or the policy does not limit the right by this exception.
    pub async fn refuse_request(
        &self,
        caller: &Caller,
        id: RequestId,
        exception: Option<&str>,
        why: &Determination,
    ) -> Result<(Request, EntryId), GateError> {
        let (request, acting) = self.to_answer(caller, id).await?;
        if let Some(name) = exception {
            let effective = self.effective(&acting)?;
            let mut limits = effective.declaring().document().exceptions_to(request.right.as_str());
            limits.find(|(limit, _)| *limit == name).ok_or(GateError::NotFound("exception"))?;
        }
        let now = self.now();
        let refused = |request: Request| request.refused(now, exception.map(str::to_owned));
        self.step(caller, id, (Action::RequestRefused, Some(why)), refused).await
    }

    /// The person takes a request back; whoever received it or must answer it may enter that.
    ///
    /// # Errors
    /// There is no such request, or it is closed.
    pub async fn withdraw_request(
        &self,
        caller: &Caller,
        id: RequestId,
    ) -> Result<(Request, EntryId), GateError> {
        let attempt = async || {
            let before = self.request(caller, id).await?;
            let acting = self.acting_for(caller, before.account).await?;
            let after = before.clone().withdrawn(self.now()).map_err(GateError::NotNow)?;
            let action = Action::RequestWithdrawn;
            self.move_request(&acting, Moved { action, before: &before, after, said: None }).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// A system outside has done its part: what shows it is sealed in the entry.
    ///
    /// # Errors
    /// There is no such request to answer, or no such task left.
    pub async fn finish_task(
        &self,
        caller: &Caller,
        id: RequestId,
        system: &str,
        proof: &Determination,
    ) -> Result<(Request, EntryId), GateError> {
        let now = self.now();
        let done = |request: Request| request.task_done(system, now);
        self.step(caller, id, (Action::RequestTaskDone, Some(proof)), done).await
    }

    /// Says what is left out of a package because it is about others.
    ///
    /// # Errors
    /// There is no such request to answer, or it is not open.
    pub async fn redact_request(
        &self,
        caller: &Caller,
        id: RequestId,
        redactions: &[Redaction],
        why: &Determination,
    ) -> Result<(Request, EntryId), GateError> {
        let (request, _) = self.to_answer(caller, id).await?;
        for redaction in redactions {
            let held = self.store.record(redaction.record).await?;
            let held = held.filter(|held| request.subjects.contains(&held.subject.id));
            let held = held.ok_or(GateError::NotFound("record"))?;
            let has = |field: &String| held.record.fields.iter().any(|held| held.name == *field);
            if redaction.field.as_ref().is_some_and(|field| !has(field)) {
                return Err(GateError::NotFound("field"));
            }
        }
        let now = self.now();
        let redacted = |request: Request| request.redacted(redactions.to_vec(), now);
        self.step(caller, id, (Action::RequestReviewed, Some(why)), redacted).await
    }
}
