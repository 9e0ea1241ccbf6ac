//! Restoring, wherever it stops; and what the deletion journal must tell for it.

use std::{fs::File, path::Path, sync::Arc};

use domain::{ErasureState, EventKind, SubjectState, webhook::Failure};
use jiff::SignedDuration;
use serde_json::json;
use store::{KeyStore, Store, key_store::Gone, key_store::KeyStoreHeader};
use store_sqlite::{SqliteStore, key_store::FileKeyStore};
use tempfile::TempDir;

use super::{
    erasure::{certificate, finish},
    faults::{FaultyKeys, FaultyStore},
    world::{Process, World, new_record},
};
use crate::{
    BackupFile, BackupHeader, BackupKind, Gate, GateError, Journal, NewWebhook, OpenError, Restoration,
    RestoreError, Restored, Stores, keys_snapshot, write_backup,
};

/// Backs up data or keys of a process into a file of the world's folder.
pub(super) async fn back_up(world: &World, process: &Process, kind: BackupKind) -> BackupFile {
    let data = &process.stores.data;
    let snapshot = match kind {
        BackupKind::Data => {
            store_sqlite::backup::snapshot(&world.folder.path().join("data.db")).await.unwrap()
        }
        BackupKind::Keys => keys_snapshot(
            Arc::clone(&process.stores.keys),
            data.account_keys().await.unwrap(),
            data.log_state().await.unwrap().checkpoint,
        ),
    };
    let journal = Journal::of(&*process.stores.keys).await.unwrap();
    let verifier = world.root.verifier(&*world.ambient.randomness).as_bytes().to_vec();
    let root = KeyStoreHeader { verifier, passphrase: None };
    let (ambient, end) = (&world.ambient, journal.end().clone());
    let header = BackupHeader::new(kind, ambient, &**data, end, &root, &snapshot.moment).await.unwrap();
    let path = world.folder.path().join(format!("{kind:?}"));
    let file = File::create(&path).unwrap();
    let written = write_backup(file, &world.root, &header, snapshot, &|_| {}).await.unwrap();
    let backup = BackupFile::open(&path).unwrap();
    assert_eq!(backup.verify(&world.root, &|_| {}).unwrap(), written);
    backup
}

/// What is kept off the host.
pub(super) struct Copies {
    pub(super) data: BackupFile,
    pub(super) keys: BackupFile,
    pub(super) journal: Journal,
}

/// The stores in a folder, through which the faults of the world go.
fn stores(world: &World, folder: &Path) -> Stores {
    let data = SqliteStore::open(&folder.join("data.db")).unwrap();
    let data: Arc<dyn Store> = Arc::new(FaultyStore { inner: data, faults: Arc::clone(&world.faults) });
    let keys = FileKeyStore::open(&folder.join("keys")).unwrap();
    let keys: Arc<dyn KeyStore> = Arc::new(FaultyKeys { inner: keys, faults: Arc::clone(&world.faults) });
    Stores { data, keys }
}

/// Restores into a folder, as the command line does once everything is checked.
pub(super) async fn restore(world: &World, folder: &Path, copies: &Copies) -> Result<Restored, RestoreError> {
    let load = copies.data.load(&world.root, store_sqlite::backup::ENGINE).unwrap();
    store_sqlite::backup::load(&folder.join("data.db"), load, b"now").await.unwrap();
    let restoration = Restoration {
        data: copies.data.header.clone(),
        keys: Some(copies.keys.rows(&world.root).unwrap()),
        journal: copies.journal.clone(),
        accept_missing_keys: false,
    };
    let (ambient, root) = (world.ambient.clone(), Arc::clone(&world.root));
    Gate::restore(stores(world, folder), ambient, root, restoration, &|_| {})
        .await
        .map(|(restored, _)| restored)
}

