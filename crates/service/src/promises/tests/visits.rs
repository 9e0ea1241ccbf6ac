//! Visits: what was acknowledged is counted, and of whoever is erased nothing is.

use policy::Promise;

use super::{front::Sabotage, world::World};

#[tokio::test]
async fn visits() {
    let world = World::new().await;
    world.assert_kept(Promise::Visits).await;
    world.trigger("AFTER INSERT ON hit BEGIN DELETE FROM hit WHERE rowid = new.rowid; END");
    world.assert_broken(Promise::Visits, "is not what is counted").await;
}

#[tokio::test]
async fn cookies() {
    let world = World::new().await;
    let evidence = world.assert_kept(Promise::Cookies).await;
    assert!(evidence.contains("8 doors; on 1 site none before a yes"), "{evidence}");
    for (sabotage, because) in [
        (Sabotage::Tracks, "sets `tracker`, which the policy does not declare"),
        (Sabotage::Recognises, "sets `visitor` although nobody said yes"),
        (Sabotage::LivesLong, "sets `visitor` for longer than is declared"),
        (Sabotage::BareCookie, "sets `visitor` without HttpOnly"),
    ] {
        *world.front.sabotage.lock() = Some(sabotage);
        world.assert_broken(Promise::Cookies, because).await;
    }
}

#[tokio::test]
async fn beacons() {
    let world = World::new().await;
    world.assert_kept(Promise::Beacons).await;
    for (sabotage, because) in [
        (Sabotage::DeafImage, "counts a browser with Sec-GPC otherwise than the script"),
        (Sabotage::BlindImage, "counts somebody who is recognised otherwise than the script"),
    ] {
        *world.front.sabotage.lock() = Some(sabotage);
        world.assert_broken(Promise::Beacons, because).await;
    }
}

#[tokio::test]
async fn what_an_assessment_looked_at_is_counted_nowhere() {
    let world = World::new().await;
    world.service.assess().await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM hit"), 0);
    assert_eq!(world.count("SELECT count(*) FROM visit"), 0);
}

#[tokio::test]
async fn statistics() {
    let world = World::new().await;
    world.assert_kept(Promise::Statistics).await;
    world.trigger("BEFORE DELETE ON hit BEGIN SELECT RAISE(IGNORE); END");
    world.assert_broken(Promise::Statistics, "something is still counted").await;
}

#[tokio::test]
async fn linking() {
    let world = World::new().await;
    world.assert_kept(Promise::Linking).await;
    world.trigger(
        "AFTER DELETE ON subject_key WHEN old.class = 'visit_links' BEGIN
            INSERT INTO subject_key VALUES (old.subject_id, old.class, old.slot);
        END",
    );
    world.assert_broken(Promise::Linking, "after the yes was taken back").await;
}

#[tokio::test]
async fn tailoring() {
    let world = World::new().await;
    world.assert_kept(Promise::Tailoring).await;
    world.trigger(
        "AFTER UPDATE ON record WHEN new.record_type = 'visit_profile' BEGIN
            UPDATE record SET fields = old.fields, version = old.version WHERE id = new.id AND version > old.version;
        END",
    );
    world.assert_broken(Promise::Tailoring, "that may be shown 2 times").await;
}
