//! Hits that are not counted, counted by reason: so that whoever misses one can see why.

use std::collections::HashMap;

use domain::visit::{Drop, Site, day_of};
use parking_lot::Mutex;
use store::{Change, Unit, visits::Dropped};

use super::KnownSite;
use crate::{Gate, GateError};

/// What was not counted since it was last written down. A process that ends loses the last seconds of it: it is no evidence.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<HashMap<(Site, i32, &'static str), u64>>);

impl Gate {
    /// Notes that a hit of a site is not counted.
    pub fn count_dropped(&self, known: &KnownSite, reason: Drop) {
        let day = day_of(self.now().as_second());
        *self.ledger.0.lock().entry((known.site.clone(), day, reason.as_str())).or_default() += 1;
    }

    /// Writes down what was not counted.
    ///
    /// # Errors
    /// The data store fails; it is tried again the next time.
    pub async fn write_dropped(&self) -> Result<usize, GateError> {
        let gathered = std::mem::take(&mut *self.ledger.0.lock());
        if gathered.is_empty() {
            return Ok(0);
        }
        let change = |((site, day, reason), hits): (&(Site, i32, &'static str), &u64)| {
            Change::CountDropped(
                site.clone(),
                Dropped { day: *day, reason: (*reason).to_owned(), hits: *hits },
            )
        };
        let changes = gathered.iter().map(change).collect();
        let written = self.commit(Unit { changes, ..Unit::default() }).await;
        if let Err(error) = written {
            let mut again = self.ledger.0.lock();
            gathered.into_iter().for_each(|(of, hits)| *again.entry(of).or_default() += hits);
            return Err(error.into());
        }
        Ok(gathered.len())
    }
}
