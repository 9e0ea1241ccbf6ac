//! What keeps the outbox in order whether or not there is a mail server: what waits in vain is given up, what is closed is
//! forgotten after a while, and a restored installation sends nothing twice.

use domain::{CaseId, Message, case::Filed, message::Unsent};
use jiff::Timestamp;
use store::{Change, Unit, cases::Queue};

use crate::{Caller, Gate, GateError};

/// How many messages are read together.
const STEP: u32 = 256;

/// How many messages wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// How many.
    pub messages: u64,
    /// Since when the oldest does.
    pub oldest: Option<Timestamp>,
}

impl Gate {
    /// Gives up what was tried for as long as it may be, and forgets what was closed long ago. Returns how many.
    ///
    /// # Errors
    /// A store fails.
    pub async fn tidy_outbox(&self) -> Result<usize, GateError> {
        let (now, mut tidied) = (self.now(), 0);
        for account in self.accounts() {
            let caller = Caller::system(account);
            // Both queues have at their head what is to go first.
            for message in self.queue::<Message>(&caller, true, None, STEP).await? {
                if message.is_over(now) {
                    self.end_message(message, Err(Unsent::GivenUp)).await?;
                    tidied += 1;
                }
            }
            let closed = self.queue::<Message>(&caller, false, None, STEP).await?;
            let over = closed.iter().filter(|message| message.forgotten_at().is_some_and(|end| end <= now));
            let forgotten: Vec<Change> = over.map(forget).collect();
            tidied += forgotten.len();
            if !forgotten.is_empty() {
                self.commit(Unit { changes: forgotten, ..Unit::default() }).await?;
            }
        }
        Ok(tidied)
    }

    /// How many messages of all accounts wait.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn waiting_messages(&self) -> Result<Waiting, GateError> {
        let mut waiting = Waiting::default();
        for account in self.accounts() {
            let caller = Caller::system(account);
            let open = self.all_of::<Message>(&caller, true).await?;
            let oldest = open.iter().map(|message| message.since).chain(waiting.oldest).min();
            waiting = Waiting { messages: waiting.messages + open.len() as u64, oldest };
        }
        Ok(waiting)
    }

    /// Drops what waits in a restored installation: it may have been sent since its backup was made. Returns how many.
    pub(crate) async fn drop_restored_messages(&self) -> Result<u64, GateError> {
        let mut dropped = 0;
        for account in self.accounts() {
            let wanted =
                Queue { account: account.id, kind: Message::KIND, is_open: true, after: None, limit: STEP };
            loop {
                let page = self.store.queue(wanted).await?;
                if page.is_empty() {
                    break;
                }
                for case in &page {
                    self.end_message(crate::cases::read(case)?, Err(Unsent::Restored)).await?;
                    dropped += 1;
                }
            }
        }
        Ok(dropped)
    }
}

fn forget(message: &Message) -> Change {
    Change::RemoveCase(CaseId::from_bytes(*message.id.as_bytes()), message.version)
}
