//! Showing to be the person: codes that only the owner of an identifier reads, or someone who looked. Only then is anyone
//! found by it.

use domain::{Action, EntryId, Request, RequestState, SubjectId, id::RequestId, request::Tried};
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use super::{
    Moved, declared_or_refused,
    notices::{code_for, is_email},
};
use crate::{Caller, Determination, Gate, GateError, attempts::Failed};

/// What a code is written with: digits and letters that are not mistaken for each other, and no vowels that make words.
const ALPHABET: &[u8; 32] = b"0123456789BCDFGHJKMNPQRSTVWXYZ+=";
/// How many characters a code has: fifty bits.
const LENGTH: usize = 10;

/// What came of trying a code. A wrong one says nothing of why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It is proved.
    Proved(Box<Request>, EntryId),
    /// It is not the one, or not any more.
    Wrong,
}

impl Gate {
    /// Makes a code for an identifier of a request, for the caller to deliver. Nobody else ever sees it: what is kept is a
    /// keyed hash.
    ///
    /// # Errors
    /// There is no such request to answer or identifier to prove, or as many codes were made as may be.
    pub async fn make_code(
        &self,
        caller: &Caller,
        id: RequestId,
        place: usize,
    ) -> Result<(Request, EntryId, String), GateError> {
        self.retried(|| self.try_make_code(caller, id, place, false)).await.map_err(Failed::into_error)
    }

    /// Makes a code for an identifier of a request that is an e-mail address, and mails it there. Nobody else ever sees it,
    /// the caller included.
    ///
    /// # Errors
    /// As [`Gate::make_code`]; or the identifier is no e-mail address.
    pub async fn mail_code(
        &self,
        caller: &Caller,
        id: RequestId,
        place: usize,
    ) -> Result<(Request, EntryId), GateError> {
        let made = self.retried(|| self.try_make_code(caller, id, place, true)).await;
        made.map(|(request, entry, _)| (request, entry)).map_err(Failed::into_error)
    }

    async fn try_make_code(
        &self,
        caller: &Caller,
        id: RequestId,
        place: usize,
        is_mailed: bool,
    ) -> Result<(Request, EntryId, String), Failed> {
        let (before, acting) = self.to_answer(caller, id).await?;
        let number = before.codes_of(place).saturating_add(1);
        let code = self.code(&acting, &before, place, number).await?;
        let hash = self.code_hash(&acting, &before, place, &code).await?;
        let after = before.clone().code_sent(place, hash, self.now()).map_err(GateError::NotNow)?;
        let identifier = before.identifiers.get(place).ok_or(GateError::NotFound("identifier"))?;
        if is_mailed && !is_email(&self.effective(&acting)?, &identifier.field) {
            return Err(GateError::Malformed("this identifier is no e-mail address".to_owned()).into());
        }
        let message = is_mailed.then(|| code_for(&before, place, number));
        let moved = Moved { action: Action::RequestCodeSent, before: &before, after, said: None };
        let (request, entry) = self.move_and_tell(&acting, moved, message).await?;
        Ok((request, entry, code))
    }

    /// The code that was mailed to an identifier, made once more, and until when it is good; none when it is not any more, or
    /// the identifier was changed.
    pub(crate) async fn code_in_force(
        &self,
        acting: &Caller,
        request: &Request,
        place: usize,
        number: u8,
    ) -> Result<Option<(String, Timestamp)>, GateError> {
        let Some((last, kept, until)) = request.awaited_code(place) else { return Ok(None) };
        let code = self.code(acting, request, place, number).await?;
        let hash = self.code_hash(acting, request, place, &code).await?;
        let is_good = last == number && until > self.now() && kept == hash;
        Ok(is_good.then_some((code, until)))
    }

