//! Passkeys through the door. What is kept of one is part of the record of whoever signs in with it; the case names its digest,
//! so that what was written past this door lets nobody in.

mod using;

use domain::{
    Action, Passkey, Session, Staff, SubjectId,
    ambient::random_bytes,
    staff::passkey::{Act, Ceremony, Challenge, Said, bytes},
};
use jiff::SignedDuration;
use policy::document::FieldType;
use sealing::PublicKey;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use super::{SignedIn, held::held_or_refused};
use crate::{Caller, Gate, GateError, Patch, attempts::Failed};

/// The field of the record in which they are.
const FIELD: &str = "passkeys";
/// How long a challenge counts.
const TIME: SignedDuration = SignedDuration::from_mins(5);
/// How many one person has at most.
const MOST: usize = 10;

/// What a browser says with a passkey, as its script writes it: in base64url.
pub struct Told {
    /// The challenge that the page gave it.
    pub challenge: String,
    /// The id of the credential.
    pub credential: String,
    /// What it says itself.
    pub client: String,
    /// What its authenticator says.
    pub authenticator: String,
}

/// A passkey that was just made.
pub struct NewPasskey {
    /// What was said when it was made.
    pub told: Told,
    /// Its public key, in base64url.
    pub key: String,
    /// What its person calls it.
    pub name: String,
}

/// Somebody who signs in with a passkey.
pub struct Assertion {
    /// What was said.
    pub told: Told,
    /// Who it is, as the passkey knows.
    pub subject: SubjectId,
    /// Its signature, in base64url.
    pub signature: String,
}

/// A challenge that was answered.
struct Answered {
    /// Its mark.
    mark: [u8; 32],
    /// What the passkey signs.
    signed: Vec<u8>,
    /// How often the authenticator says that it was used.
    counter: u32,
}

impl Gate {
    /// What a browser is asked to sign: to sign in, or to add a passkey in this session.
    ///
    /// # Errors
    /// The installation has no operator.
    pub fn passkey_challenge(&self, session: Option<&Session>) -> Result<String, GateError> {
        let until = self.now().as_second() + TIME.as_secs();
        let random = random_bytes(self.randomness());
        let mark = self.challenge_mark(until, random, session)?;
        Ok(Challenge { until, random, mark }.to_text())
    }

    fn challenge_mark(
        &self,
        until: i64,
        random: [u8; 16],
        session: Option<&Session>,
    ) -> Result<[u8; 32], GateError> {
        let of: &[u8] = session.map_or(b"sign in", |session| session.id.as_bytes());
        self.repetition_hash(&self.console()?, &[b"passkey", of, &until.to_be_bytes(), &random])
    }

    /// The challenge of ours that counts still, if what was said is about it.
    fn answered(
        &self,
        (told, act, origin): (&Told, Act, &str),
        session: Option<&Session>,
    ) -> Result<Option<Answered>, GateError> {
        let Some(challenge) = Challenge::parse(&told.challenge) else { return Ok(None) };
        let ours = self.challenge_mark(challenge.until, challenge.random, session)?;
        let (Some(client), Some(authenticator)) = (bytes(&told.client), bytes(&told.authenticator)) else {
            return Ok(None);
        };
        let said = Said { client: &client, authenticator: &authenticator };
        let ceremony = Ceremony { act, challenge: &told.challenge, origin };
        let counts = bool::from(ours.ct_eq(&challenge.mark))
            && self.now().as_second() < challenge.until
            && ceremony.is_told_by(said);
        Ok(counts.then(|| Answered { mark: ours, signed: said.signed(), counter: said.counter() }))
    }

    /// The passkeys of whoever is signed in.
    ///
    /// # Errors
    /// A store fails.
    pub async fn passkeys(&self, signed_in: &SignedIn) -> Result<Vec<Passkey>, GateError> {
        let acting = self.acting(&signed_in.caller)?;
        let purpose = held_or_refused(&self.effective(&acting)?, signed_in.staff.role)?.purpose;
        self.kept_passkeys(&acting, &signed_in.staff, &purpose).await
    }

    /// Those that came through the door.
    async fn kept_passkeys(
        &self,
        acting: &Caller,
        staff: &Staff,
        purpose: &str,
    ) -> Result<Vec<Passkey>, GateError> {
        let opened = self.read_record(acting, staff.record, purpose, None).await?.fields.into_revealed();
        let text = opened.get(FIELD).and_then(Value::as_str).unwrap_or("[]");
        let mut kept: Vec<Passkey> =
            serde_json::from_str(text).map_err(|_| GateError::Damaged("the passkeys of a record"))?;
        kept.retain(|passkey| staff.passkeys().contains(&passkey.digest()));
        Ok(kept)
    }

