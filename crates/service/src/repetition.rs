//! Repeated requests (`Idempotency-Key`): the same key with the same request answers as the first time.

use gate::{Caller, GateError};
use store::records::Replay;

use crate::Service;

/// A request that may be repeated.
pub struct Repetition<'a> {
    /// The `Idempotency-Key` header.
    pub key: &'a str,
    /// Method, path and query.
    pub target: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl Service {
    /// What is remembered of a request: keyed hashes, from which nothing can be read back.
    ///
    /// # Errors
    /// The account has no keys.
    pub fn replay(&self, caller: &Caller, repetition: &Repetition<'_>) -> Result<Replay, GateError> {
        let gate = &self.gate;
        let asker = caller.key.map_or([0; 16], |key| *key.as_bytes());
        Ok(Replay {
            key: gate.repetition_hash(caller, &[b"key", &asker, repetition.key.as_bytes()])?,
            body: gate.repetition_hash(caller, &[b"body", repetition.target.as_bytes(), repetition.body])?,
            result: [0; 16],
            at: gate.ambient().clock.now(),
            entry: None,
        })
    }
}
