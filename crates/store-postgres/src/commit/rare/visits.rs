//! Hits are added, many in one statement; they become visits, and days are marked whose visits change.

use domain::visit::{Period, Site, Visitor, stretch_of};
use store::{
    Change, CommitError, Conflict,
    visits::{Closed, Dropped, HitRow, NewStretch, NewTally, VisitDay, WholeDay},
};
use uuid::Uuid;

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, number, time, uuid},
    visits::visit_day,
};

pub(super) async fn apply(transaction: &Transaction<'_>, change: &Change) -> Result<(), Refused> {
    match change {
        Change::AddHits(hits) => add(transaction, hits).await,
        Change::CloseVisits(closed) => close(transaction, closed).await,
        Change::AddWholeDay(day) => add_day(transaction, day).await,
        Change::RemoveVisitor(site, visitor) => remove_visitor(transaction, site, *visitor).await,
        Change::RemoveVisits(site, day) => remove_visits(transaction, site, *day).await,
        Change::PutTally(tally) => put(transaction, tally).await,
        Change::PutStretch(stretch) => put_stretch(transaction, stretch).await,
        Change::CountDropped(site, dropped) => count(transaction, site, dropped).await,
        _ => Ok(()),
    }
}

async fn add(transaction: &Transaction<'_>, hits: &[HitRow]) -> Result<(), Refused> {
    let buckets: Vec<i32> = hits.iter().map(|hit| bucket(hit.site.account)).collect();
    let accounts: Vec<Uuid> = hits.iter().map(|hit| uuid(hit.site.account)).collect();
    let sites: Vec<&str> = hits.iter().map(|hit| hit.site.name.as_str()).collect();
    let recognised: Vec<bool> = hits.iter().map(|hit| hit.visitor.is_recognised).collect();
    let visitors: Vec<i64> = hits.iter().map(|hit| hit.visitor.number.cast_signed()).collect();
    let times: Vec<i64> = hits.iter().map(|hit| time(hit.at)).collect();
    let facts: Vec<&[u8]> = hits.iter().map(|hit| hit.facts.as_slice()).collect();
    let sql = "INSERT INTO hit (bucket, account_id, site, is_recognised, visitor, at, facts)
               SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bool[], $5::bigint[], $6::bigint[], $7::bytea[])";
    let rows: Parameters<'_> = &[&buckets, &accounts, &sites, &recognised, &visitors, &times, &facts];
    transaction.run(sql, rows).await?;
    Ok(())
}

async fn close(transaction: &Transaction<'_>, closed: &Closed) -> Result<(), Refused> {
    let Closed { site, visitor, until, hits, visits } = closed;
    let (bucket, account, number) = (bucket(site.account), uuid(site.account), visitor.number.cast_signed());
    let sql = "DELETE FROM hit WHERE bucket = $1 AND account_id = $2 AND site = $3 AND is_recognised = $4
               AND visitor = $5 AND at <= $6";
    let of: Parameters<'_> = &[&bucket, &account, &site.name, &visitor.is_recognised, &number, &time(*until)];
    if transaction.run(sql, of).await? != *hits {
        return Err(CommitError::Conflict(Conflict::Visit).into());
    }
    if visitor.is_recognised && !visits.is_empty() {
        count_through(transaction, site, number).await?;
    }
    for visit in visits {
        let (is_recognised, number) = (visit.visitor.is_recognised, visit.visitor.number.cast_signed());
        let sql = "INSERT INTO visit (bucket, account_id, site, day, is_recognised, visitor, facts)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let row: Parameters<'_> =
            &[&bucket, &account, &site.name, &visit.day, &is_recognised, &number, &visit.facts];
        transaction.run(sql, row).await?;
        let sql = "INSERT INTO visit_day AS old (bucket, account_id, site, day, version, is_tallied)
                   VALUES ($1, $2, $3, $4, 1, false)
                   ON CONFLICT (account_id, site, day, bucket)
                   DO UPDATE SET version = old.version + 1, is_tallied = false";
        transaction.run(sql, &[&bucket, &account, &site.name, &visit.day]).await?;
    }
    Ok(())
}

