//! Leases: taken, kept and given back.

use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict};

use super::{change, run};
use crate::rows::time;

pub(super) fn apply(connection: &Connection, change_: &Change) -> Result<(), CommitError> {
    match change_ {
        Change::TakeLease { lease, now } => change(
            connection,
            "INSERT INTO lease VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE
             SET holder = excluded.holder, until = excluded.until WHERE holder = excluded.holder OR until <= ?4",
            params![lease.name, lease.holder, time(lease.until), time(*now)],
            Conflict::Lease,
        ),
        Change::ReturnLease { name, holder } => {
            run(connection, "DELETE FROM lease WHERE name = ?1 AND holder = ?2", params![name, holder]).map(drop)
        }
        _ => Ok(()),
    }
}
