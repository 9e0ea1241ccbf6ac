//! Rotating keys while the server runs.

use domain::{AccountId, Action};
use sealing::{AccountKeys, RootKey};
use store::{
    Change, CommitError, Conflict, Expect, Unit, accounts::WrappedAccountKeys, key_store::SlotNumber,
    subjects::KeyBinding,
};

use crate::{
    Caller, Gate, GateError,
    attempts::Failed,
    leases::{MOVING_KEYS, MOVING_LASTS},
};

/// How many keys are moved between two looks at the store.
const STEP: u32 = 256;

impl Gate {
    /// Wraps every account's keys under a new root key. The old root key opens nothing any more, and another process
    /// that still has it decides nothing from then on.
    ///
    /// # Errors
    /// A store fails; everything is still wrapped under the old key then.
    pub async fn rotate_root(&self, caller: &Caller, new: &RootKey) -> Result<(), GateError> {
        self.retried(|| self.try_rotate_root(caller, new)).await.map_err(Failed::into_error)
    }

    async fn try_rotate_root(&self, caller: &Caller, new: &RootKey) -> Result<(), Failed> {
        let (old, effective) = (&*self.root, self.effective(caller)?);
        let mut changes = Vec::new();
        for row in self.store.account_keys().await? {
            let bytes = row.wrapped.try_into().map_err(|_| GateError::Damaged("the keys of an account"))?;
            let opened = old.unwrap_account(row.account, &sealing::WrappedAccountKeys::from_bytes(bytes));
            let opened = opened.map_err(|_| GateError::Damaged("the keys of an account"))?;
            let wrapped = new.wrap_account(&opened, self.randomness()).as_bytes().to_vec();
            changes.push(Change::PutAccountKeys(WrappedAccountKeys {
                wrapped,
                ..row_of(row.account, row.version)
            }));
        }
        changes.push(self.resealed_log_seed(old, new).await?);
        let mut detail = self.detail_under(caller, Action::KeyRotated, &effective);
        detail.note = Some("root key".to_owned());
        let entries = vec![self.account_entry(caller.account_id(), &detail)?];
        let unit = Unit { expects: effective.expects(), changes, entries };
        self.commit(unit).await.map_err(Failed::Commit)?;
        Ok(())
    }

    async fn resealed_log_seed(&self, old: &RootKey, new: &RootKey) -> Result<Change, GateError> {
        let name = crate::install::LOG_SEED;
        let sealed = self.store.installation(name).await?.ok_or(GateError::Damaged("the log has no key"))?;
        let seed = old.open_seed(name, &sealed).map_err(|_| GateError::Damaged("the key of the log"))?;
        Ok(Change::PutInstallation(name, new.seal_seed(name, &seed, self.randomness())))
    }

    /// Makes the next version of an account's keys and moves every subject key under it, into new slots. Reads and
    /// writes go on meanwhile. Returns how many keys were moved.
    ///
    /// # Errors
    /// There is no such account, another rotation is under way, or a store fails; calling again makes a further
    /// version and moves every key under that.
    pub async fn rotate_account(&self, caller: &Caller, account: AccountId) -> Result<u64, GateError> {
        self.known_account(account)?;
        let version = self.keyring.account(account)?.version() + 1;
        let keys = AccountKeys::generate(account, version, self.randomness());
        let wrapped = self.root.wrap_account(&keys, self.randomness()).as_bytes().to_vec();
        let changes = [Change::AddAccountKeys(WrappedAccountKeys { wrapped, ..row_of(account, version) })];
        let note = format!("{account}, version {version}");
        self.commit_to_registry(caller, &changes, (account, Action::KeyRotated, &note)).await?;
        self.move_keys(account, version).await
    }

    async fn move_keys(&self, account: AccountId, version: u32) -> Result<u64, GateError> {
        let (mut moved, mut after) = (0, None);
        loop {
            let page = self.store.key_bindings(account, after, STEP).await?;
            let Some(last) = page.last() else {
                // Under the lock, or it would be taken from whoever moves keys in this process now.
                let _nobody_moves = self.moving_keys.lock().await;
                self.return_lease(MOVING_KEYS).await?;
                return Ok(moved);
            };
            after = Some((last.subject, last.class.clone()));
            moved += self.move_page(account, version, page).await?;
        }
    }

