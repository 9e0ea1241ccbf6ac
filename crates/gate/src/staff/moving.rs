//! Another address with which somebody signs in: asked for in a session whose password was just typed, proved by a link that is mailed
//! to it, told at the old one. Whether anybody is known by it plays no part in what is answered.

use domain::{Action, RecordId, Source, Staff, SubjectId, message::Template, message::Topic, staff::Ended};
use jiff::Timestamp;
use serde_json::Value;
use store::{Change, CommitError, Conflict, Unit};

use super::{SignedIn, held::held_or_refused, invitation::digest};
use crate::{
    Caller, Fields, Gate, GateError, NewRecord, Patch, attempts::Failed, outbox::NewMessage, token::Token,
};

/// How often a day somebody asks for another address.
const ASKED_A_DAY: u32 = 5;
/// What they sign in with, beside the address.
const SECRETS: [&str; 2] = ["password_hash", "passkeys"];

impl Gate {
    /// Mails a link to an address, by which whoever is signed in will sign in with it. Nothing is mailed where somebody else signs in
    /// with it, or nobody may return who has it.
    ///
    /// # Errors
    /// They sign in with it already, changed theirs a few days ago, or asked too often today; it cannot be an address; or a store
    /// fails.
    pub async fn ask_to_move(&self, signed_in: &SignedIn, email: &str) -> Result<(), GateError> {
        let acting = self.acting(&signed_in.caller)?;
        let subject = signed_in.staff.subject;
        self.count_moving(subject).await?;
        let at = self.staff_at(&acting, email).await?;
        if at.iter().any(|known| known.subject == subject) {
            return Err(GateError::Malformed("you sign in with this address already".to_owned()));
        }
        let staff = self.without_spare(&acting, subject).await?;
        let spare = self.write_spare(&acting, &staff, email).await?;
        let is_taken = at.iter().any(|known| known.credential().is_some());
        let mailed = if is_taken || self.is_barred(&acting, email).await? {
            self.delete_record(&acting, spare, None).await.map(drop)
        } else {
            self.mail_to_spare(&acting, subject, spare).await
        };
        if mailed.is_err() {
            self.delete_record(&acting, spare, None).await?;
        }
        mailed
    }

