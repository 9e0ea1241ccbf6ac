//! The access log.

use async_trait::async_trait;
use domain::{
    AccountId,
    access_log::{AccessEvent, Asked},
};
use jiff::Timestamp;
use rusqlite::{Row, params};
use store::{
    AccessLog, StoreError,
    access_log::{AccessDay, AccessRow, AccessTag, SignalRow},
};

use crate::{
    SqliteStore,
    rows::{Read, corrupt, get, get_id, get_time, get_unsigned, time},
};

#[async_trait]
impl AccessLog for SqliteStore {
    async fn access_days(&self, account: Option<AccountId>) -> Result<Vec<AccessDay>, StoreError> {
        let read = |row: &Row<'_>| {
            let (account, day) = (get_id(row, "account_id")?, number(row, "day")?);
            Ok(AccessDay { account, day, lines: get_unsigned(row, "lines")? })
        };
        let account = account.map(|account| *account.as_bytes());
        let sql = "SELECT * FROM access_day WHERE ?1 IS NULL OR account_id = ?1 ORDER BY account_id, day";
        self.readers.all(sql, params![account], read)
    }

    async fn access_lines(
        &self,
        account: AccountId,
        wanted: &[(i32, AccessTag)],
        limit: u32,
    ) -> Result<Vec<AccessRow>, StoreError> {
        let sql = "SELECT * FROM access_line WHERE account_id = ?1 AND day = ?2 AND tag = ?3
                   ORDER BY at DESC LIMIT ?4";
        let mut days = wanted.to_vec();
        days.sort_unstable();
        let mut found = Vec::new();
        let most = limit as usize;
        for (day, tag) in days.into_iter().rev() {
            if found.len() >= most {
                break;
            }
            found.extend(self.readers.all(sql, params![account.as_bytes(), day, tag, limit], line)?);
        }
        found.truncate(most);
        Ok(found)
    }

    async fn busy_addresses(
        &self,
        since: Timestamp,
        event: Option<AccessEvent>,
        times: u32,
    ) -> Result<Vec<SignalRow>, StoreError> {
        let sql =
            "SELECT account_id, day, tag, count(*) AS times, max(at) AS at, '' AS signal FROM access_line
                   WHERE at >= ?1 AND (?2 IS NULL OR event = ?2)
                   GROUP BY account_id, day, tag HAVING count(*) >= ?3";
        self.readers.all(sql, params![time(since), event.map(AccessEvent::as_str), times], signal)
    }

    async fn signals(&self, account: AccountId, limit: u32) -> Result<Vec<SignalRow>, StoreError> {
        let sql = "SELECT * FROM access_signal WHERE account_id = ?1 ORDER BY at DESC, signal, tag LIMIT ?2";
        self.readers.all(sql, params![account.as_bytes(), limit], signal)
    }
}

fn line(row: &Row<'_>) -> Read<AccessRow> {
    let event: Option<String> = get(row, "event")?;
    let event = event.map(|word| AccessEvent::parse(&word).ok_or_else(|| corrupt("event"))).transpose()?;
    let caller: Option<[u8; 16]> = get(row, "caller")?;
    let status = u16::try_from(get::<i64>(row, "status")?).map_err(|_| corrupt("status"))?;
    let (method, route) = (get(row, "method")?, get(row, "route")?);
    Ok(AccessRow {
        account: get_id(row, "account_id")?,
        day: number(row, "day")?,
        tag: get(row, "tag")?,
        at: get_time(row, "at")?,
        asked: Asked { method, route, status, event, caller: caller.map(AccountId::from_bytes) },
        sealed: get(row, "sealed")?,
    })
}

fn signal(row: &Row<'_>) -> Read<SignalRow> {
    Ok(SignalRow {
        account: get_id(row, "account_id")?,
        day: number(row, "day")?,
        signal: get(row, "signal")?,
        tag: get(row, "tag")?,
        times: get_unsigned(row, "times")?,
        at: get_time(row, "at")?,
    })
}

fn number(row: &Row<'_>, column: &str) -> Read<i32> {
    i32::try_from(get::<i64>(row, column)?).map_err(|_| corrupt(column))
}
