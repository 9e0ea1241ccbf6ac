//! Sessions through the door: known by the secret in a cookie, noted while somebody is there, ended by hand or by the clock.

use domain::{
    Account, AccountId, AccountKind, AccountState, Action, CaseId, CaseKind, Detail, Role, Session, Staff,
    SubjectId,
    audit::Statement,
    id::SessionId,
    staff::{Browser, Ended, Place, SessionState},
};
use policy::Promise;
use store::{Change, CommitError, PendingEntry, Unit};
use subtle::ConstantTimeEq;

use crate::{
    Caller, Effective, Gate, GateError,
    attempts::Failed,
    cases::{file, read},
    token::Token,
};

/// Somebody who is signed in, for as long as a request takes.
pub struct SignedIn {
    /// Who acts: the account, the operator's or a Client's, and the person whom the entries name.
    pub caller: Caller,
    /// Who it is, without their name.
    pub staff: Staff,
    /// Their session.
    pub session: Session,
    /// What each of their forms must carry.
    pub form_token: String,
}

impl SignedIn {
    /// Whether a form carries what each of theirs does; takes the same time wherever it differs.
    pub fn is_own_form(&self, token: &str) -> bool {
        token.as_bytes().ct_eq(self.form_token.as_bytes()).into()
    }
}

impl Gate {
    /// Who holds the cookie of a session; none when it opens nothing. That they are there is noted now and then.
    ///
    /// # Errors
    /// A store fails.
    pub async fn signed_in(&self, cookie: &str) -> Result<Option<SignedIn>, GateError> {
        let found = self.live_session(cookie).await?;
        let in_console = found.filter(|(session, _)| session.place == Place::Console);
        let Some((session, token)) = in_console else { return Ok(None) };
        let staff = self.staff_member(session.subject).await?;
        let is_its = |staff: &Staff| staff.credential() == Some(session.credential.as_str());
        let Some(staff) = staff.filter(is_its) else { return Ok(None) };
        let Some(account) = self.open_to(&staff).await? else { return Ok(None) };
        let caller = Caller::member(account, staff.subject);
        let session = self.note_seen(&self.acting(&caller)?, session).await?;
        Ok(Some(SignedIn { caller, staff, session, form_token: token.form_token() }))
    }

    /// The account that somebody acts for, as long as it lets them in: an operator's role leads into the operator's only, and
    /// a Client's into one of a Client that goes on.
    pub(super) async fn open_to(&self, staff: &Staff) -> Result<Option<Account>, GateError> {
        let account = self.looked_up(|known| known.account(staff.account)).await?;
        Ok(account.filter(|account| {
            let is_of_kind = matches!(
                (staff.role, account.kind),
                (Role::Staff(_), AccountKind::Operator) | (Role::Member(_), AccountKind::Client)
            );
            is_of_kind && account.state == AccountState::Active
        }))
    }

    /// The session that a cookie opens, wherever that is, and what its secret is.
    pub(crate) async fn live_session(&self, cookie: &str) -> Result<Option<(Session, Token)>, GateError> {
        let Some(token) = Token::parse(cookie) else { return Ok(None) };
        let id: SessionId = token.id();
        let case = self.store.case(CaseKind::Session, CaseId::from_bytes(*id.as_bytes())).await?;
        let session = case.as_ref().map(read::<Session>).transpose()?;
        let is_live = |session: &Session| token.is(&session.secret) && session.is_live(self.now());
        Ok(session.filter(is_live).map(|session| (session, token)))
    }

    /// A session that begins now, and the secret that opens it.
    pub(crate) fn new_session(
        &self,
        (account, subject): (AccountId, SubjectId),
        place: Place,
        browser: Browser,
    ) -> (Session, Token) {
        let now = self.now();
        let id = SessionId::new(&*self.ambient.clock, self.randomness(), subject.bucket());
        let token = Token::new(id, self.randomness());
        let session = Session {
            id,
            account,
            subject,
            place,
            secret: token.hash(),
            browser,
            started_at: now,
            seen_at: now,
            proved_at: now,
            credential: String::new(),
            state: SessionState::Open,
            version: 1,
        };
        (session, token)
    }

