//! Moving keys to other slots and destroying slots that no binding names exclude each other, across processes as well.
//!
//! Why no destroyed slot is ever bound: whoever moves a key condemns its new slot under the lease, and binds it in a
//! commit that expects the same holder still. Whoever destroys condemned slots takes the lease in a commit, and only
//! then reads which they are. So a binding is either committed before that, and its slot is condemned no more when the
//! list is read, or it is refused. A holder has a new name each time, so that a commit which was lost on its way, and
//! arrives when its process has the lease again, is refused as well.

use domain::ambient::random_bytes;
use jiff::SignedDuration;
use store::Expect;
use tokio::sync::MutexGuard;

use crate::{Gate, GateError};

/// The lease of whoever moves keys to other slots, or destroys slots that no binding names.
const MOVING_KEYS: &str = "moving keys";
/// For how long: far longer than a page of keys takes.
const LASTS: SignedDuration = SignedDuration::from_secs(30);

/// The right to move keys and to destroy condemned slots, in this process and, when it is committed, among all.
pub(crate) struct Moving<'a> {
    _alone_here: MutexGuard<'a, ()>,
    /// None where no other process can have the store open.
    holder: Option<[u8; 16]>,
}

impl Moving<'_> {
    /// What a commit that binds a moved key expects: that nobody has taken over.
    pub(crate) fn expect(&self) -> Option<Expect> {
        self.holder.map(|holder| Expect::Lease { name: MOVING_KEYS.to_owned(), holder })
    }
}

impl Gate {
    /// Waits for whoever moves keys in this process; none when another process does.
    pub(crate) async fn begin_moving(&self) -> Result<Option<Moving<'_>>, GateError> {
        let alone_here = self.moving_keys.lock().await;
        if !self.store.is_shared() {
            return Ok(Some(Moving { _alone_here: alone_here, holder: None }));
        }
        let (holder, before) = (random_bytes(self.randomness()), *self.leases.moving.lock());
        if self.take_lease(MOVING_KEYS, holder, LASTS, before).await?.is_none() {
            return Ok(None);
        }
        *self.leases.moving.lock() = Some(holder);
        Ok(Some(Moving { _alone_here: alone_here, holder: Some(holder) }))
    }

    /// Gives the lease back, once nobody in this process moves keys.
    pub(crate) async fn return_moving(&self) -> Result<(), GateError> {
        let _alone_here = self.moving_keys.lock().await;
        let holder = self.leases.moving.lock().take();
        match holder {
            Some(holder) => self.give_back(MOVING_KEYS, holder).await,
            None => Ok(()),
        }
    }
}
