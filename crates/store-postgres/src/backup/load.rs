//! Rows into a database, in one transaction: they are there whole or not at all.

use domain::{SubjectId, id::Id};
use store::{
    StoreError,
    backup::{BUNDLE_GAP, KEPT, LEFT_OUT, Load, RESTORING, Row, Table, Value},
};
use tokio_postgres::{
    Transaction,
    binary_copy::BinaryCopyInWriter,
    types::{IsNull, ToSql, Type, private::BytesMut},
};
use uuid::Uuid;

use super::{COLUMNS, WITHOUT_HOME};
use crate::{
    Database, SCHEMA,
    error::Failure,
    rows::{Read, bucket, corrupt, get},
};

/// Puts rows into a database, in place of a data store that was there, and marks it as one that is being restored.
///
/// # Errors
/// The rows end with an error, do not fit this program, or cannot be written. What was there is there still then.
pub async fn load(database: &Database, load: Load, mark: &[u8]) -> Result<(), StoreError> {
    if load.schema.is_some_and(|version| version > SCHEMA.known()) {
        return Err(StoreError::Unavailable("a newer program made this backup; use that one".to_owned()));
    }
    let mut connection = database.connection().await?.apart();
    let patient =
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";
    connection.batch_execute(patient).await.map_err(Failure::from)?;
    let transaction = connection.transaction().await.map_err(Failure::from)?;
    empty(&transaction).await?;
    SCHEMA.make(&transaction, load.schema).await?;
    fill(&transaction, load).await?;
    let sql =
        "INSERT INTO installation VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    transaction.execute(sql, &[&RESTORING, &mark]).await.map_err(Failure::from)?;
    transaction.commit().await.map_err(Failure::from)?;
    SCHEMA.migrate(database).await.map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Takes away the tables of a data store, and no others.
async fn empty(transaction: &Transaction<'_>) -> Read<()> {
    let tables = KEPT.iter().chain(&LEFT_OUT).copied().collect::<Vec<_>>().join(", ");
    let sql = format!("DROP TABLE IF EXISTS {tables}; DROP SEQUENCE IF EXISTS bundle_number");
    Ok(transaction.batch_execute(&sql).await.map_err(Failure::from)?)
}

async fn fill(transaction: &Transaction<'_>, mut load: Load) -> Read<()> {
    // What is certified from here on began after whatever the backup saw.
    let begun = "ALTER TABLE erasure ALTER COLUMN begun_in SET DEFAULT pg_current_xact_id()";
    transaction.batch_execute(begun).await.map_err(Failure::from)?;
    let mut ahead: Option<(usize, Vec<Row>)> = None;
    for (place, table) in load.tables.iter().enumerate() {
        // A schema begins with some rows.
        transaction.batch_execute(&format!("DELETE FROM {}", known(table)?)).await.map_err(Failure::from)?;
        let target = Target::of(transaction, table).await?;
        let sink = transaction.copy_in(&target.copy).await.map_err(unfit)?;
        let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, &target.types));
        let mut count = 0;
        loop {
            let (of, rows) = match ahead.take() {
                Some(rows) => rows,
                None => match load.rows.recv().await {
                    Some(rows) => rows.map(|rows| (rows.table, rows.rows))?,
                    None => break,
                },
            };
            if of != place {
                ahead = Some((of, rows));
                break;
            }
            count += rows.len() as u64;
            for row in rows {
                let cells = target.cells(row)?;
                writer
                    .as_mut()
                    .write_raw(cells.iter().map(|cell| cell as &(dyn ToSql + Sync)))
                    .await
                    .map_err(unfit)?;
            }
        }
        if writer.finish().await.map_err(unfit)? != table.rows.unwrap_or(count) {
            return Err(StoreError::Unavailable("the rows ended early".to_owned()));
        }
    }
    let end = format!(
        "ALTER TABLE erasure ALTER COLUMN begun_in DROP DEFAULT;
         SELECT setval('bundle_number', (SELECT coalesce(max(number), 0) + {BUNDLE_GAP} FROM audit_bundle))"
    );
    Ok(transaction.batch_execute(&end).await.map_err(Failure::from)?)
}