pub(super) async fn opened(world: &World, folder: &Path) -> Result<Process, OpenError> {
    let stores = stores(world, folder);
    let gate = Gate::open(stores.clone(), world.ambient.clone(), Arc::clone(&world.root)).await?;
    let operator = crate::Caller::system(gate.accounts()[0].clone());
    Ok(Process { gate: Arc::new(gate), stores, operator })
}

#[tokio::test]
async fn a_restore_that_stopped_anywhere_is_begun_anew_and_nothing_opens_before() {
    let world = World::new().await;
    let process = world.open().await;
    let (ada, bob) = (process.person().await, process.person().await);
    let hers = process.profile(ada.id, "ada@example.org").await;
    let his = process.profile(bob.id, "bob@example.org").await;
    let message = process.message(bob.id, "hello").await;
    let data = back_up(&world, &process, BackupKind::Data).await;
    process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    let keys = back_up(&world, &process, BackupKind::Keys).await;
    let erasure = process.erase(&process.operator, ada.id).await.unwrap();
    process.delete_record(&process.operator, message, None).await.unwrap();
    let copies = Copies { data, keys, journal: Journal::of(&*process.stores.keys).await.unwrap() };
    drop(process);
    for unheard in [false, true] {
        for step in 0.. {
            assert!(step < 60, "the restore never comes to its end");
            let folder = tempfile::tempdir().unwrap();
            world.faults.end_after(step, unheard);
            let stopped = restore(&world, folder.path(), &copies).await;
            let ended = world.faults.clear();
            assert_eq!(stopped.is_err(), ended, "step {step}: {stopped:?}");
            // Unless only the answer to its last step was lost, nothing opens it.
            if let Err(error) = opened(&world, folder.path()).await {
                assert!(matches!(error, OpenError::Restoring), "step {step}: {error}");
                let restored = restore(&world, folder.path(), &copies).await.unwrap();
                assert_eq!((restored.people_erased, restored.keys_missing), (1, 0));
            }
            let process = opened(&world, folder.path()).await.unwrap_or_else(|error| panic!("{error}"));
            finish(&process).await;
            assert!(matches!(process.read(hers).await, Err(GateError::NotFound(_))));
            assert!(matches!(process.read(message).await, Err(GateError::NotFound(_))));
            assert_eq!(process.read(his).await.unwrap()["email"], "bob@example.org");
            assert_eq!(
                (process.found("ada@example.org").await, process.found("bob@example.org").await),
                (vec![], vec![bob.id])
            );
            let again = process.erasure(&process.operator, erasure.id).await.unwrap();
            assert!(matches!(again.state, ErasureState::Purged { .. }), "{again:?}");
            // His class of messages has no key any more, and gets a fresh one.
            process.message(bob.id, "hello again").await;
            if !ended {
                break;
            }
        }
    }
}

#[tokio::test]
async fn who_was_being_erased_when_the_backup_was_made_is_erased() {
    let world = World::new().await;
    let process = world.open().await;
    let ada = process.person().await;
    process.profile(ada.id, "ada@example.org").await;
    let keys = back_up(&world, &process, BackupKind::Keys).await;
    world.faults.end_after(1, false);
    process.erase(&process.operator, ada.id).await.unwrap_err();
    world.faults.clear();
    let (subject, _) = process.stores.data.subject(ada.id).await.unwrap().unwrap();
    assert_eq!(subject.state, SubjectState::Erasing, "the tombstone stands, and her keys do too");
    let data = back_up(&world, &process, BackupKind::Data).await;
    let journal = Journal::of(&*process.stores.keys).await.unwrap();
    drop(process);
    let folder = tempfile::tempdir().unwrap();
    restore(&world, folder.path(), &Copies { data, keys, journal }).await.unwrap();
    let process = opened(&world, folder.path()).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(process.stores.data.subject(ada.id).await.unwrap().is_none());
    assert_eq!(process.found("ada@example.org").await, []);
}

