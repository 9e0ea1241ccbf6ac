//! The people of a Client: invited, moved to another role and let in no more by the one who answers for it.

use domain::{
    AccountId, AccountKind, AccountState, Action, CaseId, EntryId, MemberRole, Role, Staff, SubjectId,
    message::Template,
};
use serde_json::{Value, json};
use store::{Change, records::Replay};

use super::{
    Invitation,
    held::held_or_refused,
    invitation::{Handing, Invitee, fields},
    not_of_oneself,
};
use crate::{Caller, Gate, GateError, accounts::require_operator, attempts::Failed};

/// Somebody to be invited to the console of a Client.
pub struct NewMember {
    /// Their e-mail address, with which they will sign in.
    pub email: String,
    /// Their name.
    pub name: String,
    /// As what.
    pub role: MemberRole,
    /// Whether the link is mailed to them; otherwise it is shown to the operator. Whom a Client invites is always mailed.
    pub is_mailed: bool,
}

/// Who somebody is who signs in, for those who work with them.
pub struct NameCard {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
}

impl Gate {
    /// Everyone who signs in for the caller's account: those who are let in, or those who are not any more.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn members(
        &self,
        caller: &Caller,
        is_open: bool,
        after: Option<(Option<jiff::Timestamp>, CaseId)>,
        limit: u32,
    ) -> Result<Vec<Staff>, GateError> {
        require_client(caller)?;
        self.queue(caller, is_open, after, limit).await
    }

    /// Who a colleague is. Opening it is in the log, under whoever looked.
    ///
    /// # Errors
    /// They are of another account, or gone; or a store fails.
    pub async fn name_card(&self, caller: &Caller, subject: SubjectId) -> Result<NameCard, GateError> {
        let staff = self.colleague(caller, subject).await?;
        self.name_card_of(&self.acting(caller)?, &staff).await
    }

    pub(super) async fn name_card_of(&self, acting: &Caller, staff: &Staff) -> Result<NameCard, GateError> {
        let purpose = held_or_refused(&self.effective(acting)?, staff.role)?.purpose;
        let opened = self.read_record(acting, staff.record, &purpose, None).await?.fields.into_revealed();
        let text = |field: &str| opened.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(NameCard { name: text("full_name"), email: text("email") })
    }

    /// Invites somebody to the console of a Client, by a link that opens once and for three days: the Client does, or the
    /// operator for it. A Client does not learn who is known here.
    ///
    /// # Errors
    /// There is no such Client for the caller; the policy lets none of its people sign in, or refuses what is to be stored;
    /// somebody of this Client has this address already, or, as the operator is told, anybody; as many were invited today as
    /// may be; or a store fails.
    pub async fn invite_member(
        &self,
        caller: &Caller,
        account: AccountId,
        new: &NewMember,
        replay: Option<&Replay>,
    ) -> Result<Invitation, GateError> {
        if caller.account_id() != account {
            require_operator(caller, "account")?;
        }
        let account = self.known_account(account).await?;
        if account.kind != AccountKind::Client || account.state != AccountState::Active {
            return Err(GateError::NotFound("account"));
        }
        if let Some(first) = self.repeated(replay).await? {
            let staff = self.staff_member(SubjectId::from_bytes(first.result)).await?;
            return Ok(Invitation { staff: staff.ok_or(GateError::Gone("member"))?, link: None });
        }
        let (acting, role) = (self.acting(caller)?, Role::Member(new.role));
        let held = held_or_refused(&self.effective(&acting)?, role)?;
        let link = self.link_for(caller, &acting, (account.id, new)).await?;
        if link != Handing::Shown {
            // Before anything is kept of them.
            self.count_invitation(&acting, account.id).await?;
        }
        let invitee = Invitee {
            fields: fields(json!({ "full_name": new.name, "email": new.email })),
            account: account.id,
            role,
            link,
        };
        self.take_in(&acting, (&invitee, &held), Action::StaffInvited, replay).await
    }

    /// What becomes of the link of somebody who is invited. Whoever signs in for another account, or may not return, is taken in
    /// for a Client as anybody is, by a link that nobody has, and forgotten with it.
    async fn link_for(
        &self,
        caller: &Caller,
        acting: &Caller,
        (account, new): (AccountId, &NewMember),
    ) -> Result<Handing, GateError> {
        let at = self.staff_at(acting, &new.email).await?;
        let is_here = at.iter().any(|known| known.account == account);
        let is_elsewhere = at.iter().any(|known| known.credential().is_some());
        let is_barred = self.is_barred(acting, &new.email).await?;
        let is_by_client = caller.account_id() == account;
        match (is_barred, is_elsewhere) {
            _ if is_here => Err(GateError::Exists),
            (true, _) if is_by_client => Ok(Handing::Withheld(None)),
            (false, true) if is_by_client => Ok(Handing::Withheld(Some(Template::InvitedElsewhere))),
            (false, false) if is_by_client || new.is_mailed => Ok(Handing::Mailed(Template::Invitation)),
            (false, false) => Ok(Handing::Shown),
            _ => Err(GateError::Exists),
        }
    }

    /// Gives somebody another role: it binds at their next request.
    ///
    /// # Errors
    /// They are of another account, or it is whoever asks; they have that role, or are not let in; or a store fails.
    pub async fn move_member(
        &self,
        caller: &Caller,
        subject: SubjectId,
        role: MemberRole,
    ) -> Result<(Staff, EntryId), GateError> {
        self.change_member(caller, subject, Action::StaffRoleChanged, |staff, _| {
            staff.with_role(Role::Member(role))
        })
        .await
    }

    /// Lets somebody in no more: their sessions open nothing from the next request on.
    ///
    /// # Errors
    /// They are of another account, or it is whoever asks; they were suspended before; or a store fails.
    pub async fn suspend_member(
        &self,
        caller: &Caller,
        subject: SubjectId,
    ) -> Result<(Staff, EntryId), GateError> {
        self.change_member(caller, subject, Action::StaffSuspended, Staff::suspended).await
    }

    /// Nobody changes what they are themselves: so there is always one who answers for the account.
    async fn change_member(
        &self,
        caller: &Caller,
        subject: SubjectId,
        action: Action,
        change: impl Fn(Staff, jiff::Timestamp) -> Option<Staff>,
    ) -> Result<(Staff, EntryId), GateError> {
        require_client(caller)?;
        not_of_oneself(caller, subject)?;
        let acting = self.acting(caller)?;
        let attempt = async || {
            let staff = self.colleague(caller, subject).await?;
            let changed = change(staff, self.now()).ok_or(GateError::Gone("member"))?;
            self.replace_staff(&acting, action, changed, Vec::<Change>::new()).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Somebody of the caller's own account.
    pub(crate) async fn colleague(&self, caller: &Caller, subject: SubjectId) -> Result<Staff, GateError> {
        let staff = self.staff_member(subject).await?;
        staff.filter(|staff| staff.account == caller.account_id()).ok_or(GateError::NotFound("member"))
    }

    /// The operator, whose vault holds those who sign in, with whoever of a Client acts.
    pub(super) fn acting(&self, caller: &Caller) -> Result<Caller, GateError> {
        Ok(Caller { staff: caller.staff, ..self.console()? })
    }
}

/// Only a Client has members: the operator has staff.
fn require_client(caller: &Caller) -> Result<(), GateError> {
    if caller.account.kind == AccountKind::Client { Ok(()) } else { Err(GateError::NotFound("member")) }
}
