//! Taking in a complaint: the words are stored as a record of the vault, then it is opened, on the clocks since it was
//! received.

use domain::{
    AccountId, AccountKind, Action, Complaint, ComplaintId, ComplaintState, EntryId, KeyId, SubjectId,
    complaint::{Matter, Party, Step, What},
    request::Channel,
    terms::{Terms, Watched},
};
use jiff::Timestamp;
use policy::document::{Complaints, Name};
use store::{Change, Unit, records::Replay};

use super::{Moved, declared};
use crate::{
    Caller, Effective, Gate, GateError,
    attempts::Failed,
    cases::file,
    records::first_entry,
    repetition::{Once, entry_before, remember},
    words::{Words, receipt, written},
};

/// A complaint, a question or an allegation to be taken in.
#[derive(Debug, Clone)]
pub struct NewComplaint {
    /// What it is.
    pub matter: Matter,
    /// How it came.
    pub channel: Channel,
    /// When it was received; none for now.
    pub received_at: Option<Timestamp>,
    /// Who complains, where that is known.
    pub subject: Option<SubjectId>,
    /// Whom it is about.
    pub about: Vec<Accused>,
    /// What they wrote.
    pub message: String,
    /// The letter, in base64.
    pub scan: Option<String>,
    /// How to write back to them: other fields of the record type, and their values.
    pub contact: Vec<(String, String)>,
}

/// Whom a complaint is about.
#[derive(Debug, Clone)]
pub enum Accused {
    /// A member of staff, by name.
    Staff(String),
    /// An API key of the account.
    Key(KeyId),
    /// A Client of the operator's.
    Account(AccountId),
}

impl Gate {
    /// Takes a complaint in.
    ///
    /// # Errors
    /// The policy says nowhere to keep the words; there is no such subject, key or Client; a time of receipt that cannot be;
    /// or a store that fails.
    pub async fn open_complaint(
        &self,
        caller: &Caller,
        new: &NewComplaint,
        replay: Option<&Replay>,
    ) -> Result<(Complaint, EntryId), GateError> {
        if let Some(first) = self.repeated(replay).await? {
            return self.complained_before(caller, &first).await;
        }
        let complaint = self.taken_in(caller, new).await?;
        match self.once(replay, || self.try_open_complaint(caller, complaint.clone(), replay)).await? {
            Once::Made(opened) => Ok(opened),
            Once::Before(first) => self.complained_before(caller, &first).await,
        }
    }

    async fn complained_before(
        &self,
        caller: &Caller,
        first: &Replay,
    ) -> Result<(Complaint, EntryId), GateError> {
        let complaint = self.complaint(caller, ComplaintId::from_bytes(first.result)).await?;
        Ok((complaint, entry_before(first)?))
    }

    /// The complaint as it was received, its words stored.
    async fn taken_in(&self, caller: &Caller, new: &NewComplaint) -> Result<Complaint, GateError> {
        let (now, effective) = (self.now(), self.effective(caller)?);
        let received_at = receipt(now, new.received_at)?;
        let (declared, record, purpose) = taking(&effective)?;
        let about = self.parties(caller, &new.about).await?;
        if let Some(subject) = new.subject {
            self.living_subject(caller, subject).await?;
        }
        let texts = [("message", Some(new.message.as_str())), ("scan", new.scan.as_deref())];
        let fields = written(&new.contact, texts)?;
        let words = Words { record_type: record.get_ref(), purpose: purpose.get_ref(), fields };
        let kept = self.keep_words(caller, &effective, new.subject, words).await?;
        Ok(Complaint {
            id: ComplaintId::new(&*self.ambient.clock, self.randomness(), kept.subject.bucket()),
            account: caller.account_id(),
            matter: new.matter,
            channel: new.channel,
            subject: kept.subject,
            record: kept.record,
            record_type: record.get_ref().clone(),
            about,
            owner: None,
            acknowledge: Watched::new(received_at, *declared.acknowledge.get_ref()),
            answer: Watched::new(received_at, *declared.answer.get_ref()),
            appeal: Terms::new(received_at, declared.appeal(), None),
            decisions: Vec::new(),
            remedies: Vec::new(),
            incident: None,
            state: ComplaintState::Received,
            steps: vec![Step { at: received_at, what: What::Received }],
            version: 1,
        })
    }

    /// Whom it is about, by marks and ids of what there is.
    async fn parties(&self, caller: &Caller, about: &[Accused]) -> Result<Vec<Party>, GateError> {
        let mut parties = Vec::new();
        for accused in about {
            parties.push(match accused {
                Accused::Staff(name) => Party::Staff(self.mark(caller, name)?),
                Accused::Key(key) => {
                    let known = self.keys(caller.account_id()).iter().any(|known| known.id == *key);
                    Party::Key(known.then_some(*key).ok_or(GateError::NotFound("key"))?)
                }
                Accused::Account(account) => Party::Account(self.accused_account(caller, *account).await?),
            });
        }
        Ok(parties)
    }

    async fn accused_account(&self, caller: &Caller, account: AccountId) -> Result<AccountId, GateError> {
        if account == caller.account_id() {
            let why = "an account does not judge in its own cause: say whom in it the complaint is about";
            return Err(GateError::Malformed(why.to_owned()));
        }
        // A Client learns of no other account.
        if caller.account.kind != AccountKind::Operator {
            return Err(GateError::NotFound("account"));
        }
        Ok(self.known_account(account).await?.id)
    }

    async fn try_open_complaint(
        &self,
        caller: &Caller,
        complaint: Complaint,
        replay: Option<&Replay>,
    ) -> Result<(Complaint, EntryId), Failed> {
        let effective = self.effective(caller)?;
        let matter = complaint.matter.as_str();
        let note = Some(format!("received at {}", complaint.answer.terms.received_at));
        let moved = Moved { action: Action::ComplaintOpened, after: complaint, said: None, note };
        let mut unit = Unit { expects: effective.expects(), ..Unit::default() };
        unit.entries.push(self.complaint_entry(caller, &effective, &moved).await?);
        unit.changes.push(Change::OpenCase(file(&moved.after)?));
        unit.changes.extend(self.told_of_complaint(moved.action, &moved.after).await?);
        self.freeze_words(&mut unit, &moved.after).await?;
        unit.changes.extend(remember(replay, *moved.after.id.as_bytes()));
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        metrics::counter!("bailee_complaints_total", "matter" => matter).increment(1);
        Ok((moved.after, first_entry(&committed)?))
    }
}

/// What the policy says of complaints, and where it says that they are kept and for what.
fn taking(effective: &Effective) -> Result<(&Complaints, &Name, &Name), GateError> {
    let taken = declared(effective)
        .and_then(|declared| Some((declared, declared.record.as_ref()?, declared.purpose.as_ref()?)));
    taken.ok_or_else(|| {
        let why = "the policy in force names no `record` in `[complaints]`, so there is no record type for the words of \
                   whoever complains";
        GateError::Malformed(why.to_owned())
    })
}
