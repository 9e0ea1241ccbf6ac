//! A process of one version goes on while another one of the next version adds columns.

use domain::{EntryId, metadata::Selection};
use store::{
    Accounts, AuditLog, Change, Choices, Commit, Erasures, Expect, Incidents, Leases, Policies, Records,
    Retention, Subjects, Unit, accounts::WrappedAccountKeys, conformance::sample, metadata::Wanted,
};

use super::fresh;
use crate::{Database, PostgresStore};

/// A store with something of every table that is read, on one connection.
async fn filled() -> PostgresStore {
    let mut settings = fresh().await;
    settings.connections = 1;
    let store = PostgresStore::open(Database::connect(&settings).await.unwrap()).await.unwrap();
    let keys = WrappedAccountKeys { account: sample::account_id(1), version: 1, wrapped: vec![1] };
    let mut changes = sample::with_records(1, [sample::record(1, 1)]);
    changes.extend([
        Change::PutAccount(sample::account(1)),
        Change::PutAccountKeys(keys),
        Change::AddApiKey(sample::api_key(1)),
        Change::AddPolicyVersion(sample::policy(1, 1)),
        Change::AddKeyBinding(sample::binding(1, "books", 1)),
        Change::CondemnSlot(sample::deletion(sample::binding(1, "books", 2).slot)),
        Change::AddIndexRow(sample::account_id(1), sample::index_row(1, 1, 1)),
        Change::AddReplay(sample::replay(1, 1)),
        Change::AddErasure(sample::erasure(1)),
        Change::AddIncident(sample::incident(1)),
    ]);
    store.commit(Unit { changes, ..Unit::default() }).await.unwrap();
    store
}

/// Reads everything; what was found. Each statement that is here is prepared on the connection afterwards.
async fn read(store: &PostgresStore) -> Vec<String> {
    let (account, subject, record) = (sample::account_id(1), sample::subject_id(1), sample::record_id(1));
    let selection = [Selection::Subject(subject), Selection::CollectedFor("orders".to_owned())];
    let wanted = |selection| Wanted { account, selection, at: sample::time(0), after: None, limit: 9 };
    let entry = EntryId { bundle: 1, position: 0 };
    let mut found = Vec::new();
    macro_rules! read {
        ($($query:expr),* $(,)?) => { $(found.push(format!("{:?}", $query.await.unwrap()));)* };
    }
    read!(
        store.accounts(),
        store.account_keys(),
        store.api_keys(),
        store.registry_version(),
        store.installation("name"),
        store.policy_versions(),
        store.subject(subject),
        store.subjects(account, None, 9),
        store.inactive_subjects(None, 9),
        store.key_bindings(account, None, 9),
        store.condemned_slots(9),
        store.record(record),
        store.records(subject, None, 9),
        store.all_records(None, 9),
        store.lookup(account, &[1; 32], 9),
        store.index_rows(record),
        store.expired(sample::time(9), 9),
        store.type_counts(subject),
        store.metadata(wanted(&selection[0])),
        store.metadata(wanted(&selection[1])),
        store.matching(wanted(&selection[1])),
        store.replay(&[1; 32]),
        store.choice(sample::choice_id(1)),
        store.choices_of(subject, None, 9),
        store.erasure(sample::erasure_id(1)),
        store.erasure_of(subject),
        store.unfinished_erasures(9),
        store.latest_erasures(9),
        store.lease("job", sample::time(0)),
        store.log_state(),
        store.unsequenced(9),
        store.leaves(0, 9),
        store.tile(0, 0),
        store.index_of(entry),
        store.entry_at(0),
        store.private_entry(entry),
        store.entries_of(subject, None, 9),
        store.private_bundles(0, 9),
        store.incident(sample::incident(1).id),
        store.incidents(account, None, 9),
        store.unclosed_incidents(None, 9),
    );
    found
}

/// Adds columns to every table, one of which is called as those of other tables are.
async fn add_columns(store: &PostgresStore) {
    let sql = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    for row in store.database.query(sql, &[]).await.unwrap() {
        let table: &str = row.get(0);
        for column in ["later", "version", "state", "slot", "class", "region", "epoch", "age", "role"] {
            let add = format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} BIGINT");
            store.database.query(&add, &[]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn columns_that_a_newer_version_adds_disturb_no_read() {
    let store = filled().await;
    let before = read(&store).await;
    add_columns(&store).await;
    assert_eq!(read(&store).await, before);
    let expects = vec![
        Expect::Registry { version: store.registry_version().await.unwrap() },
        Expect::Subject { id: sample::subject_id(1), version: 1 },
        Expect::Record { id: sample::record_id(1), version: 1 },
        Expect::Metadata { id: sample::record_id(1), version: 1 },
        Expect::Key(sample::binding(1, "books", 1)),
        Expect::RecordCount { subject: sample::subject_id(1), records: 1 },
    ];
    store.commit(Unit { expects, ..Unit::default() }).await.unwrap();
}
