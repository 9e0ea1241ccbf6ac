//! The access log.

use async_trait::async_trait;
use domain::{
    AccountId,
    access_log::{AccessEvent, Asked},
};
use jiff::Timestamp;
use store::{
    AccessLog, StoreError,
    access_log::{AccessDay, AccessRow, AccessTag, SignalRow},
};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    PostgresStore,
    rows::{Read, bucket, corrupt, get, get_bytes, get_id, get_time, get_unsigned, number, time, uuid},
};

#[async_trait]
impl AccessLog for PostgresStore {
    async fn access_days(&self, account: Option<AccountId>) -> Result<Vec<AccessDay>, StoreError> {
        let sql =
            "SELECT * FROM access_day WHERE $1::uuid IS NULL OR account_id = $1 ORDER BY account_id, day";
        let rows = self.database.query(sql, &[&account.map(uuid)]).await?;
        let read = |row: &Row| {
            let (account, day) = (get_id(row, "account_id")?, get(row, "day")?);
            Ok(AccessDay { account, day, lines: get_unsigned(row, "lines")? })
        };
        rows.iter().map(read).collect()
    }

    async fn access_lines(
        &self,
        account: AccountId,
        wanted: &[(i32, AccessTag)],
        limit: u32,
    ) -> Result<Vec<AccessRow>, StoreError> {
        let days: Vec<i32> = wanted.iter().map(|(day, _)| *day).collect();
        let tags: Vec<&[u8]> = wanted.iter().map(|(_, tag)| tag.as_slice()).collect();
        let sql = "SELECT line.* FROM access_line line
                   JOIN unnest($3::int[], $4::bytea[]) wanted (day, tag)
                   ON line.day = wanted.day AND line.tag = wanted.tag
                   WHERE line.bucket = $1 AND line.account_id = $2 ORDER BY line.at DESC LIMIT $5";
        let limit = number(limit);
        let asked: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&bucket(account), &uuid(account), &days, &tags, &limit];
        self.database.query(sql, &asked).await?.iter().map(line).collect()
    }

    async fn busy_addresses(
        &self,
        since: Timestamp,
        event: Option<AccessEvent>,
        times: u32,
    ) -> Result<Vec<SignalRow>, StoreError> {
        let sql =
            "SELECT account_id, day, tag, count(*) AS times, max(at) AS at, '' AS signal FROM access_line
                   WHERE at >= $1 AND ($2::text IS NULL OR event = $2)
                   GROUP BY account_id, day, tag HAVING count(*) >= $3";
        let event = event.map(AccessEvent::as_str);
        let rows = self.database.query(sql, &[&time(since), &event, &number(times)]).await?;
        rows.iter().map(signal).collect()
    }

    async fn signals(&self, account: AccountId, limit: u32) -> Result<Vec<SignalRow>, StoreError> {
        let sql = "SELECT * FROM access_signal WHERE bucket = $1 AND account_id = $2
                   ORDER BY at DESC, signal, tag LIMIT $3";
        let rows = self.database.query(sql, &[&bucket(account), &uuid(account), &number(limit)]).await?;
        rows.iter().map(signal).collect()
    }
}

fn line(row: &Row) -> Read<AccessRow> {
    let event: Option<String> = get(row, "event")?;
    let event = event.map(|word| AccessEvent::parse(&word).ok_or_else(|| corrupt("event"))).transpose()?;
    let caller: Option<Uuid> = get(row, "caller")?;
    let status = u16::try_from(get::<i32>(row, "status")?).map_err(|_| corrupt("status"))?;
    let (method, route) = (get(row, "method")?, get(row, "route")?);
    let caller = caller.map(|caller| AccountId::from_bytes(caller.into_bytes()));
    Ok(AccessRow {
        account: get_id(row, "account_id")?,
        day: get(row, "day")?,
        tag: get_bytes(row, "tag")?,
        at: get_time(row, "at")?,
        asked: Asked { method, route, status, event, caller },
        sealed: get(row, "sealed")?,
    })
}

fn signal(row: &Row) -> Read<SignalRow> {
    Ok(SignalRow {
        account: get_id(row, "account_id")?,
        day: get(row, "day")?,
        signal: get(row, "signal")?,
        tag: get_bytes(row, "tag")?,
        times: get_unsigned(row, "times")?,
        at: get_time(row, "at")?,
    })
}
