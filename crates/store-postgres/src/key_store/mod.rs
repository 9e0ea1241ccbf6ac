//! The key store in PostgreSQL: in the data's database, or better in one of its own, whose backups are its own.
//!
//! A destroyed key is gone from its row at once. What the engine leaves behind of the row before (dead tuples, the
//! write-ahead log, standbys, archives) ages out: see [`KeyStore::remnants`].

mod image;
mod journal;
mod salts;
mod vacuum;

use std::sync::Arc;

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use jiff::SignedDuration;
use store::key_store::{
    Gone, JournalEntry, KeyStore, KeyStoreError, KeyStoreHeader, SealedSalt, SiteMark, Slot, SlotNumber,
    WrappedKeyBytes,
};
use tokio_postgres::Row;

use self::vacuum::Vacuum;
use crate::{
    Database,
    batches::{Batches, Loading},
    error::{ConnectError, Failure, Right},
    migrations::Schema,
};

const SCHEMA: Schema = Schema {
    name: "key store",
    steps: &[
        include_str!("migrations/0001_initial.sql"),
        include_str!("migrations/0002_first_slot.sql"),
        include_str!("migrations/0003_salts.sql"),
    ],
};

/// A key store in a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresKeyStore {
    database: Database,
    slots: Batches<SlotNumber, Slot, Unreadable>,
    remnants: SignedDuration,
    vacuum: Arc<Vacuum>,
}

impl PostgresKeyStore {
    /// Opens the key store in a database, and makes or completes its schema. `remnants` says how long what is deleted
    /// there may still be found in dead rows, the write-ahead log, standbys and archives.
    ///
    /// # Errors
    /// The database cannot be reached, the role may not do what it must, or a newer program wrote the schema.
    pub async fn open(database: Database, remnants: SignedDuration) -> Result<Self, ConnectError> {
        SCHEMA.migrate(&database).await?;
        Ok(Self::over(database, remnants))
    }

    /// Opens the key store in a database to read it: nothing is made.
    ///
    /// # Errors
    /// The database cannot be reached, holds no key store, or one of another version.
    pub async fn open_read_only(database: Database, remnants: SignedDuration) -> Result<Self, ConnectError> {
        SCHEMA.check(&database).await?;
        Ok(Self::over(database, remnants))
    }

    /// Whether a database holds a key store's schema, whatever is in it.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn is_there(database: &Database) -> Result<bool, ConnectError> {
        Ok(SCHEMA.version(database).await? > 0)
    }

    fn over(database: Database, remnants: SignedDuration) -> Self {
        let slots = Batches::start(&database, load);
        let vacuum = Arc::default();
        Self { database, slots, remnants, vacuum }
    }

    /// The header; nothing before the first [`PostgresKeyStore::write_header`].
    ///
    /// # Errors
    /// The database does not answer, or the header is damaged.
    pub async fn header(&self) -> Result<Option<KeyStoreHeader>, ConnectError> {
        let rows = self.database.query("SELECT header FROM key_store_header", &[]).await;
        let rows = rows.map_err(|failure| self.database.refused(&failure, Right::Own))?;
        let read = |row: &tokio_postgres::Row| {
            let text: &str = row.try_get(0).map_err(|_| "it is no text")?;
            KeyStoreHeader::from_json(text.as_bytes())
        };
        let damaged = |why: &str| ConnectError::Database {
            place: self.database.place().to_owned(),
            why: format!("the header of the key store is damaged: {why}"),
        };
        rows.first().map(read).transpose().map_err(damaged)
    }

    /// Stores the header, in place of an earlier one; durable on return.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn write_header(&self, header: &KeyStoreHeader) -> Result<(), ConnectError> {
        let sql = "INSERT INTO key_store_header VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET header = excluded.header";
        let written = self.database.query(sql, &[&header.to_json()]).await;
        written.map(drop).map_err(|failure| self.database.refused(&failure, Right::Own))
    }

    /// Runs a transaction, which is taken back when it fails.
    async fn transact<T>(
        &self,
        work: impl AsyncFnOnce(&Transaction<'_>) -> Result<T, KeyStoreError>,
    ) -> Result<T, KeyStoreError> {
        let deadline = self.database.deadline();
        let mut connection = self.database.connection_until(deadline).await?;
        let transacted = async {
            let transaction = connection.transaction().await.map_err(Failure::from)?;
            let outcome = work(&transaction).await?;
            transaction.commit().await.map_err(Failure::from)?;
            Ok(outcome)
        };
        match tokio::time::timeout_at(deadline, transacted).await {
            Ok(outcome) => outcome,
            Err(_) => {
                // It may be in the middle of anything.
                connection.close();
                Err(Failure::Slow.into())
            }
        }
    }
}

