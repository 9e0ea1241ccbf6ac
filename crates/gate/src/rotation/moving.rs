//! Moving subject keys under the newest version of their account's keys, into new slots.

use std::time::Duration;

use domain::{AccountId, Subject, SubjectState};
use sealing::SubjectKey;
use store::{Change, CommitError, Conflict, Expect, Unit, key_store::SlotNumber, subjects::KeyBinding};

use crate::{Gate, GateError, leases::Moving};

/// How many keys are moved between two looks at the store.
const STEP: u32 = 256;
/// How often a page is tried while other processes move keys or destroy slots.
const ATTEMPTS: usize = 20;
/// How long to leave it to the other.
const PAUSE: Duration = Duration::from_millis(100);

/// What became of a page of keys.
struct Moved {
    keys: u64,
    /// Whether something came in between: what is not moved yet is to be tried again.
    overtaken: bool,
}

/// Keys that are to be moved, with where they stand.
#[derive(Default)]
struct Movable {
    keys: Vec<SubjectKey>,
    from: Vec<KeyBinding>,
    /// What must still be so when their new slots are condemned.
    expects: Vec<Expect>,
}

impl Gate {
    /// Moves every key of an account that an older version wraps. Returns how many.
    pub(super) async fn move_keys(&self, account: AccountId, version: u32) -> Result<u64, GateError> {
        let (mut moved, mut after) = (0, None);
        loop {
            let page = self.store.key_bindings(account, after, STEP).await?;
            let Some(last) = page.last() else {
                self.return_moving().await?;
                return Ok(moved);
            };
            after = Some((last.subject, last.class.clone()));
            moved += self.move_page(account, version, &page).await?;
        }
    }

    async fn move_page(
        &self,
        account: AccountId,
        version: u32,
        page: &[KeyBinding],
    ) -> Result<u64, GateError> {
        let mut moved = 0;
        for _ in 0..ATTEMPTS {
            // None when another process moves keys or destroys slots.
            if let Some(moving) = self.begin_moving().await? {
                let outcome = self.try_move(&moving, account, version, page).await?;
                moved += outcome.keys;
                if !outcome.overtaken {
                    return Ok(moved);
                }
            } else {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Err(GateError::Busy)
    }

    /// Moves a page of keys: their new slots are condemned before any holds a key, and released as they are bound,
    /// when the old ones are condemned. So wherever this stops, each key is left in one slot, and what a binding
    /// does not name is destroyed.
    async fn try_move(
        &self,
        moving: &Moving<'_>,
        account: AccountId,
        version: u32,
        page: &[KeyBinding],
    ) -> Result<Moved, GateError> {
        let Movable { keys, from, expects } = self.movable(account, version, page).await?;
        let Ok(count @ 1..) = u32::try_from(keys.len()) else {
            return Ok(Moved { keys: 0, overtaken: false });
        };
        let first = self.keyring.key_store().reserve(count).await?;
        let moves: Vec<Move> =
            (first.0..).map(SlotNumber).zip(from).map(|(to, from)| Move { from, to }).collect();
        let changes = moves.iter().map(|one| Change::CondemnSlot(self.doomed(account, &one.to()))).collect();
        match self.commit(Unit { expects, changes, entries: Vec::new() }).await {
            Ok(_) => {}
            Err(CommitError::Conflict(_)) => return Ok(Moved { keys: 0, overtaken: true }),
            Err(error) => return Err(error.into()),
        }
        let (bound, overtaken) = if self.keyring.rewrap(account, first, &keys).await? {
            self.bind(moving, account, &moves).await?
        } else {
            (vec![false; moves.len()], true)
        };
        let doomed = moves
            .iter()
            .zip(&bound)
            .map(|(one, bound)| self.doomed(account, &if *bound { one.from.clone() } else { one.to() }));
        self.destroy_condemned(&doomed.collect::<Vec<_>>()).await?;
        Ok(Moved { keys: bound.into_iter().filter(|bound| *bound).count() as u64, overtaken })
    }

    /// The keys of a page that an older version wraps, except of those who are being erased.
    ///
    /// No copy is made of a key that an erasure has certified as destroyed: the new slots are condemned only while
    /// nobody concerned is being erased, and an erasure looks for condemned slots after its tombstone. So it either
    /// keeps them from being condemned, or finds them, filled or not.
    async fn movable(
        &self,
        account: AccountId,
        version: u32,
        page: &[KeyBinding],
    ) -> Result<Movable, GateError> {
        let (mut movable, mut owner) = (Movable::default(), None::<Subject>);
        for binding in page {
            if self.keyring.wrapped_under(binding.slot).await?.is_none_or(|under| under >= version) {
                continue;
            }
            if owner.as_ref().is_none_or(|owner| owner.id != binding.subject) {
                owner = self.store.subject(binding.subject).await?.map(|(subject, _)| subject);
                movable.expects.extend(
                    owner
                        .as_ref()
                        .filter(|owner| may_move(owner))
                        .map(|owner| Expect::Subject { id: owner.id, version: owner.version }),
                );
            }
            if owner.as_ref().is_none_or(|owner| !may_move(owner)) {
                continue;
            }
            // None when it was destroyed a moment ago.
            if let Some(key) = self.keyring.find(account, binding.slot).await? {
                movable.keys.push(key);
                movable.from.push(binding.clone());
            }
        }
        Ok(movable)
    }

    /// Binds keys where they were moved to, all at once, or one by one when some are not where they were any more.
    /// Says of each whether it is bound there, and whether another process has taken over.
    async fn bind(
        &self,
        moving: &Moving<'_>,
        account: AccountId,
        moves: &[Move],
    ) -> Result<(Vec<bool>, bool), GateError> {
        match self.try_bind(moving, account, moves).await? {
            Bound::There => return Ok((vec![true; moves.len()], false)),
            Bound::Overtaken => return Ok((vec![false; moves.len()], true)),
            Bound::Gone => {}
        }
        let (mut bound, mut overtaken) = (vec![false; moves.len()], false);
        for (one, bound) in moves.iter().zip(&mut bound) {
            if moves.len() == 1 || overtaken {
                break;
            }
            match self.try_bind(moving, account, std::slice::from_ref(one)).await? {
                Bound::There => *bound = true,
                Bound::Overtaken => overtaken = true,
                Bound::Gone => {}
            }
        }
        Ok((bound, overtaken))
    }

    async fn try_bind(
        &self,
        moving: &Moving<'_>,
        account: AccountId,
        moves: &[Move],
    ) -> Result<Bound, GateError> {
        let mut unit = Unit { expects: moving.expect().into_iter().collect(), ..Unit::default() };
        for one in moves {
            unit.expects.push(Expect::Key(one.from.clone()));
            unit.changes.push(Change::MoveKeyBinding(one.to()));
            unit.changes.push(Change::ReleaseSlot(one.to));
            unit.changes.push(Change::CondemnSlot(self.doomed(account, &one.from)));
        }
        match self.commit(unit).await {
            Ok(_) => Ok(Bound::There),
            Err(CommitError::Conflict(Conflict::Lease)) => Ok(Bound::Overtaken),
            Err(CommitError::Conflict(_)) => Ok(Bound::Gone),
            Err(error) => Err(error.into()),
        }
    }
}

/// What became of the binding of moved keys.
enum Bound {
    /// All are bound where they were moved to.
    There,
    /// One of them was moved or destroyed meanwhile; none is bound there.
    Gone,
    /// Another process has taken over; none is bound there.
    Overtaken,
}

/// While someone is being erased no copy of their keys is made.
fn may_move(owner: &Subject) -> bool {
    owner.state != SubjectState::Erasing
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
