//! Hits that cannot be read, and hits without end.

use jiff::SignedDuration;

use super::{POLICY, an_hour_passes, browser, page, report, site, totals};
use crate::tests::world::World;

#[tokio::test]
async fn whoever_sends_hits_without_end_is_closed_in_parts() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let site = site(&process).site;
    let visitor = domain::visit::Visitor { number: 1, is_recognised: false };
    let begun = process.ambient().clock.now();
    let most = i64::from(store::visits::MOST_HITS);
    // What cannot be read is dropped as well as what can, and is quicker to make.
    let hit = |number: i64| store::visits::HitRow {
        site: site.clone(),
        visitor,
        at: begun + SignedDuration::from_micros(number.min(most - 5)),
        facts: vec![255],
    };
    let changes = vec![store::Change::AddHits((0..most + 10).map(hit).collect())];
    process.stores.data.commit(store::Unit { changes, ..store::Unit::default() }).await.unwrap();
    world.pass(SignedDuration::from_hours(1));
    for left in [15, 0] {
        assert_eq!(process.close_visits(9).await.unwrap(), 1);
        assert_eq!(process.stores.data.hits(&site, None).await.unwrap().len(), left);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_in_nobodys_way() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let site = site(&process).site;
    let visitor = domain::visit::Visitor { number: 1, is_recognised: false };
    let at = process.ambient().clock.now();
    let hit = store::visits::HitRow { site, visitor, at, facts: vec![255; 9] };
    let unit = store::Unit { changes: vec![store::Change::AddHits(vec![hit])], ..store::Unit::default() };
    process.stores.data.commit(unit).await.unwrap();
    browser("192.0.2.1").hits(&process, page(1, "/")).await;
    an_hour_passes(&world, &process).await;
    assert_eq!(totals(&report(&process, &[]).await), [1, 1, 1]);
}
