//! `security`: what is stored is sealed under keys that are there, the audit log moves on, proves its entries and answers
//! whom someone has touched, and no incident has waited longer than the law allows.

use audit_log::Checkpoint;
use domain::{Record, ambient::random_bytes, incident::Countdown};
use gate::{GateError, ProofState};
use jiff::SignedDuration;

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

/// A nonce and a tag (AES-256-GCM): nothing sealed is shorter.
const SEAL_BYTES: usize = 12 + 16;
/// How long an entry may wait for its place. Two seconds are promised; a leaf's time is a whole minute.
const MERGE_DELAY: SignedDuration = SignedDuration::from_mins(2);
/// How many entries are proved.
const PROVED: u64 = 32;
/// What an API key begins with.
const KEY_PREFIX: &str = "bailee_";

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let open = examination.sample.records.iter().filter(|(record, _)| !is_sealed(record));
    let mut faults: Vec<String> =
        open.map(|(record, _)| format!("{} holds a field that is not sealed", record.id)).collect();
    let locked = examination.sample.locked.iter();
    faults.extend(locked.map(|record| format!("nobody can open {record}: its key is damaged or missing")));
    faults.extend(leaked_keys(examination));
    if examination.waiting.is_some_and(|since| examination.now.duration_since(since) > MERGE_DELAY) {
        faults.push("entries of the audit log wait longer than the merge delay allows".to_owned());
    }
    let note = examination.gate.checkpoint().await?;
    let size = match Checkpoint::open(&note, examination.gate.log_key()) {
        Ok(checkpoint) => checkpoint.size,
        Err(_) => return Ok(Verdict::broken("the checkpoint of the audit log does not verify")),
    };
    for index in picked(examination, size) {
        if !is_proved(examination, index).await? {
            faults.push(format!("entry {index} of the audit log cannot be proved"));
        }
    }
    let (late, unclosed) = late_incidents(examination).await?;
    faults.extend(late);
    faults.extend(untraceable(examination).await?);
    Ok(Verdict::unless(&faults, || {
        format!(
            "{} looked at, every field sealed and its key there; no API key's secret is stored; the checkpoint over {size} entries \
             verifies and {} of them, picked at random, were proved under it; {}{} not closed, none of them known for more than \
             72 hours without a word to the authority",
            examination.sampled(),
            PROVED.min(size),
            if examination.stand_in().is_ok() {
                "asked whom the system touched just now, the log named a made-up person; "
            } else {
                ""
            },
            counted(unclosed, "incident")
        )
    }))
}

/// Incidents whose clock has run out, and open reports; and how many are not closed.
async fn late_incidents(examination: &Examination<'_>) -> Result<(Vec<String>, usize), GateError> {
    let unclosed = examination.gate.unclosed_incidents().await?;
    let late = unclosed.iter().filter_map(|(incident, countdown)| match countdown {
        Countdown::Overdue { hours_over } => {
            Some(format!("the authority was not told of {} for {hours_over} hours too long", incident.id))
        }
        _ => None,
    });
    let open = unclosed.iter().filter(|(incident, _)| !is_seal(&incident.report));
    let open = open.map(|(incident, _)| format!("the report of {} is not sealed", incident.id));
    Ok((late.chain(open).collect(), unclosed.len()))
}

/// Whether the log names a person whom the assessment itself has touched, where it could make one up; says what was wrong.
async fn untraceable(examination: &Examination<'_>) -> Result<Option<String>, GateError> {
    let Ok(stand_in) = examination.stand_in() else { return Ok(None) };
    let gate = examination.gate;
    match gate.is_found_by_scan(&examination.operator, stand_in.subject, stand_in.since).await {
        Ok(true) => Ok(None),
        Ok(false) => Ok(Some(
            "the log, asked whom the system touched just now, did not name a person whom it did touch"
                .to_owned(),
        )),
        Err(GateError::Damaged(what)) => Ok(Some(format!("the log cannot be searched: {what}"))),
        Err(error) => Err(error),
    }
}

/// Whether every field is long enough for a seal and is no readable text, which random bytes never are.
fn is_sealed(record: &Record) -> bool {
    record.fields.iter().all(|field| is_seal(&field.sealed))
}

fn is_seal(bytes: &[u8]) -> bool {
    bytes.len() > SEAL_BYTES
        && std::str::from_utf8(bytes).map_or(true, |text| text.chars().any(char::is_control))
}

/// Names that hold the secret of an API key. What is stored of the secrets themselves are 32 bytes of a hash.
fn leaked_keys(examination: &Examination<'_>) -> Vec<String> {
    let accounts = examination.accounts.iter();
    let keys = accounts.flat_map(|account| examination.gate.keys(account.id));
    let leaked = keys.filter(|key| key.name.contains(KEY_PREFIX));
    leaked.map(|key| format!("the name of {} holds the secret of a key", key.id)).collect()
}

/// Random places of the log, all of them when they are few.
fn picked(examination: &Examination<'_>, size: u64) -> Vec<u64> {
    if size <= PROVED {
        return (0..size).collect();
    }
    let randomness = &*examination.gate.ambient().randomness;
    (0..PROVED).map(|_| u64::from_be_bytes(random_bytes(randomness)) % size).collect()
}

async fn is_proved(examination: &Examination<'_>, index: u64) -> Result<bool, GateError> {
    let proof = match examination.gate.prove_at(index).await {
        Ok(proof) => proof,
        Err(GateError::NotFound(_) | GateError::Damaged(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    match proof.state {
        ProofState::Pending => Ok(false),
        ProofState::Proved(proof) => Ok(proof.verify(examination.gate.log_key()).is_ok()),
    }
}
