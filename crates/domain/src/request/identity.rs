//! Showing to be the person: each identifier is proved by itself, by a code that only its owner reads, or by someone who
//! looked. What is not proved is never used to find anyone.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{NotNow, Request, RequestState, What};

/// How often a code may be tried.
pub const CODE_ATTEMPTS: u8 = 5;
/// How many codes are sent to one identifier at most.
pub const CODES: u8 = 3;
/// How long a code lives.
pub(crate) const CODE_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// By what a person says they are known. The value is in the request's record, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// The lookup field, for example `email`.
    pub field: String,
    /// Whether it is theirs.
    pub proof: Proof,
}

/// Whether an identifier is the person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "proof", rename_all = "snake_case")]
pub enum Proof {
    /// Not shown.
    Wanting {
        /// How many codes were sent.
        codes: u8,
        /// The code that was sent last.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        code: Option<Code>,
    },
    /// Shown.
    Proved {
        /// When.
        at: Timestamp,
        /// How.
        by: ProvedBy,
    },
}

/// A code that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// A keyed hash of it.
    hash: String,
    /// Until when it is good.
    until: Timestamp,
    /// How often it may still be tried.
    attempts: u8,
}

/// How an identifier was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvedBy {
    /// By a code, or a link, that was sent to it.
    Code,
    /// By someone who looked; on what evidence is sealed in the entry.
    Hand,
}

/// What came of trying a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It is the one.
    Right(Request),
    /// It is not, or not any more. An attempt is used up where there was one.
    Wrong(Request),
}

impl Identifier {
    /// One that is still to be proved.
    pub const fn new(field: String) -> Self {
        Self { field, proof: Proof::Wanting { codes: 0, code: None } }
    }

    /// One that is proved already: whoever asks opened a link that was sent there.
    pub const fn proved(field: String, at: Timestamp) -> Self {
        Self { field, proof: Proof::Proved { at, by: ProvedBy::Code } }
    }

    /// Whether it is proved.
    pub const fn is_proved(&self) -> bool {
        matches!(self.proof, Proof::Proved { .. })
    }
}

impl Request {
    /// A code is sent to an identifier; one that was sent before is good no more.
    ///
    /// # Errors
    /// There is no such identifier to prove, or as many codes were sent as may be.
    pub fn code_sent(mut self, place: usize, hash: String, at: Timestamp) -> Result<Self, NotNow> {
        let Proof::Wanting { codes, code } = &mut self.wanting(place)?.proof else {
            return Err(NotNow::NoSuchIdentifier);
        };
        if *codes >= CODES {
            return Err(NotNow::NoMoreCodes);
        }
        *codes += 1;
        let until = at.saturating_add(CODE_LIFE).unwrap_or(at);
        *code = Some(Code { hash, until, attempts: CODE_ATTEMPTS });
        Ok(self.stepped(at, What::CodeSent))
    }

    /// Someone tries a code. `is_right` compares its keyed hash with the one that was kept, in constant time.
    ///
    /// # Errors
    /// There is no such identifier to prove.
    pub fn code_tried(
        mut self,
        place: usize,
        at: Timestamp,
        is_right: impl FnOnce(&str) -> bool,
    ) -> Result<Tried, NotNow> {
        let identifier = self.wanting(place)?;
        let Proof::Wanting { code: Some(code), .. } = &mut identifier.proof else {
            return Ok(Tried::Wrong(self));
        };
        if at >= code.until || code.attempts == 0 {
            return Ok(Tried::Wrong(self));
        }
        code.attempts -= 1;
        if !is_right(&code.hash) {
            self.version += 1;
            return Ok(Tried::Wrong(self));
        }
        identifier.proof = Proof::Proved { at, by: ProvedBy::Code };
        Ok(Tried::Right(self))
    }

    /// Whether whoever reads what is sent to an identifier showed so, by a code.
    pub fn is_proved_by_code(&self, place: usize) -> bool {
        let proof = self.identifiers.get(place).map(|identifier| &identifier.proof);
        matches!(proof, Some(Proof::Proved { by: ProvedBy::Code, .. }))
    }

    /// How many codes were made for an identifier.
    pub fn codes_of(&self, place: usize) -> u8 {
        match self.identifiers.get(place).map(|identifier| &identifier.proof) {
            Some(Proof::Wanting { codes, .. }) => *codes,
            Some(Proof::Proved { .. }) | None => 0,
        }
    }

    /// The code that an identifier waits for: which of its codes, the keyed hash of it, and until when it is good.
    pub fn awaited_code(&self, place: usize) -> Option<(u8, &str, Timestamp)> {
        match &self.identifiers.get(place)?.proof {
            Proof::Wanting { codes, code: Some(code) } if self.is_open() && code.attempts > 0 => {
                Some((*codes, &code.hash, code.until))
            }
            Proof::Wanting { .. } | Proof::Proved { .. } => None,
        }
    }

    /// Someone looked, and the identifier is the person's.
    ///
    /// # Errors
    /// There is no such identifier to prove.
    pub fn proved_by_hand(mut self, place: usize, at: Timestamp) -> Result<Self, NotNow> {
        self.wanting(place)?.proof = Proof::Proved { at, by: ProvedBy::Hand };
        Ok(self)
    }

    /// An identifier that can still be proved.
    fn wanting(&mut self, place: usize) -> Result<&mut Identifier, NotNow> {
        if !matches!(self.state, RequestState::Verifying | RequestState::Open) {
            return Err(NotNow::Closed);
        }
        let found = self.identifiers.get_mut(place).filter(|identifier| !identifier.is_proved());
        found.ok_or(NotNow::NoSuchIdentifier)
    }
}
