//! Requests through the door: received with the person's own words, proved, moved on, answered. Nothing is released or
//! deleted for anyone who did not prove to be the person, and nobody is found by what was not proved.

mod answering;
mod desk;
mod identity;
mod moves;
pub(crate) mod notices;
mod opening;
mod proving;
mod waking;

use domain::{
    Action, Detail, EntryId, Request, SubjectId,
    audit::Statement,
    id::RequestId,
    request::{Milestone, NotNow, Woken},
};
use policy::{Promise, document::Requests};
use store::{Change, PendingEntry, Unit};

use crate::{
    Caller, Determination, Effective, Gate, GateError, attempts::Failed, cases::file, outbox::NewMessage,
    records::first_entry,
};

pub use answering::{Correction, Fulfilment};
pub use identity::Attempt;
pub use opening::{Named, NewRequest};

/// What a request became, on its way into the log.
struct Moved<'a> {
    action: Action,
    before: &'a Request,
    after: Request,
    /// What was said about it, sealed in the entry.
    said: Option<&'a Determination>,
}

impl Gate {
    /// A request of the caller's account, or one that it passed on.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn request(&self, caller: &Caller, id: RequestId) -> Result<Request, GateError> {
        let request: Request = self.filed(*id.as_bytes()).await?;
        let own = caller.account_id();
        let is_concerned = request.account == own || request.passed_on_by == Some(own);
        let is_reached = caller.person.is_none_or(|person| request.subjects.contains(&person));
        if is_concerned && is_reached { Ok(request) } else { Err(GateError::NotFound("request")) }
    }

    /// A request that the caller's account has to answer, and who acts in whose name for that.
    async fn to_answer(&self, caller: &Caller, id: RequestId) -> Result<(Request, Caller), GateError> {
        let request = self.request(caller, id).await?;
        if request.answered_by() != caller.account_id() {
            return Err(GateError::NotFound("request"));
        }
        let acting = self.acting_for(caller, request.account).await?;
        Ok((request, acting))
    }

    /// The caller, acting on the data of an account that may be another: its own key is what the entries name.
    async fn acting_for(&self, caller: &Caller, account: domain::AccountId) -> Result<Caller, GateError> {
        if account == caller.account_id() {
            return Ok(caller.clone());
        }
        Ok(Caller { account: self.account(account).await?, ..caller.clone() })
    }

    /// Commits the next version of a request, with what it freezes from then on and what is told of it.
    async fn move_request(&self, caller: &Caller, moved: Moved<'_>) -> Result<(Request, EntryId), Failed> {
        self.move_and_tell(caller, moved, None).await
    }

    /// The same, with one message more.
    async fn move_and_tell(
        &self,
        caller: &Caller,
        moved: Moved<'_>,
        message: Option<NewMessage>,
    ) -> Result<(Request, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let mut unit = Unit { expects: effective.expects(), ..Unit::default() };
        unit.entries.push(self.request_entry(caller, &effective, &moved).await?);
        unit.changes.push(Change::ReplaceCase(file(&moved.after)?));
        unit.changes.push(self.told_of(moved.action, Some(moved.before), &moved.after).await?);
        unit.changes.extend(self.notices(caller, &effective, &moved).await?);
        unit.changes.extend(message.map(|message| self.write_message(message)).transpose()?);
        self.freeze_for(&mut unit, (Some(moved.before), &moved.after)).await?;
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((moved.after, first_entry(&committed)?))
    }

    /// Moves a request on by a rule of its own; who must answer it does.
    async fn step(
        &self,
        caller: &Caller,
        id: RequestId,
        (action, said): (Action, Option<&Determination>),
        rule: impl Fn(Request) -> Result<Request, NotNow>,
    ) -> Result<(Request, EntryId), GateError> {
        let attempt = async || {
            let (before, acting) = self.to_answer(caller, id).await?;
            let after = rule(before.clone()).map_err(GateError::NotNow)?;
            self.move_request(&acting, Moved { action, before: &before, after, said }).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// What an open request needs must not be deleted; what it needed is free again. Whoever is found by a request has
    /// another version from then on, so that of two that ask for the same at once one sees the other.
    async fn freeze_for(
        &self,
        unit: &mut Unit,
        (before, after): (Option<&Request>, &Request),
    ) -> Result<(), GateError> {
        let (freeze, was) = (after.freeze(), before.and_then(Request::freeze));
        let found = before.map_or(&[][..], |before| &before.subjects);
        if freeze == was && *found == after.subjects {
            return Ok(());
        }
        self.freeze_by_case(unit, (&after.id.to_string(), freeze.as_ref()), &after.subjects).await
    }

    /// The entry of a step: under the key of whoever it is about, as far as that is known and they are not erased.
    async fn request_entry(
        &self,
        caller: &Caller,
        effective: &Effective,
        moved: &Moved<'_>,
    ) -> Result<PendingEntry, GateError> {
        let Moved { action, after, said, .. } = moved;
        let declaration = format!("rights.{}", after.right.as_str());
        let detail = Detail {
            subject: concerned(after),
            clause: Some(effective.declaring().clause(&declaration, Promise::Access).section),
            note: Some(format!("{declaration}, {}", after.state.as_str())),
            case: Some(Statement {
                case: after.id.to_string(),
                by: said.and_then(|said| said.by.clone()),
                because: said.map(|said| said.because.clone()),
            }),
            ..self.detail_under(caller, *action, effective)
        };
        self.entry_about(after.account, detail).await
    }
}

/// Whom a step of a request is about: the person, or whoever says to be the person.
fn concerned(request: &Request) -> Option<SubjectId> {
    request.subjects.first().copied().or(request.requester)
}

/// What the policy says of requests: where their words are kept, and what becomes of them.
fn declared(effective: &Effective) -> Option<&Requests> {
    effective.declaring().document().requests.as_ref().map(|requests| requests.get_ref())
}

pub(crate) fn declared_or_refused(effective: &Effective) -> Result<&Requests, GateError> {
    declared(effective).ok_or_else(|| {
        let why = "the policy in force has no table `[requests]`, so there is no record type for a person's own words";
        GateError::Malformed(why.to_owned())
    })
}

/// The action that the entry of what the clock did names.
const fn done_by_the_clock(woken: Woken) -> Action {
    match woken {
        Woken::Told(Milestone::Half | Milestone::FourFifths) => Action::RequestReminded,
        Woken::Told(Milestone::Due) | Woken::Lapsed => Action::RequestOverdue,
        Woken::Resumed => Action::RequestResumed,
        Woken::PackageOver => Action::RequestPackageOver,
    }
}
