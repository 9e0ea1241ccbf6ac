//! What keeps the outbox in order whether or not there is a mail server: what waits in vain is given up, what is closed is
//! forgotten after a while, and a restored installation sends nothing twice. A message that fails stops no other.

use domain::{AccountId, Case, CaseId, Filed, Link, MailCount, Message, message::Unsent};
use store::{Change, Unit, cases::Queue};

use crate::{Gate, GateError, cases::read};

/// How many messages are read together.
const STEP: u32 = 256;

/// How much was done, and what failed first.
#[derive(Default)]
struct Tidied {
    count: usize,
    failed: Option<GateError>,
}

impl Tidied {
    fn add(&mut self, done: Result<usize, GateError>) {
        match done {
            Ok(count) => self.count += count,
            // Someone moved it on meanwhile; the next round looks again.
            Err(GateError::Busy) => {}
            Err(error) => self.failed = self.failed.take().or(Some(error)),
        }
    }

    fn into_result(self) -> Result<usize, GateError> {
        self.failed.map_or(Ok(self.count), Err)
    }
}

impl Gate {
    /// Gives up what was tried for as long as it may be, and forgets what was closed long ago. Returns how many.
    ///
    /// # Errors
    /// A store fails, or a message cannot be moved on; the others are.
    pub async fn tidy_outbox(&self) -> Result<usize, GateError> {
        let mut tidied = Tidied::default();
        for account in self.accounts() {
            // Each queue has at its head what is to go first.
            for case in self.messages_of(account.id, true, None).await? {
                tidied.add(self.give_up_if_over(&case).await);
            }
            for kind in [Message::KIND, MailCount::KIND, Link::KIND] {
                tidied.add(self.forget_closed(account.id, kind).await);
            }
        }
        tidied.into_result()
    }

    async fn give_up_if_over(&self, case: &Case) -> Result<usize, GateError> {
        let message: Message = read(case)?;
        if !message.is_over(self.now()) {
            return Ok(0);
        }
        self.end_message(message, Err(Unsent::GivenUp)).await.map(|()| 1)
    }

    /// Forgets the cases of a kind that were closed long ago: their time is the one that the queue is in the order of.
    async fn forget_closed(&self, account: AccountId, kind: domain::CaseKind) -> Result<usize, GateError> {
        let wanted = Queue { account, kind, is_open: false, after: None, limit: STEP };
        let (closed, now) = (self.store.queue(wanted).await?, self.now());
        let over = closed.iter().filter(|case| case.due_at.is_some_and(|end| end <= now));
        let changes: Vec<Change> = over.map(|case| Change::RemoveCase(case.id, case.version)).collect();
        let count = changes.len();
        if count > 0 {
            self.commit(Unit { changes, ..Unit::default() }).await?;
        }
        Ok(count)
    }

    /// How many messages of all accounts wait.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn waiting_messages(&self) -> Result<u32, GateError> {
        Ok(self.store.awake(Message::KIND).await?)
    }

    /// Drops what waits in a restored installation: it may have been sent since its backup was made. What cannot be read is
    /// not sent either.
    pub(crate) async fn drop_restored_messages(&self) -> Result<(), GateError> {
        for account in self.accounts() {
            let mut after = None;
            loop {
                let page = self.messages_of(account.id, true, after).await?;
                let Some(last) = page.last() else { break };
                after = Some((last.due_at, last.id));
                for case in &page {
                    if let Ok(message) = read(case) {
                        self.end_message(message, Err(Unsent::Restored)).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn messages_of(
        &self,
        account: AccountId,
        is_open: bool,
        after: Option<(Option<jiff::Timestamp>, CaseId)>,
    ) -> Result<Vec<Case>, GateError> {
        let wanted = Queue { account, kind: Message::KIND, is_open, after, limit: STEP };
        Ok(self.store.queue(wanted).await?)
    }
}
