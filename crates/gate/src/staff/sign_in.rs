//! Signing in: found by the blind index of the address, recognised by the password. Whether somebody is known plays no part in
//! what is answered, and as much is hashed for whoever is not.

use domain::{
    Action, Detail, Outcome, Session, Staff,
    staff::{Browser, Place},
};
use serde_json::Value;
use store::{Change, Unit};

use super::{SignedIn, held::held, invitation::digest};
use crate::{Caller, Gate, GateError, attempts::Failed};

/// Why a try failed: it names nobody, and not what was wrong.
const NOT_RECOGNISED: &str = "not_recognised";

impl Gate {
    /// Signs somebody in with their address and password. Returns what their browser keeps; none when they are not
    /// recognised, whatever it was that was wrong.
    ///
    /// # Errors
    /// A store fails.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        browser: Browser,
    ) -> Result<Option<(SignedIn, String)>, GateError> {
        let console = self.console()?;
        let known = self.known_by_address(&console, email).await?;
        let hash = known.as_ref().map(|(_, hash)| hash.as_str());
        let is_right = self.passwords.is(password, hash).await?;
        match known.filter(|_| is_right) {
            Some((staff, _)) => {
                let begun = self.start_session(staff, browser, Vec::new()).await;
                begun.map(Some).map_err(Failed::into_error)
            }
            None => self.record_failure(&console, Action::SessionStarted).await.map(|()| None),
        }
    }

    /// The keyed hash of an address, by which tries for one person are counted without keeping the address.
    ///
    /// # Errors
    /// The installation has no operator.
    pub fn address_mark(&self, email: &str) -> Result<[u8; 32], GateError> {
        let typed = domain::detector::Detector::normalise(Some(domain::detector::Detector::Email), email);
        self.repetition_hash(&self.console()?, &[b"sign in", typed.as_bytes()])
    }

    /// Who signs in with an address, while they and their account are let in, and the hash of their password.
    pub(super) async fn known_by_address(
        &self,
        console: &Caller,
        email: &str,
    ) -> Result<Option<(Staff, String)>, GateError> {
        let effective = self.effective(console)?;
        for staff in self.staff_at(console, email).await? {
            let (Some(credential), Some(held)) = (staff.credential(), held(&effective, staff.role)) else {
                continue;
            };
            if self.open_to(&staff).await?.is_none() {
                continue;
            }
            let acting = Caller { staff: Some(staff.subject), ..console.clone() };
            let opened = match self.read_record(&acting, staff.record, &held.purpose, None).await {
                Ok(opened) => opened.fields.into_revealed(),
                Err(GateError::Gone(_) | GateError::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            let hash = opened.get("password_hash").and_then(Value::as_str).map(str::to_owned);
            // A hash that was written past the door of invitations lets nobody in.
            if let Some(hash) = hash.filter(|hash| digest(hash) == credential) {
                return Ok(Some((staff, hash)));
            }
        }
        Ok(None)
    }

    /// Begins a session of somebody who was recognised, with what else belongs to it.
    pub(super) async fn start_session(
        &self,
        staff: Staff,
        browser: Browser,
        beside: Vec<Change>,
    ) -> Result<(SignedIn, String), Failed> {
        let (session, token) = self.new_session((staff.account, staff.subject), Place::Console, browser);
        let credential = staff.credential().unwrap_or_default().to_owned();
        let session = Session { credential, ..session };
        let caller = Caller::member(self.account(staff.account).await?, staff.subject);
        let acting = self.acting(&caller)?;
        let attempt = || self.begin_session(&acting, &session, beside.clone());
        self.retried(attempt).await?;
        let form_token = token.form_token();
        Ok((SignedIn { caller, staff, session, form_token }, token.to_text()))
    }

    /// That somebody was not recognised, without saying who, as nobody knows.
    pub(super) async fn record_failure(&self, console: &Caller, action: Action) -> Result<(), GateError> {
        let attempt = async || {
            let effective = self.effective(console)?;
            let detail = Detail {
                outcome: Outcome::Refused,
                reason: Some(NOT_RECOGNISED.to_owned()),
                ..self.detail_under(console, action, &effective)
            };
            let entries = vec![self.account_entry(console.account_id(), &detail)?];
            let unit = Unit { expects: effective.expects(), changes: Vec::new(), entries };
            self.commit(unit).await.map_err(Failed::Commit)
        };
        self.retried(attempt).await.map_err(Failed::into_error)?;
        if action == Action::SessionStarted {
            metrics::counter!("bailee_sign_ins_total", "outcome" => "refused").increment(1);
        }
        Ok(())
    }
}
