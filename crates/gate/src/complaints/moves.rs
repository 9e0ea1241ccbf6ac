//! What happens to a complaint on its way.

use domain::{
    Action, Complaint, ComplaintId, EntryId,
    complaint::{Decision, Mark, NotNow, Remedy},
};
use jiff::Timestamp;
use store::{Change, Unit};

use super::{Findings, Moved};
use crate::{
    Caller, Determination, Gate, GateError, NewIncident, Report, attempts::Failed, cases::file,
    records::first_entry, words::receipt,
};

/// Something that is to be done about a complaint.
#[derive(Debug, Clone)]
pub struct NewRemedy {
    /// Who says so, and what it is.
    pub said: Determination,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due_at: Timestamp,
}

type Stepped = Result<(Complaint, Option<String>), NotNow>;

fn plainly(moved: Result<Complaint, NotNow>) -> Stepped {
    moved.map(|moved| (moved, None))
}

impl Gate {
    /// Whoever complains was told that it was received, in these words.
    ///
    /// # Errors
    /// There is no such complaint, it was acknowledged before, or it is closed.
    pub async fn acknowledge_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
        said: &Determination,
    ) -> Result<(Complaint, EntryId), GateError> {
        let now = self.now();
        let rule = |complaint: Complaint| plainly(complaint.acknowledged(now));
        self.step_complaint(caller, id, (Action::ComplaintAcknowledged, Some(said)), rule).await
    }

    /// Gives a complaint to someone who sees to it.
    ///
    /// # Errors
    /// There is no such complaint, it is closed, or one of the two is whom it is about or, on appeal, who decided it.
    pub async fn assign_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
        to: &str,
        said: &Determination,
    ) -> Result<(Complaint, EntryId), GateError> {
        let (now, hand, owner) = (self.now(), self.hand(caller, said.by.as_deref())?, self.mark(caller, to)?);
        let rule = |complaint: Complaint| plainly(complaint.assigned(owner.clone(), &hand, now));
        let said = Determination { by: said.by.clone(), because: format!("to {to}: {}", said.because) };
        self.step_complaint(caller, id, (Action::ComplaintAssigned, Some(&said)), rule).await
    }

    /// Decides a complaint or answers a question.
    ///
    /// # Errors
    /// There is no such complaint, or nothing such as is cited; it cannot be decided where it stands; or whoever decides is
    /// whom it is about or, on appeal, who decided it.
    pub async fn decide_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
        findings: &Findings,
    ) -> Result<(Complaint, EntryId), GateError> {
        let hand = self.hand(caller, findings.said.by.as_deref())?;
        self.complaint(caller, id).await?;
        self.check_citations(caller, findings).await?;
        let decision = Decision {
            at: self.now(),
            outcome: findings.outcome,
            by: hand.staff.clone(),
            entries: findings.entries.clone(),
            clauses: findings.clauses.clone(),
        };
        let note = cited(&decision);
        let rule =
            |complaint: Complaint| Ok((complaint.decided(decision.clone(), &hand)?, Some(note.clone())));
        let said = Some(&findings.said);
        self.step_complaint(caller, id, (Action::ComplaintDecided, said), rule).await
    }

    /// Whoever complains turns to another one, for a reason.
    ///
    /// # Errors
    /// There is no such complaint, or no decision that could be appealed at that time.
    pub async fn appeal_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
        received_at: Option<Timestamp>,
        why: &Determination,
    ) -> Result<(Complaint, EntryId), GateError> {
        let now = self.now();
        let received_at = receipt(now, received_at)?;
        let rule = |complaint: Complaint| plainly(complaint.appealed(received_at, now));
        self.step_complaint(caller, id, (Action::ComplaintAppealed, Some(why)), rule).await
    }

    /// Says what is to be done about a complaint, by whom and by when.
    ///
    /// # Errors
    /// There is no such complaint, no decision that upholds it, or it is about whoever says so.
    pub async fn remedy_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
        new: &NewRemedy,
    ) -> Result<(Complaint, EntryId), GateError> {
        let (now, hand) = (self.now(), self.hand(caller, new.said.by.as_deref())?);
        let owner: Mark = self.mark(caller, &new.owner)?;
        let rule = |complaint: Complaint| {
            let remedy = Remedy::new(owner.clone(), new.due_at);
            let moved = complaint.remedy_due(remedy, &hand, now)?;
            let note = format!("remedy {}, due at {}", moved.remedies.len() - 1, new.due_at);
            Ok((moved, Some(note)))
        };
        let because = format!("by {}: {}", new.owner, new.said.because);
        let said = Determination { by: new.said.by.clone(), because };
        self.step_complaint(caller, id, (Action::ComplaintRemedyDue, Some(&said)), rule).await
    }

    /// What was to be done is done; what shows it is sealed in the entry.
    ///
    /// # Errors
    /// There is no such complaint, no such remedy left, or it is about whoever says so.
    pub async fn complaint_remedied(
        &self,
        caller: &Caller,
        id: ComplaintId,
        place: usize,
        proof: &Determination,
    ) -> Result<(Complaint, EntryId), GateError> {
        let (now, hand) = (self.now(), self.hand(caller, proof.by.as_deref())?);
        let note = format!("remedy {place}");
        let rule = |complaint: Complaint| Ok((complaint.remedied(place, &hand, now)?, Some(note.clone())));
        self.step_complaint(caller, id, (Action::ComplaintRemedied, Some(proof)), rule).await
    }

    /// Whoever complains takes it back.
    ///
    /// # Errors
    /// There is no such complaint, or it is closed.
    pub async fn withdraw_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
    ) -> Result<(Complaint, EntryId), GateError> {
        let now = self.now();
        let rule = |complaint: Complaint| plainly(complaint.withdrawn(now));
        self.step_complaint(caller, id, (Action::ComplaintWithdrawn, None), rule).await
    }

    /// Opens an incident because of an allegation: both are in one commit, so that neither is without the other.
    ///
    /// # Errors
    /// There is no such allegation, it has opened one, or it is about whoever would open it.
    pub async fn escalate_complaint(
        &self,
        caller: &Caller,
        id: ComplaintId,
        said: &Determination,
    ) -> Result<(Complaint, EntryId), GateError> {
        let hand = self.hand(caller, said.by.as_deref())?;
        let attempt = async || {
            let (before, effective) = (self.complaint(caller, id).await?, self.effective(caller)?);
            let report = Report { what_happened: said.because.clone(), reported_by: said.by.clone() };
            let new = NewIncident { report, aware_at: None };
            let (incident, told) = self.new_incident(caller, &effective, &new)?;
            let action = Action::ComplaintEscalated;
            let after = match before.clone().escalated(incident.id, &hand, self.now()) {
                Ok(after) => after,
                Err(why) => {
                    return Err(self.refuse_step(caller, before, (action, Some(said)), why).await.into());
                }
            };
            let note = Some(incident.id.to_string());
            let moved = Moved { action, after, said: Some(said), note };
            let entry = self.complaint_entry(caller, &effective, &moved).await?;
            // An incident is tied to the first entry of its unit.
            let entries = vec![self.account_entry(incident.account, &told)?, entry];
            let mut changes = self.opening(&incident);
            changes.push(Change::ReplaceCase(file(&moved.after)?));
            let unit = Unit { expects: effective.expects(), changes, entries };
            let committed = self.commit(unit).await.map_err(Failed::Commit)?;
            Ok((moved.after, first_entry(&committed)?))
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }
}

/// What a decision rests on, for its entry.
fn cited(decision: &Decision) -> String {
    let entries: Vec<String> = decision.entries.iter().map(ToString::to_string).collect();
    let clauses: Vec<String> = decision.clauses.iter().map(ToString::to_string).collect();
    let listed = |what: &str, all: &[String]| match all {
        [] => String::new(),
        all => format!("; {what} {}", all.join(", ")),
    };
    let outcome = decision.outcome.as_str();
    format!("{outcome}{}{}", listed("entries", &entries), listed("sections", &clauses))
}
