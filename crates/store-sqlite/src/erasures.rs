//! Erasures, and the emptying of what deleted rows leave behind.

use async_trait::async_trait;
use domain::{Certificate, Erasure, ErasureId, ErasureState, SubjectId};
use rusqlite::Row;
use store::{Erasures, StoreError};

use crate::{
    SqliteStore,
    records::entry,
    rows::{Read, get, get_id, get_json, get_optional_time, get_time},
};

#[async_trait]
impl Erasures for SqliteStore {
    async fn erasure(&self, id: ErasureId) -> Result<Option<Erasure>, StoreError> {
        self.readers.first("SELECT * FROM erasure WHERE id = ?1", [id.as_bytes()], erasure)
    }

    async fn erasure_of(&self, subject: SubjectId) -> Result<Option<Erasure>, StoreError> {
        self.readers.first("SELECT * FROM erasure WHERE subject_id = ?1", [subject.as_bytes()], erasure)
    }

    async fn unfinished_erasures(&self, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        self.readers.all(
            "SELECT * FROM erasure WHERE purged_at IS NULL ORDER BY id LIMIT ?1",
            [limit],
            erasure,
        )
    }

    async fn latest_erasures(&self, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        self.readers.all("SELECT * FROM erasure ORDER BY id DESC LIMIT ?1", [limit], erasure)
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        self.writer.scrub().await
    }
}

fn erasure(row: &Row<'_>) -> Read<Erasure> {
    let written: Option<String> = get(row, "certificate")?;
    let state = match written {
        None => {
            ErasureState::Inaccessible { at: get_time(row, "inaccessible_at")?, kept: get_json(row, "kept")? }
        }
        Some(_) => {
            let certificate = Certificate { entry: entry(row)?, ..get_json(row, "certificate")? };
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
