//! Hits, visits and what the days add up to.

use std::{collections::HashMap, ops::Range};

use async_trait::async_trait;
use domain::visit::{Period, Site, Visitor};
use jiff::Timestamp;
use store::{
    StoreError, Visits,
    visits::{Dropped, HitRow, MOST_HITS, StretchRow, TallyRow, VisitDay, VisitRow, open_since},
};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{Read, bucket, corrupt, get, get_count, get_id, get_time, get_unsigned, number, time, uuid},
};

#[async_trait]
impl Visits for PostgresStore {
    async fn quiet(&self, before: Timestamp, limit: u32) -> Result<Vec<(Site, Visitor)>, StoreError> {
        let sql = "SELECT account_id, site, is_recognised, visitor FROM hit
                   GROUP BY account_id, site, is_recognised, visitor HAVING max(at) < $1 OR min(at) < $2 LIMIT $3";
        let since = time(open_since(before));
        let rows = self.database.query(sql, &[&time(before), &since, &number(limit)]).await?;
        rows.iter().map(|row| Ok((site(row)?, visitor(row)?))).collect()
    }

    async fn hits(&self, wanted: &Site, of: Option<Visitor>) -> Result<Vec<HitRow>, StoreError> {
        let (account, name) = (wanted.account, &wanted.name);
        let rows = match of {
            None => {
                let sql = "SELECT * FROM hit WHERE bucket = $1 AND account_id = $2 AND site = $3 ORDER BY at";
                self.database.query(sql, &[&bucket(account), &uuid(account), name]).await?
            }
            Some(of) => {
                let sql = "SELECT * FROM hit WHERE bucket = $1 AND account_id = $2 AND site = $3
                           AND is_recognised = $4 AND visitor = $5 ORDER BY at LIMIT $6";
                let number = of.number.cast_signed();
                let limit = i64::from(MOST_HITS);
                let wanted: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
                    [&bucket(account), &uuid(account), name, &of.is_recognised, &number, &limit];
                self.database.query(sql, &wanted).await?
            }
        };
        rows.iter().map(hit).collect()
    }

