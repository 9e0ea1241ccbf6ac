//! A Client opens an account by itself: who wants to, is written down and mailed a link; the account is there once they have set
//! a password. Whoever is known already, and whoever may not return, is answered in the same way.

use domain::{
    Account, AccountId, AccountKind, AccountState, Action, Bucket, Contact, MemberRole, Role, Staff,
    message::Template, value,
};
use serde_json::{Value, json};
use store::Change;

use super::{
    held::held_or_refused,
    invitation::{Handing, Invitee, fields},
};
use crate::{Caller, Fields, Gate, GateError};

/// Somebody who wants to open an account for a Client.
pub struct Applicant {
    /// The company.
    pub company: String,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
}

/// The role of whoever opens an account.
const FIRST: Role = Role::Member(MemberRole::ClientOwner);

impl Applicant {
    /// What is kept of them.
    fn fields(&self) -> Fields {
        let Self { company, name, email } = self;
        fields(json!({ "full_name": name, "email": email, "company": company }))
    }
}

impl Gate {
    /// Whether Clients open accounts by themselves.
    pub fn is_sign_up_open(&self) -> bool {
        let console = self.console().and_then(|console| self.effective(&console));
        console.is_ok_and(|effective| {
            let members = effective.declaring().document().members.as_ref();
            members.is_some_and(|members| members.get_ref().sign_up)
        })
    }

    /// Somebody wants to open an account for a Client: they are mailed a link. So is whoever has an account already, with
    /// nothing but that; whoever may not return is not. The answer is the same.
    ///
    /// # Errors
    /// The policy lets nobody sign up, or refuses what is to be stored; or a store fails.
    pub async fn sign_up(&self, applicant: &Applicant) -> Result<(), GateError> {
        if !self.is_sign_up_open() {
            return Err(GateError::NotFound("page"));
        }
        let console = self.console()?;
        self.check_applicant(&console, applicant)?;
        if self.is_barred(&console, &applicant.email).await? {
            return self.record_failure(&console, Action::AccountSignedUp).await;
        }
        let at = self.staff_at(&console, &applicant.email).await?;
        if let Some(known) = at.iter().find(|staff| staff.credential().is_some()) {
            return self.tell_member(&console, known, (Action::AccountSignedUp, Template::Known)).await;
        }
        // Whoever was invited for an account that is there may open one of their own all the same.
        match at.iter().find(|staff| self.accounts.account(staff.account).is_none()) {
            Some(applied) => {
                self.tell_member(&console, applied, (Action::AccountSignedUp, Template::SignUp)).await
            }
            None => self.apply(&console, applicant).await,
        }
    }

    /// What cannot be kept is refused before anybody is looked for, so that it says nothing of who is known.
    fn check_applicant(&self, console: &Caller, applicant: &Applicant) -> Result<(), GateError> {
        let effective = self.effective(console)?;
        let held = held_or_refused(&effective, FIRST)?;
        let declared = effective.declaring().document().records.get(held.record.as_str());
        let declared = declared.ok_or(GateError::Damaged("the record type of whoever signs in"))?;
        let faults = value::check_record(effective.declaring(), declared, &applicant.fields());
        if faults.is_empty() { Ok(()) } else { Err(GateError::Invalid(faults)) }
    }

    async fn apply(&self, console: &Caller, applicant: &Applicant) -> Result<(), GateError> {
        let account =
            AccountId::new(&*self.ambient.clock, self.randomness(), Bucket::random(self.randomness()));
        let invitee = Invitee {
            fields: applicant.fields(),
            account,
            role: FIRST,
            link: Handing::Mailed(Template::SignUp),
        };
        let held = held_or_refused(&self.effective(console)?, FIRST)?;
        self.take_in(console, (&invitee, &held), Action::AccountSignedUp, None).await.map(drop)
    }

    /// The account that somebody opens by setting their password: named after the company that they wrote, and written to at
    /// their address. Nothing where the account that they act for is there.
    pub(super) async fn account_of(
        &self,
        acting: &Caller,
        staff: &Staff,
    ) -> Result<Option<(Account, Vec<Change>)>, GateError> {
        if staff.role != FIRST || self.looked_up(|known| known.account(staff.account)).await?.is_some() {
            return Ok(None);
        }
        let purpose = held_or_refused(&self.effective(acting)?, staff.role)?.purpose;
        let opened = self.read_record(acting, staff.record, &purpose, None).await?.fields.into_revealed();
        let company = opened.get("company").and_then(Value::as_str).ok_or(GateError::Gone("field"))?;
        let contact = Contact { record: staff.record, field: "email".to_owned() };
        let account = Account {
            id: staff.account,
            kind: AccountKind::Client,
            name: company.to_owned(),
            created_at: self.now(),
            accepted_policy: None,
            accepted_at: None,
            contact: Some(contact),
            state: AccountState::Active,
        };
        let changes = self.account_opening(&account);
        Ok(Some((account, changes)))
    }
}