#[async_trait]
impl KeyStore for PostgresKeyStore {
    async fn reserve(&self, count: u32) -> Result<SlotNumber, KeyStoreError> {
        let sql = "UPDATE key_slot_next SET slot = slot + $1 RETURNING slot - $1";
        let rows = self.database.query(sql, &[&i64::from(count)]).await?;
        let row = rows.first().ok_or_else(|| KeyStoreError::Unavailable("no next slot".into()))?;
        Ok(SlotNumber(row.try_get::<_, i64>(0).map_err(Failure::from)?.cast_unsigned()))
    }

    async fn fill(&self, first: SlotNumber, keys: Vec<WrappedKeyBytes>) -> Result<(), KeyStoreError> {
        // A number that no slot can have is one that was never reserved.
        let numbers: Vec<u64> = (0..keys.len() as u64).map(|place| first.0.saturating_add(place)).collect();
        let slots: Vec<i64> = numbers.iter().map(|number| number.cast_signed()).collect();
        let numbered = numbers.iter().zip(&keys);
        let images: Vec<Vec<u8>> =
            numbered.map(|(number, key)| image::encode(SlotNumber(*number), key)).collect();
        self.transact(async |transaction| {
            check_reserved(transaction, &slots).await?;
            let used = "SELECT slot FROM key_slot WHERE slot = ANY($1) ORDER BY slot LIMIT 1";
            if let Some(row) = transaction.query_opt(used, &[&slots]).await.map_err(Failure::from)? {
                let slot = row.try_get::<_, i64>(0).map_err(Failure::from)?.cast_unsigned();
                return Err(KeyStoreError::Used { slot: SlotNumber(slot) });
            }
            let fill = "INSERT INTO key_slot SELECT * FROM unnest($1::bigint[], $2::bytea[])";
            transaction.execute(fill, &[&slots, &images]).await.map_err(Failure::from)?;
            Ok(())
        })
        .await
    }

    async fn read(&self, slot: SlotNumber) -> Result<Slot, KeyStoreError> {
        Ok(self.slots.get(slot).await?.unwrap_or(Slot::Empty))
    }

    async fn bury(&self, gone: &[Gone]) -> Result<(), KeyStoreError> {
        if gone.is_empty() {
            return Ok(());
        }
        let slots: Vec<i64> = gone.iter().filter_map(Gone::slot).map(|slot| slot.0.cast_signed()).collect();
        self.transact(async |transaction| {
            check_reserved(transaction, &slots).await?;
            journal::append(transaction, gone, &slots).await?;
            let destroy =
                "INSERT INTO key_slot (slot) SELECT DISTINCT unnest($1::bigint[]) AS slot ORDER BY slot
                           ON CONFLICT (slot) DO UPDATE SET image = NULL WHERE key_slot.image IS NOT NULL";
            transaction.execute(destroy, &[&slots]).await.map_err(Failure::from)?;
            Ok(())
        })
        .await?;
        if !slots.is_empty() {
            self.vacuum.soon(&self.database);
        }
        Ok(())
    }

