//! Passkeys through the door. What is kept of one is part of the record of whoever signs in with it; the case names its digest,
//! so that what was written past this door lets nobody in.

use domain::{
    Action, Passkey, Session, Staff, SubjectId,
    ambient::random_bytes,
    id::RecordId,
    staff::{
        Browser,
        passkey::{Act, Ceremony, Challenge, Said, bytes},
    },
};
use jiff::SignedDuration;
use policy::document::FieldType;
use sealing::PublicKey;
use serde_json::{Map, Value};
use store::{Change, CommitError, Conflict, records::Replay};
use subtle::ConstantTimeEq;

use super::{SignedIn, held::held, held::held_or_refused};
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
        Ok(counts.then(|| Answered { mark: ours, signed: said.signed() }))
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
        if self.answered(about, Some(&signed_in.session))?.is_none() {
            return Err(refused("what the browser says is not about this page and this moment; try again"));
        }
        if bytes(&new.key).is_none_or(|key| PublicKey::parse(&key).is_none()) {
            return Err(refused("the passkey has a key of a kind that is not known here"));
        }
        let added = Passkey {
            id: new.told.credential.clone(),
            key: new.key.clone(),
            name: new.name.trim().chars().take(64).collect(),
            added_at: self.now(),
        };
        let mut kept = self.passkeys(signed_in).await?;
        if kept.len() >= MOST {
            return Err(refused("there are ten passkeys already; remove one first"));
        }
        kept.retain(|passkey| passkey.id != added.id);
        kept.push(added);
        // First the record, then the case: what is in the record only lets nobody in.
        self.write_passkeys(signed_in, &kept).await?;
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
        self.write_passkeys(signed_in, &kept).await
    }

    async fn write_passkeys(&self, signed_in: &SignedIn, kept: &[Passkey]) -> Result<(), GateError> {
        let acting = self.acting(&signed_in.caller)?;
        let effective = self.effective(&acting)?;
        let held = held_or_refused(&effective, signed_in.staff.role)?;
        if !keeps_passkeys(&effective, &held.record) {
            let why = format!("the record type `{}` has no field `{FIELD}` of the type `text`", held.record);
            return Err(GateError::Malformed(why));
        }
        let record: RecordId = signed_in.staff.record;
        let version = self.store.record(record).await?.ok_or(GateError::Gone("record"))?.record.version;
        let text = serde_json::to_string(kept).map_err(|_| GateError::Damaged("passkeys"))?;
        let fields = Map::from_iter([(FIELD.to_owned(), Value::from(text))]);
        let patch = Patch { version: Some(version), fields };
        self.update_record(&acting, record, &held.purpose, &patch).await.map(drop)
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

    /// Signs somebody in with a passkey. Returns what their browser keeps; none when they are not recognised, whatever it was
    /// that was wrong, or did this before with the same challenge.
    ///
    /// # Errors
    /// A store fails.
    pub async fn sign_in_with_passkey(
        &self,
        assertion: &Assertion,
        origin: &str,
        browser: Browser,
    ) -> Result<Option<(SignedIn, String)>, GateError> {
        let console = self.console()?;
        let about = (&assertion.told, Act::Get, origin);
        if let Some(Answered { mark, signed }) = self.answered(about, None)?
            && let Some(staff) = self.known_by_passkey(&console, assertion, &signed).await?
        {
            let once = Change::AddReplay(Replay {
                key: mark,
                body: mark,
                result: *staff.subject.as_bytes(),
                at: self.now(),
                entry: None,
            });
            match self.start_session(staff, browser, vec![once]).await {
                Err(Failed::Commit(CommitError::Conflict(Conflict::IdempotencyKey))) => {}
                other => return other.map(Some).map_err(Failed::into_error),
            }
        }
        self.record_failure(&console, Action::SessionStarted).await.map(|()| None)
    }

    async fn known_by_passkey(
        &self,
        console: &Caller,
        assertion: &Assertion,
        signed: &[u8],
    ) -> Result<Option<Staff>, GateError> {
        let Some(staff) = self.staff_member(assertion.subject).await? else { return Ok(None) };
        let Some(held) = held(&self.effective(console)?, staff.role) else { return Ok(None) };
        if staff.passkeys().is_empty() || self.open_to(&staff).await?.is_none() {
            return Ok(None);
        }
        let acting = Caller { staff: Some(staff.subject), ..console.clone() };
        let kept = self.kept_passkeys(&acting, &staff, &held.purpose).await?;
        let named = kept.iter().find(|passkey| passkey.id == assertion.told.credential);
        let key = named.and_then(|passkey| bytes(&passkey.key));
        let signature = bytes(&assertion.signature).unwrap_or_default();
        let is_theirs =
            key.and_then(|key| Some(PublicKey::parse(&key)?.signed(signed, &signature))).unwrap_or_default();
        Ok(Some(staff).filter(|_| is_theirs))
    }
}

fn keeps_passkeys(effective: &crate::Effective, record: &str) -> bool {
    let records = &effective.declaring().document().records;
    let field = records.get(record).and_then(|record| record.fields.get(FIELD));
    field.is_some_and(|field| field.kind == FieldType::Text)
}
