//! The rule against the schema as it is, and the catalogue's reading against what is hard to read.

use super::*;
use crate::distribution::{ddl, faults};

/// The block of SQL in the documentation.
fn documented() -> &'static str {
    let page = include_str!("../../../../docs/scaling.md");
    let (_, from) = page.split_once("```sql\n").unwrap();
    from.split_once("\n```").unwrap().0
}

#[tokio::test]
async fn the_schema_keeps_the_rule_and_the_documentation_shows_how_it_is_distributed() {
    let tables = tables().await.unwrap();
    assert!(tables.len() > 20, "{}", tables.len());
    assert_eq!(faults(&tables), Vec::<String>::new());
    assert_eq!(documented(), ddl(&tables), "docs/scaling.md shows what `cargo xtask schema --ddl` prints");
}

#[tokio::test]
async fn what_an_index_or_a_foreign_key_compares_is_read_in_its_order() {
    let started = LocalPostgres::start(&local_postgres::Settings::default()).unwrap();
    let client = connect(&started.url("postgres")).await.unwrap();
    let sql = "CREATE TABLE home (b INT NOT NULL, a TEXT NOT NULL, PRIMARY KEY (a, b));
               CREATE TABLE guest (x TEXT, y INT, z INT, CONSTRAINT invited FOREIGN KEY (x, y) REFERENCES home);
               CREATE UNIQUE INDEX included ON guest (x) INCLUDE (y);
               CREATE UNIQUE INDEX worked_out ON guest ((y + z));
               CREATE INDEX plain ON guest (z);
               COMMENT ON TABLE home IS 'by b';";
    client.batch_execute(sql).await.unwrap();
    let tables = read(&client).await.unwrap();
    let [guest, home] = &tables[..] else { panic!("{tables:?}") };
    assert_eq!((home.comment.as_deref(), guest.comment.as_deref()), (Some("by b"), None));
    assert_eq!((home.columns[0].kind.as_str(), home.columns[0].not_null), ("integer", true));
    assert!(!guest.columns[0].not_null);
    let read = |table: &Table| -> Vec<(String, String)> {
        table.unique.iter().map(|one| (one.index.clone(), one.columns.join(" "))).collect()
    };
    let pair = |index: &str, columns: &str| (index.to_owned(), columns.to_owned());
    assert_eq!(read(home), [pair("home_pkey", "a b")]);
    assert_eq!(read(guest), [pair("included", "x"), pair("worked_out", "")]);
    let [invited] = &guest.references[..] else { panic!("{guest:?}") };
    assert_eq!((invited.name.as_str(), invited.to.as_str()), ("invited", "home"));
    assert_eq!(invited.columns, [pair("x", "a"), pair("y", "b")]);
}