/// What became another's since the backup, and was erased as theirs, is not the one's again.
#[tokio::test]
async fn what_was_split_off_or_moved_and_erased_since_does_not_come_back() {
    let world = World::new().await;
    let process = world.open().await;
    let (ada, bob) = (process.person().await.id, process.person().await.id);
    let address = process.profile(ada, "eve@example.org").await;
    let (stays, kept) = (process.profile(ada, "ada@example.org").await, process.message(ada, "hello").await);
    let theirs = process.message(bob, "theirs").await;
    let data = back_up(&world, &process, BackupKind::Data).await;
    let keys = back_up(&world, &process, BackupKind::Keys).await;
    let said = crate::Determination { by: None, because: "another holder".to_owned() };
    let split = process.split_subject(&process.operator, ada, &[address], &said).await.unwrap();
    process.erase(&process.operator, split.subject).await.unwrap();
    // One that is overtaken says so, and goes another time.
    let (gate, operator, also) = (Arc::clone(&process.gate), process.operator.clone(), said.clone());
    world.faults.interpose(1, async move {
        let patch = crate::Patch { version: None, fields: super::world::object(json!({ "body": "hello?" })) };
        gate.update_record(&operator, kept, "support", &patch).await.unwrap();
        gate.split_subject(&operator, bob, &[theirs], &also).await.unwrap();
    });
    process.split_subject(&process.operator, ada, &[kept], &said).await.unwrap();
    let (_folder, process) = put_back(&world, process, data, keys).await;
    assert_eq!(process.found("eve@example.org").await, []);
    for gone in [address, kept, theirs] {
        assert!(matches!(process.read(gone).await, Err(GateError::NotFound("record"))));
    }
    assert_eq!(process.read(stays).await.unwrap()["email"], "ada@example.org");
}

/// Of two who delete a record at the same moment one does, and the other one's failure does not bring it back.
#[tokio::test]
async fn what_two_deleted_at_the_same_moment_does_not_come_back() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await.id;
    let (message, other) = (process.message(person, "hello").await, process.message(person, "stays").await);
    let data = back_up(&world, &process, BackupKind::Data).await;
    let keys = back_up(&world, &process, BackupKind::Keys).await;
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    world.faults.interpose(1, async move {
        gate.delete_record(&operator, message, None).await.unwrap();
    });
    process.delete_record(&process.operator, message, None).await.unwrap_err();
    let (_folder, process) = put_back(&world, process, data, keys).await;
    assert!(matches!(process.read(message).await, Err(GateError::NotFound("record"))));
    process.read(other).await.unwrap();
}

#[tokio::test]
async fn the_journal_tells_an_erasure_from_a_rotation_and_both_from_an_empty_class() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let message = process.message(person.id, "hello").await;
    process.profile(person.id, "ada@example.org").await;
    process.rotate_account(&process.operator, process.account_id()).await.unwrap();
    let (_, keys) = process.stores.data.subject(person.id).await.unwrap().unwrap();
    let journal = async || {
        let lines = process.stores.keys.journal(0).await.unwrap().into_iter();
        lines.map(|line| line.gone).collect::<Vec<Gone>>()
    };
    let rotated = journal().await;
    for gone in &rotated {
        let deletion = gone.key().unwrap();
        let lives_in = keys.iter().find(|key| key.class == deletion.class).map(|key| key.slot);
        assert_eq!((deletion.lives_in, deletion.erasure), (lives_in, None));
    }
    process.delete_record(&process.operator, message, None).await.unwrap();
    let deleted = journal().await.split_off(rotated.len());
    assert!(matches!(&deleted[0], Gone::Record(removal) if removal.record == message), "{deleted:?}");
    let emptied = deleted[1].key().unwrap();
    assert_eq!((emptied.class.as_str(), emptied.lives_in, emptied.erasure), ("archive", None, None));
    let erasure = process.erase(&process.operator, person.id).await.unwrap();
    for gone in journal().await.split_off(rotated.len() + deleted.len()) {
        assert_eq!(gone.key().map(|key| (key.lives_in, key.erasure)), Some((None, Some(erasure.id))));
    }
}

