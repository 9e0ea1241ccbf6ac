//! Hits are added, become visits, and days are marked whose visits change.

use domain::visit::{Period, Site, Visitor, stretch_of};
use rusqlite::{Connection, params};
use store::{
    Change, CommitError, Conflict,
    visits::{Closed, Dropped, HitRow, NewStretch, NewTally, VisitDay, VisitRow, WholeDay},
};

use super::{add, change, require, run};
use crate::{
    rows::{Read, time, unavailable},
    visits::{VISIT_DAYS, visit_day},
};

pub(super) fn apply(connection: &Connection, wanted: &Change) -> Result<(), CommitError> {
    match wanted {
        Change::AddHits(hits) => hits.iter().try_for_each(|hit| add_hit(connection, hit)),
        Change::CloseVisits(closed) => close(connection, closed),
        Change::AddWholeDay(day) => add_day(connection, day),
        Change::RemoveVisitor(site, visitor) => remove_visitor(connection, site, *visitor),
        Change::RemoveVisits(site, day) => remove_visits(connection, site, *day),
        Change::PutTally(tally) => put(connection, tally),
        Change::PutStretch(stretch) => put_stretch(connection, stretch),
        Change::CountDropped(site, dropped) => count(connection, site, dropped),
        _ => Ok(()),
    }
}

fn add_hit(connection: &Connection, hit: &HitRow) -> Result<(), CommitError> {
    let row = params![
        hit.site.account.as_bytes(),
        hit.site.name,
        hit.visitor.is_recognised,
        hit.visitor.number.cast_signed(),
        time(hit.at),
        hit.facts
    ];
    run(connection, "INSERT INTO hit VALUES (?1, ?2, ?3, ?4, ?5, ?6)", row).map(drop)
}

fn close(connection: &Connection, closed: &Closed) -> Result<(), CommitError> {
    let Closed { site, visitor, until, hits, visits } = closed;
    let (account, number) = (site.account.as_bytes(), visitor.number.cast_signed());
    let sql = "DELETE FROM hit WHERE account_id = ?1 AND site = ?2 AND is_recognised = ?3 AND visitor = ?4 AND at <= ?5";
    let of = params![account, site.name, visitor.is_recognised, number, time(*until)];
    require(run(connection, sql, of)? as u64 == *hits, Conflict::Visit)?;
    if visitor.is_recognised && !visits.is_empty() {
        let sql = "INSERT INTO visitor SELECT ?1, ?2, ?3, coalesce(max(ordinal), -1) + 1 FROM visitor
                   WHERE account_id = ?1 AND site = ?2 ON CONFLICT (account_id, site, number) DO NOTHING";
        run(connection, sql, params![account, site.name, number])?;
    }
    for visit in visits {
        add_visit(connection, site, visit)?;
        let sql = "INSERT INTO visit_day VALUES (?1, ?2, ?3, 1, 0)
                   ON CONFLICT DO UPDATE SET version = version + 1, is_tallied = 0";
        run(connection, sql, params![account, site.name, visit.day])?;
    }
    Ok(())
}

fn add_visit(connection: &Connection, site: &Site, visit: &VisitRow) -> Result<(), CommitError> {
    let (account, of) = (site.account.as_bytes(), visit.visitor);
    let row = params![account, site.name, visit.day, of.is_recognised, of.number.cast_signed(), visit.facts];
    run(connection, "INSERT INTO visit VALUES (?1, ?2, ?3, ?4, ?5, ?6)", row).map(drop)
}

fn add_day(connection: &Connection, new: &WholeDay) -> Result<(), CommitError> {
    let of = params![new.site.account.as_bytes(), new.site.name, new.day];
    add(connection, "INSERT INTO visit_day VALUES (?1, ?2, ?3, 1, 0)", of, Conflict::Visit)?;
    new.visits.iter().try_for_each(|visit| add_visit(connection, &new.site, visit))
}

