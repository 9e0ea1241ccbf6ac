//! The outbox: what is to be told to someone by mail is written in the unit of what it tells, so that none is lost, and sent
//! later by whoever holds the job. The state of a message is committed before an attempt and after it: what was in flight when
//! a process ended is sent once more, under the same `Message-ID`.

mod day;
mod digest;
mod letter;
mod upkeep;

use domain::{
    AccountId, Action, Address, Case, CaseId, Detail, Message, MessageId, MessageState, SubjectId,
    audit::Statement,
    case::Filed,
    message::{LONGEST_PAUSE, Template, Topic, Unsent},
    request::Milestone,
};
use jiff::Timestamp;
use store::{Change, Unit};

use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    cases::{file, read},
};

pub use digest::{Due, Waits};
pub use letter::{Letter, Says};

/// A message to be written beside what it tells.
pub(crate) struct NewMessage {
    /// Whose queue it stands in.
    pub(crate) account: AccountId,
    /// The person whom it is about, and whose data it opens.
    pub(crate) subject: Option<SubjectId>,
    pub(crate) template: Template,
    pub(crate) about: Topic,
    pub(crate) to: Address,
}

impl NewMessage {
    /// The message, to be sent from a moment on. One that goes nowhere has failed from the beginning, for somebody to see.
    pub(crate) fn written(self, id: MessageId, from: Timestamp) -> Message {
        let Self { account, subject, template, about, to } = self;
        let state = if to == Address::Nowhere {
            MessageState::Failed { at: from, why: Unsent::NoAddress }
        } else {
            MessageState::Waiting { attempts: 0, next_at: from, why: None }
        };
        Message {
            id,
            account,
            subject,
            template,
            about: Some(about),
            to,
            since: from,
            is_counted: false,
            state,
            version: 1,
        }
    }
}

impl Gate {
    /// The change that writes a message, for the unit of what it tells.
    pub(crate) fn write_message(&self, new: NewMessage) -> Result<Change, GateError> {
        self.write_message_for(self.now(), new)
    }

    /// The same of a message that lies there until a moment has come.
    pub(crate) fn write_message_for(&self, at: Timestamp, new: NewMessage) -> Result<Change, GateError> {
        let bucket = new.subject.map_or_else(|| new.account.bucket(), |subject| subject.bucket());
        let id = MessageId::new(&*self.ambient.clock, self.randomness(), bucket);
        Ok(Change::OpenCase(file(&new.written(id, at))?))
    }

    /// Messages of all accounts that are to be sent now, the longest awaited first. One that cannot be read is put off, so
    /// that it stands in the way of no other.
    ///
    /// # Errors
    /// A store fails.
    pub async fn due_messages(&self, limit: u32) -> Result<Vec<Message>, GateError> {
        let mut due = Vec::new();
        for case in self.store.woken(Message::KIND, self.now(), limit).await? {
            match read(&case) {
                Ok(message) => due.push(message),
                Err(error) => {
                    tracing::error!(message = %case.id, %error, "a message is put off");
                    let wake_at = self.now().saturating_add(LONGEST_PAUSE).ok();
                    let put_off = Case { version: case.version + 1, wake_at, ..case };
                    let changes = vec![Change::ReplaceCase(put_off)];
                    self.commit(Unit { changes, ..Unit::default() }).await?;
                }
            }
        }
        Ok(due)
    }

    /// Begins an attempt: takes the message, so that nobody else sends it, and opens its address and its words, which leaves
    /// its entries. None when there is nothing to send: it is tried later, or dropped with the reason.
    ///
    /// # Errors
    /// Another process took it, or a store fails: then it is tried again at its time.
    pub async fn begin_message(&self, message: Message) -> Result<Option<Letter>, GateError> {
        let now = self.now();
        if message.is_over(now) {
            self.end_message(message, Err(Unsent::GivenUp)).await?;
            return Ok(None);
        }
        let Some(begun) = message.begun(now) else { return Ok(None) };
        self.commit(Unit { changes: vec![Change::ReplaceCase(file(&begun)?)], ..Unit::default() }).await?;
        match self.letter(&begun).await {
            Ok(letter) => match self.within_the_day(letter).await? {
                Ok(letter) => Ok(Some(letter)),
                Err(why) => self.end_message(begun, Err(why)).await.map(|()| None),
            },
            Err(letter::Stopped::For(why)) => self.end_message(begun, Err(why)).await.map(|()| None),
            Err(letter::Stopped::By(error)) => Err(error),
        }
    }

