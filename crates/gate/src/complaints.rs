//! Complaints and questions through the door: taken in with the words of whoever complains, owned and decided by someone
//! whom they are not about, each step in the log. Names of staff are sealed in the entries, and known again by their marks.

mod citing;
mod moves;
mod opening;
mod waking;

use data_encoding::HEXLOWER;
use domain::{
    Action, Complaint, ComplaintId, Detail, EntryId, Outcome,
    audit::Statement,
    complaint::{Hand, Mark, NotNow},
    folded::folded_name,
};
use policy::{Promise, document::Complaints};
use store::{Change, PendingEntry, Unit};

use crate::{
    Caller, Determination, Effective, Gate, GateError, attempts::Failed, cases::file, records::first_entry,
};

pub use citing::Findings;
pub use moves::NewRemedy;
pub use opening::{Accused, NewComplaint};

/// What a complaint became, on its way into the log.
struct Moved<'a> {
    action: Action,
    after: Complaint,
    /// What was said about it, sealed in the entry.
    said: Option<&'a Determination>,
    /// What else the entry says of it, without personal data.
    note: Option<String>,
}

impl Gate {
    /// A complaint of the caller's account.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn complaint(&self, caller: &Caller, id: ComplaintId) -> Result<Complaint, GateError> {
        self.own(caller, *id.as_bytes()).await
    }

    /// The mark of a member of staff: the same however their name is spaced, capitalised, accented or composed, and in every
    /// version of the account's keys.
    fn mark(&self, caller: &Caller, name: &str) -> Result<Mark, GateError> {
        let name = folded_name(name);
        let words: Vec<&str> = name.split_whitespace().collect();
        let hash = self.repetition_hash(caller, &[b"staff", words.join(" ").as_bytes()])?;
        Ok(Mark(HEXLOWER.encode(&hash)))
    }

    /// Who acts: whoever says so, by the caller's key.
    fn hand(&self, caller: &Caller, by: Option<&str>) -> Result<Hand, GateError> {
        let why = "say in `by` who does this: nobody judges in their own cause";
        let by = by.ok_or_else(|| GateError::Malformed(why.to_owned()))?;
        Ok(Hand { staff: self.mark(caller, by)?, key: caller.key })
    }

    /// Moves a complaint on by a rule of its own.
    async fn step_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
        (action, said): (Action, Option<&Determination>),
        rule: impl Fn(Complaint) -> Result<(Complaint, Option<String>), NotNow>,
    ) -> Result<(Complaint, EntryId), GateError> {
        let attempt = async || {
            let before = self.complaint(caller, id).await?;
            let moved = before.not_by(caller.key).and_then(|()| rule(before.clone()));
            let (after, note) = match moved {
                Ok(moved) => moved,
                Err(why) => return Err(self.refuse_step(caller, before, (action, said), why).await.into()),
            };
            self.move_complaint(caller, Moved { action, after, said, note }).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Commits the next version of a complaint, with what it freezes from then on.
    async fn move_complaint(
        &self,
        caller: &Caller,
        moved: Moved<'_>,
    ) -> Result<(Complaint, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let mut unit = Unit { expects: effective.expects(), ..Unit::default() };
        unit.entries.push(self.complaint_entry(caller, &effective, &moved).await?);
        unit.changes.push(Change::ReplaceCase(file(&moved.after)?));
        unit.changes.extend(self.told_of_complaint(moved.action, &moved.after).await?);
        self.freeze_words(&mut unit, &moved.after).await?;
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((moved.after, first_entry(&committed)?))
    }

    async fn freeze_words(&self, unit: &mut Unit, complaint: &Complaint) -> Result<(), GateError> {
        let (id, freeze) = (complaint.id.to_string(), complaint.freeze());
        self.freeze_by_case(unit, (&id, freeze.as_ref()), &[complaint.subject]).await
    }

    /// A step that is not taken. That somebody would have judged in their own cause is recorded.
    async fn refuse_step(
        &self,
        caller: &Caller,
        complaint: Complaint,
        (action, said): (Action, Option<&Determination>),
        why: NotNow,
    ) -> GateError {
        if !why.is_partial() {
            return GateError::Complaint { why, entry: None };
        }
        match self.try_record_refusal(caller, Moved { action, after: complaint, said, note: None }).await {
            Ok(entry) => GateError::Complaint { why, entry: Some(entry) },
            Err(error) => error,
        }
    }

    async fn try_record_refusal(&self, caller: &Caller, moved: Moved<'_>) -> Result<EntryId, GateError> {
        let effective = self.effective(caller)?;
        let detail = Detail {
            outcome: Outcome::Refused,
            reason: Some("in_own_cause".to_owned()),
            ..self.complaint_detail(caller, &effective, &moved)
        };
        let entry = self.entry_about(moved.after.account, detail).await?;
        let unit = Unit { expects: effective.expects(), entries: vec![entry], ..Unit::default() };
        first_entry(&self.commit(unit).await?)
    }

    async fn complaint_entry(
        &self,
        caller: &Caller,
        effective: &Effective,
        moved: &Moved<'_>,
    ) -> Result<PendingEntry, GateError> {
        self.entry_about(moved.after.account, self.complaint_detail(caller, effective, moved)).await
    }

    fn complaint_detail(&self, caller: &Caller, effective: &Effective, moved: &Moved<'_>) -> Detail {
        let Moved { action, after, said, note } = moved;
        let stands = format!("{}, {}", after.matter.as_str(), after.state.as_str());
        Detail {
            subject: Some(after.subject),
            clause: Some(effective.declaring().clause("complaints", Promise::Complaints).section),
            note: Some(note.as_ref().map_or_else(|| stands.clone(), |note| format!("{stands}: {note}"))),
            case: Some(Statement {
                case: after.id.to_string(),
                by: said.and_then(|said| said.by.clone()),
                because: said.map(|said| said.because.clone()),
            }),
            ..self.detail_under(caller, *action, effective)
        }
    }
}

/// What the policy says of complaints: of the account's own where it says anything, else of the operator's.
fn declared(effective: &Effective) -> Option<&Complaints> {
    effective.declaring().document().complaints.as_ref().map(|complaints| complaints.get_ref())
}