fn remove_visitor(connection: &Connection, site: &Site, visitor: Visitor) -> Result<(), CommitError> {
    let of = params![site.account.as_bytes(), site.name, visitor.number.cast_signed(), visitor.is_recognised];
    let sql = "UPDATE visit_day SET version = version + 1, is_tallied = 0 WHERE account_id = ?1 AND site = ?2
               AND day IN (SELECT day FROM visit WHERE account_id = ?1 AND site = ?2 AND visitor = ?3
                           AND is_recognised = ?4)";
    run(connection, sql, of)?;
    if visitor.is_recognised {
        let sql = "DELETE FROM visitor WHERE account_id = ?1 AND site = ?2 AND number = ?3";
        run(connection, sql, params![site.account.as_bytes(), site.name, visitor.number.cast_signed()])?;
    }
    for table in ["visit", "hit"] {
        let sql = format!(
            "DELETE FROM {table} WHERE account_id = ?1 AND site = ?2 AND visitor = ?3 AND is_recognised = ?4"
        );
        run(connection, &sql, of)?;
    }
    Ok(())
}

/// Whoever has no other visit that is over is not counted through any more.
fn remove_visits(connection: &Connection, site: &Site, day: i32) -> Result<(), CommitError> {
    let of = params![site.account.as_bytes(), site.name, day];
    let sql = "DELETE FROM visitor WHERE account_id = ?1 AND site = ?2 AND number IN
               (SELECT visitor FROM visit WHERE account_id = ?1 AND site = ?2 AND day = ?3 AND is_recognised = 1)
               AND NOT EXISTS (SELECT 1 FROM visit WHERE account_id = ?1 AND site = ?2 AND visitor = number
                               AND is_recognised = 1 AND day <> ?3)";
    run(connection, sql, of)?;
    run(connection, "DELETE FROM visit WHERE account_id = ?1 AND site = ?2 AND day = ?3", of)?;
    let sql = "UPDATE visit_day SET version = 0 WHERE account_id = ?1 AND site = ?2 AND day = ?3";
    run(connection, sql, of).map(drop)
}

fn put(connection: &Connection, tally: &NewTally) -> Result<(), CommitError> {
    let (account, site, day) = (tally.site.account.as_bytes(), &tally.site.name, tally.day.day);
    let sql = "UPDATE visit_day SET is_tallied = 1 WHERE account_id = ?1 AND site = ?2 AND day = ?3 AND version = ?4";
    change(connection, sql, params![account, site, day, tally.day.version], Conflict::Visit)?;
    let sql = "DELETE FROM tally WHERE account_id = ?1 AND site = ?2 AND day = ?3";
    run(connection, sql, params![account, site, day])?;
    for (dimension, facts) in &tally.figures {
        let sql = "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5)";
        run(connection, sql, params![account, site, dimension, day, facts])?;
    }
    remove_stretch(connection, &tally.site, stretch_of(day))
}

fn remove_stretch(connection: &Connection, site: &Site, stretch: i32) -> Result<(), CommitError> {
    let sql = "DELETE FROM stretch_tally WHERE account_id = ?1 AND site = ?2 AND stretch = ?3";
    run(connection, sql, params![site.account.as_bytes(), site.name, stretch]).map(drop)
}

fn put_stretch(connection: &Connection, new: &NewStretch) -> Result<(), CommitError> {
    let (account, site) = (new.site.account.as_bytes(), &new.site.name);
    require(days_of(connection, new).map_err(CommitError::Store)? == new.days, Conflict::Visit)?;
    remove_stretch(connection, &new.site, new.stretch)?;
    for (dimension, facts) in &new.figures {
        let sql = "INSERT INTO stretch_tally VALUES (?1, ?2, ?3, ?4, ?5)";
        run(connection, sql, params![account, site, dimension, new.stretch, facts])?;
    }
    Ok(())
}

/// The days of a stretch as they are by now.
fn days_of(connection: &Connection, new: &NewStretch) -> Read<Vec<VisitDay>> {
    let period = Period::of_stretch(new.stretch);
    let of = params![new.site.account.as_bytes(), new.site.name, period.from, period.until];
    let mut statement = connection.prepare_cached(VISIT_DAYS).map_err(unavailable)?;
    let mut rows = statement.query(of).map_err(unavailable)?;
    let mut days = Vec::new();
    while let Some(row) = rows.next().map_err(unavailable)? {
        days.push(visit_day(row)?);
    }
    Ok(days)
}

fn count(connection: &Connection, site: &Site, dropped: &Dropped) -> Result<(), CommitError> {
    let sql = "INSERT INTO dropped_hit VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT DO UPDATE SET hits = hits + excluded.hits";
    let row =
        params![site.account.as_bytes(), site.name, dropped.day, dropped.reason, dropped.hits.cast_signed()];
    run(connection, sql, row).map(drop)
}
