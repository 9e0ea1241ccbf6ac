//! The schema as a database describes it, once the stores have made it there.

use anyhow::Context;
use jiff::SignedDuration;
use local_postgres::LocalPostgres;
use store_postgres::{Database, PostgresStore, Settings, key_store::PostgresKeyStore};
use tokio_postgres::{Client, NoTls};

use crate::distribution::Table;

/// Every table of both stores, in a database of a server that is started for it.
///
/// # Errors
/// The server cannot be started, or the stores cannot be made.
pub(crate) async fn tables() -> anyhow::Result<Vec<Table>> {
    let server = LocalPostgres::start(&local_postgres::Settings::default())?;
    server.create_database("schema")?;
    let url = server.url("schema");
    let database = Database::connect(&Settings::at(url.clone())).await?;
    PostgresStore::open(database.clone()).await?;
    PostgresKeyStore::open(database, SignedDuration::ZERO).await?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.context("the server is gone")?;
    tokio::spawn(connection);
    read(&client).await
}

async fn read(client: &Client) -> anyhow::Result<Vec<Table>> {
    let sql = "SELECT relname::text, obj_description(oid, 'pg_class') FROM pg_class
               WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname";
    let mut tables = Vec::new();
    for row in client.query(sql, &[]).await? {
        let name: String = row.get(0);
        let columns = columns(client, &name).await?;
        let unique = unique(client, &name).await?;
        tables.push(Table { name, comment: row.get(1), columns, unique });
    }
    Ok(tables)
}

async fn columns(client: &Client, table: &str) -> anyhow::Result<Vec<(String, bool)>> {
    let sql = "SELECT attname::text, attnotnull FROM pg_attribute
               WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
    let rows = client.query(sql, &[&table]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn unique(client: &Client, table: &str) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let sql = "SELECT indexrelid::regclass::text, array_agg(attname::text)
               FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
               WHERE indrelid = $1::text::regclass AND indisunique GROUP BY indexrelid ORDER BY indexrelid";
    let rows = client.query(sql, &[&table]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{ddl, faults};

    #[tokio::test]
    async fn the_schema_keeps_the_rule_and_the_documentation_shows_how_it_is_distributed() {
        let tables = tables().await.unwrap();
        assert!(tables.len() > 20, "{}", tables.len());
        assert_eq!(faults(&tables), Vec::<String>::new());
        let documented = include_str!("../../../docs/scaling.md");
        assert!(documented.contains(&ddl(&tables)), "docs/scaling.md must show:\n{}", ddl(&tables));
    }
}