/// The name of a table that this program knows: it stands in statements.
fn known(table: &Table) -> Read<&str> {
    let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if KEPT.contains(&table.name.as_str()) && table.columns.iter().all(is_name) {
        return Ok(&table.name);
    }
    let unknown =
        format!("this program knows no table `{}` that a backup holds; use a newer program", table.name);
    Err(StoreError::Unavailable(unknown))
}

/// How the rows of a table are written.
struct Target {
    copy: String,
    types: Vec<Type>,
    /// For each column of the backup, whether it has one here.
    wanted: Vec<bool>,
    /// The column of the backup whose id says the bucket, where the table has one.
    routed_by: Option<usize>,
}

impl Target {
    async fn of(transaction: &Transaction<'_>, table: &Table) -> Read<Self> {
        let found = transaction.query(COLUMNS, &[&table.name]).await.map_err(Failure::from)?;
        let mut kinds = std::collections::HashMap::new();
        for row in &found {
            kinds.insert(get::<String>(row, "attname")?, get::<String>(row, "format_type")?);
        }
        let wants = |column: &String| column != "home" || !WITHOUT_HOME.contains(&table.name.as_str());
        let wanted: Vec<bool> = table.columns.iter().map(wants).collect();
        let place = |name: &&str| table.columns.iter().position(|column| column == name);
        let routed_by = ["id", "subject_id", "record_id", "account_id"].iter().find_map(place);
        let routed_by = routed_by.filter(|_| kinds.contains_key("bucket"));
        let columns = table
            .columns
            .iter()
            .zip(&wanted)
            .filter(|(_, wanted)| **wanted)
            .map(|(column, _)| column.as_str());
        let columns: Vec<&str> = columns.chain(routed_by.map(|_| "bucket")).collect();
        let kind = |column: &&str| {
            kinds.get(*column).and_then(|kind| kind_of(kind)).ok_or_else(|| {
                StoreError::Unavailable(format!("a column `{column}` of the backup is not known here"))
            })
        };
        let types = columns.iter().map(kind).collect::<Read<_>>()?;
        let copy = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", table.name, columns.join(", "));
        Ok(Self { copy, types, wanted, routed_by })
    }

    fn cells(&self, row: Row) -> Read<Vec<Cell>> {
        let bucket = match self.routed_by.map(|place| row.get(place)) {
            None => None,
            Some(Some(Value::Bytes(id))) => {
                let id: [u8; 16] = id.as_slice().try_into().map_err(|_| corrupt("an id"))?;
                let subject: SubjectId = Id::from_bytes(id);
                Some(Value::Integer(bucket(subject).into()))
            }
            Some(_) => return Err(corrupt("an id")),
        };
        let wanted = row.into_iter().zip(&self.wanted).filter(|(_, wanted)| **wanted).map(|(value, _)| value);
        Ok(wanted.chain(bucket).map(Cell).collect())
    }
}

fn kind_of(kind: &str) -> Option<Type> {
    Some(match kind {
        "boolean" => Type::BOOL,
        "smallint" => Type::INT2,
        "integer" => Type::INT4,
        "bigint" => Type::INT8,
        "text" => Type::TEXT,
        "bytea" => Type::BYTEA,
        "uuid" => Type::UUID,
        _ => return None,
    })
}

/// A value on its way into a column, as the column's type wants it.
#[derive(Debug)]
struct Cell(Value);

/// What a driver's conversion ends with.
type Written = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Cell {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Written {
        match (&self.0, kind) {
            (Value::Nothing, _) => Ok(IsNull::Yes),
            (Value::Integer(number), &Type::BOOL) => (*number != 0).to_sql(kind, out),
            (Value::Integer(number), &Type::INT2) => i16::try_from(*number)?.to_sql(kind, out),
            (Value::Integer(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Value::Integer(number), &Type::INT8) => number.to_sql(kind, out),
            (Value::Text(text), &Type::TEXT) => text.to_sql(kind, out),
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (Value::Bytes(bytes), &Type::UUID) => Uuid::from_slice(bytes)?.to_sql(kind, out),
            _ => Err("a value of another type than its column".into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, kind: &Type, out: &mut BytesMut) -> Written {
        self.to_sql(kind, out)
    }
}

fn unfit(error: tokio_postgres::Error) -> StoreError {
    let why = Failure::from(error).why();
    StoreError::Unavailable(format!(
        "the backup does not fit the tables of this program: {why}; a backup of another engine must have been made by the \
         same version"
    ))
}
