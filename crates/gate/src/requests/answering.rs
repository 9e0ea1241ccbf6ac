//! Doing what was asked: each right in its way, and for nobody who did not prove to be the person.

use domain::{
    About, Action, EntryId, ErasureId, RecordId, Request, RequestState, Right,
    choice::Method,
    id::RequestId,
    request::{Answer, NotNow},
};

use jiff::Span;

use super::{Moved, declared};
use crate::{Caller, Determination, Fields, Gate, GateError, NewChoice, Patch, attempts::Failed};

/// How a request is fulfilled, beyond what it says by itself.
#[derive(Debug, Clone, Default)]
pub struct Fulfilment {
    /// Of a rectification: what is corrected.
    pub corrections: Vec<Correction>,
    /// Of an objection: the purposes and recipients that are meant.
    pub objections: Vec<About>,
    /// The decision and its reason.
    pub decision: Determination,
}

/// A correction of one record.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Which record.
    pub record: RecordId,
    /// What its fields become; `null` removes one.
    pub fields: Fields,
}

impl Gate {
    /// Does what a request asks for, and closes it. What was done when this was cut short is done once: asking again goes
    /// on from there.
    ///
    /// # Errors
    /// There is no such request to answer, nobody proved to be the person, it is paused, or a system outside has not done
    /// its part; something that must be kept; or a store that fails.
    pub async fn fulfil_request(
        &self,
        caller: &Caller,
        id: RequestId,
        how: &Fulfilment,
    ) -> Result<(Request, EntryId), GateError> {
        let (request, acting) = self.to_answer(caller, id).await?;
        // Whether it may be closed is asked before anything is done that cannot be taken back.
        request.clone().fulfilled(self.now(), Answer::Done).map_err(GateError::NotNow)?;
        let answer = self.do_what_is_asked(&acting, &request, how).await?;
        let attempt = async || {
            let before = self.request(caller, id).await?;
            if matches!(before.state, RequestState::Open) && before.subjects != request.subjects {
                // Someone else was found meanwhile: what was done does not cover them.
                return Err(GateError::Busy.into());
            }
            let after = before.clone().fulfilled(self.now(), answer.clone()).map_err(GateError::NotNow)?;
            let said = Some(&how.decision);
            let action = Action::RequestFulfilled;
            self.move_request(&acting, Moved { action, before: &before, after, said }).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    async fn do_what_is_asked(
        &self,
        acting: &Caller,
        request: &Request,
        how: &Fulfilment,
    ) -> Result<Answer, GateError> {
        match request.right {
            Right::Access | Right::Portability => self.package_of(acting),
            Right::Erasure => self.erase_all(acting, request).await,
            Right::Rectification => self.correct(acting, request, &how.corrections).await,
            Right::Restriction => self.say_no(acting, request, &[About::Processing]).await,
            Right::Objection if how.objections.is_empty() => {
                Err(GateError::Malformed("say which purposes or recipients the person objects to".to_owned()))
            }
            Right::Objection => self.say_no(acting, request, &how.objections).await,
        }
    }

    fn package_of(&self, acting: &Caller) -> Result<Answer, GateError> {
        Ok(Answer::package(self.now(), &self.package_lasts(acting)?))
    }

    /// For how long a package can be fetched.
    fn package_lasts(&self, acting: &Caller) -> Result<Span, GateError> {
        let effective = self.effective(acting)?;
        let lasts = declared(&effective).map(|declared| *declared.package.get_ref());
        Ok(lasts.unwrap_or_else(|| Span::new().days(7)))
    }

    /// Lets a package be fetched now, this once. Answers with the request and with who opens what is in it.
    ///
    /// # Errors
    /// There is no such request to answer; or no package, or not any more.
    pub async fn fetch_package(
        &self,
        caller: &Caller,
        id: RequestId,
    ) -> Result<(Request, Caller), GateError> {
        let now = self.now();
        let fetched = |request: Request| request.fetched(now);
        let (request, _) = self.step(caller, id, (Action::RequestFetched, None), fetched).await?;
        let acting = self.acting_for(caller, request.account).await?;
        Ok((request, acting))
    }

    /// What a package would be, for whoever looks through it before it is released.
    ///
    /// # Errors
    /// There is no such request to answer, it is not open, or it asks for no package.
    pub async fn preview_package(
        &self,
        caller: &Caller,
        id: RequestId,
    ) -> Result<(Request, Caller), GateError> {
        let (request, acting) = self.to_answer(caller, id).await?;
        let is_open = matches!(request.state, RequestState::Open);
        if !is_open || !matches!(request.right, Right::Access | Right::Portability) {
            return Err(GateError::NotNow(NotNow::NoPackage));
        }
        Ok((request, acting))
    }

    /// Lets a package be fetched once more: its time was over, or what was fetched did not arrive.
    ///
    /// # Errors
    /// There is no such request to answer, or no package.
    pub async fn reissue_package(
        &self,
        caller: &Caller,
        id: RequestId,
        why: &Determination,
    ) -> Result<(Request, EntryId), GateError> {
        let (_, acting) = self.to_answer(caller, id).await?;
        let (now, lasts) = (self.now(), self.package_lasts(&acting)?);
        let reissued = |request: Request| request.reissued(now, &lasts);
        self.step(caller, id, (Action::RequestReissued, Some(why)), reissued).await
    }

    async fn erase_all(&self, acting: &Caller, request: &Request) -> Result<Answer, GateError> {
        let mut erasures: Vec<ErasureId> = Vec::new();
        for subject in &request.subjects {
            erasures.push(self.erase(acting, *subject).await?.id);
        }
        Ok(Answer::Erased { erasures })
    }

    async fn correct(
        &self,
        acting: &Caller,
        request: &Request,
        corrections: &[Correction],
    ) -> Result<Answer, GateError> {
        let effective = self.effective(acting)?;
        let purpose = super::declared_or_refused(&effective)?.purpose.get_ref().clone();
        for correction in corrections {
            let held = self.store.record(correction.record).await?;
            // A record of someone else is not there for this request.
            if held.is_none_or(|held| !request.subjects.contains(&held.subject.id)) {
                return Err(GateError::NotFound("record"));
            }
        }
        for correction in corrections {
            let patch = Patch { version: None, fields: correction.fields.clone() };
            self.update_record(acting, correction.record, &purpose, &patch).await?;
        }
        Ok(Answer::Done)
    }

    async fn say_no(&self, acting: &Caller, request: &Request, all: &[About]) -> Result<Answer, GateError> {
        for subject in &request.subjects {
            for about in all {
                let new = NewChoice {
                    about: about.clone(),
                    is_yes: false,
                    method: Method::Custodian,
                    text: None,
                    language: None,
                };
                self.object(acting, *subject, &new).await?;
            }
        }
        Ok(Answer::Done)
    }
}
