//! Leases: taken, kept and given back.

use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict};

use super::{change, run};
use crate::rows::{microseconds, time};

pub(super) fn apply(connection: &Connection, change_: &Change) -> Result<(), CommitError> {
    match change_ {
        Change::TakeLease { name, holder, lasts, over, now } => change(
            connection,
            "INSERT INTO lease VALUES (?1, ?2, ?3 + ?4) ON CONFLICT (name) DO UPDATE
             SET holder = excluded.holder, until = excluded.until
             WHERE holder = excluded.holder OR holder = ?5 OR until <= ?3",
            params![name, holder, time(*now), microseconds(*lasts), over],
            Conflict::Lease,
        ),
        Change::ReturnLease { name, holder } => {
            run(connection, "DELETE FROM lease WHERE name = ?1 AND holder = ?2", params![name, holder])
                .map(drop)
        }
        _ => Ok(()),
    }
}
