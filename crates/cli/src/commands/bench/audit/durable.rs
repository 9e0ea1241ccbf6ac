//! The log in a store: entries made durable, placed in the tree, and proved.

use std::time::Instant;

use anyhow::ensure;
use domain::EntryId;
use futures_util::{StreamExt, TryStreamExt, stream};
use gate::ProofState;
use store::{PendingEntry, Unit};

use super::{Rate, SIDE_BY_SIDE, tree::leaf};
use crate::commands::bench::people::Loader;

/// Of so many entries, one is committed alone: it takes a sync of its own.
const ALONE_OF: u64 = 100;
/// Bytes of a sealed detail: those of a read have about as many.
const SEALED: usize = 300;
/// Of so many entries, one is proved.
const PROVED_OF: usize = 10;

/// What was measured.
#[derive(Default)]
pub(super) struct Durable {
    pub(super) alone: Rate,
    pub(super) together: Rate,
    pub(super) placed: Rate,
    pub(super) proved: Rate,
}

/// Measures with so many entries.
///
/// # Errors
/// The store fails, or an entry is not in the log afterwards.
pub(super) async fn measure(loader: &Loader<'_>, entries: u32) -> anyhow::Result<Durable> {
    let mut durable = Durable::default();
    // What was there before is not to be counted.
    while loader.gate.advance_log().await? > 0 {}
    let alone = u64::from(entries) / ALONE_OF;
    let begun = Instant::now();
    for number in 0..alone {
        commit(loader, number).await?;
    }
    durable.alone.add(alone, begun);
    let begun = Instant::now();
    let commits = (alone..u64::from(entries)).map(|number| commit(loader, number));
    let committed: Vec<EntryId> = stream::iter(commits).buffered(SIDE_BY_SIDE).try_collect().await?;
    durable.together.add(committed.len() as u64, begun);
    let (begun, mut placed) = (Instant::now(), 0);
    loop {
        let bundles = loader.gate.advance_log().await?;
        if bundles == 0 {
            break;
        }
        placed += bundles;
    }
    ensure!(placed > 0, "nothing was placed in the log");
    durable.placed.add(u64::from(entries), begun);
    prove(loader, &committed, &mut durable.proved).await?;
    Ok(durable)
}

async fn commit(loader: &Loader<'_>, number: u64) -> anyhow::Result<EntryId> {
    let mut nonce = [0; 16];
    nonce[..8].copy_from_slice(&number.to_be_bytes());
    let entry =
        PendingEntry { subject: None, leaf: leaf(number).encode().to_vec(), nonce, sealed: vec![7; SEALED] };
    let unit = Unit { entries: vec![entry], ..Unit::default() };
    let committed = loader.store.commit(unit).await?;
    committed.entries.first().copied().ok_or_else(|| anyhow::anyhow!("an entry without a name"))
}

async fn prove(loader: &Loader<'_>, committed: &[EntryId], proved: &mut Rate) -> anyhow::Result<()> {
    let chosen: Vec<EntryId> = committed.iter().step_by(PROVED_OF).copied().collect();
    let begun = Instant::now();
    let proofs = chosen.iter().map(|entry| loader.gate.prove(*entry));
    let proofs: Vec<_> = stream::iter(proofs).buffered(SIDE_BY_SIDE).try_collect().await?;
    proved.add(proofs.len() as u64, begun);
    for proof in proofs {
        let ProofState::Proved(proof) = proof.state else { anyhow::bail!("{} has no proof", proof.entry) };
        proof.verify(loader.gate.log_key())?;
    }
    Ok(())
}
