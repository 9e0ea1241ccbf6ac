//! Events through the door: what other systems of an account learn, committed together with what it tells of. Nothing is
//! read here that is sealed.

use domain::{
    AccountId, Action, Complaint, ComplaintState, Event, EventId, EventKind, NewEvent, Request, RequestState,
    SubjectId,
    age::Known,
    event::{Facts, Place},
};
use jiff::SignedDuration;
use store::{Change, Unit};

use crate::{Caller, Gate, GateError};

/// For how many days an event is kept.
pub const EVENT_DAYS: i64 = 90;

impl Gate {
    /// An event of an account, now.
    pub(crate) fn event(&self, account: AccountId, kind: EventKind, facts: Facts) -> NewEvent {
        NewEvent { account, kind, at: self.now(), facts }
    }

    /// The change that tells one thing.
    pub(crate) fn tell(&self, account: AccountId, kind: EventKind, facts: Facts) -> Change {
        Change::AddEvents(vec![self.event(account, kind, facts)])
    }

    /// The events of the caller's account in the order of the log, after one of them or from the oldest that is kept.
    ///
    /// # Errors
    /// There is no such event, as when a restore has lost it; or the data store fails.
    pub async fn events(
        &self,
        caller: &Caller,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, GateError> {
        let from = self.place_after(after).await?;
        Ok(self.store.events(caller.account_id(), from, limit).await?)
    }

    /// The place right after an event, whether or not it is still kept.
    pub(crate) async fn place_after(&self, after: Option<EventId>) -> Result<Place, GateError> {
        let Some(EventId { entry, ordinal }) = after else { return Ok(Place::default()) };
        let index = self.store.index_of(entry).await?.flatten().ok_or(GateError::NotFound("event"))?;
        Ok(Place { index, ordinal }.next())
    }

    /// Forgets events that are older than [`EVENT_DAYS`].
    ///
    /// # Errors
    /// A store fails.
    pub async fn forget_events(&self) -> Result<(), GateError> {
        let before = self.now() - SignedDuration::from_hours(24 * EVENT_DAYS);
        self.commit(Unit { changes: vec![Change::RemoveEventsBefore(before)], ..Unit::default() }).await?;
        Ok(())
    }

    /// What a step of a request is told as: to the account that holds the data, and of its clock also to whoever passed it
    /// on, who learns nothing of whom it is about.
    pub(crate) async fn told_of(
        &self,
        action: Action,
        before: Option<&Request>,
        after: &Request,
    ) -> Result<Change, GateError> {
        let mut events = Vec::new();
        let of_request = Facts::of(after, &self.known_children(&after.subjects).await?);
        if let Some(kind) = kind_of(action, after) {
            let reached = after.told.filter(|_| kind == EventKind::RequestDue);
            let facts = Facts { reached, ..of_request.clone() };
            events.push(self.event(after.account, kind, facts));
            let to_operator = after.passed_on_by.filter(|_| kind == EventKind::RequestDue);
            let unknown = Facts { reached, ..Facts::of_unknown(after) };
            events.extend(to_operator.map(|account| self.event(account, kind, unknown)));
        }
        if action == Action::RequestAmended || has_work_for_others(before, after) {
            for task in after.tasks.iter().filter(|task| task.done_at.is_none()) {
                let facts = Facts { system: Some(task.system.clone()), ..of_request.clone() };
                events.push(self.event(after.account, EventKind::RequestTask, facts));
            }
        }
        Ok(Change::AddEvents(events))
    }

    /// What a step of a complaint is told as: of whoever complains, and not of whom it is about; none when others need not know.
    pub(crate) async fn told_of_complaint(
        &self,
        action: Action,
        after: &Complaint,
    ) -> Result<Option<Change>, GateError> {
        let Some(kind) = kind_of_complaint(action, after) else { return Ok(None) };
        let is_unnamed = self.known_children(&[after.subject]).await?.contains(&after.subject);
        let facts = Facts {
            complaint: Some(after.id),
            subject: Some(after.subject).filter(|_| !is_unnamed),
            state: Some(after.state.as_str().to_owned()),
            due_at: after.due_at(),
            ..Facts::default()
        };
        Ok(Some(self.tell(after.account, kind, facts)))
    }

    /// Those of whom it is known that they are children: no event names them any more.
    pub(crate) async fn known_children(&self, subjects: &[SubjectId]) -> Result<Vec<SubjectId>, GateError> {
        let mut children = Vec::new();
        for id in subjects {
            let is_child = match self.store.subject(*id).await? {
                Some((subject, _)) => subject.age == Known::Child,
                // Of whoever is gone, the certificate names all but children.
                None => {
                    let erasure = self.store.erasure_of(*id).await?;
                    let certificate = erasure.and_then(|erasure| erasure.state.into_certificate());
                    certificate.is_none_or(|certificate| certificate.subject.is_none())
                }
            };
            if is_child {
                children.push(*id);
            }
        }
        Ok(children)
    }
}

/// Systems outside do their part once it is known whom a request is about, and again for whoever is found later.
fn has_work_for_others(before: Option<&Request>, after: &Request) -> bool {
    let is_open = |request: &Request| matches!(request.state, RequestState::Open);
    let is_new = before.is_none_or(|before| !is_open(before) || before.subjects != after.subjects);
    is_open(after) && is_new
}

const fn kind_of_complaint(action: Action, after: &Complaint) -> Option<EventKind> {
    Some(match action {
        Action::ComplaintOpened => EventKind::ComplaintOpened,
        Action::ComplaintAcknowledged => EventKind::ComplaintAcknowledged,
        Action::ComplaintDecided => EventKind::ComplaintDecided,
        Action::ComplaintAppealed => EventKind::ComplaintAppealed,
        Action::ComplaintOverdue => EventKind::ComplaintDue,
        Action::ComplaintWithdrawn => EventKind::ComplaintWithdrawn,
        _ if matches!(after.state, ComplaintState::Closed { .. }) => EventKind::ComplaintClosed,
        _ => return None,
    })
}

/// What a step of a request is told as; none when others need not know.
const fn kind_of(action: Action, after: &Request) -> Option<EventKind> {
    Some(match action {
        Action::RequestOpened => EventKind::RequestOpened,
        Action::RequestVerified => EventKind::RequestVerified,
        Action::RequestExtended => EventKind::RequestExtended,
        Action::RequestPaused => EventKind::RequestPaused,
        Action::RequestResumed => EventKind::RequestResumed,
        Action::RequestOverdue if matches!(after.state, RequestState::Lapsed { .. }) => {
            EventKind::RequestLapsed
        }
        Action::RequestReminded | Action::RequestOverdue => EventKind::RequestDue,
        Action::RequestFulfilled => EventKind::RequestFulfilled,
        Action::RequestRefused => EventKind::RequestRefused,
        Action::RequestWithdrawn => EventKind::RequestWithdrawn,
        _ => return None,
    })
}
