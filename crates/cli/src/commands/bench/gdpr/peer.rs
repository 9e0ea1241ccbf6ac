//! Plain PostgreSQL: one table with an index on each metadata column, as GDPRbench has it.
//!
//! An answer is rows, which this side turns into the JSON that Bailee answers with. To let the database do that
//! (`json_agg`, or texts put together) takes it two to three times as long: it would be the weaker peer.

use std::fmt::Write;

use anyhow::{bail, ensure};
use tokio_postgres::{Row, Statement, error::SqlState, types::ToSql};

use super::{
    bailee::PAGE,
    drive::Client,
    json,
    model::{Answer, Before},
    record::{self, Shape, purpose},
    workload::{Operation, Selection},
};
use crate::commands::bench::{database::Databases, dice::mix};

/// Metadata columns, in the order of the questions below.
const COLUMNS: &str = "key, usr, cat, acl, pur, ttl, src, shr, obj, dec";
/// Rows that are loaded with one statement.
const BATCH: u32 = 10_000;
/// A moment ten years from now or so.
const EXPIRY: i64 = 2_100_000_000;

/// Its log is only read: plain PostgreSQL keeps none. So that there is something to read, each loaded record has an
/// entry as long as one of Bailee's.
const TABLES: &str = "
CREATE TABLE records (
    key text PRIMARY KEY, data text NOT NULL, pur text NOT NULL, ttl bigint NOT NULL, usr text NOT NULL,
    obj text NOT NULL, dec text NOT NULL, shr text NOT NULL, src text NOT NULL, cat text NOT NULL, acl text NOT NULL
);
CREATE TABLE entries (number bigint PRIMARY KEY, usr text NOT NULL, detail text NOT NULL);
";
const INDEXES: &str = "
CREATE INDEX ON records (pur); CREATE INDEX ON records (ttl); CREATE INDEX ON records (usr);
CREATE INDEX ON records (obj); CREATE INDEX ON records (dec); CREATE INDEX ON records (shr);
CREATE INDEX ON records (src); CREATE INDEX ON records (cat); CREATE INDEX ON records (acl);
INSERT INTO entries SELECT row_number() OVER (), usr,
    '{\"at\":\"2026-01-01T00:00:00Z\",\"action\":\"record.created\",\"purpose\":\"' || pur || '\",\"record\":\"' || key
    || '\",\"clause\":\"' || repeat('x', 100) || '\"}' FROM records;
CREATE INDEX ON entries (usr, number);
";

/// One record, its columns in their order.
struct Columns {
    key: String,
    data: String,
    pur: String,
    ttl: i64,
    usr: String,
    obj: String,
    dec: String,
    shr: String,
    src: &'static str,
    acl: String,
}

impl Columns {
    fn of(number: u32, shape: Shape) -> Self {
        let automated =
            if record::automated(number) { format!("p{}", purpose(number)) } else { String::new() };
        Self {
            key: key(number),
            data: record::data(number, 0),
            pur: format!("p{}", purpose(number)),
            ttl: EXPIRY + i64::from(number % 10),
            usr: subject(shape.subject(number)),
            obj: format!("p{}", record::objection(purpose(number), number)),
            dec: automated,
            shr: format!("shr{}", record::shared(number)),
            src: record::source(number),
            acl: format!("acl{}", number % 10),
        }
    }

    /// Bytes of data and metadata, a moment as the eight bytes that it takes.
    fn bytes(&self) -> usize {
        let texts = [&self.key, &self.data, &self.pur, &self.usr, &self.obj, &self.dec, &self.shr, &self.acl];
        texts.iter().map(|text| text.len()).sum::<usize>() + 8 + self.src.len() + CATEGORY.len()
    }
}

const CATEGORY: &str = "personal";

/// Ids of the same length as Bailee's.
fn key(number: u32) -> String {
    format!("rec_{:016x}{number:016x}", mix(u64::from(number)))
}

fn subject(number: u32) -> String {
    format!("sub_{:016x}{number:016x}", mix(u64::from(number) << 32))
}

/// Bytes of data and metadata of a record, on average.
pub(super) fn payload(shape: Shape) -> f64 {
    let sum: usize = (0..shape.records).map(|number| Columns::of(number, shape).bytes()).sum();
    sum as f64 / f64::from(shape.records)
}

/// Makes a database and loads all records.
///
/// # Errors
/// The server refuses.
pub(super) async fn load(databases: &Databases, name: &str, shape: Shape) -> anyhow::Result<()> {
    databases.run("postgres", &[&format!("CREATE DATABASE {name}")]).await?;
    databases.run(name, &[TABLES]).await?;
    let client = databases.connect(name).await?;
    for first in (0..shape.records).step_by(BATCH as usize) {
        let rows: Vec<Columns> =
            (first..shape.records.min(first + BATCH)).map(|number| Columns::of(number, shape)).collect();
        insert_all(&client, &rows).await?;
    }
    drop(client);
    databases.run(name, &[INDEXES, "VACUUM ANALYZE", "CHECKPOINT"]).await
}

