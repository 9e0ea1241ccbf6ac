//! Attestations through the door: a person says that what the policy declares is in place, as no machine can look at it.

use domain::{
    Action, Attestation, AttestationId, AttestationState, Detail, EntryId, audit::Statement, calendar,
};
use jiff::Timestamp;
use policy::document;
use store::{Change, Unit, records::Replay};

use crate::{
    Caller, Determination, Gate, GateError,
    attempts::Failed,
    cases::file,
    policies::Effective,
    records::first_entry,
    repetition::{Once, entry_before, remember},
};

/// An attestation to be given.
#[derive(Debug, Clone)]
pub struct NewAttestation {
    /// The policy's declaration.
    pub measure: String,
    /// The SHA-256 of the document that shows it, in hexadecimal digits.
    pub document: String,
    /// Until when, when that is earlier than the policy's term.
    pub until: Option<Timestamp>,
    /// Who attests it, and on what document.
    pub given: Determination,
}

impl Gate {
    /// Attests a measure that the policy declares. The one before it is replaced.
    ///
    /// # Errors
    /// The policy declares no such measure, the time is over or longer than the policy's term, or a store fails.
    pub async fn attest(
        &self,
        caller: &Caller,
        new: &NewAttestation,
        replay: Option<&Replay>,
    ) -> Result<(Attestation, EntryId), GateError> {
        match self.once(replay, || self.try_attest(caller, new, replay)).await? {
            Once::Made(given) => Ok(given),
            Once::Before(first) => {
                let given = self.attestation(caller, AttestationId::from_bytes(first.result)).await?;
                Ok((given, entry_before(&first)?))
            }
        }
    }

    async fn try_attest(
        &self,
        caller: &Caller,
        new: &NewAttestation,
        replay: Option<&Replay>,
    ) -> Result<(Attestation, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let declared = effective.declaring().document().attestations.get(new.measure.as_str());
        let declared = declared.ok_or(GateError::NotFound("measure"))?;
        let given_at = self.now();
        let given = Attestation {
            id: AttestationId::new(&*self.ambient.clock, self.randomness(), caller.account_id().bucket()),
            account: caller.account_id(),
            measure: new.measure.clone(),
            label: declared.label.get_ref().clone(),
            document: new.document.clone(),
            given_at,
            until: until(declared, given_at, new.until)?,
            state: AttestationState::Holds,
            version: 1,
        };
        let before = self.attestations(caller).await?.into_iter().filter(|one| one.measure == new.measure);
        let replaced = before.filter_map(|one| one.replaced(given_at));
        let replaced = replaced.map(|one| Ok(Change::ReplaceCase(file(&one)?)));
        let mut changes = replaced.collect::<Result<Vec<_>, GateError>>()?;
        // First, so that the entry is tied to it.
        changes.insert(0, Change::OpenCase(file(&given)?));
        changes.extend(remember(replay, *given.id.as_bytes()));
        let detail = detail(self, caller, &effective, Action::AttestationGiven, (&given, &new.given));
        let entries = vec![self.account_entry(given.account, &detail)?];
        let committed = self.commit(Unit { expects: effective.expects(), changes, entries }).await;
        let committed = committed.map_err(Failed::Commit)?;
        Ok((given, first_entry(&committed)?))
    }

    /// Takes an attestation back, as someone found that it is not so.
    ///
    /// # Errors
    /// Not there, or it holds no more; or a store fails.
    pub async fn withdraw_attestation(
        &self,
        caller: &Caller,
        id: AttestationId,
        why: &Determination,
    ) -> Result<(Attestation, EntryId), GateError> {
        let attempt = async || {
            let withdrawn = self.attestation(caller, id).await?.withdrawn(self.now());
            let withdrawn = withdrawn.ok_or(GateError::Gone("attestation"))?;
            self.end_attestation(caller, Action::AttestationWithdrawn, (withdrawn, why)).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// An attestation of the caller's account.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn attestation(&self, caller: &Caller, id: AttestationId) -> Result<Attestation, GateError> {
        self.own(caller, *id.as_bytes()).await
    }

    /// Every attestation of the caller's account, those that hold first.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn attestations(&self, caller: &Caller) -> Result<Vec<Attestation>, GateError> {
        let mut all = self.all_of(caller, true).await?;
        all.extend(self.all_of(caller, false).await?);
        Ok(all)
    }

    /// The time of an attestation is over: it says so.
    pub(crate) async fn wake_attestation(&self, attestation: Attestation) -> Result<(), GateError> {
        let acting = Caller::system(self.account(attestation.account).await?);
        let Some(lapsed) = attestation.lapsed(self.now()) else { return Ok(()) };
        tracing::warn!(attestation = %lapsed.id, measure = lapsed.measure, "an attestation was not given again in time");
        let nobody = Determination::default();
        let ended = self.end_attestation(&acting, Action::AttestationLapsed, (lapsed, &nobody)).await;
        ended.map(drop).map_err(Failed::into_error)
    }

    async fn end_attestation(
        &self,
        caller: &Caller,
        action: Action,
        (ended, why): (Attestation, &Determination),
    ) -> Result<(Attestation, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let detail = detail(self, caller, &effective, action, (&ended, why));
        let unit = Unit {
            expects: effective.expects(),
            changes: vec![Change::ReplaceCase(file(&ended)?)],
            entries: vec![self.account_entry(ended.account, &detail)?],
        };
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        Ok((ended, first_entry(&committed)?))
    }
}

/// Until when an attestation holds: the policy's term, or less when whoever gives it says so.
fn until(
    declared: &document::Attestation,
    given_at: Timestamp,
    wanted: Option<Timestamp>,
) -> Result<Timestamp, GateError> {
    // A term too long for the calendar is refused by the checker.
    let longest = calendar::after(given_at, *declared.every.get_ref()).unwrap_or(given_at);
    let until = wanted.unwrap_or(longest);
    if until <= given_at {
        return Err(GateError::Malformed("`until` is over already".to_owned()));
    }
    if until > longest {
        let term = declared.every.get_ref();
        return Err(GateError::Malformed(format!("the policy lets it hold for {term:#} at most")));
    }
    Ok(until)
}

fn detail(
    gate: &Gate,
    caller: &Caller,
    effective: &Effective,
    action: Action,
    (attestation, said): (&Attestation, &Determination),
) -> Detail {
    let Attestation { id, measure, document, until, .. } = attestation;
    Detail {
        note: Some(format!("attestations.{measure}, until {until}, document sha256:{document}")),
        case: Some(Statement {
            case: id.to_string(),
            by: said.by.clone(),
            because: Some(said.because.clone()).filter(|because| !because.is_empty()),
        }),
        ..gate.detail_under(caller, action, effective)
    }
}
