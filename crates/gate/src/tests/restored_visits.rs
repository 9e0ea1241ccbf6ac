//! Visits after a restore.

use super::{
    erasure::finish,
    restoring::{Copies, back_up, opened, restore},
    visits,
    world::World,
};
use crate::{BackupKind, Journal};

#[tokio::test]
async fn visits_of_whoever_was_erased_since_are_in_no_report_again() {
    let world = World::under(visits::POLICY).await;
    let process = world.open().await;
    let (mut ada, mut bob) = (visits::browser("192.0.2.1"), visits::browser("192.0.2.2"));
    ada.says(&process, true).await;
    let hers = process.list_subjects(&process.operator, None, 9).await.unwrap()[0].id;
    bob.says(&process, true).await;
    for view in 0..2 {
        ada.hits(&process, visits::page(view, "/")).await;
        bob.hits(&process, visits::page(view, "/")).await;
        world.pass_days(1);
        // The visits of the second day are not over.
        if view == 0 {
            visits::settle(&process).await;
        }
    }
    let data = back_up(&world, &process, BackupKind::Data).await;
    let keys = back_up(&world, &process, BackupKind::Keys).await;
    process.erase(&process.operator, hers).await.unwrap();
    finish(&process).await;
    let copies = Copies { data, keys, journal: Journal::of(&*process.stores.keys).await.unwrap() };
    drop(process);
    let folder = tempfile::tempdir().unwrap();
    restore(&world, folder.path(), &copies).await.unwrap();
    let process = opened(&world, folder.path()).await.unwrap();
    assert_eq!(
        visits::totals(&visits::report(&process, &[]).await),
        [1, 2, 2],
        "of hers nothing, of his all"
    );
    visits::settle(&process).await;
    assert_eq!(visits::totals(&visits::report(&process, &[]).await), [1, 2, 2]);
}