#[tokio::test]
async fn a_key_of_a_class_that_was_emptied_and_filled_again_is_no_copy() {
    let world = World::new().await;
    let process = world.open().await;
    let person = process.person().await;
    let message = process.message(person.id, "hello").await;
    // It ends after the class was unbound and its slot condemned: journal, removal, unbinding.
    world.faults.end_after(3, false);
    process.delete_record(&process.operator, message, None).await.unwrap_err();
    world.faults.clear();
    let new = new_record("message", json!({ "body": "another" }));
    process.create_record(&process.operator, person.id, "support", &new, None).await.unwrap();
    finish(&process).await;
    let journal = process.stores.keys.journal(0).await.unwrap();
    let emptied =
        journal.iter().filter_map(|line| line.gone.key()).find(|key| key.class == "archive").unwrap();
    assert_eq!(emptied.lives_in, None, "the key that is bound now is another one");
}

#[tokio::test]
async fn a_certificate_counts_the_backups_of_keys_by_the_longest_life_that_was_stated() {
    let with = |life: &str| {
        format!("{}\n[backups]\nlife = \"P90D\"\nkeys_life = \"{life}\"\n", super::world::POLICY)
    };
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let life = async |policies: &[String]| {
        let world = World::under(&policies[0]).await;
        let process = world.open().await;
        for policy in &policies[1..] {
            process.publish_policy(&process.operator, policy, None).await.unwrap();
        }
        let person = process.person().await;
        let erased = process.erase(&process.operator, person.id).await.unwrap();
        let certificate = certificate(&erased);
        certificate.irrecoverable_by.duration_since(certificate.shredded_at)
    };
    assert_eq!(life(&[super::world::POLICY.to_owned()]).await, days(30), "where nothing is stated");
    assert_eq!(life(&[with("P7D")]).await, days(7));
    assert_eq!(
        life(&[with("P60D"), with("P7D")]).await,
        days(60),
        "a backup may still be of the version before"
    );
}

#[tokio::test]
async fn a_journal_is_known_by_its_chain() {
    let world = World::new().await;
    let process = world.open().await;
    let delete = async || {
        let person = process.person().await;
        process.erase(&process.operator, person.id).await.unwrap();
        Journal::of(&*process.stores.keys).await.unwrap()
    };
    let (older, newer) = (delete().await, delete().await);
    newer.check_reaches(older.end(), "backup").unwrap();
    newer.check_reaches(&Journal::default().end().clone(), "backup").unwrap();
    assert!(older.check_reaches(newer.end(), "backup").is_err());
    let mut copy = Vec::new();
    newer.write(world.ambient.clock.now(), &mut copy).unwrap();
    let read = Journal::read(copy.as_slice()).unwrap();
    assert_eq!((read.end(), &read.entries), (newer.end(), &newer.entries));
    assert_eq!(older.clone().joined(read).unwrap().end(), newer.end());
    // Without its last line, without its header, with a torn line, with a line altered.
    let lines: Vec<&[u8]> = copy.split_inclusive(|byte| *byte == b'\n').collect();
    assert!(Journal::read(lines[..lines.len() - 1].concat().as_slice()).is_err());
    let plain = lines[1..].concat();
    assert_eq!(Journal::read(&plain[..plain.len() - 1]).unwrap().end().sequence, newer.end().sequence - 1);
    let altered = String::from_utf8(plain).unwrap().replacen("_audit", "other", 1);
    assert!(Journal::read(altered.as_bytes()).is_err());

    let another = World::new().await;
    another.pass_days(1);
    let process = another.open().await;
    let person = process.person().await;
    process.erase(&process.operator, person.id).await.unwrap();
    let other = Journal::of(&*process.stores.keys).await.unwrap();
    assert!(
        other.clone().joined(older.clone()).is_err() && other.check_reaches(older.end(), "backup").is_err()
    );
}

