//! Mail: what is in the outbox is written out and handed to a mail server, which is passed in. Addresses and texts are in no
//! log and no error.

mod templates;

use std::time::Duration;

use async_trait::async_trait;
use domain::{Message, MessageId, Personal, message::Unsent};
use futures_util::StreamExt;
use gate::{GateError, Letter};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::Service;

/// How many messages one round takes: a server that is told to stop ends its round first.
const ROUND: u32 = 16;
/// How many are sent at once.
const AT_ONCE: usize = 8;
/// How long an attempt may take in all: less than the pause before the next one, so that nobody else begins meanwhile.
const ATTEMPT_TIME: Duration = Duration::from_secs(50);
/// How long it may take to find out whether the server is there.
const REACH_TIME: Duration = Duration::from_secs(20);

/// A mail, written.
#[derive(Debug)]
pub struct Mail {
    /// Its message, which makes its `Message-ID`: the same at each attempt.
    pub id: MessageId,
    /// When it is sent.
    pub at: Timestamp,
    /// The address that it goes to.
    pub to: Personal<String>,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: Personal<String>,
}

/// Whoever hands mails to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Whether the server is there and lets us in. Nothing is opened for a server that is not.
    async fn is_reachable(&self) -> bool;

    /// Hands a mail over: on return the server has taken it.
    ///
    /// # Errors
    /// [`Unsent::Unreachable`], [`Unsent::Later`], [`Unsent::Refused`] or [`Unsent::NoAddress`]; never an address or a text.
    async fn send(&self, mail: &Mail) -> Result<(), Unsent>;
}

impl Service {
    /// Whether there is a way to send mail.
    pub const fn has_mailer(&self) -> bool {
        self.mailer.is_some()
    }

    /// Sends what is to be sent now, several at a time. Returns how many were looked at; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails; the other messages are sent.
    pub async fn send_mail(&self) -> Result<usize, GateError> {
        let Some(mailer) = self.mailer.as_deref() else { return Ok(0) };
        let due = self.gate.due_messages(ROUND).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let is_there = tokio::time::timeout(REACH_TIME, mailer.is_reachable()).await.unwrap_or(false);
        metrics::gauge!("bailee_mail_server_up").set(f64::from(u8::from(is_there)));
        if !is_there {
            return self.put_off(due).await;
        }
        let count = due.len();
        let sent = futures_util::stream::iter(due)
            .map(async |message| unless_busy(self.send_one(mailer, message).await));
        let sent: Vec<_> = sent.buffer_unordered(AT_ONCE).collect().await;
        sent.into_iter().find_map(Result::err).map_or(Ok(count), Err)
    }

    /// Puts off what is due, and all that is due besides: nobody has to find out again that the server is not there.
    async fn put_off(&self, mut due: Vec<Message>) -> Result<usize, GateError> {
        let (mut count, mut failed) = (0, None);
        while !due.is_empty() && failed.is_none() {
            count += due.len();
            for message in due {
                failed = failed.or(unless_busy(self.gate.put_message_off(message).await).err());
            }
            due = self.gate.due_messages(ROUND).await?;
        }
        failed.map_or(Ok(count), Err)
    }

    async fn send_one(&self, mailer: &dyn Mailer, message: Message) -> Result<(), GateError> {
        let end = Instant::now() + ATTEMPT_TIME;
        let begun = tokio::time::timeout_at(end, self.gate.begin_message(message)).await;
        // What could not be opened in time is tried again at its time.
        let Ok(begun) = begun else { return Ok(()) };
        let Some(letter) = begun? else { return Ok(()) };
        let outcome = match write(&letter, (self.now(), &self.address)) {
            None => Err(Unsent::Superseded),
            Some(mail) => {
                let sent = tokio::time::timeout_at(end, mailer.send(&mail)).await;
                sent.unwrap_or(Err(Unsent::Unreachable))
            }
        };
        self.gate.end_message(letter.message, outcome).await
    }

    /// Shows how many messages wait.
    pub(crate) async fn measure_outbox(&self) -> Result<(), GateError> {
        metrics::gauge!("bailee_messages_waiting").set(f64::from(self.gate.waiting_messages().await?));
        Ok(())
    }
}

/// A message that someone else took, or tries anew, is left to them.
fn unless_busy(done: Result<(), GateError>) -> Result<(), GateError> {
    match done {
        Err(GateError::Busy) => Ok(()),
        done => done,
    }
}

/// The mail of a letter.
fn write(letter: &Letter, (at, address): (Timestamp, &str)) -> Option<Mail> {
    let (subject, text) = templates::render(letter, (at, address))?;
    Some(Mail { id: letter.message.id, at, to: letter.to.clone(), subject, text: Personal::new(text) })
}
