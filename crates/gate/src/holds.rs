//! Holds through the door: an exception of the policy is determined to apply to a person, and what it names is kept until
//! someone releases it. It stands with the subject, so that it binds every deletion from the next one on.

mod released;

use domain::{
    Action, Bucket, Detail, EntryId, EventKind, Hold, HoldState, Subject, SubjectId, SubjectState,
    audit::Statement, event::Facts, hold::next_review, id::HoldId,
};
use jiff::{Span, Timestamp};
use policy::{Promise, document::Exception};
use store::{Change, Expect, Unit, records::Replay, subjects::KeyBinding};

use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    cases::file,
    policies::Effective,
    records::first_entry,
    repetition::{Once, entry_before, remember},
};

/// How many months a hold may stand unexamined where the policy names no term.
const REVIEW_MONTHS: i64 = 6;

/// A hold to be placed.
#[derive(Debug, Clone)]
pub struct NewHold {
    /// Whose data.
    pub subject: SubjectId,
    /// Which exception of the policy applies.
    pub exception: String,
    /// Who determined it, and on what evidence.
    pub determined: Determination,
}

/// Who decided something, and why: sealed in the entry.
#[derive(Debug, Clone, Default)]
pub struct Determination {
    /// Who.
    pub by: Option<String>,
    /// On what evidence, or for which reason.
    pub because: String,
}

impl Gate {
    /// Places a hold. From now on nothing that the exception names is deleted of this person, whoever asks.
    ///
    /// # Errors
    /// The subject is not there, its keys are being destroyed, or nothing of it is left; the policy declares no such
    /// exception, or leaves it to nobody to determine; or a store fails.
    pub async fn place_hold(
        &self,
        caller: &Caller,
        new: &NewHold,
        replay: Option<&Replay>,
    ) -> Result<(Hold, EntryId), GateError> {
        match self.once(replay, || self.try_place(caller, new, replay)).await? {
            Once::Made(placed) => Ok(placed),
            Once::Before(first) => {
                let hold = self.hold(caller, HoldId::from_bytes(first.result)).await?;
                Ok((hold, entry_before(&first)?))
            }
        }
    }

    async fn try_place(
        &self,
        caller: &Caller,
        new: &NewHold,
        replay: Option<&Replay>,
    ) -> Result<(Hold, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let exception = determinable(&effective, &new.exception)?;
        let (subject, keys) = self.holdable(caller, new.subject, exception).await?;
        let hold = self.new_hold(&subject, &new.exception, exception);
        let placed = (&hold, &new.determined);
        let mut unit = self.placing((caller, &effective), (&subject, &keys), placed).await?;
        let freezes = hold.freeze().map_or_else(Default::default, |freeze| subject.freezes.with(freeze));
        let version = subject.version + 1;
        unit.changes.push(Change::SetFreezes { subject: subject.id, version, freezes });
        unit.changes.extend(remember(replay, *hold.id.as_bytes()));
        unit.expects = effective.expects_of(&subject);
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((hold, first_entry(&committed)?))
    }

    /// What places a hold, but for what it freezes, which stands with the subject.
    pub(crate) async fn placing(
        &self,
        (caller, effective): (&Caller, &Effective),
        (subject, keys): (&Subject, &[KeyBinding]),
        (hold, determined): (&Hold, &Determination),
    ) -> Result<Unit, GateError> {
        let detail = self.hold_detail(caller, effective, Action::HoldPlaced, (hold, determined));
        let entries = vec![self.last_entry(subject, keys, detail).await?];
        let told = self.tell(hold.account, EventKind::HoldPlaced, self.told_of_hold(hold).await?);
        Ok(Unit { changes: vec![Change::OpenCase(file(hold)?), told], entries, ..Unit::default() })
    }

    /// A hold that stands on another subject as one does, to be looked at again at the same time.
    pub(crate) fn hold_alike(&self, hold: Hold, subject: SubjectId) -> Hold {
        let id = HoldId::new(&*self.ambient.clock, self.randomness(), subject.bucket());
        Hold { id, subject, placed_at: self.now(), version: 1, ..hold }
    }

    /// A subject of whom something that the exception names can be held: alive, or erased with that kept.
    async fn holdable(
        &self,
        caller: &Caller,
        id: SubjectId,
        exception: &Exception,
    ) -> Result<(Subject, Vec<KeyBinding>), GateError> {
        let found = self.store.subject(id).await?;
        let found = found.filter(|(subject, _)| subject.account == caller.account_id());
        let (subject, keys) = found.ok_or(GateError::NotFound("subject"))?;
        if subject.state == SubjectState::Active {
            return Ok((subject, keys));
        }
        // What an erasure keeps was settled when it began: whatever else is still there goes.
        let erasure = self.store.erasure_of(id).await?;
        let certificate = erasure.and_then(|erasure| erasure.state.into_certificate());
        let is_kept = certificate.is_some_and(|certificate| {
            certificate.kept.iter().any(|kept| exception.keeps(&kept.record_type))
        });
        if is_kept { Ok((subject, keys)) } else { Err(GateError::Gone("subject")) }
    }

    fn new_hold(&self, subject: &Subject, name: &str, exception: &Exception) -> Hold {
        let bucket: Bucket = subject.id.bucket();
        let placed_at = self.now();
        Hold {
            id: HoldId::new(&*self.ambient.clock, self.randomness(), bucket),
            account: subject.account,
            subject: subject.id,
            exception: name.to_owned(),
            record_types: exception.records.iter().map(|name| name.get_ref().clone()).collect(),
            version: 1,
            placed_at,
            state: HoldState::Placed { review_at: next_review(placed_at, review(exception)) },
            is_waking: true,
        }
    }

