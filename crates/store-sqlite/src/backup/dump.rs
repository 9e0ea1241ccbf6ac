//! One moment of the database, row by row.

use std::path::Path;

use rusqlite::{Connection, Row, types::ValueRef};
use store::{
    StoreError,
    backup::{Gathered, Moment, Rows, Snapshot, Table, Value, check_tables},
};
use tokio::sync::{mpsc, oneshot};

use super::{ENGINE, LISTS};
use crate::{
    migrations::{SCHEMA, schema, wrong_schema},
    reader::{connect, first, query},
    rows::{Read, corrupt, get, unavailable},
};

/// Reads the database file as it is at this moment. A server may go on writing it; its write-ahead log grows until the last
/// row is read.
///
/// # Errors
/// It cannot be read, is of another version, or has a table of which nothing says whether a backup holds it.
pub async fn snapshot(path: &Path) -> Result<Snapshot, StoreError> {
    let (begun, moment) = oneshot::channel();
    let (sender, rows) = mpsc::channel(4);
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || dump(&path, begun, &sender));
    let moment = moment.await.map_err(|_| StoreError::Unavailable("the backup ended early".to_owned()))??;
    Ok(Snapshot { moment, rows })
}

/// Where rows go.
type Sender = mpsc::Sender<Result<Rows, StoreError>>;

fn dump(path: &Path, begun: oneshot::Sender<Read<Moment>>, rows: &Sender) {
    let opened = connect(path).and_then(|connection| {
        // All that follows is read in one transaction, whose moment is that of its first query.
        connection.execute_batch("BEGIN").map_err(unavailable)?;
        let moment = moment(&connection)?;
        Ok((connection, moment))
    });
    let (connection, moment) = match opened {
        Ok(opened) => opened,
        Err(error) => return drop(begun.send(Err(error))),
    };
    let tables = moment.tables.clone();
    if begun.send(Ok(moment)).is_err() {
        return;
    }
    for (place, table) in tables.iter().enumerate() {
        match dump_table(&connection, place, table, rows) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return drop(rows.blocking_send(Err(error))),
        }
    }
}

fn moment(connection: &Connection) -> Read<Moment> {
    match schema(connection)? {
        SCHEMA => {}
        other => return Err(wrong_schema(other)),
    }
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let found: Vec<String> = query(connection, names, [], |row| get(row, "name"))?;
    check_tables(found.iter().map(String::as_str))?;
    let kept = store::backup::KEPT.iter().filter(|name| found.iter().any(|found| found == *name));
    let tables = kept.map(|name| table(connection, name)).collect::<Read<_>>()?;
    let checkpoint = first(connection, "SELECT checkpoint FROM log_state", [], |row| get(row, "checkpoint"))?;
    let checkpoint = checkpoint.ok_or_else(|| corrupt("the state of the log"))?;
    Ok(Moment { engine: ENGINE.to_owned(), schema: SCHEMA, checkpoint, tables })
}

fn table(connection: &Connection, name: &str) -> Read<Table> {
    let columns = "SELECT name FROM pragma_table_info(?1) ORDER BY cid";
    let columns = query(connection, columns, [name], |row| get(row, "name"))?;
    let count = format!("SELECT count(*) AS rows FROM {name}");
    let rows = first(connection, &count, [], |row| crate::rows::get_unsigned(row, "rows"))?;
    Ok(Table { name: name.to_owned(), columns, rows })
}

/// Hands on the rows of one table. Says whether anyone still wants them.
fn dump_table(connection: &Connection, place: usize, table: &Table, sender: &Sender) -> Read<bool> {
    let columns: Vec<String> = table.columns.iter().map(|column| expression(&table.name, column)).collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), table.name);
    let mut statement = connection.prepare(&sql).map_err(unavailable)?;
    let mut found = statement.query([]).map_err(unavailable)?;
    let mut gathered = Gathered::default();
    let hand_on = |rows| sender.blocking_send(Ok(Rows { table: place, rows })).is_ok();
    while let Some(row) = found.next().map_err(unavailable)? {
        if gathered.push(values(row, columns.len())?) && !hand_on(gathered.take()) {
            return Ok(false);
        }
    }
    Ok(hand_on(gathered.take()))
}

/// A column as a backup spells it.
fn expression(table: &str, column: &str) -> String {
    match (table, column) {
        ("record_metadata", "collected_for") => {
            "CASE WHEN collected_for <> '' THEN collected_for WHEN home = '' THEN '[]' ELSE json_array(home) END"
                .to_owned()
        }
        ("record_metadata", list) if LISTS.contains(&list) => {
            format!("CASE {list} WHEN '' THEN '[]' ELSE {list} END")
        }
        (_, column) => column.to_owned(),
    }
}

fn values(row: &Row<'_>, columns: usize) -> Read<Vec<Value>> {
    (0..columns).map(|column| value(row.get_ref(column).map_err(unavailable)?)).collect()
}

fn value(found: ValueRef<'_>) -> Read<Value> {
    Ok(match found {
        ValueRef::Null => Value::Nothing,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => {
            Value::Text(std::str::from_utf8(text).map_err(|_| corrupt("a text"))?.to_owned())
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(corrupt("a number that is not whole")),
    })
}
