//! Using a passkey: to sign in, and to show once more that it is them.

use domain::{
    Action, Passkey, Staff,
    message::Template,
    staff::{
        Browser,
        passkey::{Act, bytes},
    },
};
use sealing::PublicKey;
use store::{Change, CommitError, Conflict, Unit, records::Replay};

use super::{Answered, Assertion};
use crate::{Caller, Gate, GateError, SignedIn, attempts::Failed, staff::held::held};

/// A passkey that was used by whom it is of.
struct Used {
    staff: Staff,
    /// All of theirs.
    kept: Vec<Passkey>,
    /// Which of them.
    place: usize,
}

impl Gate {
    /// Signs somebody in with a passkey. Returns what their browser keeps; none when they are not recognised, whatever it was
    /// that was wrong, or did this before with the same challenge.
    ///
    /// # Errors
    /// A store fails.
    pub async fn sign_in_with_passkey(
        &self,
        assertion: &Assertion,
        origin: &str,
        browser: Browser,
    ) -> Result<Option<(SignedIn, String)>, GateError> {
        let console = self.console()?;
        let about = (&assertion.told, Act::Get, origin);
        if let Some(answered) = self.answered(about, None)?
            && let Some(staff) = self.known_by_passkey(&console, assertion, answered).await?
        {
            let begun = self.start_session(staff, browser, Vec::new()).await;
            return begun.map(Some).map_err(Failed::into_error);
        }
        self.record_failure(&console, Action::SessionStarted).await.map(|()| None)
    }

    /// Whether whoever is signed in used a passkey of theirs, for a challenge of this session: then they may do what is dangerous, for
    /// ten minutes.
    ///
    /// # Errors
    /// The session has ended meanwhile, or a store fails.
    pub async fn prove_by_passkey(
        &self,
        signed_in: &SignedIn,
        assertion: &Assertion,
        origin: &str,
    ) -> Result<bool, GateError> {
        let is_own = assertion.subject == signed_in.staff.subject;
        let about = (&assertion.told, Act::Get, origin);
        let used = match self.answered(about, Some(&signed_in.session))?.filter(|_| is_own) {
            Some(answered) => self.known_by_passkey(&self.console()?, assertion, answered).await?,
            None => None,
        };
        self.note_proof(signed_in, used.is_some()).await?;
        Ok(used.is_some())
    }

    /// Whose passkey signed what was asked; none where it was signed before, or by a copy.
    async fn known_by_passkey(
        &self,
        console: &Caller,
        assertion: &Assertion,
        Answered { mark, signed, counter }: Answered,
    ) -> Result<Option<Staff>, GateError> {
        let Some(used) = self.used(console, assertion, &signed).await? else { return Ok(None) };
        let Used { staff, mut kept, place } = used;
        if !self.is_first_answer(mark, &staff).await? {
            return Ok(None);
        }
        let acting = Caller { staff: Some(staff.subject), ..console.clone() };
        let Some(passkey) = kept.get_mut(place) else { return Ok(None) };
        if passkey.is_copied(counter) {
            let copied = (Action::StaffPasskeyCopied, Template::PasskeyCopied);
            return self.tell_member(&acting, &staff, copied).await.map(|()| None);
        }
        if counter != passkey.counter {
            passkey.counter = counter;
            match self.write_passkeys(&acting, &staff, &kept).await {
                // Something else of theirs was changed at the same moment: they try once more.
                Err(GateError::Stale { .. }) => return Ok(None),
                written => written?,
            }
        }
        Ok(Some(staff))
    }

    async fn used(
        &self,
        console: &Caller,
        assertion: &Assertion,
        signed: &[u8],
    ) -> Result<Option<Used>, GateError> {
        let Some(staff) = self.staff_member(assertion.subject).await? else { return Ok(None) };
        let Some(held) = held(&self.effective(console)?, staff.role) else { return Ok(None) };
        if staff.passkeys().is_empty() || self.open_to(&staff).await?.is_none() {
            return Ok(None);
        }
        let acting = Caller { staff: Some(staff.subject), ..console.clone() };
        let kept = self.kept_passkeys(&acting, &staff, &held.purpose).await?;
        let place = kept.iter().position(|passkey| passkey.id == assertion.told.credential);
        let key = place.and_then(|place| bytes(&kept.get(place)?.key));
        let signature = bytes(&assertion.signature).unwrap_or_default();
        let is_theirs =
            key.and_then(|key| Some(PublicKey::parse(&key)?.signed(signed, &signature))).unwrap_or_default();
        Ok(place.filter(|_| is_theirs).map(|place| Used { staff, kept, place }))
    }

    /// Whether a challenge was never answered before. From now on it was.
    async fn is_first_answer(&self, mark: [u8; 32], staff: &Staff) -> Result<bool, GateError> {
        let once = Change::AddReplay(Replay {
            key: mark,
            body: mark,
            result: *staff.subject.as_bytes(),
            at: self.now(),
            entry: None,
        });
        match self.commit(Unit { changes: vec![once], ..Unit::default() }).await {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict(Conflict::IdempotencyKey)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
