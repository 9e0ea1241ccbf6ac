//! Lines of the access log are added, many in one statement, and go with their day.

use domain::AccountId;
use store::{
    Change,
    access_log::{AccessRow, SignalRow},
};
use uuid::Uuid;

use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, time, uuid},
};

pub(super) async fn apply(transaction: &Transaction<'_>, change: &Change) -> Result<(), Refused> {
    match change {
        Change::AddAccessLines(rows) => add(transaction, rows).await,
        Change::PutSignal(signal) => put(transaction, signal).await,
        Change::RemoveAccessDay(account, day) => remove(transaction, *account, *day).await,
        _ => Ok(()),
    }
}

async fn add(transaction: &Transaction<'_>, rows: &[AccessRow]) -> Result<(), Refused> {
    let buckets: Vec<i32> = rows.iter().map(|row| bucket(row.account)).collect();
    let accounts: Vec<Uuid> = rows.iter().map(|row| uuid(row.account)).collect();
    let days: Vec<i32> = rows.iter().map(|row| row.day).collect();
    let tags: Vec<&[u8]> = rows.iter().map(|row| row.tag.as_slice()).collect();
    let times: Vec<i64> = rows.iter().map(|row| time(row.at)).collect();
    let methods: Vec<&str> = rows.iter().map(|row| row.asked.method.as_str()).collect();
    let routes: Vec<&str> = rows.iter().map(|row| row.asked.route.as_str()).collect();
    let statuses: Vec<i32> = rows.iter().map(|row| i32::from(row.asked.status)).collect();
    let events: Vec<Option<&str>> =
        rows.iter().map(|row| row.asked.event.map(|event| event.as_str())).collect();
    let callers: Vec<Option<Uuid>> = rows.iter().map(|row| row.asked.caller.map(uuid)).collect();
    let sealed: Vec<&[u8]> = rows.iter().map(|row| row.sealed.as_slice()).collect();
    // The days first, so that none is removed meanwhile; in one order wherever it is done, so that two who count at once do not wait
    // for each other.
    let sql = "INSERT INTO access_day AS old (bucket, account_id, day, lines)
               SELECT bucket, account_id, day, count(*) FROM unnest($1::int[], $2::uuid[], $3::int[])
                   AS new (bucket, account_id, day) GROUP BY bucket, account_id, day ORDER BY account_id, day
               ON CONFLICT (account_id, day, bucket) DO UPDATE SET lines = old.lines + excluded.lines";
    transaction.run(sql, &[&buckets, &accounts, &days]).await?;
    let sql = "INSERT INTO access_line
                   (bucket, account_id, day, tag, at, method, route, status, event, caller, sealed)
               SELECT * FROM unnest($1::int[], $2::uuid[], $3::int[], $4::bytea[], $5::bigint[], $6::text[], $7::text[],
                   $8::int[], $9::text[], $10::uuid[], $11::bytea[])";
    let lines: Parameters<'_> = &[
        &buckets, &accounts, &days, &tags, &times, &methods, &routes, &statuses, &events, &callers, &sealed,
    ];
    transaction.run(sql, lines).await?;
    Ok(())
}

async fn put(transaction: &Transaction<'_>, signal: &SignalRow) -> Result<(), Refused> {
    let sql = "INSERT INTO access_signal AS old (bucket, account_id, day, signal, tag, times, at)
               SELECT $1, $2, $3, $4, $5, $6, $7
               WHERE EXISTS (SELECT 1 FROM access_day WHERE bucket = $1 AND account_id = $2 AND day = $3)
               ON CONFLICT (account_id, day, signal, tag, bucket)
               DO UPDATE SET times = greatest(old.times, excluded.times), at = greatest(old.at, excluded.at)";
    let (bucket, account) = (bucket(signal.account), uuid(signal.account));
    let (tag, times, at) = (signal.tag.as_slice(), signal.times.cast_signed(), time(signal.at));
    let row: Parameters<'_> = &[&bucket, &account, &signal.day, &signal.signal, &tag, &times, &at];
    transaction.run(sql, row).await?;
    Ok(())
}

async fn remove(transaction: &Transaction<'_>, account: AccountId, day: i32) -> Result<(), Refused> {
    // The day first: whoever adds a line to it waits, and then makes it anew, so that no line is left without its day.
    for table in ["access_day", "access_line", "access_signal"] {
        let sql = format!("DELETE FROM {table} WHERE bucket = $1 AND account_id = $2 AND day = $3");
        transaction.run(&sql, &[&bucket(account), &uuid(account), &day]).await?;
    }
    Ok(())
}