async fn insert_all(client: &tokio_postgres::Client, rows: &[Columns]) -> anyhow::Result<()> {
    let text = |column: fn(&Columns) -> &str| -> Vec<&str> { rows.iter().map(column).collect() };
    let columns = [
        text(|row| &row.key),
        text(|row| &row.data),
        text(|row| &row.pur),
        text(|row| &row.usr),
        text(|row| &row.obj),
        text(|row| &row.dec),
        text(|row| &row.shr),
        text(|row| row.src),
        text(|row| &row.acl),
    ];
    let ends: Vec<i64> = rows.iter().map(|row| row.ttl).collect();
    let mut parameters: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
    parameters.push(&ends);
    let statement = format!(
        "INSERT INTO records (key, data, pur, usr, obj, dec, shr, src, acl, ttl, cat)
         SELECT *, '{CATEGORY}' FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
             $7::text[], $8::text[], $9::text[], $10::bigint[])"
    );
    client.execute(&statement, &parameters).await?;
    Ok(())
}

/// One connection, with its prepared statements.
pub(super) struct SqlClient {
    client: tokio_postgres::Client,
    statements: Statements,
    shape: Shape,
    /// The JSON of the last answer.
    body: String,
    received: u64,
}

struct Statements {
    insert: Statement,
    read: Statement,
    update: Statement,
    delete: Statement,
    read_purpose: Statement,
    read_subject: Statement,
    set_purpose: Statement,
    set_subject: Statement,
    read_log: Statement,
}

impl SqlClient {
    pub(super) async fn connect(databases: &Databases, name: &str, shape: Shape) -> anyhow::Result<Self> {
        let client = databases.connect(name).await?;
        let prepare = async |text: &str| client.prepare(text).await;
        let statements = Statements {
            insert: prepare(
                "INSERT INTO records (key, data, pur, ttl, usr, obj, dec, shr, src, cat, acl)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .await?,
            read: prepare(&format!("SELECT {COLUMNS}, data FROM records WHERE key = $1")).await?,
            update: prepare("UPDATE records SET data = $2 WHERE key = $1").await?,
            delete: prepare("DELETE FROM records WHERE key = $1").await?,
            read_purpose: prepare(&format!("SELECT {COLUMNS} FROM records WHERE pur = $1")).await?,
            read_subject: prepare(&format!("SELECT {COLUMNS} FROM records WHERE usr = $1")).await?,
            set_purpose: prepare("UPDATE records SET obj = $2 WHERE pur = $1").await?,
            set_subject: prepare("UPDATE records SET obj = $2 WHERE usr = $1").await?,
            read_log: prepare(&format!(
                "SELECT number, detail FROM entries WHERE usr = $1 ORDER BY number DESC LIMIT {PAGE}"
            ))
            .await?,
        };
        Ok(Self { client, statements, shape, body: String::new(), received: 0 })
    }

    async fn query(&self, operation: &Operation) -> Result<Vec<Row>, tokio_postgres::Error> {
        let (statement, value) = match *operation {
            Operation::ReadMetadata(Selection::Purpose(purpose)) => {
                (&self.statements.read_purpose, format!("p{purpose}"))
            }
            Operation::ReadMetadata(Selection::Subject(number)) => {
                (&self.statements.read_subject, subject(number))
            }
            Operation::ReadLog { subject: number } => (&self.statements.read_log, subject(number)),
            Operation::Insert { record }
            | Operation::Read { record }
            | Operation::Update { record }
            | Operation::Delete { record }
            | Operation::VerifyDeletion { record } => (&self.statements.read, key(record)),
            Operation::SetObjection { .. } => return Ok(Vec::new()),
        };
        self.client.query(statement, &[&value]).await
    }

    async fn execute(&self, operation: &Operation, before: &Before) -> Result<u64, tokio_postgres::Error> {
        let (statements, client) = (&self.statements, &self.client);
        match *operation {
            Operation::Update { record } => {
                let data = record::data(record, before.revision);
                client.execute(&statements.update, &[&key(record), &data]).await
            }
            Operation::Delete { record } => client.execute(&statements.delete, &[&key(record)]).await,
            Operation::SetObjection { of, choice } => {
                let objection = format!("p{}", record::objection(of.purpose(), choice));
                let (statement, value) = match of {
                    Selection::Purpose(purpose) => (&statements.set_purpose, format!("p{purpose}")),
                    Selection::Subject(number) => (&statements.set_subject, subject(number)),
                };
                client.execute(statement, &[&value, &objection]).await
            }
            Operation::Insert { record } => self.insert(&Columns::of(record, self.shape)).await,
            Operation::Read { .. }
            | Operation::VerifyDeletion { .. }
            | Operation::ReadMetadata(_)
            | Operation::ReadLog { .. } => Ok(0),
        }
    }

    async fn insert(&self, row: &Columns) -> Result<u64, tokio_postgres::Error> {
        let values: [&(dyn ToSql + Sync); 11] = [
            &row.key, &row.data, &row.pur, &row.ttl, &row.usr, &row.obj, &row.dec, &row.shr, &row.src,
            &CATEGORY, &row.acl,
        ];
        self.client.execute(&self.statements.insert, &values).await
    }

    fn read(&mut self, operation: &Operation, rows: &[Row]) -> anyhow::Result<Answer> {
        self.body.clear();
        match *operation {
            Operation::ReadLog { .. } => write_entries(&mut self.body, rows)?,
            _ => write_items(&mut self.body, rows, matches!(operation, Operation::Read { .. }))?,
        }
        self.received += self.body.len() as u64;
        let body = self.body.as_bytes();
        match *operation {
            Operation::ReadMetadata(Selection::Purpose(purpose)) => {
                json::matched(body, &format!("\"collected_for\":[\"p{purpose}\"]"))
            }
            Operation::ReadMetadata(Selection::Subject(number)) => {
                json::matched(body, &format!("\"subject\":\"{}\"", subject(number)))
            }
            Operation::ReadLog { .. } => json::entries(body),
            Operation::Read { record } if !rows.is_empty() => json::data(body, &key(record), record),
            _ => {
                ensure!(rows.is_empty(), "a record that must not be there is");
                Ok(Answer::Data(None))
            }
        }
    }
}

impl Client for SqlClient {
    async fn ask(&mut self, operation: &Operation, before: &Before) -> anyhow::Result<Option<Answer>> {
        let asked = match operation {
            Operation::Read { .. }
            | Operation::VerifyDeletion { .. }
            | Operation::ReadMetadata(_)
            | Operation::ReadLog { .. } => self.query(operation).await.map(Ok),
            Operation::Insert { .. }
            | Operation::Update { .. }
            | Operation::Delete { .. }
            | Operation::SetObjection { .. } => self.execute(operation, before).await.map(Err),
        };
        let counted = match asked {
            Ok(Ok(rows)) => return self.read(operation, &rows).map(Some),
            Ok(Err(counted)) => u32::try_from(counted)?,
            // Two changes that wait for one another: one is undone and asked for again, as PostgreSQL's manual says.
            Err(error) if error.code() == Some(&SqlState::T_R_DEADLOCK_DETECTED) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(match (operation, counted) {
            (Operation::Insert { .. }, 1) => Answer::Stored,
            (Operation::Update { .. } | Operation::Delete { .. }, 0..=1) => Answer::Done(counted == 1),
            (Operation::SetObjection { .. }, _) => Answer::Matched(counted),
            _ => bail!("{operation:?} changed {counted} rows"),
        }))
    }

