//! Accounts, their keys, API keys, installation values and policy versions.

use domain::{AccountKind, AccountState, Contact};

use super::{change, refused, sample};
use crate::{Change, Conflict, Store, accounts::WrappedAccountKeys};

/// What was put is read, and putting again replaces.
pub async fn accounts_read_back(store: &dyn Store) {
    assert_eq!(store.accounts().await.unwrap(), []);
    let (mut first, second) = (sample::account(1), sample::account(2));
    change(store, vec![Change::PutAccount(second.clone()), Change::PutAccount(first.clone())]).await;
    assert_eq!(store.accounts().await.unwrap(), [first.clone(), second.clone()]);
    (first.accepted_policy, first.accepted_at) = (Some(3), Some(sample::time(9)));
    first.kind = AccountKind::Operator;
    first.contact = Some(Contact { record: sample::record_id(1), field: "email".to_owned() });
    change(store, vec![Change::PutAccount(first.clone())]).await;
    assert_eq!(store.accounts().await.unwrap(), [first.clone(), second.clone()]);
    first.contact = None;
    first.state = AccountState::Suspended { at: sample::time(5) };
    change(store, vec![Change::PutAccount(first.clone())]).await;
    assert_eq!(store.accounts().await.unwrap(), [first.clone(), second.clone()]);
    first.state = AccountState::Active;
    change(store, vec![Change::PutAccount(first.clone())]).await;
    assert_eq!(store.accounts().await.unwrap(), [first, second]);
}

/// Each version stands by itself; the same version is replaced.
pub async fn account_keys_are_replaced_by_version(store: &dyn Store) {
    let keys = |number, version, byte| WrappedAccountKeys {
        account: sample::account_id(number),
        version,
        wrapped: vec![byte; 64],
    };
    let put = |keys: &WrappedAccountKeys| Change::PutAccountKeys(keys.clone());
    let (first, second, other) = (keys(1, 1, 1), keys(1, 2, 2), keys(2, 1, 3));
    change(store, vec![put(&second), put(&other), put(&first)]).await;
    assert_eq!(store.account_keys().await.unwrap(), [first, second.clone(), other.clone()]);
    let rewrapped = keys(1, 1, 9);
    change(store, vec![put(&rewrapped)]).await;
    assert_eq!(store.account_keys().await.unwrap(), [rewrapped, second, other]);
}

/// A key is added once and revoked once: the first moment stays.
pub async fn api_keys_read_back_and_are_revoked_once(store: &dyn Store) {
    let mut key = sample::api_key(1);
    change(store, vec![Change::AddApiKey(key.clone())]).await;
    assert_eq!(store.api_keys().await.unwrap(), [key.clone()]);
    refused(store, vec![Change::AddApiKey(key.clone())], Conflict::Exists).await;
    for second in [5, 6] {
        change(store, vec![Change::RevokeApiKey(key.id, sample::time(second))]).await;
    }
    key.revoked_at = Some(sample::time(5));
    for second in [8, 7] {
        change(store, vec![Change::NoteKeyUse(key.id, sample::time(second))]).await;
    }
    key.used_at = Some(sample::time(8));
    assert_eq!(store.api_keys().await.unwrap(), [key]);
}

/// A name has one value.
pub async fn installation_values_are_replaced(store: &dyn Store) {
    assert_eq!(store.installation("name").await.unwrap(), None);
    for value in [vec![1, 2], vec![]] {
        change(store, vec![Change::PutInstallation("name", value.clone())]).await;
        assert_eq!(store.installation("name").await.unwrap(), Some(value));
    }
    assert_eq!(store.installation("nam").await.unwrap(), None);
}

/// Versions come oldest first, and a number is taken once.
pub async fn policy_versions_read_back_in_order(store: &dyn Store) {
    let add = |account, number| Change::AddPolicyVersion(sample::policy(account, number));
    change(store, vec![add(1, 1), add(2, 1), add(1, 2)]).await;
    let read = store.policy_versions().await.unwrap();
    let of =
        |account| read.iter().filter(move |version| version.account == sample::account_id(account)).cloned();
    assert_eq!(of(1).collect::<Vec<_>>(), [sample::policy(1, 1), sample::policy(1, 2)]);
    assert_eq!(of(2).collect::<Vec<_>>(), [sample::policy(2, 1)]);
    refused(store, vec![add(1, 2)], Conflict::Policy).await;
}

/// Whatever processes keep in memory moves its version on, and nothing else does.
pub async fn the_registry_counts_its_changes(store: &dyn Store) {
    let keys = WrappedAccountKeys { account: sample::account_id(1), version: 1, wrapped: vec![1; 64] };
    let changes = [
        Change::PutAccount(sample::account(1)),
        Change::AddAccountKeys(keys.clone()),
        Change::PutAccountKeys(keys),
        Change::AddApiKey(sample::api_key(1)),
        Change::RevokeApiKey(sample::api_key(1).id, sample::time(5)),
        Change::AddPolicyVersion(sample::policy(1, 1)),
    ];
    let mut known = store.registry_version().await.unwrap();
    for one in changes {
        change(store, vec![one.clone()]).await;
        let version = store.registry_version().await.unwrap();
        assert!(version > known, "{one:?}");
        known = version;
    }
    refused(store, vec![Change::AddApiKey(sample::api_key(1))], Conflict::Exists).await;
    change(store, vec![Change::AddSubject(sample::subject(1))]).await;
    change(store, vec![Change::NoteKeyUse(sample::api_key(1).id, sample::time(5))]).await;
    assert_eq!(store.registry_version().await.unwrap(), known);
}
