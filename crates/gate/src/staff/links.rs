//! Links that are mailed: the secret in one is made from the operator's key when it is sent, so that no message holds it and
//! each attempt sends the same.

use domain::{Action, Address, Personal, Staff, StaffState, SubjectId, message::Template, message::Topic};
use jiff::Timestamp;
use store::{Change, Unit};

use crate::{Caller, Gate, GateError, attempts::Failed, outbox::NewMessage, token::Token};

/// What a link says, if one is needed: its secret, and until when it opens.
type Link = Option<(Personal<String>, Timestamp)>;

impl Gate {
    /// The link of somebody that opens until a moment.
    pub(super) fn mailed(&self, subject: SubjectId, until: Timestamp) -> Result<Token, GateError> {
        let until = until.as_nanosecond().to_be_bytes();
        let secret = self.repetition_hash(&self.console()?, &[b"link", subject.as_bytes(), &until])?;
        Ok(Token::derived(subject, secret))
    }

    /// The change that writes a mail to somebody who signs in, or will.
    pub(super) fn write_to(&self, staff: &Staff, template: Template) -> Result<Change, GateError> {
        self.write_message(NewMessage {
            account: self.console()?.account_id(),
            subject: Some(staff.subject),
            template,
            about: Topic::Member(staff.subject),
            to: Address::Record { record: staff.record, field: "email".to_owned() },
        })
    }

    /// Tells somebody who signs in something by mail, with an entry.
    pub(super) async fn tell_member(
        &self,
        acting: &Caller,
        staff: &Staff,
        (action, template): (Action, Template),
    ) -> Result<(), GateError> {
        let attempt = async || {
            let effective = self.effective(acting)?;
            let detail = self.staff_detail(acting, &effective, action, staff);
            let unit = Unit {
                expects: effective.expects(),
                changes: vec![self.write_to(staff, template)?],
                entries: vec![self.entry_about(staff.account, detail).await?],
            };
            self.commit(unit).await.map_err(Failed::Commit)
        };
        self.retried(attempt).await.map(drop).map_err(Failed::into_error)
    }

    /// What a mail has to say of a link; nothing when it opens nothing any more, or another one was sent since.
    pub(crate) async fn password_link(
        &self,
        template: Template,
        subject: SubjectId,
    ) -> Result<Option<Link>, GateError> {
        let Some(staff) = self.staff_member(subject).await? else { return Ok(None) };
        if template == Template::Address {
            return self.moving_link(&staff);
        }
        let open = match (&staff.state, template) {
            (
                _,
                Template::Known
                | Template::InvitedElsewhere
                | Template::AddressChanged
                | Template::PasskeyCopied,
            ) => return Ok(Some(None)),
            (StaffState::Invited(open), Template::SignUp | Template::Invitation) => Some(open),
            (StaffState::Active { recovery, .. }, Template::Recovery) => recovery.as_ref(),
            _ => None,
        };
        let Some(open) = open.filter(|open| self.now() < open.until) else { return Ok(None) };
        let token = self.mailed(subject, open.until)?;
        Ok(token.is(&open.link).then(|| Some((Personal::new(token.to_text()), open.until))))
    }

    /// The same of the link to another address.
    fn moving_link(&self, staff: &Staff) -> Result<Option<Link>, GateError> {
        let open = staff.open_spare(self.now()).map(|(_, kept)| kept).zip(staff.spare.as_ref());
        let Some((kept, spare)) = open else { return Ok(None) };
        let token = self.moving_token(staff.subject, spare.until)?;
        Ok(token.is(kept).then(|| Some((Personal::new(token.to_text()), spare.until))))
    }

    /// Mails a link by which another password is set to whoever signs in with an address. Whether anybody does plays no part
    /// in what is answered.
    ///
    /// # Errors
    /// A store fails.
    pub async fn recover(&self, email: &str) -> Result<(), GateError> {
        let console = self.console()?;
        let known = self.signs_in_at(&console, email).await?;
        let is_let_in = match &known {
            Some(staff) => self.open_to(staff).await?.is_some(),
            None => false,
        };
        let Some(staff) = known.filter(|_| is_let_in) else {
            return self.record_failure(&console, Action::StaffRecovering).await;
        };
        let caller = Caller { staff: Some(staff.subject), ..console };
        let attempt = async || {
            let staff = self.staff_member(staff.subject).await?.ok_or(GateError::Gone("member of staff"))?;
            let link = |until| Ok::<_, GateError>(self.mailed(staff.subject, until)?.hash());
            let asked = staff.clone().recovering(link, self.now())?;
            let asked = asked.ok_or(GateError::Gone("member of staff"))?;
            let mail = self.write_to(&asked, Template::Recovery)?;
            self.replace_staff(&caller, Action::StaffRecovering, asked, vec![mail]).await
        };
        match self.retried(attempt).await.map_err(Failed::into_error) {
            // Suspended in this moment: they are told what everybody is told.
            Ok(_) | Err(GateError::Gone(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
