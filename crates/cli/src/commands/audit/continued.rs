//! How a log that was restored goes on from the one before: each step is checked, so that an auditor who knew the one before
//! can trust this one, and sees what was lost.

use std::num::NonZeroUsize;

use anyhow::{Context, bail};
use audit_log::{
    Checkpoint, Leaf, LogReader, TileKind, TilePath, VerifyingKey, bundle::decode_bundle, path::FULL_WIDTH,
    verify_log,
};
use gate::{Continuation, verify_continuation};
use serde_json::{Value, json};

use crate::output;

/// The file of an exported folder that says it.
pub(super) const FILE: &str = "continued";

/// A step that was checked.
pub(super) struct Continued {
    former_key: String,
    checkpoint: Checkpoint,
    index: u64,
}

impl Continued {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "key": self.former_key,
            "origin": self.checkpoint.origin,
            "entries": self.checkpoint.size,
            "index": self.index,
        })
    }
}

/// Reads the steps as they are stored.
///
/// # Errors
/// They cannot be read.
pub(super) fn read(stored: Option<&[u8]>) -> anyhow::Result<Vec<Continuation>> {
    stored.map_or(Ok(Vec::new()), |stored| {
        serde_json::from_slice(stored).context("what says how the log goes on is damaged")
    })
}

/// Checks each step of a log that was verified: the key before signed the one after, the entry named commits to the
/// checkpoint before, and the log extends that.
///
/// # Errors
/// The first step that does not hold.
pub(super) fn verify(
    reader: &dyn LogReader,
    key: &VerifyingKey,
    verified: &Checkpoint,
    continued: &[Continuation],
    threads: NonZeroUsize,
) -> anyhow::Result<Vec<Continued>> {
    let mut steps = Vec::with_capacity(continued.len());
    for (place, one) in continued.iter().enumerate() {
        let next = match continued.get(place + 1) {
            Some(next) => next.former_key.parse().context("what says how the log goes on is damaged")?,
            None => key.clone(),
        };
        let leaf = leaf(reader, one.index, verified.size)?;
        let checkpoint = verify_continuation(one, &next, &leaf)?;
        verify_log(reader, key, Some(&under(&checkpoint, key)), threads, &|_| {})?;
        steps.push(Continued { former_key: one.former_key.clone(), checkpoint, index: one.index });
    }
    Ok(steps)
}

/// A checkpoint of the log before, as one of the log after: it is the same tree under another name.
fn under(checkpoint: &Checkpoint, key: &VerifyingKey) -> Checkpoint {
    Checkpoint { origin: key.name().to_owned(), ..checkpoint.clone() }
}

/// A checkpoint that was kept, when a log that this one goes on from has signed it: what this one must extend.
///
/// # Errors
/// It is of entries that were made after the backup that was restored, and are lost.
pub(super) fn kept(
    note: &str,
    key: &VerifyingKey,
    continued: &[Continuation],
) -> anyhow::Result<Option<Checkpoint>> {
    for one in continued {
        let Ok(former) = one.former_key.parse::<VerifyingKey>() else { continue };
        let Ok(checkpoint) = Checkpoint::open(note, &former) else { continue };
        let last = Checkpoint::open(&one.former_checkpoint, &former)?;
        if checkpoint.size > last.size {
            bail!(
                "the checkpoint that you kept is of {} entries of {}, and the log was restored from a backup of {}: what \
                 came after is lost",
                checkpoint.size,
                checkpoint.origin,
                last.size
            );
        }
        return Ok(Some(under(&checkpoint, key)));
    }
    Ok(None)
}

/// The entry at a place of the log.
fn leaf(reader: &dyn LogReader, index: u64, size: u64) -> anyhow::Result<Leaf> {
    let width = u64::from(FULL_WIDTH);
    let missing = || format!("the log has no entry {index}");
    let path = TilePath::in_tree(TileKind::Entries, index / width, size).with_context(missing)?;
    let tile = reader.tile(&path)?;
    let place = usize::try_from(index % width).unwrap_or(usize::MAX);
    let entry = decode_bundle(&tile).nth(place).with_context(missing)??;
    Ok(Leaf::decode(entry)?)
}

pub(super) fn print(steps: &anyhow::Result<Vec<Continued>>) {
    match steps {
        Ok(steps) => {
            for step in steps {
                let Checkpoint { origin, size, .. } = &step.checkpoint;
                output::line(format!(
                    "  it goes on from {origin} at {size} entries, restored in entry {}",
                    step.index
                ));
            }
        }
        Err(error) => {
            let head = output::painted("1;31", "it does not go on from the log that it names");
            output::line(format!("{head}: {error:#}"));
        }
    }
}