    /// Moves a page of keys: their new slots are condemned before any holds a key, and released as they are bound,
    /// when the old ones are condemned. So wherever this stops, each key is left in one slot, and what a binding
    /// does not name is destroyed.
    async fn move_page(
        &self,
        account: AccountId,
        version: u32,
        page: Vec<KeyBinding>,
    ) -> Result<u64, GateError> {
        let _no_shredding = self.moving_keys.lock().await;
        if !self.take_lease(MOVING_KEYS, MOVING_LASTS).await? {
            return Err(GateError::Busy);
        }
        let mut keys = Vec::new();
        let mut old = Vec::new();
        for binding in page {
            if self.keyring.wrapped_under(binding.slot).await?.is_none_or(|under| under >= version) {
                continue;
            }
            // None when its subject is being erased.
            if let Some(key) = self.keyring.find(account, binding.slot).await? {
                keys.push(key);
                old.push(binding);
            }
        }
        let Ok(count @ 1..) = u32::try_from(keys.len()) else { return Ok(0) };
        let first = self.keyring.key_store().reserve(count).await?;
        let moves: Vec<Move> =
            (first.0..).map(SlotNumber).zip(old).map(|(to, from)| Move { from, to }).collect();
        let condemned = moves.iter().map(|one| Change::CondemnSlot(self.doomed(account, &one.to())));
        self.commit(Unit { changes: condemned.collect(), ..Unit::default() }).await?;
        self.keyring.rewrap(account, first, &keys).await?;
        let bound = self.bind(account, &moves).await?;
        let doomed = moves
            .iter()
            .zip(&bound)
            .map(|(one, bound)| self.doomed(account, &if *bound { one.from.clone() } else { one.to() }));
        self.destroy_condemned(&doomed.collect::<Vec<_>>()).await?;
        Ok(bound.into_iter().filter(|bound| *bound).count() as u64)
    }

    /// Binds keys where they were moved to, all at once, or one by one when some are not where they were any more.
    /// Says of each whether it is bound there.
    async fn bind(&self, account: AccountId, moves: &[Move]) -> Result<Vec<bool>, GateError> {
        if self.try_bind(account, moves).await? {
            return Ok(vec![true; moves.len()]);
        }
        let mut bound = Vec::with_capacity(moves.len());
        for one in moves {
            bound.push(moves.len() > 1 && self.try_bind(account, std::slice::from_ref(one)).await?);
        }
        Ok(bound)
    }

    async fn try_bind(&self, account: AccountId, moves: &[Move]) -> Result<bool, GateError> {
        // Whoever destroys condemned slots has taken the lease in a commit before it read which: so either this commit
        // comes first, and those slots are condemned no more, or it is refused, and they are not bound.
        let expects = self.expect_lease(MOVING_KEYS).into_iter().collect();
        let mut unit = Unit { expects, ..Unit::default() };
        for one in moves {
            unit.expects.push(Expect::Key(one.from.clone()));
            unit.changes.push(Change::MoveKeyBinding(one.to()));
            unit.changes.push(Change::ReleaseSlot(one.to));
            unit.changes.push(Change::CondemnSlot(self.doomed(account, &one.from)));
        }
        match self.commit(unit).await {
            Ok(_) => Ok(true),
            // Another process took over: what is left of this rotation has to be asked for again.
            Err(CommitError::Conflict(Conflict::Lease)) => Err(GateError::Busy),
            Err(CommitError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// A key on its way to another slot.
struct Move {
    from: KeyBinding,
    to: SlotNumber,
}

impl Move {
    fn to(&self) -> KeyBinding {
        KeyBinding { slot: self.to, ..self.from.clone() }
    }
}

fn row_of(account: AccountId, version: u32) -> WrappedAccountKeys {
    WrappedAccountKeys { account, version, wrapped: Vec::new() }
}