/// Gives a visitor an ordinal who has none. Of two processes that give the same one, one conflicts.
async fn count_through(transaction: &Transaction<'_>, site: &Site, number: i64) -> Result<(), Refused> {
    let (bucket, account) = (bucket(site.account), uuid(site.account));
    let sql = "SELECT FROM visitor WHERE bucket = $1 AND account_id = $2 AND site = $3 AND number = $4";
    let of: Parameters<'_> = &[&bucket, &account, &site.name, &number];
    if !transaction.rows(sql, of).await?.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO visitor (bucket, account_id, site, number, ordinal)
               SELECT $1, $2, $3, $4, coalesce(max(ordinal), -1) + 1 FROM visitor
               WHERE bucket = $1 AND account_id = $2 AND site = $3 ON CONFLICT DO NOTHING";
    must(transaction, sql, of, Conflict::Visit).await
}

/// Whoever has no other visit that is over is not counted through any more.
async fn remove_visits(transaction: &Transaction<'_>, site: &Site, day: i32) -> Result<(), Refused> {
    let (bucket, account) = (bucket(site.account), uuid(site.account));
    let of: Parameters<'_> = &[&bucket, &account, &site.name, &day];
    let sql = "DELETE FROM visitor WHERE bucket = $1 AND account_id = $2 AND site = $3 AND number IN
               (SELECT visitor FROM visit WHERE bucket = $1 AND account_id = $2 AND site = $3 AND day = $4
                AND is_recognised)
               AND NOT EXISTS (SELECT FROM visit WHERE bucket = $1 AND account_id = $2 AND site = $3
                               AND visitor.number = visit.visitor AND is_recognised AND day <> $4)";
    transaction.run(sql, of).await?;
    let sql = "DELETE FROM visit WHERE bucket = $1 AND account_id = $2 AND site = $3 AND day = $4";
    transaction.run(sql, of).await?;
    let sql =
        "UPDATE visit_day SET version = 0 WHERE bucket = $1 AND account_id = $2 AND site = $3 AND day = $4";
    transaction.run(sql, of).await?;
    Ok(())
}

async fn add_day(transaction: &Transaction<'_>, new: &WholeDay) -> Result<(), Refused> {
    let WholeDay { site, day, visits } = new;
    let (bucket, account) = (bucket(site.account), uuid(site.account));
    let sql = "INSERT INTO visit_day (bucket, account_id, site, day, version, is_tallied)
               VALUES ($1, $2, $3, $4, 1, false) ON CONFLICT DO NOTHING";
    must(transaction, sql, &[&bucket, &account, &site.name, day], Conflict::Visit).await?;
    let recognised: Vec<bool> = visits.iter().map(|visit| visit.visitor.is_recognised).collect();
    let visitors: Vec<i64> = visits.iter().map(|visit| visit.visitor.number.cast_signed()).collect();
    let facts: Vec<&[u8]> = visits.iter().map(|visit| visit.facts.as_slice()).collect();
    let sql = "INSERT INTO visit (bucket, account_id, site, day, is_recognised, visitor, facts)
               SELECT $1, $2, $3, $4, * FROM unnest($5::bool[], $6::bigint[], $7::bytea[])";
    let rows: Parameters<'_> = &[&bucket, &account, &site.name, day, &recognised, &visitors, &facts];
    transaction.run(sql, rows).await?;
    Ok(())
}

async fn remove_visitor(transaction: &Transaction<'_>, site: &Site, visitor: Visitor) -> Result<(), Refused> {
    let (bucket, account, number) = (bucket(site.account), uuid(site.account), visitor.number.cast_signed());
    let of: Parameters<'_> = &[&bucket, &account, &site.name, &number, &visitor.is_recognised];
    let sql = "UPDATE visit_day SET version = version + 1, is_tallied = false
               WHERE bucket = $1 AND account_id = $2 AND site = $3
               AND day IN (SELECT day FROM visit WHERE bucket = $1 AND account_id = $2 AND site = $3
                           AND visitor = $4 AND is_recognised = $5)";
    transaction.run(sql, of).await?;
    if visitor.is_recognised {
        let sql = "DELETE FROM visitor WHERE bucket = $1 AND account_id = $2 AND site = $3 AND number = $4";
        transaction.run(sql, &[&bucket, &account, &site.name, &number]).await?;
    }
    for table in ["visit", "hit"] {
        let sql = format!(
            "DELETE FROM {table} WHERE bucket = $1 AND account_id = $2 AND site = $3 AND visitor = $4 AND is_recognised = $5"
        );
        transaction.run(&sql, of).await?;
    }
    Ok(())
}

