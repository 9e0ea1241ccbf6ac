//! Making an installation, and opening it with the right key.

use std::sync::Arc;

use domain::{AccountKind, Action};

use super::world::{POLICY, World, installation};
use crate::{Gate, InstallError, OpenError, RootKey};

#[tokio::test]
async fn an_installation_opens_with_its_key_again_and_again() {
    let world = World::new().await;
    for _ in 0..2 {
        let process = world.open().await;
        assert_eq!(process.operator.account.kind, AccountKind::Operator);
        assert_eq!(process.policy(process.account_id()).unwrap().operator.number, 1);
        assert_eq!(process.entries().await, 1);
    }
}

#[tokio::test]
async fn its_first_entry_says_that_it_was_made() {
    let world = World::new().await;
    let process = world.open().await;
    process.advance_log().await.unwrap();
    let entry = process.prove_at(0).await.unwrap().entry;
    let detail = process.open_entry(&process.operator, entry, None).await.unwrap().unwrap();
    assert_eq!((detail.action, detail.account), (Action::AccountOpened, process.account_id()));
}

#[tokio::test]
async fn another_root_key_opens_nothing() {
    let world = World::new().await;
    let other = RootKey::generate(&*world.ambient.randomness);
    let opened = Gate::open(world.stores(), world.ambient.clone(), Arc::new(other)).await;
    assert!(matches!(opened, Err(OpenError::WrongRootKey)));
}

#[tokio::test]
async fn a_second_installation_is_refused() {
    let world = World::new().await;
    let made = Gate::install(&world.stores(), &world.ambient, &world.root, &installation(POLICY)).await;
    assert!(matches!(made, Err(InstallError::Exists)));
}

#[tokio::test]
async fn a_policy_with_errors_installs_nothing() {
    let world = World::new().await;
    std::fs::remove_file(world.folder.path().join("data.db")).unwrap();
    for suffix in ["data.db-wal", "data.db-shm"] {
        drop(std::fs::remove_file(world.folder.path().join(suffix)));
    }
    let broken = POLICY.replace("retention = \"archive\"", "retention = \"nothing\"");
    let made = Gate::install(&world.stores(), &world.ambient, &world.root, &installation(&broken)).await;
    assert!(matches!(made, Err(InstallError::Policy(found)) if !found.is_empty()));
    let opened = Gate::open(world.stores(), world.ambient.clone(), Arc::clone(&world.root)).await;
    assert!(matches!(opened, Err(OpenError::Missing)));
}
