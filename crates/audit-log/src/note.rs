//! Signed notes (C2SP `signed-note`): a text, a blank line, and lines of the form `— <name> <base64>`.

mod key;

use data_encoding::BASE64;
use thiserror::Error;

pub use key::{KeyError, SigningKey, VerifyingKey};

/// The largest note that is read, in bytes.
pub const MAX_NOTE_SIZE: usize = 1_000_000;

/// The most signatures a note may carry. The specification demands that at least 16 are accepted.
pub const MAX_SIGNATURES: usize = 100;

const SIGNATURE_START: &str = "— ";

/// Signs `text`, which ends in a newline and has no other control character.
///
/// # Errors
/// [`NoteError::Malformed`] when the text is not so.
pub fn sign_note(text: &str, key: &SigningKey) -> Result<String, NoteError> {
    if !text.ends_with('\n') || has_control_characters(text) {
        return Err(NoteError::Malformed);
    }
    let mut signature = key.verifying_key().id().to_vec();
    signature.extend_from_slice(&key.sign(text.as_bytes()));
    let name = key.verifying_key().name();
    Ok(format!("{text}\n{SIGNATURE_START}{name} {}\n", BASE64.encode(&signature)))
}

/// The text of a note that `key` has signed. Signatures of other keys, even of the same name, are ignored.
///
/// # Errors
/// [`NoteError`] when the note is malformed, has no signature of `key`, or has one that does not fit the text.
pub fn open_note<'a>(note: &'a str, key: &VerifyingKey) -> Result<&'a str, NoteError> {
    let (text, signatures) = split_note(note)?;
    let mut signed = false;
    for signature in signatures.iter().filter(|line| line.name == key.name() && line.key_id == key.id()) {
        if !key.verifies(text.as_bytes(), &signature.bytes) {
            return Err(NoteError::Forged { name: key.name().to_owned() });
        }
        signed = true;
    }
    if signed { Ok(text) } else { Err(NoteError::Unsigned { name: key.name().to_owned() }) }
}

struct SignatureLine<'a> {
    name: &'a str,
    key_id: [u8; 4],
    bytes: Vec<u8>,
}

fn split_note(note: &str) -> Result<(&str, Vec<SignatureLine<'_>>), NoteError> {
    if note.len() > MAX_NOTE_SIZE || has_control_characters(note) {
        return Err(NoteError::Malformed);
    }
    // The text may have blank lines of its own; the last one separates.
    let separator = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
    let (text, rest) = note.split_at(separator + 1);
    let lines =
        rest.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n')).ok_or(NoteError::Malformed)?;
    if lines.split('\n').count() > MAX_SIGNATURES {
        return Err(NoteError::Malformed);
    }
    let signatures = lines.split('\n').map(parse_signature).collect::<Option<_>>();
    Ok((text, signatures.ok_or(NoteError::Malformed)?))
}

fn parse_signature(line: &str) -> Option<SignatureLine<'_>> {
    let (name, encoded) = line.strip_prefix(SIGNATURE_START)?.split_once(' ')?;
    let decoded = BASE64.decode(encoded.as_bytes()).ok()?;
    let (key_id, bytes) = decoded.split_first_chunk::<4>()?;
    let valid = key::is_name(name) && !bytes.is_empty();
    valid.then(|| SignatureLine { name, key_id: *key_id, bytes: bytes.to_vec() })
}

fn has_control_characters(text: &str) -> bool {
    text.bytes().any(|byte| byte < b' ' && byte != b'\n')
}

/// A note is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// It is not of the form that C2SP `signed-note` demands.
    #[error("not a signed note: expected a text, a blank line and signature lines as in C2SP signed-note")]
    Malformed,
    /// The key we trust has not signed it.
    #[error("the note has no signature of key {name}: it is from another log, or the key has changed")]
    Unsigned {
        /// Name of the trusted key.
        name: String,
    },
    /// It names the key we trust, and the signature does not fit the text.
    #[error("the signature of key {name} does not fit the note: the text or the signature was changed")]
    Forged {
        /// Name of the trusted key.
        name: String,
    },
}