#[tokio::test]
async fn webhooks_go_on_from_the_restore_and_are_told_of_it() {
    let world = World::new().await;
    let process = world.open().await;
    let erase = async |process: &Process| {
        let subject = process.person().await;
        process.erase(&process.operator, subject.id).await.unwrap();
        while process.advance_log().await.unwrap() > 0 {}
        let events = process.events(&process.operator, None, 100).await.unwrap();
        events.last().unwrap().id
    };
    let new = NewWebhook { url: "https://example.com/".to_owned(), kinds: vec![EventKind::SubjectErased] };
    let (webhook, _) = process.create_webhook(&process.operator, &new, None).await.unwrap();
    let (gone, _) = process.create_webhook(&process.operator, &new, None).await.unwrap();
    let before = erase(&process).await;
    let (standing, delivery) = process.next_delivery(gone).await.unwrap().unwrap();
    let given_up = process.delivery_ended(standing, &delivery.event, Err(Failure::Gone)).await.unwrap();
    assert!(!given_up.unwrap().is_active());
    let data = back_up(&world, &process, BackupKind::Data).await;
    let keys = back_up(&world, &process, BackupKind::Keys).await;
    let lost = erase(&process).await;
    let (_folder, process) = put_back(&world, process, data, keys).await;
    let due = process.due_webhooks(9).await.unwrap();
    assert_eq!(due.len(), 2, "one that was given up is told as well");
    for due in due {
        let (_, delivery) = process.next_delivery(due).await.unwrap().unwrap();
        assert_eq!(
            (delivery.event.told.kind, delivery.body.contains("subject.erased")),
            (EventKind::BackupRestored, false)
        );
    }
    // An event that is lost is no place to go on from, and never another's; one that is not lost is.
    let replayed = process.replay_webhook(&process.operator, webhook.id, Some(lost)).await;
    assert!(matches!(replayed, Err(GateError::NotFound("event"))), "{replayed:?}");
    let left = process.events(&process.operator, Some(before), 9).await.unwrap();
    assert!(left.iter().all(|event| event.id != lost && event.id != before), "{left:?}");
    assert_eq!(left.last().map(|event| event.told.kind), Some(EventKind::BackupRestored));
}

#[tokio::test]
async fn what_waited_when_the_backup_was_made_is_not_told_a_second_time() {
    let world = World::under(include_str!("../../../../policies/influxis-2018.toml")).await;
    let process = world.open().await;
    let new = crate::NewRequest {
        right: domain::Right::Access,
        channel: domain::request::Channel::Api,
        received_at: None,
        named: crate::Named::By(vec![("email".to_owned(), "ada@example.org".to_owned())]),
        client: None,
        message: None,
        scan: None,
    };
    process.open_request(&process.operator, &new, None).await.unwrap();
    let data = back_up(&world, &process, BackupKind::Data).await;
    let keys = back_up(&world, &process, BackupKind::Keys).await;
    let (_folder, process) = put_back(&world, process, data, keys).await;
    assert_eq!(process.due_messages(9).await.unwrap(), []);
    let closed: Vec<domain::Message> = process.all_of(&process.operator, false).await.unwrap();
    let why = closed.iter().map(|message| message.state).collect::<Vec<_>>();
    assert!(
        matches!(why[..], [domain::MessageState::Failed { why: domain::message::Unsent::Restored, .. }]),
        "{why:?}"
    );
}

/// What was backed up, restored by another process.
async fn put_back(world: &World, process: Process, data: BackupFile, keys: BackupFile) -> (TempDir, Process) {
    let copies = Copies { data, keys, journal: Journal::of(&*process.stores.keys).await.unwrap() };
    drop(process);
    let folder = tempfile::tempdir().unwrap();
    restore(world, folder.path(), &copies).await.unwrap();
    let process = opened(world, folder.path()).await.unwrap_or_else(|error| panic!("{error}"));
    (folder, process)
}