    fn hold_detail(
        &self,
        caller: &Caller,
        effective: &Effective,
        action: Action,
        (hold, determined): (&Hold, &Determination),
    ) -> Detail {
        Detail {
            subject: Some(hold.subject),
            note: Some(format!("exceptions.{}", hold.exception)),
            clause: Some(clause(effective, &hold.exception)),
            case: Some(Statement {
                case: hold.id.to_string(),
                by: determined.by.clone(),
                because: Some(determined.because.clone()),
            }),
            ..self.detail_under(caller, action, effective)
        }
    }

    /// A hold of the caller's account.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn hold(&self, caller: &Caller, id: HoldId) -> Result<Hold, GateError> {
        self.own(caller, *id.as_bytes()).await
    }

    /// Someone looked at a hold again, and it still stands, for another term of the policy.
    ///
    /// # Errors
    /// Not there or released; or a store fails.
    pub async fn review_hold(
        &self,
        caller: &Caller,
        id: HoldId,
        determined: &Determination,
    ) -> Result<(Hold, EntryId), GateError> {
        let attempt = async || {
            let hold = self.hold(caller, id).await?;
            let effective = self.effective(caller)?;
            let every = determinable(&effective, &hold.exception).map_or_else(|_| months(), review);
            let review_at = next_review(self.now(), every);
            let reviewed = hold.reviewed(review_at).ok_or(GateError::Gone("hold"))?;
            self.move_hold(caller, &effective, Action::HoldReviewed, (reviewed, determined)).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Releases a hold: what it froze goes when its time is over, or at once when the person was erased meanwhile.
    ///
    /// # Errors
    /// Not there or released before; or a store fails.
    pub async fn release_hold(
        &self,
        caller: &Caller,
        id: HoldId,
        determined: &Determination,
    ) -> Result<(Hold, EntryId), GateError> {
        let attempt = async || {
            let effective = self.effective(caller)?;
            let released = self.hold(caller, id).await?.released(self.now());
            let released = released.ok_or(GateError::Gone("hold"))?;
            self.move_hold(caller, &effective, Action::HoldReleased, (released, determined)).await
        };
        let (hold, entry) = self.retried(attempt).await.map_err(Failed::into_error)?;
        // What stops here is taken up by the clock, which the hold still waits for.
        if let Err(error) = self.wake_hold(hold.clone()).await {
            tracing::info!(hold = %hold.id, %error, "what a released hold had kept goes a little later");
        }
        Ok((hold, entry))
    }

    /// Commits the next version of a hold, with what it freezes from then on.
    async fn move_hold(
        &self,
        caller: &Caller,
        effective: &Effective,
        action: Action,
        (hold, determined): (Hold, &Determination),
    ) -> Result<(Hold, EntryId), Failed> {
        let detail = self.hold_detail(caller, effective, action, (&hold, determined));
        let mut changes = vec![Change::ReplaceCase(file(&hold)?)];
        if action == Action::HoldReleased {
            changes.push(self.tell(hold.account, EventKind::HoldReleased, self.told_of_hold(&hold).await?));
        }
        let mut expects = effective.expects();
        let entry = match self.store.subject(hold.subject).await? {
            None => self.account_entry(hold.account, &detail)?,
            Some((subject, keys)) => {
                let without = subject.freezes.without(&hold.id.to_string());
                let freezes = hold.freeze().map_or(without, |freeze| subject.freezes.with(freeze));
                let version = subject.version + 1;
                changes.push(Change::SetFreezes { subject: subject.id, version, freezes });
                expects.push(Expect::Subject { id: subject.id, version: subject.version });
                self.last_entry(&subject, &keys, detail).await?
            }
        };
        let unit = Unit { expects, changes, entries: vec![entry] };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((hold, first_entry(&committed)?))
    }

    /// What an event says of a hold.
    async fn told_of_hold(&self, hold: &Hold) -> Result<Facts, GateError> {
        let is_unnamed = !self.known_children(&[hold.subject]).await?.is_empty();
        let (subject, exception) = ((!is_unnamed).then_some(hold.subject), Some(hold.exception.clone()));
        Ok(Facts { hold: Some(hold.id), subject, exception, ..Facts::default() })
    }
}

/// An exception that someone must determine, among those that limit an erasure.
fn determinable<'a>(effective: &'a Effective, name: &str) -> Result<&'a Exception, GateError> {
    let mut limits = effective.declaring().document().exceptions_to("erasure");
    let named = limits.find(|(limit, _)| *limit == name);
    let (_, exception) = named.ok_or(GateError::NotFound("exception"))?;
    if exception.determined_by.is_none() {
        let why = "this exception applies by itself: the policy lets nobody determine it";
        return Err(GateError::Malformed(why.to_owned()));
    }
    Ok(exception)
}

fn clause(effective: &Effective, exception: &str) -> u16 {
    let declaration = format!("exceptions.{exception}");
    effective.declaring().clause(&declaration, Promise::ErasureExceptions).section
}

fn review(exception: &Exception) -> Span {
    exception.review.as_ref().map_or_else(months, |review| *review.get_ref())
}

fn months() -> Span {
    Span::new().months(REVIEW_MONTHS)
}

/// When a review was due, for a hold that stands.
pub(crate) const fn overdue(hold: &Hold) -> Option<Timestamp> {
    match hold.state {
        HoldState::Placed { review_at } => Some(review_at),
        HoldState::Released { .. } => None,
    }
}
