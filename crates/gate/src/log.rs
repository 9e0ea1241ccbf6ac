//! Keeping the audit log: giving entries their place, signing checkpoints, proving entries.

mod proof;
mod scan;
mod search;
mod tiles;

use audit_log::{Checkpoint, SigningKey, Tree, VerifyingKey, leaf_hash};
use store::{
    Change, CommitError, Conflict, Expect, Unit,
    audit::{Bundle, LogState, TileRow},
};
use tokio::sync::Mutex;

use crate::{Gate, GateError};

pub(crate) use proof::opened;
pub use proof::{LogProof, ProofState};
pub(crate) use scan::{Scanning, Seen, Window};
pub use search::{AccessFound, LogFound, LogQuestion};
pub(crate) use tiles::Tiles;

/// How many bundles one step gives a place.
const STEP: u32 = 512;

/// The log's key and the tree as this process last left it.
pub(crate) struct LogKeeper {
    signing: SigningKey,
    /// Held over a whole step: one process moves the log on at a time, and the store's epoch keeps others out.
    tree: Mutex<Option<Tree>>,
}

impl LogKeeper {
    pub(crate) fn new(signing: SigningKey) -> Self {
        Self { signing, tree: Mutex::new(None) }
    }

    pub(crate) const fn signing(&self) -> &SigningKey {
        &self.signing
    }
}

impl Gate {
    /// The key that checkpoints are verified with.
    pub fn log_key(&self) -> &VerifyingKey {
        self.log.signing.verifying_key()
    }

    /// The latest signed checkpoint.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn checkpoint(&self) -> Result<String, GateError> {
        Ok(self.store.log_state().await?.checkpoint)
    }

    /// Gives waiting entries their place and signs a checkpoint over them. Returns how many bundles it placed; a
    /// job calls it until there are none.
    ///
    /// # Errors
    /// A store fails. The log is then as it was, or moved on and to be signed by the next step.
    pub async fn advance_log(&self) -> Result<usize, GateError> {
        let mut kept = self.log.tree.lock().await;
        let state = self.store.log_state().await?;
        let mut tree = match kept.take().filter(|tree| tree.size() == state.size) {
            Some(tree) => tree,
            None => self.resume_tree(state.size).await?,
        };
        let waiting = self.store.unsequenced(STEP).await?;
        if !waiting.is_empty() {
            let unit = advance(&mut tree, &state, &waiting);
            match self.commit(unit).await {
                Ok(_) => {}
                // Another process moved the log on; the next step starts from where it is.
                Err(CommitError::Conflict(Conflict::Log)) => return Ok(0),
                Err(error) => return Err(error.into()),
            }
        }
        let epoch = state.epoch + u64::from(!waiting.is_empty());
        self.sign(&tree, &state.checkpoint, epoch).await?;
        *kept = Some(tree);
        Ok(waiting.len())
    }

    /// Gives one bundle its place before all others that wait, and signs a checkpoint over it.
    pub(crate) async fn place_first(&self, bundle: u64) -> Result<(), GateError> {
        let mut kept = self.log.tree.lock().await;
        let state = self.store.log_state().await?;
        let mut tree = self.resume_tree(state.size).await?;
        let waiting = self.store.unsequenced(u32::MAX).await?;
        let first: Vec<Bundle> = waiting.into_iter().filter(|waiting| waiting.number == bundle).collect();
        self.commit(advance(&mut tree, &state, &first)).await?;
        self.sign(&tree, &state.checkpoint, state.epoch + 1).await?;
        *kept = Some(tree);
        Ok(())
    }

    /// Signs what is committed, and nothing else: a crash between the two leaves a log that the next step signs.
    /// Whoever was overtaken publishes nothing: a checkpoint never goes back.
    async fn sign(&self, tree: &Tree, latest: &str, epoch: u64) -> Result<(), GateError> {
        let signed = Checkpoint::open(latest, self.log_key()).ok();
        if signed.is_some_and(|signed| signed.size == tree.size()) {
            return Ok(());
        }
        let note = Checkpoint::sign(tree.size(), tree.root(), &self.log.signing);
        let expects = vec![Expect::Log { epoch }];
        let unit = Unit { expects, changes: vec![Change::PutCheckpoint(note)], entries: Vec::new() };
        match self.commit(unit).await {
            Ok(_) | Err(CommitError::Conflict(Conflict::Log)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn resume_tree(&self, size: u64) -> Result<Tree, GateError> {
        let tiles = Tiles::default();
        tiles
            .complete(&*self.store, |tiles| Tree::resume(size, tiles))
            .await?
            .map_err(|_| GateError::Damaged("the tiles of the audit log"))
    }
}

/// The unit that places bundles at the end of the tree.
fn advance(tree: &mut Tree, state: &LogState, waiting: &[Bundle]) -> Unit {
    let mut placed = Vec::with_capacity(waiting.len());
    for bundle in waiting {
        placed.push((bundle.number, tree.size()));
        for leaf in &bundle.leaves {
            tree.append(leaf_hash(leaf));
        }
    }
    let tiles = tree.take_changed_tiles().into_iter().map(|tile| TileRow {
        level: tile.level,
        index: tile.index,
        hashes: tile.encode(),
    });
    let change = Change::AdvanceLog { placed, tiles: tiles.collect(), size: tree.size() };
    Unit { expects: vec![Expect::Log { epoch: state.epoch }], changes: vec![change], entries: Vec::new() }
}
