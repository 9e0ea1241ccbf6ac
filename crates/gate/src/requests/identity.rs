//! Showing to be the person: codes that only the owner of an identifier reads, or someone who looked. Only then is anyone
//! found by it.

use domain::{Action, EntryId, Request, SubjectId, ambient::random_bytes, id::RequestId, request::Tried};

use subtle::ConstantTimeEq;

use super::{Moved, declared_or_refused};
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
        let attempt = async || {
            let (before, acting) = self.to_answer(caller, id).await?;
            let code = self.random_code();
            let hash = self.code_hash(&acting, &before, place, &code)?;
            let after = before.clone().code_sent(place, hash, self.now()).map_err(GateError::NotNow)?;
            let moved = Moved { action: Action::RequestCodeSent, before: &before, after, said: None };
            let (request, entry) = self.move_request(&acting, moved).await?;
            Ok((request, entry, code))
        };
        self.retried(attempt).await.map_err(Failed::into_error)
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
            let hash = self.code_hash(&acting, &before, place, &typed)?;
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
        let after = self.unless_doubled(after).await?;
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
        self.lookup(acting, &identifier.field, &value, &purpose).await
    }

    /// What the person wrote as an identifier: opened from the record of their request.
    pub(super) async fn identifier_value(
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

    fn random_code(&self) -> String {
        let bytes: [u8; LENGTH] = random_bytes(self.randomness());
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
    }

    fn code_hash(
        &self,
        acting: &Caller,
        request: &Request,
        place: usize,
        code: &str,
    ) -> Result<String, GateError> {
        let place = u64::try_from(place).unwrap_or(u64::MAX).to_be_bytes();
        let parts = [b"code".as_slice(), request.id.as_bytes(), &place, code.as_bytes()];
        Ok(data_encoding::HEXLOWER.encode(&self.repetition_hash(acting, &parts)?))
    }
}
