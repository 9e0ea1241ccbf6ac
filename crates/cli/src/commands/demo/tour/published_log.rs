//! The published audit log is downloaded and verified as anyone could; then one byte of the copy is flipped.

use std::{collections::HashMap, num::NonZeroUsize};

use anyhow::{Context, bail};
use audit_log::{
    Checkpoint, LogReader, ReadError, TileKind, TilePath, VerifyingKey, path::FULL_WIDTH, verify_log,
};
use hyper::StatusCode;

use super::{Client, Style, Tour, expect_status, screen::thousands};

/// Bytes of an entry in its bundle: its length, then the leaf.
const ENTRY_BYTES: usize = 2 + 41;

/// A copy of the published log, in memory.
struct Copy {
    key: VerifyingKey,
    checkpoint: String,
    files: HashMap<TilePath, Vec<u8>>,
}

impl LogReader for Copy {
    fn checkpoint(&self) -> Result<String, ReadError> {
        Ok(self.checkpoint.clone())
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or_else(|| ReadError::Missing { path: path.to_string() })
    }
}

impl Copy {
    /// Downloads the checkpoint, and every tile and bundle beneath it.
    async fn download(client: &Client) -> anyhow::Result<Self> {
        let key = String::from_utf8(client.get("/audit/key").await?.bytes)?.trim().parse()?;
        let checkpoint = String::from_utf8(client.get("/audit/checkpoint").await?.bytes)?;
        let size = Checkpoint::open(&checkpoint, &key)?.size;
        let mut files = HashMap::new();
        for path in paths(size) {
            let answer = client.get(&format!("/audit/{path}")).await?;
            expect_status(&answer, StatusCode::OK)?;
            files.insert(path, answer.bytes);
        }
        Ok(Self { key, checkpoint, files })
    }

    fn verify(&self) -> Result<audit_log::Verified, audit_log::Fault> {
        verify_log(self, &self.key, None, NonZeroUsize::MIN, &|_| {})
    }

    /// Flips the lowest bit of one byte of the commitment in the middle of the log.
    fn flip_a_bit(&mut self, size: u64) -> anyhow::Result<TilePath> {
        let middle = size / 2;
        let width = u64::from(FULL_WIDTH);
        let path = TilePath::in_tree(TileKind::Entries, middle / width, size).context("the log is empty")?;
        let bytes = self.files.get_mut(&path).context("a bundle is missing")?;
        let place = usize::try_from(middle % width)? * ENTRY_BYTES + ENTRY_BYTES / 2;
        *bytes.get_mut(place).context("a bundle is too short")? ^= 1;
        Ok(path)
    }
}

/// Every file of a log of `size` entries but the checkpoint.
fn paths(size: u64) -> Vec<TilePath> {
    let mut kinds = vec![TileKind::Entries];
    kinds.extend((0..8).map(|level| TileKind::Hashes { level }));
    let tiles = size.div_ceil(u64::from(FULL_WIDTH));
    let of_kind = |kind| (0..tiles).map_while(move |index| TilePath::in_tree(kind, index, size));
    kinds.into_iter().flat_map(of_kind).collect()
}

impl Tour {
    pub(super) async fn verify_the_log(&self) -> anyhow::Result<()> {
        self.screen.scene(7, "All of this is in the audit log, which anyone can verify.").await;
        self.screen.command("bailee audit verify copy-of-the-log").await;
        let mut copy = Copy::download(&self.client).await?;
        let verified = copy.verify()?;
        let entries = thousands(verified.entries);
        let line = format!("{entries} entries lead to the root that the checkpoint signs");
        self.screen.show_after("✓", Style::Good, &line).await;
        let path = copy.flip_a_bit(verified.entries)?;
        let line = format!("Now one bit of the copy is flipped, somewhere in {path}:");
        self.screen.show_after("", Style::Plain, &line).await;
        self.screen.command("bailee audit verify copy-of-the-log").await;
        match copy.verify() {
            Ok(_) => bail!("the flipped byte was not found"),
            Err(fault) => self.screen.show_after("✗", Style::Bad, &fault.to_string()).await,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_three_hundred_entries_has_these_files() {
        let names: Vec<String> = paths(300).iter().map(ToString::to_string).collect();
        let expected =
            ["tile/entries/000", "tile/entries/001.p/44", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"];
        assert_eq!(names, expected);
        assert!(paths(0).is_empty());
    }
}
