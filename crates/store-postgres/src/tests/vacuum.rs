//! Emptying what deleted rows leave, and who may.

use store::{Erasures, StoreError};

use super::{fresh, store};
use crate::{Database, PostgresStore};

#[tokio::test]
async fn who_owns_the_tables_may_empty_them() {
    store().await.scrub().await.unwrap();
}

/// PostgreSQL only warns of that, and what was erased would stay.
#[tokio::test]
async fn a_role_that_owns_no_table_is_told_what_it_lacks() {
    let settings = fresh().await;
    let owner = Database::connect(&settings).await.unwrap();
    drop(PostgresStore::open(owner.clone()).await.unwrap());
    let role = format!("guest_{}", std::process::id());
    let (_, database) = settings.url.rsplit_once('/').unwrap();
    for sql in [
        format!("CREATE ROLE {role}"),
        format!("GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"),
        // What it owns is not named.
        format!("ALTER TABLE record OWNER TO {role}"),
        // Whoever connects from here on is this role.
        format!("ALTER DATABASE {database} SET role = {role}"),
    ] {
        owner.query(&sql, &[]).await.unwrap();
    }
    let guest = PostgresStore::open(Database::connect(&settings).await.unwrap()).await.unwrap();
    let Err(StoreError::Unavailable(why)) = guest.scrub().await else { panic!("nothing was emptied") };
    assert!(why.contains(&format!("OWNER TO {role}")) && why.contains("subject_key"), "{why}");
    assert!(!why.contains(" record,"), "{why}");
}
