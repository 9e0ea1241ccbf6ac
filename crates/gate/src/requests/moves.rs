//! What happens to a request on its way: more time, a pause, a refusal, second thoughts, what others have done.

use domain::{Action, EntryId, Request, id::RequestId, request::Redaction};

use super::{Moved, declared_or_refused};
use crate::{Caller, Determination, Fields, Gate, GateError, Patch, attempts::Failed};

/// The field of what a person wrote.
const MESSAGE: &str = "message";

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

    /// The person adds words to what they asked for: whoever must act on it is told anew.
    ///
    /// # Errors
    /// There is no such request of theirs, it is closed, or is being answered just now; or the words cannot be kept.
    pub(crate) async fn amend_request(
        &self,
        caller: &Caller,
        id: RequestId,
        words: &str,
    ) -> Result<Request, GateError> {
        let request = self.request(caller, id).await?;
        request.clone().amended(self.now()).map_err(GateError::NotNow)?;
        self.add_words(caller, &request, words).await?;
        let attempt = async || {
            let before = self.request(caller, id).await?;
            let acting = self.acting_for(caller, before.account).await?;
            let after = before.clone().amended(self.now()).map_err(GateError::NotNow)?;
            let action = Action::RequestAmended;
            self.move_request(&acting, Moved { action, before: &before, after, said: None }).await
        };
        self.retried(attempt).await.map(|(request, _)| request).map_err(Failed::into_error)
    }

    async fn add_words(&self, caller: &Caller, request: &Request, words: &str) -> Result<(), GateError> {
        let record = request.record.ok_or(GateError::Gone("record"))?;
        let acting = self.acting_for(caller, request.account).await?;
        // Whoever acts for themselves reaches what they wrote, also under the key that was made for it.
        let person = request.requester.or(caller.person);
        let acting = Caller { person: acting.person.and(person), ..acting };
        let purpose = declared_or_refused(&self.effective(&acting)?)?.purpose.get_ref().clone();
        let opened = self.read_record(&acting, record, &purpose, None).await?;
        let version = Some(opened.record.version);
        let fields = opened.fields.into_revealed();
        let before = fields.get(MESSAGE).and_then(serde_json::Value::as_str);
        let all = before.map_or_else(|| words.to_owned(), |before| format!("{before}\n{words}"));
        let fields = Fields::from_iter([(MESSAGE.to_owned(), all.into())]);
        self.update_record(&acting, record, &purpose, &Patch { version, fields }).await.map(drop)
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
