//! Moving the log on, leases, and idempotency keys that are old.

use jiff::SignedDuration;
use store::{Change, Conflict, audit::TileRow};

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    error::Failure,
    rows::{MOMENT, microseconds, time},
};

pub(super) async fn apply(transaction: &Transaction<'_>, change: &Change) -> Result<(), Refused> {
    match change {
        Change::AdvanceLog { placed, tiles, size } => advance(transaction, placed, tiles, *size).await?,
        Change::PutCheckpoint(checkpoint) => {
            transaction.run("UPDATE log_state SET checkpoint = $1", &[checkpoint]).await?;
        }
        Change::TakeLease { name, holder, lasts, over, now: _ } => {
            take_lease(transaction, name, holder, *lasts, over.as_ref()).await?;
        }
        Change::ReturnLease { name, holder } => {
            let sql = "DELETE FROM lease WHERE name = $1 AND holder = $2";
            transaction.run(sql, &[name, &holder.as_slice()]).await?;
        }
        Change::RemoveReplaysBefore(at) => {
            transaction.run("DELETE FROM replay WHERE at < $1", &[&time(*at)]).await?;
        }
        _ => {}
    }
    Ok(())
}

/// By the database's clock, which is asked first: a lease that is renewed meanwhile ends later than that moment.
async fn take_lease(
    transaction: &Transaction<'_>,
    name: &str,
    holder: &[u8; 16],
    lasts: SignedDuration,
    over: Option<&[u8; 16]>,
) -> Result<(), Refused> {
    let rows = transaction.rows(&format!("SELECT {MOMENT}"), &[]).await?;
    let now: i64 = rows.first().ok_or(Failure::Slow)?.try_get(0).map_err(Failure::from)?;
    let until = now.saturating_add(microseconds(lasts));
    let sql = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE
               SET holder = excluded.holder, until = excluded.until
               WHERE lease.holder = excluded.holder OR lease.holder = $4 OR lease.until <= $5";
    let over = over.map(<[u8; 16]>::as_slice);
    let row: Parameters<'_> = &[&name, &holder.as_slice(), &until, &over, &now];
    must(transaction, sql, row, Conflict::Lease).await
}

async fn advance(
    transaction: &Transaction<'_>,
    placed: &[(u64, u64)],
    tiles: &[TileRow],
    size: u64,
) -> Result<(), Refused> {
    let numbers: Vec<i64> = placed.iter().map(|(number, _)| number.cast_signed()).collect();
    let firsts: Vec<i64> = placed.iter().map(|(_, first)| first.cast_signed()).collect();
    let place = "UPDATE audit_bundle SET first_index = placed.first_index
                 FROM unnest($1::bigint[], $2::bigint[]) AS placed (number, first_index)
                 WHERE audit_bundle.number = placed.number AND audit_bundle.first_index IS NULL";
    if transaction.run(place, &[&numbers, &firsts]).await? != placed.len() as u64 {
        return Err(store::CommitError::Conflict(Conflict::Log).into());
    }
    // Also those of bundles that a process placed which did not know of events.
    let events = "UPDATE event SET log_index = bundle.first_index + event.position FROM audit_bundle AS bundle
                  WHERE event.log_index IS NULL AND bundle.number = event.bundle AND bundle.first_index IS NOT NULL";
    transaction.run(events, &[]).await?;
    let levels: Vec<i16> = tiles.iter().map(|tile| i16::from(tile.level)).collect();
    let indexes: Vec<i64> = tiles.iter().map(|tile| tile.index.cast_signed()).collect();
    let hashes: Vec<&[u8]> = tiles.iter().map(|tile| tile.hashes.as_slice()).collect();
    let tile = "INSERT INTO log_tile (level, tile_index, hashes)
                SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
                ON CONFLICT (tile_index, level) DO UPDATE SET hashes = excluded.hashes";
    transaction.run(tile, &[&levels, &indexes, &hashes]).await?;
    let state = "UPDATE log_state SET epoch = epoch + 1, size = $1";
    transaction.run(state, &[&size.cast_signed()]).await?;
    Ok(())
}