    async fn count_moving(&self, subject: SubjectId) -> Result<(), GateError> {
        let attempt = async || {
            let of = format!("addresses of {subject}");
            let counted = self.once_more_today(of.as_bytes(), ASKED_A_DAY).await?;
            let counted = counted.ok_or(GateError::TooManyToday("addresses were asked for"))?;
            match self.commit(Unit { changes: vec![counted], ..Unit::default() }).await {
                Err(CommitError::Conflict(Conflict::Exists)) => Err(GateError::Busy.into()),
                counted => counted.map(drop).map_err(Failed::Commit),
            }
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Them, without the address that they asked for before.
    async fn without_spare(&self, acting: &Caller, subject: SubjectId) -> Result<Staff, GateError> {
        let staff = self.staff_member(subject).await?.ok_or(GateError::Gone("member of staff"))?;
        match &staff.spare {
            None => Ok(staff),
            // They may not have been told yet.
            Some(spare) if spare.link.is_none() => {
                let why = "you changed your address a few days ago; you can do so again in five days at most";
                Err(GateError::Malformed(why.to_owned()))
            }
            Some(_) => self.drop_spare(acting, staff).await,
        }
    }

    /// The record that has another address, and all else that is known of them but what they sign in with.
    async fn write_spare(&self, acting: &Caller, staff: &Staff, email: &str) -> Result<RecordId, GateError> {
        let purpose = held_or_refused(&self.effective(acting)?, staff.role)?.purpose;
        let held = self.read_record(acting, staff.record, &purpose, None).await?;
        let record_type = held.record.record_type.clone();
        let mut fields = held.fields.into_revealed();
        fields.retain(|name, _| !SECRETS.contains(&name.as_str()));
        fields.insert("email".to_owned(), Value::from(email));
        let source = Source::Subject;
        let spare = NewRecord { record_type, fields, collected_for: Vec::new(), source };
        Ok(self.create_record(acting, staff.subject, &purpose, &spare, None).await?.record.id)
    }

    async fn mail_to_spare(
        &self,
        acting: &Caller,
        subject: SubjectId,
        spare: RecordId,
    ) -> Result<(), GateError> {
        let attempt = async || {
            let gone = || GateError::Gone("member of staff");
            let staff = self.staff_member(subject).await?.ok_or_else(gone)?;
            let hash = |until| Ok::<_, GateError>(self.moving_token(subject, until)?.hash());
            let asked = staff.moving(spare, hash, self.now())?.ok_or_else(gone)?;
            let mail = self.write_to_record(&asked, spare, Template::Address)?;
            self.replace_staff(acting, Action::StaffAddressAsked, asked, vec![mail]).await
        };
        self.retried(attempt).await.map(drop).map_err(Failed::into_error)
    }

    fn write_to_record(
        &self,
        staff: &Staff,
        record: RecordId,
        template: Template,
    ) -> Result<Change, GateError> {
        self.write_message(NewMessage {
            account: self.console()?.account_id(),
            subject: Some(staff.subject),
            template,
            about: Topic::Member(staff.subject),
            to: domain::Address::Record { record, field: "email".to_owned() },
        })
    }

    /// The link to another address of somebody that opens until a moment.
    pub(super) fn moving_token(&self, subject: SubjectId, until: Timestamp) -> Result<Token, GateError> {
        let until = until.as_nanosecond().to_be_bytes();
        let secret =
            self.repetition_hash(&self.console()?, &[b"address link", subject.as_bytes(), &until])?;
        Ok(Token::derived(subject, secret))
    }

    /// Whether a link leads to another address. Looking uses nothing up.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn leads_to_address(&self, link: &str) -> Result<bool, GateError> {
        Ok(self.moving_by(link).await?.is_some())
    }

    async fn moving_by(&self, link: &str) -> Result<Option<(Staff, RecordId)>, GateError> {
        let Some(token) = Token::parse(link) else { return Ok(None) };
        let Some(staff) = self.staff_member(token.id()).await? else { return Ok(None) };
        let spare = staff.open_spare(self.now()).filter(|(_, kept)| token.is(kept));
        let spare = spare.map(|(record, _)| record);
        Ok(spare.map(|spare| (staff, spare)))
    }

    /// Lets whoever holds a link sign in with the address that it was mailed to, and with the old one no more. They are told there, and
    /// every session of theirs ends.
    ///
    /// # Errors
    /// The link leads nowhere, somebody else signs in with the address by now, or a store fails.
    pub async fn move_by_link(&self, link: &str) -> Result<(), GateError> {
        let nothing = || GateError::NotFound("address link");
        let (staff, spare) = self.moving_by(link).await?.ok_or_else(nothing)?;
        let acting = Caller { staff: Some(staff.subject), ..self.console()? };
        if self.open_to(&staff).await?.is_none() {
            return Err(nothing());
        }
        let attempt = async || {
            let (staff, spare) = self.moving_by(link).await?.ok_or_else(nothing)?;
            self.carry_secrets(&acting, &staff, spare).await?;
            let (old, moved) = (staff.record, staff.moved(self.now()).ok_or_else(nothing)?);
            let notice = self.write_to_record(&moved, old, Template::AddressChanged)?;
            self.replace_staff(&acting, Action::StaffAddressChanged, moved, vec![notice]).await
        };
        let taken = Staff { record: spare, ..staff.clone() };
        if self.is_taken(&acting, &taken).await? {
            return Err(nothing());
        }
        // Before it is done, so that none goes on where this is cut short; and after, for what began meanwhile.
        self.end_sessions(&acting, staff.subject, Ended::AddressChanged).await?;
        self.retried(attempt).await.map_err(Failed::into_error)?;
        self.end_sessions(&acting, staff.subject, Ended::AddressChanged).await?;
        self.write_to_new_address(&staff).await?;
        let none = SECRETS.map(|name| (name.to_owned(), Value::Null));
        self.patch_held(&acting, &staff, staff.record, Fields::from_iter(none)).await
    }

    /// What they sign in with goes where their new address is: of what was changed meanwhile, nothing.
    async fn carry_secrets(&self, acting: &Caller, staff: &Staff, spare: RecordId) -> Result<(), GateError> {
        let purpose = held_or_refused(&self.effective(acting)?, staff.role)?.purpose;
        let mut fields = self.read_record(acting, staff.record, &purpose, None).await?.fields.into_revealed();
        fields.retain(|name, _| SECRETS.contains(&name.as_str()));
        let hash = fields.get("password_hash").and_then(Value::as_str);
        if hash.is_some_and(|hash| staff.credential() != Some(digest(hash).as_str())) {
            return Err(GateError::Busy);
        }
        self.patch_held(acting, staff, spare, fields).await
    }

    /// Changes fields of a record of somebody who signs in, as far as its type has them.
    async fn patch_held(
        &self,
        acting: &Caller,
        staff: &Staff,
        record: RecordId,
        mut fields: Fields,
    ) -> Result<(), GateError> {
        let effective = self.effective(acting)?;
        let held = held_or_refused(&effective, staff.role)?;
        let declared = effective.declaring().document().records.get(held.record.as_str());
        fields.retain(|name, _| declared.is_some_and(|declared| declared.fields.contains_key(name.as_str())));
        if fields.is_empty() {
            return Ok(());
        }
        let patch = Patch { version: None, fields };
        self.update_record(acting, record, &held.purpose, &patch).await.map(drop)
    }

    /// Whoever is written to for a Client is so at the new address.
    async fn write_to_new_address(&self, before: &Staff) -> Result<(), GateError> {
        let Some(account) = self.open_to(before).await? else { return Ok(()) };
        if account.contact.as_ref().is_none_or(|contact| contact.record != before.record) {
            return Ok(());
        }
        let caller = Caller::member(account, before.subject);
        self.write_to_member(&caller, before.subject).await.map(drop)
    }

    /// Removes a spare record, and that there is one.
    pub(super) async fn drop_spare(&self, acting: &Caller, staff: Staff) -> Result<Staff, GateError> {
        let Some((without, spare)) = staff.without_spare() else { return Err(GateError::Gone("record")) };
        match self.delete_record(acting, spare, None).await {
            // It went before, when this was cut short; or somebody keeps it, and will erase it.
            Ok(_) | Err(GateError::Gone(_) | GateError::NotFound(_) | GateError::Frozen(_)) => {}
            Err(error) => return Err(error),
        }
        let replaced = self.replace_staff(acting, Action::StaffAddressDropped, without, Vec::new()).await;
        replaced.map(|(staff, _)| staff).map_err(Failed::into_error)
    }
}
