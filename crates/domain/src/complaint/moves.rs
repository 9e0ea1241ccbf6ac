//! What moves a complaint on, and uses it up.

use jiff::Timestamp;

use super::{Complaint, ComplaintState, Decision, Hand, Mark, Matter, NotNow, Outcome, Remedy, Step, What};
use crate::id::IncidentId;

/// How many steps a complaint remembers before it takes no more of those that can be repeated at will.
const STEPS: usize = 200;
/// How many remedies a complaint has at most.
const REMEDIES: usize = 20;

impl Complaint {
    pub(super) fn stepped(mut self, at: Timestamp, what: What) -> Self {
        self.version += 1;
        self.steps.push(Step { at, what });
        self
    }

    fn unclosed(self) -> Result<Self, NotNow> {
        match self.is_open() {
            // Who owns it must be said once more after an appeal, however often it was before.
            true if self.steps.len() < STEPS || self.owner.is_none() => Ok(self),
            true => Err(NotNow::TooMany),
            false => Err(NotNow::Closed),
        }
    }

    /// Closed when nothing is left to be done, else settled.
    pub(super) fn settled(self, at: Timestamp) -> Self {
        let state = if self.is_remedied() { ComplaintState::Closed { at } } else { ComplaintState::Settled };
        Self { state, ..self }
    }

    /// Whoever complains was told that it was received.
    ///
    /// # Errors
    /// It is closed, or was acknowledged before.
    pub fn acknowledged(self, at: Timestamp) -> Result<Self, NotNow> {
        match self.state {
            ComplaintState::Received => {
                Ok(Self { state: ComplaintState::Acknowledged, ..self.stepped(at, What::Acknowledged) })
            }
            _ if self.is_open() => Err(NotNow::Acknowledged),
            _ => Err(NotNow::Closed),
        }
    }

    /// Somebody sees to it from now on, as somebody says.
    ///
    /// # Errors
    /// It is closed; or one of the two is whom it is about or, on appeal, who decided it.
    pub fn assigned(self, to: Mark, hand: &Hand, at: Timestamp) -> Result<Self, NotNow> {
        let complaint = self.unclosed()?;
        complaint.impartial(hand)?;
        complaint.may_see_to_it(&to)?;
        Ok(Self { owner: Some(to), ..complaint.stepped(at, What::Assigned) })
    }

    /// It is decided, or decided anew, or a question is answered.
    ///
    /// # Errors
    /// It is closed, decided, not acknowledged or owned by nobody; the outcome is none of what it is; or whoever decides is
    /// whom it is about or, on appeal, who decided it.
    pub fn decided(mut self, decision: Decision, hand: &Hand) -> Result<Self, NotNow> {
        self.impartial(hand)?;
        let (at, outcome) = (decision.at, decision.outcome);
        let is_question = self.matter == Matter::Question;
        if is_question != (outcome == Outcome::Answered) {
            return Err(NotNow::WrongOutcome);
        }
        match self.state {
            ComplaintState::Received if !is_question => return Err(NotNow::NotAcknowledged),
            ComplaintState::Received | ComplaintState::Acknowledged | ComplaintState::Appealed => {}
            ComplaintState::Decided | ComplaintState::Settled => return Err(NotNow::Decided),
            ComplaintState::Closed { .. } | ComplaintState::Withdrawn { .. } => return Err(NotNow::Closed),
        }
        if self.owner.is_none() && !is_question {
            return Err(NotNow::NotOwned);
        }
        self.decisions.push(decision);
        if outcome == Outcome::Rejected {
            // What an earlier decision had asked for and nobody has done yet is not asked for any more.
            self.remedies.retain(|remedy| remedy.done_at.is_some());
        }
        let complaint = self.stepped(at, What::Decided { outcome });
        if is_question || complaint.decisions.len() > 1 {
            return Ok(complaint.settled(at));
        }
        let appeal = complaint.appeal.anew(at);
        Ok(Self { appeal, state: ComplaintState::Decided, ..complaint })
    }

    /// Whoever complains turns to somebody else, in time: nobody sees to it until it is assigned anew. What was closed in
    /// between is opened again by an appeal that had been received in time.
    ///
    /// # Errors
    /// There is no decision that can be appealed, or its time was over.
    pub fn appealed(self, received_at: Timestamp, now: Timestamp) -> Result<Self, NotNow> {
        let [decision] = &self.decisions[..] else { return Err(NotNow::NoAppeal) };
        // A letter is dated by its day, and that of the decision itself will do.
        let received_at = received_at.max(decision.at);
        let may = self.matter != Matter::Question
            && !matches!(self.state, ComplaintState::Withdrawn { .. })
            && received_at < self.appeal.due_at();
        if !may {
            return Err(NotNow::NoAppeal);
        }
        let answer = self.answer.anew(received_at);
        let complaint = self.stepped(now, What::Appealed);
        Ok(Self { owner: None, answer, state: ComplaintState::Appealed, ..complaint })
    }

    /// Something is to be done.
    ///
    /// # Errors
    /// No decision stands that upholds it, or as much is to be done as can be; or whoever says so is whom it is about.
    pub fn remedy_due(mut self, remedy: Remedy, hand: &Hand, at: Timestamp) -> Result<Self, NotNow> {
        self.impartial(hand)?;
        let stands = matches!(self.state, ComplaintState::Decided | ComplaintState::Settled);
        let upholds = self.decisions.last().is_some_and(|last| last.outcome.asks_for_remedy());
        if !(stands && upholds) {
            return Err(NotNow::NothingToRemedy);
        }
        if self.remedies.len() >= REMEDIES {
            return Err(NotNow::TooMany);
        }
        self.remedies.push(remedy);
        Ok(self.stepped(at, What::RemedyDue))
    }

    /// It was done. With the last of what was to be done a settled complaint is closed.
    ///
    /// # Errors
    /// There is no such remedy to be done, or whoever says so is whom it is about.
    pub fn remedied(mut self, place: usize, hand: &Hand, at: Timestamp) -> Result<Self, NotNow> {
        self.impartial(hand)?;
        let is_open = self.is_open();
        let remedy = self.remedies.get_mut(place).filter(|remedy| is_open && remedy.done_at.is_none());
        remedy.ok_or(NotNow::NoSuchRemedy)?.done_at = Some(at);
        let complaint = self.stepped(at, What::Remedied);
        let is_settled = matches!(complaint.state, ComplaintState::Settled);
        Ok(if is_settled { complaint.settled(at) } else { complaint })
    }

    /// An incident is opened because of it.
    ///
    /// # Errors
    /// It alleges nothing, is closed, or has opened one; or whoever opens it is whom it is about.
    pub fn escalated(self, incident: IncidentId, hand: &Hand, at: Timestamp) -> Result<Self, NotNow> {
        self.impartial(hand)?;
        let may = self.matter == Matter::Allegation && self.is_open() && self.incident.is_none();
        if !may {
            return Err(NotNow::NoIncident);
        }
        Ok(Self { incident: Some(incident), ..self.stepped(at, What::Escalated) })
    }

    /// Whoever complains takes it back.
    ///
    /// # Errors
    /// It is closed.
    pub fn withdrawn(self, at: Timestamp) -> Result<Self, NotNow> {
        if !self.is_open() {
            return Err(NotNow::Closed);
        }
        Ok(Self { state: ComplaintState::Withdrawn { at }, ..self.stepped(at, What::Withdrawn) })
    }
}
