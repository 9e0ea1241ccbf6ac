//! Doing what was asked: each right in its way, and for nobody who did not prove to be the person.

use domain::{
    About, Action, EntryId, ErasureId, RecordId, Request, RequestState, Right, SubjectId,
    choice::Method,
    id::RequestId,
    request::{Answer, NotNow},
};

use jiff::Span;
use store::{Change, Unit};

use super::{Moved, declared};
use crate::{
    Caller, Determination, Fields, Gate, GateError, NewChoice, Patch, attempts::Failed, cases::file,
};

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
        let (request, acting) = self.claim(caller, id, how).await?;
        let answer = match self.do_what_is_asked(&acting, &request, how).await {
            Ok(answer) => answer,
            Err(error) => {
                self.give_up(caller, id, &error).await?;
                return Err(error);
            }
        };
        let attempt = async || {
            let (before, _) = self.to_answer(caller, id).await?;
            if before.subjects != request.subjects {
                // Someone else was found meanwhile: what was done does not cover them, and is done for them the next time.
                return Err(GateError::Busy.into());
            }
            let after = before.clone().fulfilled(self.now(), answer.clone()).map_err(GateError::NotNow)?;
            let said = Some(&how.decision);
            let action = Action::RequestFulfilled;
            self.move_request(&acting, Moved { action, before: &before, after, said }).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Makes sure that nothing else is done about a request while this is, also after a process that ended half-way.
    async fn claim(
        &self,
        caller: &Caller,
        id: RequestId,
        how: &Fulfilment,
    ) -> Result<(Request, Caller), GateError> {
        let attempt = async || {
            let (before, acting) = self.to_answer(caller, id).await?;
            let claim = self.claim_of(&acting, how)?;
            let after = before.clone().claimed(claim).map_err(GateError::NotNow)?;
            if after.version > before.version {
                let unit = Unit { changes: vec![Change::ReplaceCase(file(&after)?)], ..Unit::default() };
                self.commit(unit).await.map_err(Failed::Commit)?;
            }
            Ok((after, acting))
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// A keyed hash of what is to be done, by which the same is known again.
    fn claim_of(&self, acting: &Caller, how: &Fulfilment) -> Result<String, GateError> {
        let mut parts: Vec<Vec<u8>> = vec![b"fulfil".to_vec()];
        for correction in &how.corrections {
            let fields =
                serde_json::to_vec(&correction.fields).map_err(|_| GateError::Damaged("a correction"))?;
            parts.extend([correction.record.as_bytes().to_vec(), fields]);
        }
        parts.extend(how.objections.iter().map(|about| about.to_string().into_bytes()));
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Ok(data_encoding::HEXLOWER.encode(&self.repetition_hash(acting, &parts)?))
    }

    /// Lets go of a request that cannot be done this way. Where a store did not answer, the same is tried again.
    async fn give_up(&self, caller: &Caller, id: RequestId, why: &GateError) -> Result<(), GateError> {
        if matches!(
            why,
            GateError::Unavailable(_) | GateError::Full | GateError::Busy | GateError::Damaged(_)
        ) {
            return Ok(());
        }
        let attempt = async || {
            let (request, _) = self.to_answer(caller, id).await?;
            let given_up = request.given_up();
            let unit = Unit { changes: vec![Change::ReplaceCase(file(&given_up)?)], ..Unit::default() };
            self.commit(unit).await.map(drop).map_err(Failed::Commit)
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
            Right::Rectification if how.corrections.is_empty() => {
                Err(GateError::Malformed("say what is corrected, or refuse the request".to_owned()))
            }
            Right::Rectification => self.correct(acting, request, &how.corrections).await,
            Right::Restriction => self.say_no(acting, request, &[About::Processing]).await,
            Right::Objection if how.objections.is_empty() => {
                Err(GateError::Malformed("say which purposes or recipients the person objects to".to_owned()))
            }
            Right::Objection => self.say_no(acting, request, &how.objections).await,
        }
    }

    fn package_of(&self, acting: &Caller) -> Result<Answer, GateError> {
        Ok(Answer::package(self.now(), self.package_lasts(acting)?))
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
        let reissued = |request: Request| request.reissued(now, lasts);
        self.step(caller, id, (Action::RequestReissued, Some(why)), reissued).await
    }

    async fn erase_all(&self, acting: &Caller, request: &Request) -> Result<Answer, GateError> {
        let mut erasures: Vec<ErasureId> = Vec::new();
        for subject in &request.subjects {
            erasures.push(self.erase_as_asked(acting, *subject).await?.id);
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
                match self.say_no_to(acting, *subject, about).await {
                    // Whoever was erased meanwhile needs no protection any more.
                    Ok(()) | Err(GateError::Gone(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(Answer::Done)
    }

    /// Records a no, unless it stands already.
    async fn say_no_to(&self, acting: &Caller, subject: SubjectId, about: &About) -> Result<(), GateError> {
        let (found, _) = self.living_subject(acting, subject).await?;
        if found.choices.is_no(about) {
            return Ok(());
        }
        let new = NewChoice {
            about: about.clone(),
            is_yes: false,
            method: Method::Custodian,
            text: None,
            language: None,
        };
        self.object(acting, subject, &new).await.map(drop)
    }
}