    async fn recognised(&self, site: &Site) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT number FROM visitor WHERE bucket = $1 AND account_id = $2 AND site = $3 UNION
                   SELECT visitor FROM hit WHERE bucket = $1 AND account_id = $2 AND site = $3 AND is_recognised
                   ORDER BY 1";
        let account = site.account;
        let rows = self.database.query(sql, &[&bucket(account), &uuid(account), &site.name]).await?;
        rows.iter().map(|row| get_unsigned(row, "number")).collect()
    }

    async fn ordinals_of_open(&self, site: &Site) -> Result<HashMap<u64, u32>, StoreError> {
        let sql = "SELECT number, ordinal FROM visitor WHERE bucket = $1 AND account_id = $2 AND site = $3 AND number IN
                   (SELECT visitor FROM hit WHERE bucket = $1 AND account_id = $2 AND site = $3 AND is_recognised)";
        let account = site.account;
        let rows = self.database.query(sql, &[&bucket(account), &uuid(account), &site.name]).await?;
        rows.iter().map(|row| Ok((get_unsigned(row, "number")?, ordinal(get(row, "ordinal")?)?))).collect()
    }

    async fn visits(&self, site: &Site, day: i32) -> Result<Vec<VisitRow>, StoreError> {
        let sql = "SELECT visit.visitor, visit.is_recognised, visit.facts, visitor.ordinal
                   FROM visit LEFT JOIN visitor ON visit.is_recognised AND visitor.bucket = visit.bucket
                        AND visitor.account_id = visit.account_id AND visitor.site = visit.site
                        AND visitor.number = visit.visitor
                   WHERE visit.bucket = $1 AND visit.account_id = $2 AND visit.site = $3 AND visit.day = $4";
        let account = site.account;
        let rows = self.database.query(sql, &[&bucket(account), &uuid(account), &site.name, &day]).await?;
        let read = |row: &Row| {
            let ordinal = get::<Option<i64>>(row, "ordinal")?.map(ordinal).transpose()?;
            Ok(VisitRow { visitor: visitor(row)?, day, facts: get(row, "facts")?, ordinal })
        };
        rows.iter().map(read).collect()
    }

    async fn visit_days(&self, site: &Site, period: Period) -> Result<Vec<VisitDay>, StoreError> {
        let sql = "SELECT * FROM visit_day WHERE bucket = $1 AND account_id = $2 AND site = $3
                   AND day >= $4 AND day < $5 ORDER BY day";
        self.of_period(sql, site, period, visit_day).await
    }

    async fn untallied(&self, before: i32, limit: u32) -> Result<Vec<(Site, VisitDay)>, StoreError> {
        let sql = "SELECT * FROM visit_day WHERE NOT is_tallied AND day < $1 ORDER BY day LIMIT $2";
        let rows = self.database.query(sql, &[&before, &number(limit)]).await?;
        rows.iter().map(|row| Ok((site(row)?, visit_day(row)?))).collect()
    }

    async fn tallies(
        &self,
        site: &Site,
        period: Period,
        dimensions: &[&str],
    ) -> Result<Vec<TallyRow>, StoreError> {
        let sql =
            "SELECT dimension, day, facts FROM tally WHERE bucket = $1 AND account_id = $2 AND site = $3
                   AND dimension = ANY($4) AND day >= $5 AND day < $6 ORDER BY dimension, day";
        let account = site.account;
        let wanted: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&bucket(account), &uuid(account), &site.name, &dimensions, &period.from, &period.until];
        self.database.query(sql, &wanted).await?.iter().map(tally).collect()
    }

    async fn stretches(
        &self,
        site: &Site,
        stretches: Range<i32>,
        dimensions: &[&str],
    ) -> Result<Vec<StretchRow>, StoreError> {
        let sql = "SELECT dimension, stretch, facts FROM stretch_tally
                   WHERE bucket = $1 AND account_id = $2 AND site = $3
                   AND dimension = ANY($4) AND stretch >= $5 AND stretch < $6 ORDER BY dimension, stretch";
        let account = site.account;
        let wanted: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&bucket(account), &uuid(account), &site.name, &dimensions, &stretches.start, &stretches.end];
        self.database.query(sql, &wanted).await?.iter().map(stretch).collect()
    }

    async fn dropped(&self, site: &Site, period: Period) -> Result<Vec<Dropped>, StoreError> {
        let sql = "SELECT * FROM dropped_hit WHERE bucket = $1 AND account_id = $2 AND site = $3
                   AND day >= $4 AND day < $5 ORDER BY day, reason";
        self.of_period(sql, site, period, dropped).await
    }
}

impl PostgresStore {
    async fn of_period<T>(
        &self,
        sql: &str,
        site: &Site,
        period: Period,
        read: fn(&Row) -> Read<T>,
    ) -> Result<Vec<T>, StoreError> {
        let account = site.account;
        let wanted: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&bucket(account), &uuid(account), &site.name, &period.from, &period.until];
        self.database.query(sql, &wanted).await?.iter().map(read).collect()
    }
}

fn site(row: &Row) -> Read<Site> {
    Ok(Site { account: get_id(row, "account_id")?, name: get(row, "site")? })
}

fn visitor(row: &Row) -> Read<Visitor> {
    Ok(Visitor { number: get_unsigned(row, "visitor")?, is_recognised: get(row, "is_recognised")? })
}

fn hit(row: &Row) -> Read<HitRow> {
    Ok(HitRow {
        site: site(row)?,
        visitor: visitor(row)?,
        at: get_time(row, "at")?,
        facts: get(row, "facts")?,
    })
}

pub(crate) fn visit_day(row: &Row) -> Read<VisitDay> {
    Ok(VisitDay {
        day: get(row, "day")?,
        version: get_count(row, "version")?,
        is_tallied: get(row, "is_tallied")?,
    })
}

fn tally(row: &Row) -> Read<TallyRow> {
    Ok(TallyRow { day: get(row, "day")?, dimension: get(row, "dimension")?, facts: get(row, "facts")? })
}

fn stretch(row: &Row) -> Read<StretchRow> {
    Ok(StretchRow {
        stretch: get(row, "stretch")?,
        dimension: get(row, "dimension")?,
        facts: get(row, "facts")?,
    })
}

fn ordinal(stored: i64) -> Read<u32> {
    u32::try_from(stored).map_err(|_| corrupt("ordinal"))
}

fn dropped(row: &Row) -> Read<Dropped> {
    Ok(Dropped { day: get(row, "day")?, reason: get(row, "reason")?, hits: get_unsigned(row, "hits")? })
}