    /// Adds a passkey for whoever is signed in.
    ///
    /// # Errors
    /// What was said is not about this session, or the key is of a kind that is not known; the policy keeps no passkeys; there
    /// are too many; or a store fails.
    pub async fn add_passkey(
        &self,
        signed_in: &SignedIn,
        new: &NewPasskey,
        origin: &str,
    ) -> Result<(), GateError> {
        let refused = |why: &str| GateError::Malformed(why.to_owned());
        let about = (&new.told, Act::Create, origin);
        let Some(Answered { counter, .. }) = self.answered(about, Some(&signed_in.session))? else {
            return Err(refused("what the browser says is not about this page and this moment; try again"));
        };
        if bytes(&new.key).is_none_or(|key| PublicKey::parse(&key).is_none()) {
            return Err(refused("the passkey has a key of a kind that is not known here"));
        }
        let added = Passkey {
            id: new.told.credential.clone(),
            key: new.key.clone(),
            name: new.name.trim().chars().take(64).collect(),
            added_at: self.now(),
            counter,
        };
        let mut kept = self.passkeys(signed_in).await?;
        if kept.len() >= MOST {
            return Err(refused("there are ten passkeys already; remove one first"));
        }
        kept.retain(|passkey| passkey.id != added.id);
        kept.push(added);
        // First the record, then the case: what is in the record only lets nobody in.
        self.write_passkeys(&self.acting(&signed_in.caller)?, &signed_in.staff, &kept).await?;
        self.admit_by(signed_in, &kept, Action::StaffPasskeyAdded).await
    }

    /// Removes a passkey of whoever is signed in: it lets nobody in from now on.
    ///
    /// # Errors
    /// There is none with this id, or a store fails.
    pub async fn remove_passkey(&self, signed_in: &SignedIn, id: &str) -> Result<(), GateError> {
        let mut kept = self.passkeys(signed_in).await?;
        let before = kept.len();
        kept.retain(|passkey| passkey.id != id);
        if kept.len() == before {
            return Err(GateError::NotFound("passkey"));
        }
        self.admit_by(signed_in, &kept, Action::StaffPasskeyRemoved).await?;
        self.write_passkeys(&self.acting(&signed_in.caller)?, &signed_in.staff, &kept).await
    }

    async fn write_passkeys(
        &self,
        acting: &Caller,
        staff: &Staff,
        kept: &[Passkey],
    ) -> Result<(), GateError> {
        let effective = self.effective(acting)?;
        let held = held_or_refused(&effective, staff.role)?;
        if !keeps_passkeys(&effective, &held.record) {
            let why = format!("the record type `{}` has no field `{FIELD}` of the type `text`", held.record);
            return Err(GateError::Malformed(why));
        }
        let record = staff.record;
        let version = self.store.record(record).await?.ok_or(GateError::Gone("record"))?.record.version;
        let text = serde_json::to_string(kept).map_err(|_| GateError::Damaged("passkeys"))?;
        let fields = Map::from_iter([(FIELD.to_owned(), Value::from(text))]);
        let patch = Patch { version: Some(version), fields };
        self.update_record(acting, record, &held.purpose, &patch).await.map(drop)
    }

    async fn admit_by(
        &self,
        signed_in: &SignedIn,
        kept: &[Passkey],
        action: Action,
    ) -> Result<(), GateError> {
        let acting = self.acting(&signed_in.caller)?;
        let attempt = async || {
            let gone = || GateError::Gone("member of staff");
            let staff = self.staff_member(signed_in.staff.subject).await?.ok_or_else(gone)?;
            // They set another password meanwhile: this session is over, and what it adds with it.
            if staff.credential() != Some(signed_in.session.credential.as_str()) {
                return Err(gone().into());
            }
            let digests = kept.iter().map(Passkey::digest).collect();
            let staff = staff.with_passkeys(digests).ok_or_else(gone)?;
            self.replace_staff(&acting, action, staff, Vec::new()).await
        };
        self.retried(attempt).await.map(drop).map_err(Failed::into_error)
    }
}

fn keeps_passkeys(effective: &crate::Effective, record: &str) -> bool {
    let records = &effective.declaring().document().records;
    let field = records.get(record).and_then(|record| record.fields.get(FIELD));
    field.is_some_and(|field| field.kind == FieldType::Text)
}
