//! Inviting somebody who will sign in, and the password that they set by the link.

use domain::{
    AccountId, Action, ConsoleRole, Role, Staff, StaffState, Told, message::Template, staff::Ended,
};
use serde_json::{Value, json};
use store::{Change, CommitError, Conflict, records::Replay};

use super::held::{Held, held_or_refused};
use crate::{
    Caller, Fields, Gate, GateError, NewRecord, NewSubject, Patch, accounts::require_operator,
    attempts::Failed, repetition::remember, token::Token,
};

/// The fewest characters of a password. There are no other rules: what is long enough is good enough (NIST SP 800-63B).
pub const PASSWORD_CHARACTERS: usize = 12;
/// How many people are invited to one account by mail a day.
const INVITATIONS_TO_AN_ACCOUNT_A_DAY: u32 = 50;
/// How many of them by one who invites.
const INVITATIONS_BY_ONE_A_DAY: u32 = 20;
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
    /// What opens the page on which they set a password: shown once, so a repeated request has none, nor has one that is mailed.
    pub link: Option<String>,
}

/// What becomes of the link of an invitation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Handing {
    /// It is shown to whoever invites, once.
    Shown,
    /// It is mailed to whoever is invited.
    Mailed(Template),
    /// Nobody has it: whoever is invited is told something else, or nothing.
    Withheld(Option<Template>),
}

impl Handing {
    /// By which mail whoever is invited is told.
    const fn template(self) -> Option<Template> {
        match self {
            Self::Shown => None,
            Self::Mailed(template) => Some(template),
            Self::Withheld(template) => template,
        }
    }
}

/// Somebody to be taken in: what is kept of them, for which account and as what they will act, and what becomes of their link.
pub(super) struct Invitee {
    pub(super) fields: Fields,
    pub(super) account: AccountId,
    pub(super) role: Role,
    pub(super) link: Handing,
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
        let role = Role::Staff(new.role);
        let held = held_or_refused(&self.effective(caller)?, role)?;
        let at = self.staff_at(caller, &new.email).await?;
        if at.iter().any(|known| known.credential().is_some() || known.account == caller.account_id()) {
            return Err(GateError::Exists);
        }
        let invitee = Invitee {
            fields: fields(json!({ "full_name": new.name, "email": new.email })),
            account: caller.account_id(),
            role,
            link: Handing::Shown,
        };
        self.take_in(caller, (&invitee, &held), Action::StaffInvited, replay).await
    }

    /// Takes somebody in who will sign in: nothing of them is left behind where that fails.
    pub(super) async fn take_in(
        &self,
        caller: &Caller,
        (invitee, held): (&Invitee, &Held),
        action: Action,
        replay: Option<&Replay>,
    ) -> Result<Invitation, GateError> {
        let person = NewSubject { role: held.role.clone(), region: None, age: Told::OfAge };
        let (subject, ..) = self.create_subject(caller, &person, None).await?;
        let invited = self.write_down(caller, subject.id, (invitee, held), (action, replay)).await;
        if invited.is_err() {
            self.erase(caller, subject.id).await?;
        }
        invited
    }

    async fn write_down(
        &self,
        caller: &Caller,
        subject: domain::SubjectId,
        (invitee, held): (&Invitee, &Held),
        (action, replay): (Action, Option<&Replay>),
    ) -> Result<Invitation, GateError> {
        let record = NewRecord {
            record_type: held.record.clone(),
            fields: invitee.fields.clone(),
            collected_for: Vec::new(),
            source: domain::Source::ThirdParty,
        };
        let stored = self.create_record(caller, subject, &held.purpose, &record, None).await?;
        let fresh = Token::new(subject, self.randomness());
        let hash = |until| match invitee.link {
            Handing::Shown | Handing::Withheld(_) => Ok(fresh.hash()),
            Handing::Mailed(_) => self.mailed(subject, until).map(|token| token.hash()),
        };
        let ids = (subject, invitee.account, stored.record.id);
        let staff = Staff::invited(ids, invitee.role, hash, self.now())?;
        let attempt = async || {
            let mut beside: Vec<Change> = remember(replay, *subject.as_bytes()).into_iter().collect();
            if let Some(template) = invitee.link.template() {
                beside.push(self.write_to(&staff, template)?);
            }
            if action == Action::StaffInvited && invitee.link != Handing::Shown {
                beside.extend(self.count_invitation(caller, invitee.account).await?);
            }
            self.replace_staff(caller, action, staff.clone(), beside).await.map_err(first_of_the_day)
        };
        let (staff, _) = self.retried(attempt).await.map_err(Failed::into_error)?;
        let link = (invitee.link == Handing::Shown).then(|| fresh.to_text());
        Ok(Invitation { staff, link })
    }

    /// Counts an invitation that is mailed among those of the day: of the account, and of whoever invites.
    ///
    /// # Errors
    /// There are as many as may be.
    pub(super) async fn count_invitation(
        &self,
        caller: &Caller,
        account: AccountId,
    ) -> Result<Vec<Change>, GateError> {
        let by = match (caller.staff, caller.key) {
            (Some(staff), _) => staff.to_string(),
            (None, key) => key.map(|key| key.to_string()).unwrap_or_default(),
        };
        let of = [
            (format!("invitations to {account}"), INVITATIONS_TO_AN_ACCOUNT_A_DAY),
            (format!("invitations to {account} by {by}"), INVITATIONS_BY_ONE_A_DAY),
        ];
        let mut counted = Vec::new();
        for (of, most) in of {
            let change = self.once_more_today(of.as_bytes(), most).await?;
            counted.push(change.ok_or(GateError::TooManyToday("people were invited"))?);
        }
        Ok(counted)
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

    /// Sets the password of whoever holds a link, which opens nothing any more after that: that of an invitation, or one by
    /// which they set another. Their account is opened with it where they signed up for one, and every session of theirs ends.
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
        let acting = Caller { staff: Some(staff.subject), ..self.console()? };
        if matches!(staff.state, StaffState::Invited(_)) && self.is_taken(&acting, &staff).await? {
            return Err(GateError::NotFound("invitation"));
        }
        let purpose = held_or_refused(&self.effective(&acting)?, staff.role)?.purpose;
        let opened = self.account_of(&acting, &staff).await?;
        let beside = opened.map(|(_, changes)| changes).unwrap_or_default();
        let opens = !beside.is_empty();
        let attempt = async || {
            let invited = self.invited_by(link).await?.ok_or(GateError::NotFound("invitation"))?;
            let active = invited.activated(digest(&hash), self.now()).ok_or(GateError::Gone("invitation"))?;
            self.replace_staff(&acting, Action::StaffActivated, active, beside.clone()).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)?;
        // After the link is used up: of two who use it at once one writes. Where nothing is written, they are mailed another.
        let patch = Patch { version: None, fields: fields(json!({ "password_hash": hash })) };
        self.update_record(&acting, staff.record, &purpose, &patch).await?;
        if opens {
            self.catch_up().await;
        }
        self.end_sessions(&acting, staff.subject, Ended::PasswordChanged).await
    }
}

/// Another invitation was the first of the day at the same moment: it is counted anew.
fn first_of_the_day(failed: Failed) -> Failed {
    match failed {
        Failed::Commit(CommitError::Conflict(Conflict::Exists)) => GateError::Busy.into(),
        other => other,
    }
}

pub(super) fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// By which the hash of a password is known to have come through this door.
pub(super) fn digest(hash: &str) -> String {
    data_encoding::HEXLOWER.encode(&sealing::hash_secret(hash.as_bytes()))
}