    fn received(&self) -> u64 {
        self.received
    }
}

/// Writes rows as Bailee writes metadata: a list of them, or one record with its data.
fn write_items(body: &mut String, rows: &[Row], with_data: bool) -> anyhow::Result<()> {
    body.push_str("{\"items\":[");
    for (number, row) in rows.iter().enumerate() {
        let text = |column: usize| row.try_get::<_, &str>(column);
        let comma = if number > 0 { "," } else { "" };
        write!(
            body,
            "{comma}{{\"id\":\"{}\",\"subject\":\"{}\",\"type\":\"{}\",\"access\":\"{}\",\"collected_for\":[\"{}\"],\
             \"expires_at\":{},\"source\":\"{}\",\"shared_with\":[\"{}\"],\"objections\":[\"{}\"],\
             \"automated\":[\"{}\"]",
            text(0)?,
            text(1)?,
            text(2)?,
            text(3)?,
            text(4)?,
            row.try_get::<_, i64>(5)?,
            text(6)?,
            text(7)?,
            text(8)?,
            text(9)?,
        )?;
        if with_data {
            write!(body, ",\"fields\":{{\"data\":\"{}\"}}", text(10)?)?;
        }
        body.push('}');
    }
    body.push_str("],\"next\":null}");
    Ok(())
}

fn write_entries(body: &mut String, rows: &[Row]) -> anyhow::Result<()> {
    body.push_str("{\"items\":[");
    for (place, row) in rows.iter().enumerate() {
        let comma = if place > 0 { "," } else { "" };
        let (number, detail): (i64, &str) = (row.try_get(0)?, row.try_get(1)?);
        write!(body, "{comma}{{\"entry\":\"ent_{number:024x}\",\"index\":{number},\"detail\":{detail}}}")?;
    }
    body.push_str("],\"next\":null}");
    Ok(())
}
