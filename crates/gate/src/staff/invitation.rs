//! Inviting a member of staff, and the password that they set by the link.

use domain::{Action, ConsoleRole, Staff, StaffState, Told};
use serde_json::{Value, json};
use store::records::Replay;

use super::declared_or_refused;
use crate::{
    Caller, Fields, Gate, GateError, NewRecord, NewSubject, Patch, accounts::require_operator,
    attempts::Failed, token::Token,
};

/// The fewest characters of a password. There are no other rules: what is long enough is good enough (NIST SP 800-63B).
pub const PASSWORD_CHARACTERS: usize = 12;
/// The longest password, in bytes: more would only be work.
const PASSWORD_BYTES: usize = 1_024;

/// Someone to be invited.
pub struct NewStaff {
    /// Their e-mail address, with which they will sign in.
    pub email: String,
    /// Their name.
    pub name: String,
    /// As what.
    pub role: ConsoleRole,
}

/// Someone who was invited.
pub struct Invitation {
    /// Who.
    pub staff: Staff,
    /// What opens the page on which they set a password: shown once, so a repeated request has none.
    pub link: Option<String>,
}

impl Gate {
    /// Invites a member of staff: a subject with the role that the policy declares, a record of who they are, and a link that
    /// opens once and for three days.
    ///
    /// # Errors
    /// The caller is not the operator; the policy lets nobody sign in, or refuses what is to be stored; somebody signs in with
    /// this address already; or a store fails.
    pub async fn invite_staff(
        &self,
        caller: &Caller,
        new: &NewStaff,
        replay: Option<&Replay>,
    ) -> Result<Invitation, GateError> {
        require_operator(caller, "member of staff")?;
        if let Some(first) = self.repeated(replay).await? {
            let staff = self.staff_member(domain::SubjectId::from_bytes(first.result)).await?;
            return Ok(Invitation { staff: staff.ok_or(GateError::Gone("member of staff"))?, link: None });
        }
        let effective = self.effective(caller)?;
        let declared = declared_or_refused(&effective)?.clone();
        for subject in self.lookup(caller, "email", &new.email, declared.purpose.get_ref()).await? {
            let known = self.staff_member(subject).await?;
            if known.is_some_and(|known| !matches!(known.state, StaffState::Suspended { .. })) {
                return Err(GateError::Exists);
            }
        }
        let person = NewSubject { role: declared.role.get_ref().clone(), region: None, age: Told::OfAge };
        let (subject, ..) = self.create_subject(caller, &person, None).await?;
        let invited = self.record_staff(caller, subject.id, (new, &declared), replay).await;
        if invited.is_err() {
            // Nobody was invited after all: nothing of them is left behind.
            self.erase(caller, subject.id).await?;
        }
        invited
    }

    async fn record_staff(
        &self,
        caller: &Caller,
        subject: domain::SubjectId,
        (new, declared): (&NewStaff, &policy::document::Staff),
        replay: Option<&Replay>,
    ) -> Result<Invitation, GateError> {
        let record = NewRecord {
            record_type: declared.record.get_ref().clone(),
            fields: fields(json!({ "full_name": new.name, "email": new.email })),
            collected_for: Vec::new(),
            source: domain::Source::ThirdParty,
        };
        let stored = self.create_record(caller, subject, declared.purpose.get_ref(), &record, None).await?;
        let token = Token::new(subject, self.randomness());
        let ids = (subject, caller.account_id(), stored.record.id);
        let staff = Staff::invited(ids, new.role, token.hash(), self.now());
        let attempt = || self.replace_staff(caller, Action::StaffInvited, staff.clone(), replay);
        let (staff, _) = self.retried(attempt).await.map_err(Failed::into_error)?;
        Ok(Invitation { staff, link: Some(token.to_text()) })
    }

    /// Whether a link opens the page on which a password is set.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn opens_invitation(&self, link: &str) -> Result<bool, GateError> {
        Ok(self.invited_by(link).await?.is_some())
    }

    async fn invited_by(&self, link: &str) -> Result<Option<Staff>, GateError> {
        let Some(token) = Token::parse(link) else { return Ok(None) };
        let staff = self.staff_member(token.id()).await?;
        Ok(staff.filter(|staff| staff.open_link(self.now()).is_some_and(|kept| token.is(kept))))
    }

    /// Sets the password of whoever holds the link of their invitation, which opens nothing any more after that.
    ///
    /// # Errors
    /// The link opens nothing, the password is too short, or a store fails.
    pub async fn set_password(&self, link: &str, password: &str) -> Result<(), GateError> {
        let staff = self.invited_by(link).await?.ok_or(GateError::NotFound("invitation"))?;
        if password.chars().count() < PASSWORD_CHARACTERS || password.len() > PASSWORD_BYTES {
            let why = format!("a password has {PASSWORD_CHARACTERS} characters at least, and no other rules");
            return Err(GateError::Malformed(why));
        }
        let hash = self.passwords.hash(password, self.ambient.randomness.clone()).await?;
        let console = Caller { staff: Some(staff.subject), ..self.console()? };
        let purpose = declared_or_refused(&self.effective(&console)?)?.purpose.get_ref().clone();
        // Of two who use the link at once the second finds another version.
        let held = self.store.record(staff.record).await?.ok_or(GateError::Gone("record"))?;
        let patch =
            Patch { version: Some(held.record.version), fields: fields(json!({ "password_hash": hash })) };
        self.update_record(&console, staff.record, &purpose, &patch).await?;
        let attempt = async || {
            let invited = self.invited_by(link).await?.ok_or(GateError::NotFound("invitation"))?;
            let active = invited.activated(digest(&hash), self.now()).ok_or(GateError::Gone("invitation"))?;
            self.replace_staff(&console, Action::StaffActivated, active, None).await
        };
        self.retried(attempt).await.map(drop).map_err(Failed::into_error)
    }
}

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// By which the hash of a password is known to have come through this door.
pub(super) fn digest(hash: &str) -> String {
    data_encoding::HEXLOWER.encode(&sealing::hash_secret(hash.as_bytes()))
}
