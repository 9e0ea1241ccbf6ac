//! Putting keys back into their slots, except those that were destroyed since.

use domain::{AccountId, SubjectId};
use jiff::Timestamp;
use store::{
    Change, KeyStore, Unit,
    key_store::{Deletion, Gone, Slot, SlotNumber, WrappedKeyBytes},
};

use super::{Journal, RestoreError, journal::Fates};
use crate::{
    BackupError, BackupRows, Stores,
    backup::{KeyRow, key_row},
};

/// How many lines of the journal are replayed together, and how many bindings are read.
const STEP: u32 = 1_024;

/// The class of the line that marks a restore in the journal: of nobody's key.
const MARK: &str = "_restored";

/// Puts the keys of a backup back, and tells the key store's journal what it does not know. What is there already stays,
/// so this can be repeated.
pub(super) async fn put_back(
    stores: &Stores,
    backup: Option<BackupRows>,
    journal: &Journal,
) -> Result<(), RestoreError> {
    let (keys, fates) = (&*stores.keys, Fates::of(journal));
    let mut reserved = Reserved { keys, next: 0 };
    if let Some(mut rows) = backup {
        while let Some(some) = rows.next_rows()? {
            let table = rows.tables.get(some.table).map(|table| table.name.clone()).unwrap_or_default();
            let read = some.rows.iter().map(|row| key_row(&table, row));
            let read: Option<Vec<KeyRow>> = read.collect();
            let read = read.ok_or_else(|| BackupError::Damaged("a row that is no key".to_owned()))?;
            put_page(stores, &mut reserved, &fates, read).await?;
        }
    }
    let known = Journal::of(keys).await?.entries.len();
    for entries in journal.entries.get(known..).unwrap_or_default().chunks(STEP as usize) {
        let gone: Vec<Gone> = entries.iter().map(|entry| entry.gone.clone()).collect();
        for slot in gone.iter().filter_map(Gone::slot) {
            reserved.reach(slot).await?;
        }
        keys.bury(&gone).await?;
    }
    Ok(())
}

async fn put_page(
    stores: &Stores,
    reserved: &mut Reserved<'_>,
    fates: &Fates,
    rows: Vec<KeyRow>,
) -> Result<(), RestoreError> {
    let (mut run, mut accounts) = (Vec::<(SlotNumber, WrappedKeyBytes)>::new(), Vec::new());
    for row in rows {
        let (slot, key) = match row {
            KeyRow::Account(keys) => {
                accounts.push(keys);
                continue;
            }
            KeyRow::Subject(slot, key) => (slot, key),
        };
        // A destroyed key is never written again, not even for a moment.
        if fates.is_destroyed(slot) {
            continue;
        }
        reserved.reach(slot).await?;
        match stores.keys.read(slot).await? {
            Slot::Empty => {}
            Slot::Live(there) if there != key => return Err(RestoreError::OtherKey(slot)),
            Slot::Live(_) | Slot::Destroyed => continue,
        }
        if run.last().is_some_and(|(last, _)| last.0 + 1 != slot.0) {
            fill(&*stores.keys, std::mem::take(&mut run)).await?;
        }
        run.push((slot, key));
    }
    fill(&*stores.keys, run).await?;
    // A rotation since the backup of the data made versions that it does not know.
    let known = stores.data.account_keys().await?;
    let is_new = |keys: &store::accounts::WrappedAccountKeys| {
        !known.iter().any(|known| (known.account, known.version) == (keys.account, keys.version))
    };
    let changes: Vec<Change> = accounts.into_iter().filter(is_new).map(Change::AddAccountKeys).collect();
    if !changes.is_empty() {
        stores.data.commit(Unit { changes, ..Unit::default() }).await?;
    }
    Ok(())
}

/// Fills slots that follow on each other.
async fn fill(keys: &dyn KeyStore, run: Vec<(SlotNumber, WrappedKeyBytes)>) -> Result<(), RestoreError> {
    if let Some((first, _)) = run.first().copied() {
        keys.fill(first, run.into_iter().map(|(_, key)| key).collect()).await?;
    }
    Ok(())
}

/// No slot that anything speaks of may be given to another key: a slot after all of them is destroyed, which nobody ever
/// had, so that the numbers go on from there.
pub(super) async fn mark_the_end(stores: &Stores) -> Result<(), RestoreError> {
    let mut reserved = Reserved { keys: &*stores.keys, next: 0 };
    let condemned = stores.data.condemned_slots(u32::MAX).await?;
    let mut last = condemned.iter().map(|deletion| deletion.slot).max().unwrap_or(SlotNumber(0));
    for account in stores.data.accounts().await? {
        let mut after = None;
        loop {
            let page = stores.data.key_bindings(account.id, after, STEP).await?;
            let Some(end) = page.last() else { break };
            after = Some((end.subject, end.class.clone()));
            last = page.iter().map(|binding| binding.slot).max().unwrap_or(last).max(last);
        }
    }
    reserved.reach(last).await?;
    let slot = stores.keys.reserve(1).await?;
    let nobody = Deletion {
        at: Timestamp::UNIX_EPOCH,
        account: AccountId::from_bytes([0; 16]),
        subject: SubjectId::from_bytes([0; 16]),
        class: MARK.to_owned(),
        slot,
        lives_in: None,
        erasure: None,
    };
    Ok(stores.keys.destroy(&[nobody]).await?)
}

/// How far slots are reserved.
struct Reserved<'a> {
    keys: &'a dyn KeyStore,
    /// Every slot before this one is.
    next: u64,
}

impl Reserved<'_> {
    async fn reach(&mut self, slot: SlotNumber) -> Result<(), RestoreError> {
        while self.next <= slot.0 {
            let missing = u32::try_from(slot.0 + 1 - self.next).unwrap_or(u32::MAX);
            // Where the numbers begin is the engine's to say.
            let count = if self.next == 0 { 1 } else { missing };
            self.next = self.keys.reserve(count).await?.0 + u64::from(count);
        }
        Ok(())
    }
}
