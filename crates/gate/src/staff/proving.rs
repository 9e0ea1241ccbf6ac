//! Typing the password once more, before what is dangerous.

use domain::{Action, Detail, Outcome, StaffState};
use serde_json::Value;
use store::{Change, Unit};

use super::{SignedIn, held::held_or_refused, invitation::digest};
use crate::{Gate, GateError, attempts::Failed, cases::file};

impl Gate {
    /// Whether this is the password of whoever is signed in: then they may do what is dangerous, for ten minutes.
    ///
    /// # Errors
    /// The session has ended meanwhile, or a store fails.
    pub async fn prove_password(&self, signed_in: &SignedIn, password: &str) -> Result<bool, GateError> {
        let acting = self.acting(&signed_in.caller)?;
        let staff = &signed_in.staff;
        let purpose = held_or_refused(&self.effective(&acting)?, staff.role)?.purpose;
        let opened = self.read_record(&acting, staff.record, &purpose, None).await?.fields.into_revealed();
        let hash = opened.get("password_hash").and_then(Value::as_str);
        let known = match &staff.state {
            StaffState::Active { credential, .. } => hash.filter(|hash| digest(hash) == *credential),
            StaffState::Invited(_) | StaffState::Suspended { .. } => None,
        };
        let is_right = self.passwords.is(password, known).await?;
        self.note_proof(signed_in, is_right).await?;
        Ok(is_right)
    }

    /// Notes that whoever is signed in showed once more that it is them, or did not.
    pub(super) async fn note_proof(&self, signed_in: &SignedIn, is_right: bool) -> Result<(), GateError> {
        let acting = self.acting(&signed_in.caller)?;
        let attempt = async || {
            let session: domain::Session = self.filed(*signed_in.session.id.as_bytes()).await?;
            let proved = session.proved(self.now()).ok_or(GateError::Gone("session"))?;
            let effective = self.effective(&acting)?;
            let detail = self.session_detail(&acting, &effective, Action::SessionProved, &session);
            let outcome = if is_right { Outcome::Allowed } else { Outcome::Refused };
            let entry = self.entry_about(session.account, Detail { outcome, ..detail }).await?;
            let changes = if is_right { vec![Change::ReplaceCase(file(&proved)?)] } else { Vec::new() };
            let unit = Unit { expects: effective.expects(), changes, entries: vec![entry] };
            self.commit(unit).await.map_err(Failed::Commit)
        };
        self.retried(attempt).await.map(drop).map_err(Failed::into_error)
    }
}
