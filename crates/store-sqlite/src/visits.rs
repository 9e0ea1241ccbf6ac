//! Hits, visits and what the days add up to.

use std::{collections::HashMap, ops::Range};

use async_trait::async_trait;
use domain::visit::{Period, Site, Visitor};
use jiff::Timestamp;
use rusqlite::{Row, params};
use store::{
    StoreError, Visits,
    visits::{Dropped, HitRow, MOST_HITS, StretchRow, TallyRow, VisitDay, VisitRow, open_since},
};

use crate::{
    SqliteStore,
    rows::{Read, corrupt, get, get_count, get_id, get_time, get_unsigned, time},
};

pub(crate) const VISIT_DAYS: &str =
    "SELECT * FROM visit_day WHERE account_id = ?1 AND site = ?2 AND day >= ?3 AND day < ?4 ORDER BY day";

#[async_trait]
impl Visits for SqliteStore {
    async fn quiet(&self, before: Timestamp, limit: u32) -> Result<Vec<(Site, Visitor)>, StoreError> {
        let sql = "SELECT account_id, site, is_recognised, visitor FROM hit
                   GROUP BY account_id, site, is_recognised, visitor HAVING max(at) < ?1 OR min(at) < ?2 LIMIT ?3";
        let parameters = params![time(before), time(open_since(before)), limit];
        self.readers.all(sql, parameters, |row| Ok((site(row)?, visitor(row)?)))
    }

    async fn hits(&self, wanted: &Site, of: Option<Visitor>) -> Result<Vec<HitRow>, StoreError> {
        let (account, name) = (wanted.account.as_bytes(), &wanted.name);
        match of {
            None => {
                let sql = "SELECT * FROM hit WHERE account_id = ?1 AND site = ?2 ORDER BY at";
                self.readers.all(sql, params![account, name], hit)
            }
            Some(of) => {
                let sql = "SELECT * FROM hit WHERE account_id = ?1 AND site = ?2 AND is_recognised = ?3
                           AND visitor = ?4 ORDER BY at LIMIT ?5";
                let wanted = params![account, name, of.is_recognised, of.number.cast_signed(), MOST_HITS];
                self.readers.all(sql, wanted, hit)
            }
        }
    }