    /// Ends an attempt: it was sent, or put off, or cannot be sent.
    ///
    /// # Errors
    /// Another process took it meanwhile, or a store fails.
    pub async fn end_message(&self, message: Message, outcome: Result<(), Unsent>) -> Result<(), GateError> {
        let now = self.now();
        let (action, ended) = match outcome {
            Ok(()) => (Some(Action::MessageSent), message.sent(now)),
            Err(why @ (Unsent::Unreachable | Unsent::Later)) => (None, message.put_off(why)),
            Err(Unsent::DayFull) => (None, message.put_off_until(self.tomorrow()?)),
            Err(why) => (Some(Action::MessageFailed), message.failed(now, why)),
        };
        let system = Caller::system(self.account(ended.account).await?);
        let instead = instead_of_the_contact(&ended).map(|new| self.write_message(new)).transpose()?;
        self.move_message(&system, action, &ended, instead).await?;
        count(&ended);
        Ok(())
    }

    /// Puts a message off without opening anything: the mail server is not there.
    ///
    /// # Errors
    /// Another process took it meanwhile, or a store fails.
    pub async fn put_message_off(&self, message: Message) -> Result<(), GateError> {
        let now = self.now();
        if message.is_over(now) {
            return self.end_message(message, Err(Unsent::GivenUp)).await;
        }
        let Some(begun) = message.begun(now) else { return Ok(()) };
        // One version for both.
        let put_off = Message { version: begun.version, ..begun.put_off(Unsent::Unreachable) };
        let system = Caller::system(self.account(put_off.account).await?);
        self.move_message(&system, None, &put_off, None).await
    }

    /// Tries a message of the caller's account anew, from now on.
    ///
    /// # Errors
    /// Not there; or it was sent, or is being sent; or a store fails.
    pub async fn retry_message(&self, caller: &Caller, id: MessageId) -> Result<Message, GateError> {
        let attempt = async || {
            let message: Message = self.own(caller, *id.as_bytes()).await?;
            let retried = message.retried(self.now()).ok_or(GateError::NothingToRetry)?;
            self.move_message(caller, Some(Action::MessageRetried), &retried, None).await?;
            Ok(retried)
        };
        self.retried(attempt).await.map_err(Failed::into_error)
    }

    /// Commits the next version of a message, with the entry that says so and what is told instead.
    async fn move_message(
        &self,
        caller: &Caller,
        action: Option<Action>,
        message: &Message,
        instead: Option<Change>,
    ) -> Result<(), GateError> {
        let mut unit = Unit { changes: vec![Change::ReplaceCase(file(message)?)], ..Unit::default() };
        unit.changes.extend(instead);
        if let Some(action) = action {
            let effective = self.effective(caller)?;
            let detail = Detail {
                subject: message.subject,
                note: Some(note(message)),
                case: Some(Statement { case: message.id.to_string(), by: None, because: None }),
                ..self.detail_under(caller, action, &effective)
            };
            unit.entries.push(self.entry_about(message.account, detail).await?);
        }
        self.commit(unit).await?;
        Ok(())
    }

    /// The case of a message, for the entry of what it tells.
    async fn entry_of(&self, message: &Message) -> Result<Option<domain::EntryId>, GateError> {
        let case = self.store.case(Message::KIND, CaseId::from_bytes(*message.id.as_bytes())).await?;
        Ok(case.and_then(|case| case.entry))
    }
}

/// What a Client's contact could not be told, the operator's custodian is: the request waits for somebody. Of one whose time
/// is over they were told already.
fn instead_of_the_contact(ended: &Message) -> Option<NewMessage> {
    let MessageState::Failed { why, .. } = ended.state else { return None };
    let is_dangling = matches!(
        why,
        Unsent::Gone | Unsent::Erased | Unsent::NotAllowed | Unsent::NoAddress | Unsent::Refused
    );
    let is_told_already = ended.template == Template::RequestClock { milestone: Milestone::Due };
    let is_contact = matches!(ended.to, Address::Record { .. }) && !ended.template.is_for_a_person();
    let about = ended.about.filter(|_| is_contact && is_dangling && !is_told_already)?;
    let (account, template) = (ended.account, ended.template);
    Some(NewMessage { account, subject: None, template, about, to: Address::Custodian })
}

/// What an entry says of a message: never where it goes.
fn note(message: &Message) -> String {
    let about = message.about.map(|about| format!(" of {about}")).unwrap_or_default();
    let why = match message.state {
        MessageState::Failed { why, .. } => format!(": {}", why.as_str()),
        MessageState::Waiting { .. } | MessageState::Sent { .. } => String::new(),
    };
    format!("{}{about}{why}", message.template.as_str())
}

fn count(message: &Message) {
    let (template, outcome) = (message.template.as_str(), message.state.as_str());
    metrics::counter!("bailee_messages_total", "template" => template, "outcome" => outcome).increment(1);
    if let MessageState::Failed { why, .. } = message.state {
        tracing::warn!(message = %message.id, template, why = why.as_str(), "a message is not sent");
    }
}