    async fn live_keys(
        &self,
        from: SlotNumber,
        limit: u32,
    ) -> Result<Vec<(SlotNumber, WrappedKeyBytes)>, KeyStoreError> {
        // No slot has a number that a column cannot hold.
        let from = i64::try_from(from.0).unwrap_or(i64::MAX);
        let sql =
            "SELECT slot, image FROM key_slot WHERE slot >= $1 AND image IS NOT NULL ORDER BY slot LIMIT $2";
        let rows = self.database.query(sql, &[&from, &i64::from(limit)]).await?;
        let read = |row: &Row| {
            let slot = SlotNumber(row.try_get::<_, i64>(0).map_err(Failure::from)?.cast_unsigned());
            let bytes: &[u8] = row.try_get(1).map_err(Failure::from)?;
            image::decode(slot, bytes).map(|key| (slot, key)).ok_or(KeyStoreError::Corrupt { slot })
        };
        rows.iter().map(read).collect()
    }

    async fn journal(&self, after: u64) -> Result<Vec<JournalEntry>, KeyStoreError> {
        journal::read(&self.database, after).await
    }

    async fn salt(&self, site: SiteMark, day: i32) -> Result<Option<SealedSalt>, KeyStoreError> {
        salts::find(&self.database, site, day).await
    }

    async fn keep_salt(
        &self,
        site: SiteMark,
        day: i32,
        salt: SealedSalt,
    ) -> Result<SealedSalt, KeyStoreError> {
        salts::keep(&self.database, (site, day), salt).await
    }

    async fn destroy_salts(&self, before: i32) -> Result<usize, KeyStoreError> {
        let destroyed = salts::destroy(&self.database, before).await?;
        if destroyed > 0 {
            self.vacuum.soon(&self.database);
        }
        Ok(destroyed)
    }

    async fn destroy_salt(&self, site: SiteMark, day: i32) -> Result<(), KeyStoreError> {
        if salts::destroy_one(&self.database, site, day).await? {
            self.vacuum.soon(&self.database);
        }
        Ok(())
    }

    fn remnants(&self) -> SignedDuration {
        self.remnants
    }
}

/// Why a slot cannot be read.
#[derive(Clone)]
enum Unreadable {
    Corrupt(SlotNumber),
    Unavailable(String),
}

impl From<Failure> for Unreadable {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(failure.why())
    }
}

impl From<Unreadable> for KeyStoreError {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Corrupt(slot) => Self::Corrupt { slot },
            Unreadable::Unavailable(why) => Self::Unavailable(why.into()),
        }
    }
}

/// What these slots hold.
fn load<'a>(database: &'a Database, asked: &'a [SlotNumber]) -> Loading<'a, SlotNumber, Slot, Unreadable> {
    Box::pin(async move {
        let slots: Vec<i64> = asked.iter().map(|slot| slot.0.cast_signed()).collect();
        let rows = database.query("SELECT slot, image FROM key_slot WHERE slot = ANY($1)", &[&slots]).await?;
        let read = |row: &Row| {
            let slot = SlotNumber(row.try_get::<_, i64>(0)?.cast_unsigned());
            let content = match row.try_get::<_, Option<&[u8]>>(1)? {
                None => Ok(Slot::Destroyed),
                Some(bytes) => image::decode(slot, bytes).map(Slot::Live).ok_or(Unreadable::Corrupt(slot)),
            };
            Ok((slot, content))
        };
        rows.iter().map(read).collect()
    })
}

async fn check_reserved(transaction: &Transaction<'_>, slots: &[i64]) -> Result<(), KeyStoreError> {
    let sql = "SELECT slot FROM unnest($1::bigint[]) AS asked (slot)
               WHERE slot < 1 OR slot >= (SELECT slot FROM key_slot_next) LIMIT 1";
    match transaction.query_opt(sql, &[&slots]).await.map_err(Failure::from)? {
        None => Ok(()),
        Some(row) => {
            let slot = row.try_get::<_, i64>(0).map_err(Failure::from)?.cast_unsigned();
            Err(KeyStoreError::NotReserved { slot: SlotNumber(slot) })
        }
    }
}
