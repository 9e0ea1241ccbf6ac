//! What a server needs of the world beyond it. The room `egress` has it; tests bring their own.

use async_trait::async_trait;
use domain::webhook::Failure;

/// A message on its way out.
#[derive(Debug, Clone)]
pub struct Message {
    /// Where to.
    pub url: String,
    /// Whether it is the operator's, who may send to places inside that are named.
    pub is_operators: bool,
    /// Names and values of headers beside those that every message has.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// Something asked of a server that the operator's configuration names.
#[derive(Debug, Clone)]
pub struct Question {
    /// Where.
    pub url: String,
    /// Names and values of headers beside those that every question has.
    pub headers: Vec<(&'static str, String)>,
    /// A form that is posted; without one it is only read.
    pub form: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// What it says, in 64 KiB at most.
    pub body: Vec<u8>,
}

/// Sends messages out by HTTP.
#[async_trait]
pub trait Http: Send + Sync {
    /// Checks what can be known of a URL before anything is sent there, by the operator or by anyone else.
    ///
    /// # Errors
    /// It is none that is sent to.
    fn check(&self, url: &str, is_operators: bool) -> Result<(), Failure>;

    /// Posts a message and waits for the answer, of which nothing is kept but its status.
    ///
    /// # Errors
    /// Why there was no answer.
    async fn post(&self, message: &Message) -> Result<u16, Failure>;

    /// Asks a server that the operator's configuration names, which may lie inside the network where that is allowed.
    ///
    /// # Errors
    /// Why there was no answer.
    async fn ask(&self, question: &Question) -> Result<Answer, Failure>;
}