async fn put(transaction: &Transaction<'_>, tally: &NewTally) -> Result<(), Refused> {
    let (bucket, account, site) = (bucket(tally.site.account), uuid(tally.site.account), &tally.site.name);
    let (day, version) = (tally.day.day, number(tally.day.version));
    let sql = "UPDATE visit_day SET is_tallied = true
               WHERE bucket = $1 AND account_id = $2 AND site = $3 AND day = $4 AND version = $5";
    must(transaction, sql, &[&bucket, &account, site, &day, &version], Conflict::Visit).await?;
    let sql = "DELETE FROM tally WHERE bucket = $1 AND account_id = $2 AND site = $3 AND day = $4";
    transaction.run(sql, &[&bucket, &account, site, &day]).await?;
    for (dimension, facts) in &tally.figures {
        let sql = "INSERT INTO tally (bucket, account_id, site, dimension, day, facts) VALUES ($1, $2, $3, $4, $5, $6)";
        transaction.run(sql, &[&bucket, &account, site, dimension, &day, facts]).await?;
    }
    remove_stretch(transaction, &tally.site, stretch_of(day)).await
}

async fn remove_stretch(transaction: &Transaction<'_>, site: &Site, stretch: i32) -> Result<(), Refused> {
    let (bucket, account) = (bucket(site.account), uuid(site.account));
    let sql =
        "DELETE FROM stretch_tally WHERE bucket = $1 AND account_id = $2 AND site = $3 AND stretch = $4";
    transaction.run(sql, &[&bucket, &account, &site.name, &stretch]).await?;
    Ok(())
}

async fn put_stretch(transaction: &Transaction<'_>, new: &NewStretch) -> Result<(), Refused> {
    let (bucket, account, site) = (bucket(new.site.account), uuid(new.site.account), &new.site.name);
    let Period { from, until } = Period::of_stretch(new.stretch);
    // Whoever changes one of its days meanwhile waits until this is over, and takes the figures away again.
    let sql = "SELECT * FROM visit_day WHERE bucket = $1 AND account_id = $2 AND site = $3 AND day >= $4 AND day < $5
               ORDER BY day FOR UPDATE";
    let rows = transaction.rows(sql, &[&bucket, &account, site, &from, &until]).await?;
    let days: Vec<VisitDay> =
        rows.iter().map(visit_day).collect::<Result<_, _>>().map_err(CommitError::Store)?;
    if days != new.days {
        return Err(CommitError::Conflict(Conflict::Visit).into());
    }
    remove_stretch(transaction, &new.site, new.stretch).await?;
    for (dimension, facts) in &new.figures {
        let sql = "INSERT INTO stretch_tally (bucket, account_id, site, dimension, stretch, facts)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        transaction.run(sql, &[&bucket, &account, site, dimension, &new.stretch, facts]).await?;
    }
    Ok(())
}

async fn count(transaction: &Transaction<'_>, site: &Site, dropped: &Dropped) -> Result<(), Refused> {
    let (bucket, account) = (bucket(site.account), uuid(site.account));
    let sql = "INSERT INTO dropped_hit AS old (bucket, account_id, site, day, reason, hits)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (account_id, site, day, reason, bucket) DO UPDATE SET hits = old.hits + excluded.hits";
    let row: Parameters<'_> =
        &[&bucket, &account, &site.name, &dropped.day, &dropped.reason, &dropped.hits.cast_signed()];
    transaction.run(sql, row).await?;
    Ok(())
}
