//! Erasures, and the emptying of what deleted rows leave behind.

use async_trait::async_trait;
use domain::{Certificate, Erasure, ErasureId, ErasureState, SubjectId};
use store::{Erasures, StoreError};
use tokio_postgres::Row;

use crate::{
    PostgresStore,
    rows::{Read, bucket, get, get_entry, get_id, get_json, get_optional_time, get_time, number, uuid},
};

/// The tables that hold what is about people: what deleted rows leave there is emptied.
const ABOUT_PEOPLE: [&str; 11] = [
    "record",
    "record_metadata",
    "further_purpose",
    "record_tag",
    "blind_index",
    "holding",
    "subject",
    "subject_key",
    "subject_entry",
    "choice",
    "erasure",
];

/// An erasure by what follows: the columns are named, as a later version may add some while this one runs.
macro_rules! select_erasure {
    ($which:literal) => {
        concat!(
            "SELECT id, subject_id, account_id, inaccessible_at, kept, certificate, bundle, position, purged_at
             FROM erasure ",
            $which
        )
    };
}

#[async_trait]
impl Erasures for PostgresStore {
    async fn erasure(&self, id: ErasureId) -> Result<Option<Erasure>, StoreError> {
        let sql = select_erasure!("WHERE bucket = $1 AND id = $2");
        self.database.query(sql, &[&bucket(id), &uuid(id)]).await?.first().map(erasure).transpose()
    }

    async fn erasure_of(&self, subject: SubjectId) -> Result<Option<Erasure>, StoreError> {
        let sql = select_erasure!("WHERE bucket = $1 AND subject_id = $2");
        self.database.query(sql, &[&bucket(subject), &uuid(subject)]).await?.first().map(erasure).transpose()
    }

    async fn unfinished_erasures(&self, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        let sql = select_erasure!("WHERE purged_at IS NULL ORDER BY id LIMIT $1");
        self.database.query(sql, &[&number(limit)]).await?.iter().map(erasure).collect()
    }

    async fn latest_erasures(&self, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        let sql = select_erasure!("ORDER BY id DESC LIMIT $1");
        self.database.query(sql, &[&number(limit)]).await?.iter().map(erasure).collect()
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        Ok(self.database.vacuum(&ABOUT_PEOPLE).await?)
    }
}

fn erasure(row: &Row) -> Read<Erasure> {
    let written: Option<&str> = get(row, "certificate")?;
    let state = match written {
        None => {
            ErasureState::Inaccessible { at: get_time(row, "inaccessible_at")?, kept: get_json(row, "kept")? }
        }
        Some(_) => {
            let certificate = Certificate { entry: get_entry(row)?, ..get_json(row, "certificate")? };
            match get_optional_time(row, "purged_at")? {
                None => ErasureState::Shredded(certificate),
                Some(at) => ErasureState::Purged { at, certificate },
            }
        }
    };
    Ok(Erasure {
        id: get_id(row, "id")?,
        subject: get_id(row, "subject_id")?,
        account: get_id(row, "account_id")?,
        state,
    })
}
