//! Moving the log on: bundles get their place, tiles grow, the checkpoint is published.

use rusqlite::{Connection, params};
use store::{Change, CommitError, Conflict, audit::TileRow};

use crate::apply::{change, run};

pub(crate) fn apply(connection: &Connection, step: &Change) -> Result<(), CommitError> {
    match step {
        Change::AdvanceLog { placed, tiles, size } => {
            for (number, first_index) in placed {
                let sql =
                    "UPDATE audit_bundle SET first_index = ?2 WHERE number = ?1 AND first_index IS NULL";
                let place = params![number.cast_signed(), first_index.cast_signed()];
                change(connection, sql, place, Conflict::Log)?;
            }
            // Whatever has no place yet keeps none.
            let events = "UPDATE event SET log_index = position +
                              (SELECT first_index FROM audit_bundle WHERE number = event.bundle)
                          WHERE log_index IS NULL";
            run(connection, events, [])?;
            tiles.iter().try_for_each(|tile| put_tile(connection, tile))?;
            let sql = "UPDATE log_state SET epoch = epoch + 1, size = ?1";
            run(connection, sql, [size.cast_signed()]).map(drop)
        }
        Change::PutCheckpoint(checkpoint) => {
            run(connection, "UPDATE log_state SET checkpoint = ?1", [checkpoint]).map(drop)
        }
        _ => Ok(()),
    }
}

fn put_tile(connection: &Connection, tile: &TileRow) -> Result<(), CommitError> {
    let sql = "INSERT OR REPLACE INTO log_tile VALUES (?1, ?2, ?3)";
    run(connection, sql, params![tile.level, tile.index.cast_signed(), tile.hashes]).map(drop)
}
