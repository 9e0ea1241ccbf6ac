//! Who is signed in to the privacy center, and stays so only as long as they are held.

use domain::{Session, SubjectId, SubjectState, link::Reached, staff::Place};
use subtle::ConstantTimeEq;

use super::lets_in;
use crate::{Caller, Gate, GateError};

/// A person who is signed in, for as long as a request takes.
pub struct Oneself {
    /// Who acts: the account, and the person, beyond whom it does not reach.
    pub caller: Caller,
    /// Their session.
    pub session: Session,
    /// What each of their forms must carry.
    pub form_token: String,
}

impl Oneself {
    /// Who it is.
    pub const fn subject(&self) -> SubjectId {
        self.session.subject
    }

    /// Whether a form carries what each of theirs does; takes the same time wherever it differs.
    pub fn is_own_form(&self, token: &str) -> bool {
        token.as_bytes().ct_eq(self.form_token.as_bytes()).into()
    }

    /// Where the address stands at which they opened the link.
    pub(super) const fn reached(&self) -> Option<&Reached> {
        match &self.session.place {
            Place::PrivacyCenter(reached) => Some(reached),
            Place::Console => None,
        }
    }
}

impl Gate {
    /// Who holds the cookie of a session in the privacy center; none when it opens nothing, as the person was erased, say, or the
    /// Client lets nobody in any more.
    ///
    /// # Errors
    /// A store fails.
    pub async fn person_signed_in(&self, cookie: &str) -> Result<Option<Oneself>, GateError> {
        let Some((session, token)) = self.live_privacy_session(cookie).await? else { return Ok(None) };
        let found = self.store.subject(session.subject).await?;
        let lives = found.is_some_and(|(subject, _)| subject.state == SubjectState::Active);
        let caller = self.person(&session).await?;
        if !lives || !lets_in(&caller.account, &self.policy(session.account)?) {
            return Ok(None);
        }
        let session = self.note_seen(&caller, session).await?;
        Ok(Some(Oneself { caller, session, form_token: token.form_token() }))
    }

    async fn live_privacy_session(
        &self,
        cookie: &str,
    ) -> Result<Option<(Session, crate::token::Token)>, GateError> {
        let found = self.live_session(cookie).await?;
        Ok(found.filter(|(session, _)| matches!(session.place, Place::PrivacyCenter(_))))
    }

    /// The person of a session, as who acts.
    pub(super) async fn person(&self, session: &Session) -> Result<Caller, GateError> {
        let system = Caller::system(self.account(session.account).await?);
        Ok(Caller { person: Some(session.subject), scopes: Vec::new(), ..system })
    }
}