    async fn recognised(&self, site: &Site) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT number FROM visitor WHERE account_id = ?1 AND site = ?2 UNION
                   SELECT visitor FROM hit WHERE account_id = ?1 AND site = ?2 AND is_recognised = 1 ORDER BY 1";
        let of = params![site.account.as_bytes(), site.name];
        self.readers.all(sql, of, |row| get_unsigned(row, "number"))
    }

    async fn ordinals_of_open(&self, site: &Site) -> Result<HashMap<u64, u32>, StoreError> {
        let sql = "SELECT number, ordinal FROM visitor WHERE account_id = ?1 AND site = ?2 AND number IN
                   (SELECT visitor FROM hit WHERE account_id = ?1 AND site = ?2 AND is_recognised = 1)";
        let all = self.readers.all(sql, params![site.account.as_bytes(), site.name], |row| {
            Ok((get_unsigned(row, "number")?, ordinal(get(row, "ordinal")?)?))
        });
        Ok(all?.into_iter().collect())
    }

    async fn visits(&self, site: &Site, day: i32) -> Result<Vec<VisitRow>, StoreError> {
        let sql = "SELECT visit.visitor, visit.is_recognised, visit.facts, visitor.ordinal
                   FROM visit LEFT JOIN visitor ON visit.is_recognised = 1 AND visitor.account_id = visit.account_id
                        AND visitor.site = visit.site AND visitor.number = visit.visitor
                   WHERE visit.account_id = ?1 AND visit.site = ?2 AND visit.day = ?3";
        self.readers.all(sql, params![site.account.as_bytes(), site.name, day], |row| {
            let ordinal = get::<Option<i64>>(row, "ordinal")?.map(ordinal).transpose()?;
            Ok(VisitRow { visitor: visitor(row)?, day, facts: get(row, "facts")?, ordinal })
        })
    }

    async fn visit_days(&self, site: &Site, period: Period) -> Result<Vec<VisitDay>, StoreError> {
        let wanted = params![site.account.as_bytes(), site.name, period.from, period.until];
        self.readers.all(VISIT_DAYS, wanted, visit_day)
    }

    async fn untallied(&self, before: i32, limit: u32) -> Result<Vec<(Site, VisitDay)>, StoreError> {
        let sql = "SELECT * FROM visit_day WHERE is_tallied = 0 AND day < ?1 ORDER BY day LIMIT ?2";
        self.readers.all(sql, params![before, limit], |row| Ok((site(row)?, visit_day(row)?)))
    }

    async fn tallies(
        &self,
        site: &Site,
        period: Period,
        dimensions: &[&str],
    ) -> Result<Vec<TallyRow>, StoreError> {
        let sql =
            "SELECT dimension, day, facts FROM tally WHERE account_id = ?1 AND site = ?2 AND dimension = ?3
                   AND day >= ?4 AND day < ?5 ORDER BY day";
        let mut all = Vec::new();
        for dimension in dimensions {
            let wanted = params![site.account.as_bytes(), site.name, dimension, period.from, period.until];
            all.extend(self.readers.all(sql, wanted, tally)?);
        }
        Ok(all)
    }

    async fn stretches(
        &self,
        site: &Site,
        stretches: Range<i32>,
        dimensions: &[&str],
    ) -> Result<Vec<StretchRow>, StoreError> {
        let sql = "SELECT dimension, stretch, facts FROM stretch_tally WHERE account_id = ?1 AND site = ?2
                   AND dimension = ?3 AND stretch >= ?4 AND stretch < ?5 ORDER BY stretch";
        let mut all = Vec::new();
        for dimension in dimensions {
            let wanted =
                params![site.account.as_bytes(), site.name, dimension, stretches.start, stretches.end];
            all.extend(self.readers.all(sql, wanted, stretch)?);
        }
        Ok(all)
    }

    async fn dropped(&self, site: &Site, period: Period) -> Result<Vec<Dropped>, StoreError> {
        let sql = "SELECT * FROM dropped_hit WHERE account_id = ?1 AND site = ?2 AND day >= ?3 AND day < ?4
                   ORDER BY day, reason";
        let wanted = params![site.account.as_bytes(), site.name, period.from, period.until];
        self.readers.all(sql, wanted, |row| {
            let (day, reason) = (number(row, "day")?, get(row, "reason")?);
            Ok(Dropped { day, reason, hits: get_unsigned(row, "hits")? })
        })
    }
}

fn site(row: &Row<'_>) -> Read<Site> {
    Ok(Site { account: get_id(row, "account_id")?, name: get(row, "site")? })
}

fn visitor(row: &Row<'_>) -> Read<Visitor> {
    Ok(Visitor { number: get_unsigned(row, "visitor")?, is_recognised: get(row, "is_recognised")? })
}

fn hit(row: &Row<'_>) -> Read<HitRow> {
    Ok(HitRow {
        site: site(row)?,
        visitor: visitor(row)?,
        at: get_time(row, "at")?,
        facts: get(row, "facts")?,
    })
}

pub(crate) fn visit_day(row: &Row<'_>) -> Read<VisitDay> {
    Ok(VisitDay {
        day: number(row, "day")?,
        version: get_count(row, "version")?,
        is_tallied: get(row, "is_tallied")?,
    })
}

fn tally(row: &Row<'_>) -> Read<TallyRow> {
    Ok(TallyRow { day: number(row, "day")?, dimension: get(row, "dimension")?, facts: get(row, "facts")? })
}

fn stretch(row: &Row<'_>) -> Read<StretchRow> {
    Ok(StretchRow {
        stretch: number(row, "stretch")?,
        dimension: get(row, "dimension")?,
        facts: get(row, "facts")?,
    })
}

fn ordinal(stored: i64) -> Read<u32> {
    u32::try_from(stored).map_err(|_| corrupt("ordinal"))
}

/// Days before 1970 have numbers below zero.
fn number(row: &Row<'_>, column: &str) -> Read<i32> {
    i32::try_from(get::<i64>(row, column)?).map_err(|_| corrupt(column))
}
