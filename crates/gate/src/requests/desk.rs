//! What those who answer requests tell each other: who sees to one, and notes. The person is told neither, and a note is sealed in its
//! entry, under the key of whoever the request is about.

use domain::{Action, Detail, EntryId, Request, Staff, StaffState, SubjectId, id::RequestId};
use store::{Change, Unit, records::Replay};

use super::Moved;
use crate::{
    Caller, Determination, Gate, GateError,
    attempts::Failed,
    cases::file,
    records::first_entry,
    repetition::{Once, entry_before, remember},
};

impl Gate {
    /// Gives a request to a member of staff who sees to it, or to nobody.
    ///
    /// # Errors
    /// There is no such request to answer, or it is closed; there is no such member of staff who can sign in; or a store fails.
    pub async fn assign_request(
        &self,
        caller: &Caller,
        id: RequestId,
        to: Option<SubjectId>,
    ) -> Result<(Request, EntryId), GateError> {
        if let Some(to) = to {
            let staff: Staff = self.own(caller, *to.as_bytes()).await?;
            if !matches!(staff.state, StaffState::Active { .. }) {
                return Err(GateError::Gone("member of staff"));
            }
        }
        let because = to.map_or_else(|| "to nobody".to_owned(), |to| format!("to {to}"));
        let said = Determination { by: None, because };
        let attempt = async || {
            let (before, acting) = self.to_answer(caller, id).await?;
            let after = before.clone().assigned(to).map_err(GateError::NotNow)?;
            let moved = Moved { action: Action::RequestAssigned, before: &before, after, said: Some(&said) };
            let entry =
                self.at_the_desk(&acting, &moved, vec![Change::ReplaceCase(file(&moved.after)?)]).await?;
            Ok((moved.after, entry))
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Keeps a note about a request.
    ///
    /// # Errors
    /// There is no such request to answer, or a store fails.
    pub async fn note_request(
        &self,
        caller: &Caller,
        id: RequestId,
        note: &Determination,
        replay: Option<&Replay>,
    ) -> Result<EntryId, GateError> {
        let attempt = async || {
            let (before, acting) = self.to_answer(caller, id).await?;
            let after = before.clone();
            let moved = Moved { action: Action::RequestNoted, before: &before, after, said: Some(note) };
            let changes = remember(replay, *id.as_bytes()).into_iter().collect();
            self.at_the_desk(&acting, &moved, changes).await
        };
        match self.once(replay, attempt).await? {
            Once::Made(entry) => Ok(entry),
            Once::Before(first) => entry_before(&first),
        }
    }

    /// The notes about a request, the newest first, as far as they can still be opened. That they are read is recorded.
    ///
    /// # Errors
    /// There is no such request to answer, or a store fails.
    pub async fn notes_of_request(
        &self,
        caller: &Caller,
        id: RequestId,
    ) -> Result<Vec<(EntryId, Detail)>, GateError> {
        let (request, acting) = self.to_answer(caller, id).await?;
        let mut notes = self.entries_of_case(&acting, &id.to_string(), request.terms.received_at).await?;
        notes.retain(|(_, detail)| detail.action == Action::RequestNoted);
        Ok(notes)
    }

    /// Commits what happens at the desk: the person is told nothing of it, and nothing is frozen by it.
    async fn at_the_desk(
        &self,
        acting: &Caller,
        moved: &Moved<'_>,
        changes: Vec<Change>,
    ) -> Result<EntryId, Failed> {
        let effective = self.effective(acting)?;
        let entries = vec![self.request_entry(acting, &effective, moved).await?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        Ok(first_entry(&self.commit(unit).await.map_err(Failed::Commit)?)?)
    }
}