    /// Commits the beginning of a session, with what else changes by it.
    pub(crate) async fn begin_session(
        &self,
        caller: &Caller,
        session: &Session,
        mut changes: Vec<Change>,
    ) -> Result<(), Failed> {
        let effective = self.effective(caller)?;
        let detail = self.session_detail(caller, &effective, Action::SessionStarted, session);
        changes.push(Change::OpenCase(file(session)?));
        let entries = vec![self.entry_about(session.account, detail).await?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        self.commit(unit).await.map_err(Failed::Commit)?;
        metrics::counter!("bailee_sign_ins_total", "outcome" => "allowed").increment(1);
        Ok(())
    }

    pub(crate) async fn note_seen(&self, caller: &Caller, session: Session) -> Result<Session, GateError> {
        let Some(seen) = session.seen(self.now()) else { return Ok(session) };
        match self.replace_session(caller, Action::SessionSeen, seen.clone()).await {
            Ok(()) => Ok(seen),
            // Another request of theirs noted it at the same moment.
            Err(Failed::Commit(CommitError::Conflict(_))) => Ok(session),
            Err(failed) => Err(failed.into_error()),
        }
    }

    /// The open sessions of whoever is signed in with this one, in the same place.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn own_sessions(&self, this: &Session) -> Result<Vec<Session>, GateError> {
        let cases = self.store.cases_about(CaseKind::Session, this.subject).await?;
        let open = cases.iter().filter(|case| case.is_open);
        let mut sessions = open.map(read::<Session>).collect::<Result<Vec<_>, _>>()?;
        sessions.retain(|session| session.place.is_like(&this.place) && session.is_live(self.now()));
        Ok(sessions)
    }

    /// Ends one of the sessions of whoever is signed in with this one: it opens nothing from the next request on.
    ///
    /// # Errors
    /// It is not theirs or was ended before, or a store fails.
    pub async fn end_session(&self, caller: &Caller, this: &Session, id: SessionId) -> Result<(), GateError> {
        let how = if id == this.id { Ended::SignedOut } else { Ended::Revoked };
        // Those who sign in are of the operator's vault, whomever they act for.
        let acting = if caller.staff.is_some() { self.acting(caller)? } else { caller.clone() };
        let attempt = async || {
            let session: Session = self.filed(*id.as_bytes()).await?;
            if session.subject != this.subject || !session.place.is_like(&this.place) {
                return Err(GateError::NotFound("session").into());
            }
            let ended = session.ended(self.now(), how).ok_or(GateError::Gone("session"))?;
            self.replace_session(&acting, Action::SessionEnded, ended).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Ends every session of somebody. None opens anything by then; here they say so.
    pub(super) async fn end_sessions(
        &self,
        acting: &Caller,
        subject: SubjectId,
        how: Ended,
    ) -> Result<(), GateError> {
        let cases = self.store.cases_about(CaseKind::Session, subject).await?;
        let open = cases.iter().filter(|case| case.is_open);
        for session in open.map(read::<Session>).collect::<Result<Vec<_>, _>>()? {
            let attempt = async || {
                let session: Session = self.filed(*session.id.as_bytes()).await?;
                let Some(ended) = session.ended(self.now(), how) else { return Ok(()) };
                self.replace_session(acting, Action::SessionEnded, ended).await
            };
            self.retried(attempt).await.map_err(Failed::into_error)?;
        }
        Ok(())
    }

    /// The time of a session is over: it says so.
    pub(crate) async fn wake_session(&self, session: Session) -> Result<(), GateError> {
        let now = self.now();
        if now < session.ends_at() {
            return Ok(());
        }
        let system = Caller::system(self.account(session.account).await?);
        let Some(ended) = session.ended(now, Ended::TimeOver) else { return Ok(()) };
        self.replace_session(&system, Action::SessionEnded, ended).await.map_err(Failed::into_error)
    }

    async fn replace_session(&self, caller: &Caller, action: Action, session: Session) -> Result<(), Failed> {
        let effective = self.effective(caller)?;
        let detail = self.session_detail(caller, &effective, action, &session);
        let unit = Unit {
            expects: effective.expects(),
            changes: vec![Change::ReplaceCase(file(&session)?)],
            entries: vec![self.entry_about(session.account, detail).await?],
        };
        self.commit(unit).await.map(drop).map_err(Failed::Commit)
    }

    /// The entry of a session that has ended.
    pub(crate) async fn session_entry(
        &self,
        caller: &Caller,
        effective: &Effective,
        ended: &Session,
    ) -> Result<PendingEntry, GateError> {
        let detail = self.session_detail(caller, effective, Action::SessionEnded, ended);
        self.entry_about(ended.account, detail).await
    }

    /// The detail of what happens to a session, under the key of whoever's it is.
    pub(super) fn session_detail(
        &self,
        caller: &Caller,
        effective: &Effective,
        action: Action,
        session: &Session,
    ) -> Detail {
        let case = Statement { case: session.id.to_string(), by: None, because: None };
        let (declaration, promise) = match session.place {
            Place::Console => ("staff", Promise::Security),
            Place::PrivacyCenter(_) => ("requests", Promise::Access),
        };
        Detail {
            subject: Some(session.subject),
            clause: Some(effective.declaring().clause(declaration, promise).section),
            note: Some(session.note().to_owned()),
            case: Some(case),
            ..self.detail_under(caller, action, effective)
        }
    }
}
