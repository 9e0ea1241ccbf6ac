//! The `DevTools` protocol over a pipe: messages of JSON with a zero byte after each.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    process::{ChildStdin, ChildStdout},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::ScanError;

/// The longest that an answer may take: a page may be busy, a browser not this much.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest that it may take to end by itself.
const END: Duration = Duration::from_secs(5);

/// A conversation with a browser.
pub(crate) struct DevTools {
    to: ChildStdin,
    from: Receiver<Value>,
    asked: u64,
    /// What happened, and nobody has looked at yet.
    happened: VecDeque<Value>,
}

impl DevTools {
    pub(crate) fn new(to: ChildStdin, from: ChildStdout) -> Self {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let messages = BufReader::new(from).split(0).map_while(Result::ok);
            for message in messages.filter_map(|bytes| serde_json::from_slice(&bytes).ok()) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self { to, from: receiver, asked: 0, happened: VecDeque::new() }
    }

    /// Asks for something, of a session with a page or of the browser itself, and waits for the answer.
    pub(crate) fn ask(
        &mut self,
        session: Option<&str>,
        method: &str,
        arguments: &Value,
    ) -> Result<Value, ScanError> {
        let id = self.send(session, method, arguments)?;
        loop {
            let message = self.from.recv_timeout(PATIENCE).map_err(|_| ScanError::Silent)?;
            if message["id"] != id {
                self.note(message)?;
                continue;
            }
            let Some(error) = message.get("error") else { return Ok(message["result"].clone()) };
            let message = error["message"].as_str().unwrap_or_default().to_owned();
            return Err(ScanError::Refused { method: method.to_owned(), message });
        }
    }

    /// What happens next; none while nothing does for so long.
    pub(crate) fn next(&mut self, patience: Duration) -> Result<Option<Value>, ScanError> {
        loop {
            if let Some(event) = self.happened.pop_front() {
                return Ok(Some(event));
            }
            match self.from.recv_timeout(patience) {
                Ok(message) => self.note(message)?,
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => return Err(ScanError::Silent),
            }
        }
    }

    /// Tells the browser to end, and waits a while until it has.
    pub(crate) fn close(&mut self) {
        if self.send(None, "Browser.close", &json!({})).is_ok() {
            while self.from.recv_timeout(END).is_ok() {}
        }
    }

    fn send(&mut self, session: Option<&str>, method: &str, arguments: &Value) -> Result<u64, ScanError> {
        self.asked += 1;
        let mut message = json!({ "id": self.asked, "method": method, "params": arguments });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).and_then(|()| self.to.flush()).map_err(|_| ScanError::Silent)?;
        Ok(self.asked)
    }

    /// Keeps what happened. A page that waits for somebody to look at a message is let go on.
    fn note(&mut self, message: Value) -> Result<(), ScanError> {
        if message["method"] == "Page.javascriptDialogOpening" {
            let session = message["sessionId"].as_str().map(str::to_owned);
            self.send(session.as_deref(), "Page.handleJavaScriptDialog", &json!({ "accept": true }))?;
        } else if message.get("method").is_some() {
            self.happened.push_back(message);
        }
        Ok(())
    }
}