    /// Someone tries the code that was sent to an identifier. Wrong ones are counted.
    ///
    /// # Errors
    /// There is no such request or identifier to prove; or a store fails.
    pub async fn try_code(
        &self,
        caller: &Caller,
        id: RequestId,
        place: usize,
        code: &str,
    ) -> Result<Attempt, GateError> {
        let attempt = async || {
            let before = self.request(caller, id).await?;
            let acting = self.acting_for(caller, before.account).await?;
            let typed = code.trim().to_ascii_uppercase();
            let hash = self.code_hash(&acting, &before, place, &typed).await?;
            let is_right = |kept: &str| kept.as_bytes().ct_eq(hash.as_bytes()).into();
            match before.clone().code_tried(place, self.now(), is_right).map_err(GateError::NotNow)? {
                Tried::Wrong(after) => {
                    if after.version > before.version {
                        let action = Action::RequestCodeTried;
                        self.move_request(&acting, Moved { action, before: &before, after, said: None })
                            .await?;
                    }
                    Ok(Attempt::Wrong)
                }
                Tried::Right(proved) => {
                    let (request, entry) = self.verified(&acting, &before, (proved, place), None).await?;
                    Ok(Attempt::Proved(Box::new(request), entry))
                }
            }
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Someone looked, and an identifier is the person's: how they know is sealed in the entry.
    ///
    /// # Errors
    /// There is no such request or identifier to prove; or a store fails.
    pub async fn verify_by_hand(
        &self,
        caller: &Caller,
        id: RequestId,
        place: usize,
        how: &Determination,
    ) -> Result<(Request, EntryId), GateError> {
        let attempt = async || {
            let (before, acting) = self.to_answer(caller, id).await?;
            let proved = before.clone().proved_by_hand(place, self.now()).map_err(GateError::NotNow)?;
            self.verified(&acting, &before, (proved, place), Some(how)).await
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Finds the person by the identifier that was just proved, and by no other.
    async fn verified(
        &self,
        acting: &Caller,
        before: &Request,
        (proved, place): (Request, usize),
        said: Option<&Determination>,
    ) -> Result<(Request, EntryId), Failed> {
        let found = self.known_by(acting, &proved, place).await?;
        let after = proved.about(found, self.now()).map_err(GateError::NotNow)?;
        // One that is open already goes on, whoever else is found.
        let was_open = matches!(before.state, RequestState::Open);
        let after = if was_open { after } else { self.unless_doubled(after).await? };
        let action = Action::RequestVerified;
        self.move_request(acting, Moved { action, before, after, said }).await
    }

    /// Everyone of whom the value of an identifier is held.
    async fn known_by(
        &self,
        acting: &Caller,
        request: &Request,
        place: usize,
    ) -> Result<Vec<SubjectId>, GateError> {
        let identifier = request.identifiers.get(place).ok_or(GateError::NotFound("identifier"))?;
        let purpose = declared_or_refused(&self.effective(acting)?)?.purpose.get_ref().clone();
        let value = self.identifier_value(acting, request, &identifier.field).await?;
        let mut found = self.lookup(acting, &identifier.field, &value, &purpose).await?;
        let effective = self.effective(acting)?;
        let right = effective.declaring().document().rights.get(request.right.as_str());
        let mut entitled = Vec::new();
        for subject in found.drain(..) {
            let Some((person, _)) = self.store.subject(subject).await? else { continue };
            if right.is_some_and(|right| right.roles.iter().any(|role| *role.get_ref() == person.role)) {
                entitled.push(subject);
            }
        }
        Ok(entitled)
    }

    /// What the person wrote as an identifier: opened from the record of their request.
    pub(crate) async fn identifier_value(
        &self,
        acting: &Caller,
        request: &Request,
        field: &str,
    ) -> Result<String, GateError> {
        let record = request.record.ok_or(GateError::Gone("record"))?;
        let purpose = declared_or_refused(&self.effective(acting)?)?.purpose.get_ref().clone();
        let opened = self.read_record(acting, record, &purpose, None).await?;
        let fields = opened.fields.into_revealed();
        let value = fields.get(field).and_then(serde_json::Value::as_str);
        value.map(str::to_owned).ok_or(GateError::Gone("identifier"))
    }

    /// A code of an identifier. It is kept nowhere: it can be made again with the account's key, for the same words only.
    pub(super) async fn code(
        &self,
        acting: &Caller,
        request: &Request,
        place: usize,
        number: u8,
    ) -> Result<String, GateError> {
        let place = u64::try_from(place).unwrap_or(u64::MAX).to_be_bytes();
        let words = self.version_of_words(request).await?.to_be_bytes();
        let parts = [b"code made".as_slice(), request.id.as_bytes(), &place, &words, &[number]];
        let bytes = self.repetition_hash(acting, &parts)?;
        let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
        Ok(bytes.iter().take(LENGTH).map(letter).collect())
    }

    /// The version of the record of the person's words: a code proves what stood there when it was made, and nothing else.
    pub(super) async fn version_of_words(&self, request: &Request) -> Result<u32, GateError> {
        let Some(record) = request.record else { return Ok(0) };
        let held = self.store.record(record).await?;
        held.map(|held| held.record.version).ok_or(GateError::Gone("record"))
    }

    async fn code_hash(
        &self,
        acting: &Caller,
        request: &Request,
        place: usize,
        code: &str,
    ) -> Result<String, GateError> {
        let place = u64::try_from(place).unwrap_or(u64::MAX).to_be_bytes();
        let words = self.version_of_words(request).await?.to_be_bytes();
        let parts = [b"code".as_slice(), request.id.as_bytes(), &place, &words, code.as_bytes()];
        Ok(data_encoding::HEXLOWER.encode(&self.repetition_hash(acting, &parts)?))
    }
}
