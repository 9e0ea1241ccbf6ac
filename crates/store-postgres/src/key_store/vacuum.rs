//! What is left of a destroyed key in its table is emptied soon after, in the background: nobody waits for it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::Database;

/// One vacuum at a time, and another one after it for what was destroyed meanwhile.
#[derive(Default)]
pub(super) struct Vacuum {
    wanted: AtomicBool,
    running: AtomicBool,
}

impl Vacuum {
    /// Begins one, or lets the one that runs be followed by another.
    pub(super) fn soon(self: &Arc<Self>, database: &Database) {
        self.wanted.store(true, Ordering::SeqCst);
        if self.running.swap(true, Ordering::SeqCst) {
            return;
        }
        tokio::spawn(run(Arc::clone(self), database.clone()));
    }
}

async fn run(vacuum: Arc<Vacuum>, database: Database) {
    while vacuum.wanted.swap(false, Ordering::SeqCst) {
        if let Err(failure) = database.vacuum(&["key_slot", "visit_salt"]).await {
            tracing::warn!(error = failure.why(), "what is left of destroyed keys stays until the next time");
        }
    }
    vacuum.running.store(false, Ordering::SeqCst);
    // One that was wanted in between must not be lost.
    if vacuum.wanted.load(Ordering::SeqCst) {
        vacuum.soon(&database);
    }
}
