//! One moment of the database, row by row.

use futures_util::TryStreamExt;
use store::{
    StoreError,
    backup::{Gathered, KEPT, Moment, Rows, Snapshot, Table, Value, check_tables},
};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{IsolationLevel, Row, Transaction, types::Type};
use uuid::Uuid;

use super::{COLUMNS, ENGINE, NOT_DATA, OWN, WITHOUT_HOME};
use crate::{
    Database, SCHEMA,
    error::Failure,
    rows::{Read, corrupt, get},
};

/// Reads the database as it is at this moment. Servers may go on writing it; what they delete meanwhile stays in its table
/// until the last row is read.
///
/// # Errors
/// It cannot be read, is of another version, or has a table of which nothing says whether a backup holds it.
pub async fn snapshot(database: &Database) -> Result<Snapshot, StoreError> {
    SCHEMA.check(database).await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let (begun, moment) = oneshot::channel();
    let (sender, rows) = mpsc::channel(4);
    tokio::spawn(dump(database.clone(), begun, sender));
    let moment = moment.await.map_err(|_| StoreError::Unavailable("the backup ended early".to_owned()))??;
    Ok(Snapshot { moment, rows })
}

/// Where rows go.
type Sender = mpsc::Sender<Result<Rows, StoreError>>;

async fn dump(database: Database, begun: oneshot::Sender<Read<Moment>>, rows: Sender) {
    let mut begun = Some(begun);
    if let Err(error) = try_dump(&database, &mut begun, &rows).await {
        match begun.take() {
            Some(begun) => drop(begun.send(Err(error))),
            None => drop(rows.send(Err(error)).await),
        }
    }
}

async fn try_dump(
    database: &Database,
    begun: &mut Option<oneshot::Sender<Read<Moment>>>,
    rows: &Sender,
) -> Read<()> {
    // A connection of its own, which is closed afterwards: it takes longer than others may.
    let mut connection = database.connection().await?.apart();
    let patient =
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";
    connection.batch_execute(patient).await.map_err(Failure::from)?;
    let transaction = connection
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(Failure::from)?;
    let moment = moment(&transaction).await?;
    let tables = moment.tables.clone();
    let Some(begun) = begun.take() else { return Ok(()) };
    if begun.send(Ok(moment)).is_err() {
        return Ok(());
    }
    for (place, table) in tables.iter().enumerate() {
        if !dump_table(&transaction, place, table, rows).await? {
            return Ok(());
        }
    }
    Ok(())
}

async fn moment(transaction: &Transaction<'_>) -> Read<Moment> {
    let names = "SELECT relname::text FROM pg_class
                 WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
                   AND relname <> ALL($1)";
    let found = transaction.query(names, &[&NOT_DATA.as_slice()]).await.map_err(Failure::from)?;
    let found: Vec<String> = found.iter().map(|row| get(row, "relname")).collect::<Read<_>>()?;
    check_tables(found.iter().map(String::as_str))?;
    let mut tables = Vec::new();
    for name in KEPT.iter().filter(|name| found.iter().any(|found| found == *name)) {
        tables.push(table(transaction, name).await?);
    }
    let state =
        transaction.query_one("SELECT checkpoint FROM log_state", &[]).await.map_err(Failure::from)?;
    let checkpoint = get(&state, "checkpoint")?;
    Ok(Moment { engine: ENGINE.to_owned(), schema: SCHEMA.known(), checkpoint, tables })
}

async fn table(transaction: &Transaction<'_>, name: &str) -> Read<Table> {
    let found = transaction.query(COLUMNS, &[&name]).await.map_err(Failure::from)?;
    let mut columns: Vec<String> = found.iter().map(|row| get(row, "attname")).collect::<Read<_>>()?;
    columns.retain(|column| !OWN.contains(&column.as_str()));
    columns.extend(WITHOUT_HOME.contains(&name).then(|| "home".to_owned()));
    let count = format!("SELECT count(*) AS rows FROM {name}");
    let count = transaction.query_one(&count, &[]).await.map_err(Failure::from)?;
    let rows = Some(get::<i64>(&count, "rows")?.cast_unsigned());
    Ok(Table { name: name.to_owned(), columns, rows })
}

/// Hands on the rows of one table. Says whether anyone still wants them.
async fn dump_table(
    transaction: &Transaction<'_>,
    place: usize,
    table: &Table,
    sender: &Sender,
) -> Read<bool> {
    let columns: Vec<String> = table.columns.iter().map(|column| expression(&table.name, column)).collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), source(&table.name));
    let none: [&(dyn tokio_postgres::types::ToSql + Sync); 0] = [];
    // Streamed: the database sends on as rows are taken.
    let stream = transaction.query_raw(&sql, none).await.map_err(Failure::from)?;
    let mut stream = std::pin::pin!(stream);
    let mut gathered = Gathered::default();
    while let Some(row) = stream.try_next().await.map_err(Failure::from)? {
        if gathered.push(values(&row)?)
            && sender.send(Ok(Rows { table: place, rows: gathered.take() })).await.is_err()
        {
            return Ok(false);
        }
    }
    Ok(sender.send(Ok(Rows { table: place, rows: gathered.take() })).await.is_ok())
}

fn expression(table: &str, column: &str) -> String {
    if column == "home" && WITHOUT_HOME.contains(&table) {
        "m.home".to_owned()
    } else {
        format!("t.{column}")
    }
}

fn source(table: &str) -> String {
    match table {
        "record" => "record AS t JOIN record_metadata AS m ON m.record_id = t.id AND m.bucket = t.bucket".to_owned(),
        "further_purpose" => {
            "further_purpose AS t JOIN record_metadata AS m ON m.record_id = t.record_id AND m.bucket = t.bucket"
                .to_owned()
        }
        _ => format!("{table} AS t"),
    }
}

fn values(row: &Row) -> Read<Vec<Value>> {
    (0..row.len()).map(|column| value(row, column)).collect()
}

fn value(row: &Row, column: usize) -> Read<Value> {
    let kind = row.columns().get(column).map(tokio_postgres::Column::type_);
    let found = match kind {
        Some(&Type::BOOL) => {
            row.try_get(column).map(|yes: Option<bool>| yes.map(|yes| Value::Integer(yes.into())))
        }
        Some(&Type::INT2) => row.try_get(column).map(|n: Option<i16>| n.map(|n| Value::Integer(n.into()))),
        Some(&Type::INT4) => row.try_get(column).map(|n: Option<i32>| n.map(|n| Value::Integer(n.into()))),
        Some(&Type::INT8) => row.try_get(column).map(|n: Option<i64>| n.map(Value::Integer)),
        Some(&Type::TEXT) => row.try_get(column).map(|text: Option<String>| text.map(Value::Text)),
        Some(&Type::BYTEA) => row.try_get(column).map(|bytes: Option<Vec<u8>>| bytes.map(Value::Bytes)),
        Some(&Type::UUID) => {
            row.try_get(column).map(|id: Option<Uuid>| id.map(|id| Value::Bytes(id.as_bytes().to_vec())))
        }
        _ => return Err(corrupt("a column of a type that no backup holds")),
    };
    found.map(|value| value.unwrap_or(Value::Nothing)).map_err(|_| corrupt("a value"))
}
