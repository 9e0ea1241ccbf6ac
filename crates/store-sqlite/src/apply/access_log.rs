//! Lines of the access log are added, and go with their day.

use rusqlite::{Connection, params};
use store::{
    Change, CommitError,
    access_log::{AccessRow, SignalRow},
};

use super::run;
use crate::rows::time;

pub(super) fn apply(connection: &Connection, wanted: &Change) -> Result<(), CommitError> {
    match wanted {
        Change::AddAccessLines(rows) => rows.iter().try_for_each(|row| add(connection, row)),
        Change::PutSignal(signal) => put(connection, signal),
        Change::RemoveAccessDay(account, day) => {
            for table in ["access_line", "access_signal", "access_day"] {
                let sql = format!("DELETE FROM {table} WHERE account_id = ?1 AND day = ?2");
                run(connection, &sql, params![account.as_bytes(), day])?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn add(connection: &Connection, row: &AccessRow) -> Result<(), CommitError> {
    let asked = &row.asked;
    let line = params![
        row.account.as_bytes(),
        row.day,
        row.tag,
        time(row.at),
        asked.method,
        asked.route,
        asked.status,
        asked.event.map(|event| event.as_str()),
        asked.caller.map(|caller| *caller.as_bytes()),
        row.sealed
    ];
    run(connection, "INSERT INTO access_line VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", line)?;
    let sql = "INSERT INTO access_day VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET lines = lines + 1";
    run(connection, sql, params![row.account.as_bytes(), row.day]).map(drop)
}

fn put(connection: &Connection, signal: &SignalRow) -> Result<(), CommitError> {
    let sql = "INSERT INTO access_signal SELECT ?1, ?2, ?3, ?4, ?5, ?6
               WHERE EXISTS (SELECT 1 FROM access_day WHERE account_id = ?1 AND day = ?2)
               ON CONFLICT DO UPDATE SET times = max(times, excluded.times), at = max(at, excluded.at)";
    let SignalRow { account, day, signal, tag, times, at } = signal;
    let row = params![account.as_bytes(), day, signal, tag, times.cast_signed(), time(*at)];
    run(connection, sql, row).map(drop)
}
