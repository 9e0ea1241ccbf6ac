//! A database from rows: made beside its place, and put there once it is whole.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, params_from_iter, types::ToSqlOutput};
use store::{
    StoreError,
    backup::{BUNDLE_GAP, Load, RESTORING, Table, Value},
};

use super::LISTS;
use crate::{
    migrations::{SCHEMA, migrate, migrate_to, wrong_schema},
    rows::{Read, corrupt, unavailable},
};

/// Puts a database made of rows at `path`, in place of one that was there, and marks it as one that is being restored. It
/// appears whole or not at all.
///
/// # Errors
/// The rows end with an error, do not fit this program, or cannot be written. What was at `path` is still there then.
pub async fn load(path: &Path, load: Load, mark: &[u8]) -> Result<(), StoreError> {
    let (path, mark) = (path.to_owned(), mark.to_vec());
    let loaded = tokio::task::spawn_blocking(move || load_file(&path, load, &mark)).await;
    loaded.unwrap_or_else(|_| Err(StoreError::Unavailable("loading did not end".to_owned())))
}

fn load_file(path: &Path, load: Load, mark: &[u8]) -> Read<()> {
    let draft = beside(path, ".restoring");
    for left in [draft.clone(), beside(&draft, "-journal"), beside(&draft, "-wal"), beside(&draft, "-shm")] {
        remove(&left)?;
    }
    let connection = Connection::open(&draft).map_err(unavailable)?;
    // Whatever happens before it is whole, it is made anew.
    connection
        .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
        .map_err(unavailable)?;
    fill(&connection, load)?;
    let sql = "INSERT OR REPLACE INTO installation VALUES (?1, ?2)";
    connection.execute(sql, (RESTORING, mark)).map_err(unavailable)?;
    connection.close().map_err(|(_, error)| unavailable(error))?;
    put(&draft, path)
}

fn fill(connection: &Connection, mut load: Load) -> Read<()> {
    let version = load.schema.unwrap_or(SCHEMA);
    if version > SCHEMA {
        return Err(wrong_schema(version));
    }
    migrate_to(connection, version)?;
    connection.execute_batch("BEGIN").map_err(unavailable)?;
    let insertions = load.tables.iter().map(insertion).collect::<Read<Vec<String>>>()?;
    for table in &load.tables {
        // A schema begins with some rows.
        connection.execute(&format!("DELETE FROM {}", table.name), []).map_err(unfit)?;
    }
    let mut counts = vec![0_u64; load.tables.len()];
    while let Some(rows) = load.rows.blocking_recv() {
        let rows = rows?;
        let sql = insertions.get(rows.table).ok_or_else(|| corrupt("rows of no table"))?;
        counts[rows.table] += rows.rows.len() as u64;
        let mut statement = connection.prepare_cached(sql).map_err(unfit)?;
        for row in rows.rows {
            statement.execute(params_from_iter(row.into_iter().map(Parameter))).map_err(unfit)?;
        }
    }
    if load.tables.iter().zip(&counts).any(|(table, count)| table.rows.is_some_and(|known| known != *count)) {
        return Err(StoreError::Unavailable("the rows ended early".to_owned()));
    }
    let gap = "UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'audit_bundle'";
    connection.execute(gap, [BUNDLE_GAP.cast_signed()]).map_err(unavailable)?;
    connection.execute_batch("COMMIT").map_err(unavailable)?;
    migrate(connection)
}

/// How the rows of a table are inserted: a parameter a column, in the order of the backup.
fn insertion(table: &Table) -> Read<String> {
    // The names stand in statements, so they must be no more than names.
    let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if !store::backup::KEPT.contains(&table.name.as_str()) || !table.columns.iter().all(is_name) {
        return Err(unknown(&table.name));
    }
    let place = |name: &str| table.columns.iter().position(|column| column == name).map(|place| place + 1);
    let values = table.columns.iter().zip(1..).map(|(column, number)| match column.as_str() {
        "collected_for" if table.name == "record_metadata" => {
            let home = place("home").unwrap_or(number);
            format!("CASE WHEN ?{number} IN ('[]', json_array(?{home})) THEN '' ELSE ?{number} END")
        }
        list if table.name == "record_metadata" && LISTS.contains(&list) => {
            format!("CASE ?{number} WHEN '[]' THEN '' ELSE ?{number} END")
        }
        _ => format!("?{number}"),
    });
    let values: Vec<String> = values.collect();
    Ok(format!("INSERT INTO {} ({}) VALUES ({})", table.name, table.columns.join(", "), values.join(", ")))
}

/// A value on its way into a column.
struct Parameter(Value);

impl rusqlite::ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            Value::Nothing => ToSqlOutput::from(rusqlite::types::Null),
            Value::Integer(number) => ToSqlOutput::from(*number),
            Value::Text(text) => ToSqlOutput::from(text.as_str()),
            Value::Bytes(bytes) => ToSqlOutput::from(bytes.as_slice()),
        })
    }
}

/// Puts a whole database in its place, durably. Of the one before nothing is left that could be taken for its own.
fn put(draft: &Path, path: &Path) -> Read<()> {
    File::open(draft).and_then(|file| file.sync_all()).map_err(failed)?;
    for log in [beside(path, "-wal"), beside(path, "-shm")] {
        remove(&log)?;
    }
    fs::rename(draft, path).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn remove(path: &Path) -> Read<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn failed(error: io::Error) -> StoreError {
    StoreError::Unavailable(format!("the database file cannot be put in place: {error}"))
}

fn unknown(table: &str) -> StoreError {
    StoreError::Unavailable(format!(
        "this program knows no table `{table}` that a backup holds; use a newer program"
    ))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn unfit(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(format!(
        "the backup does not fit the tables of this program: {error}; a backup of another engine must have been made by \
         the same version"
    ))
}
