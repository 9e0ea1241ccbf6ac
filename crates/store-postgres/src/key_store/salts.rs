//! The salts of sites and days.

use store::key_store::{KeyStoreError, SealedSalt, SiteMark};
use tokio_postgres::Row;

use crate::{Database, error::Failure};

pub(super) async fn find(
    database: &Database,
    site: SiteMark,
    day: i32,
) -> Result<Option<SealedSalt>, KeyStoreError> {
    let sql = "SELECT salt FROM visit_salt WHERE site = $1 AND day = $2";
    database.query(sql, &[&site.as_slice(), &day]).await?.first().map(salt).transpose()
}

/// Of several who keep one at once, the first is the one.
pub(super) async fn keep(
    database: &Database,
    (site, day): (SiteMark, i32),
    salt: SealedSalt,
) -> Result<SealedSalt, KeyStoreError> {
    let sql = "INSERT INTO visit_salt VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    database.query(sql, &[&site.as_slice(), &day, &salt.as_slice()]).await?;
    let kept = find(database, site, day).await?;
    kept.ok_or_else(|| KeyStoreError::Unavailable("the salt of a day is gone again".into()))
}

pub(super) async fn destroy(database: &Database, before: i32) -> Result<usize, KeyStoreError> {
    let sql = "DELETE FROM visit_salt WHERE day < $1 RETURNING day";
    Ok(database.query(sql, &[&before]).await?.len())
}

/// Whether it was there.
pub(super) async fn destroy_one(
    database: &Database,
    site: SiteMark,
    day: i32,
) -> Result<bool, KeyStoreError> {
    let sql = "DELETE FROM visit_salt WHERE site = $1 AND day = $2 RETURNING day";
    Ok(!database.query(sql, &[&site.as_slice(), &day]).await?.is_empty())
}

fn salt(row: &Row) -> Result<SealedSalt, KeyStoreError> {
    let bytes: &[u8] = row.try_get(0).map_err(Failure::from)?;
    bytes.try_into().map_err(|_| KeyStoreError::Unavailable("the salt of a day has another length".into()))
}
