//! Hits become visits, and a day whose visits change is added up anew.

use domain::visit::{Period, Site, Visitor};

use super::{change, refused, sample};
use crate::{
    Change, Conflict, Store,
    visits::{Closed, Dropped, HitRow, NewStretch, NewTally, VisitDay, VisitRow, WholeDay},
};

const EVER: Period = Period { from: i32::MIN, until: i32::MAX };

fn site(account: u64) -> Site {
    Site { account: sample::account_id(account), name: "shop".to_owned() }
}

const fn visitor(number: u64, is_recognised: bool) -> Visitor {
    Visitor { number, is_recognised }
}

fn hit(account: u64, visitor: Visitor, second: i64) -> HitRow {
    let facts = vec![u8::try_from(second).unwrap()];
    HitRow { site: site(account), visitor, at: sample::time(second), facts }
}

/// Without a hit before that: a visit that is made up.
fn closed(visitor: Visitor, until: i64, days: &[i32]) -> Change {
    closing(visitor, until, 0, days)
}

fn closing(visitor: Visitor, until: i64, hits: u64, days: &[i32]) -> Change {
    let visits =
        days.iter().map(|day| VisitRow { visitor, day: *day, facts: vec![7], ordinal: None }).collect();
    Change::CloseVisits(Closed { site: site(1), visitor, until: sample::time(until), hits, visits })
}

fn tally(day: VisitDay, facts: u8) -> Change {
    let figures = vec![("page".to_owned(), vec![facts]), ("total".to_owned(), vec![9])];
    Change::PutTally(NewTally { site: site(1), day, figures })
}

async fn day(store: &dyn Store, day: i32) -> VisitDay {
    let period = Period { from: day, until: day + 1 };
    store.visit_days(&site(1), period).await.unwrap()[0]
}

/// By site and by visitor, in the order of time, whatever the largest number is.
pub async fn hits_read_back(store: &dyn Store) {
    let (ada, stranger) = (visitor(u64::MAX, true), visitor(u64::MAX, false));
    let hits = vec![hit(1, ada, 3), hit(1, stranger, 1), hit(2, ada, 2), hit(1, ada, 2)];
    change(store, vec![Change::AddHits(hits.clone())]).await;
    let found = store.hits(&site(1), None).await.unwrap();
    assert_eq!(found, [hits[1].clone(), hits[3].clone(), hits[0].clone()]);
    assert_eq!(store.hits(&site(1), Some(ada)).await.unwrap(), [hits[3].clone(), hits[0].clone()]);
    assert_eq!(store.quiet(sample::time(3), 9).await.unwrap().len(), 2, "one came at that moment");
    assert_eq!(store.quiet(sample::time(2), 9).await.unwrap(), [(site(1), stranger)]);
    assert_eq!(store.quiet(sample::time(9), 1).await.unwrap().len(), 1);
}

/// A visit that is never quiet is closed when it is half a day long.
pub async fn no_visit_grows_without_end(store: &dyn Store) {
    let (ada, bob) = (visitor(1, true), visitor(2, true));
    let long = crate::visits::LONGEST_OPEN.as_secs();
    let late = |visitor, second| HitRow { facts: Vec::new(), at: sample::time(second), ..hit(1, visitor, 1) };
    change(store, vec![Change::AddHits(vec![late(ada, 1), late(ada, long + 9), late(bob, long + 9)])]).await;
    assert_eq!(store.quiet(sample::time(long + 1), 9).await.unwrap(), []);
    assert_eq!(store.quiet(sample::time(long + 2), 9).await.unwrap(), [(site(1), ada)]);
}

/// Only the hits that are in the visits go.
pub async fn visits_come_in_place_of_their_hits(store: &dyn Store) {
    let ada = visitor(1, true);
    change(store, vec![Change::AddHits(vec![hit(1, ada, 1), hit(1, ada, 2), hit(1, visitor(1, false), 1)])])
        .await;
    refused(store, vec![closing(ada, 1, 2, &[-3])], Conflict::Visit).await;
    change(store, vec![closing(ada, 1, 1, &[-3, 4])]).await;
    refused(store, vec![closing(ada, 1, 1, &[-3, 4])], Conflict::Visit).await;
    assert_eq!(store.hits(&site(1), None).await.unwrap(), [hit(1, visitor(1, false), 1), hit(1, ada, 2)]);
    let visits = store.visits(&site(1), -3).await.unwrap();
    assert_eq!(visits, [VisitRow { visitor: ada, day: -3, facts: vec![7], ordinal: Some(0) }]);
    let days = store.visit_days(&site(1), EVER).await.unwrap();
    assert_eq!(days.iter().map(|day| day.day).collect::<Vec<_>>(), [-3, 4]);
    assert_eq!(store.visit_days(&site(2), EVER).await.unwrap(), []);
    assert_eq!(store.untallied(4, 9).await.unwrap(), [(site(1), days[0])]);
}

/// What is made of other visits is not put there, and a day with a new visit is marked.
pub async fn a_day_is_added_up_as_it_is(store: &dyn Store) {
    change(store, vec![closed(visitor(1, false), 1, &[4])]).await;
    let before = day(store, 4).await;
    change(store, vec![closed(visitor(2, false), 1, &[4])]).await;
    refused(store, vec![tally(before, 1)], Conflict::Visit).await;
    assert_eq!(store.tallies(&site(1), EVER, &["page", "total"]).await.unwrap(), []);
    change(store, vec![tally(day(store, 4).await, 2)]).await;
    change(store, vec![tally(day(store, 4).await, 3)]).await;
    let found = store.tallies(&site(1), EVER, &["page"]).await.unwrap();
    assert_eq!(found.iter().map(|row| (row.day, row.facts.clone())).collect::<Vec<_>>(), [(4, vec![3])]);
    assert_eq!(store.untallied(9, 9).await.unwrap(), []);
    change(store, vec![closed(visitor(3, false), 1, &[4])]).await;
    assert!(!day(store, 4).await.is_tallied);
}

/// All of a visitor goes, and of nobody else; the days on which they came are marked.
pub async fn a_visitor_goes_with_all_visits(store: &dyn Store) {
    let (ada, stranger) = (visitor(1, true), visitor(1, false));
    change(store, vec![closed(ada, 1, &[4, 5]), closed(stranger, 1, &[4, 6])]).await;
    change(store, vec![Change::AddHits(vec![hit(1, ada, 9), hit(1, stranger, 9), hit(2, ada, 9)])]).await;
    for number in 4..7 {
        change(store, vec![tally(day(store, number).await, 1)]).await;
    }
    change(store, vec![Change::RemoveVisitor(site(1), ada)]).await;
    assert_eq!(store.visits(&site(1), 4).await.unwrap().len(), 1);
    assert_eq!(store.visits(&site(1), 5).await.unwrap(), []);
    assert_eq!(store.hits(&site(1), None).await.unwrap(), [hit(1, stranger, 9)]);
    assert_eq!(store.hits(&site(2), None).await.unwrap().len(), 1);
    let marked = store.untallied(9, 9).await.unwrap();
    assert_eq!(marked.iter().map(|(_, day)| day.day).collect::<Vec<_>>(), [4, 5]);
}

/// The visits of a day go when their time is over; what they added up to stays.
pub async fn visits_go_and_their_figures_stay(store: &dyn Store) {
    change(store, vec![closed(visitor(1, false), 1, &[4, 5])]).await;
    change(store, vec![tally(day(store, 4).await, 1)]).await;
    change(store, vec![Change::RemoveVisits(site(1), 4)]).await;
    assert_eq!(store.visits(&site(1), 4).await.unwrap(), []);
    assert_eq!(store.visits(&site(1), 5).await.unwrap().len(), 1);
    assert_eq!(store.tallies(&site(1), EVER, &["total"]).await.unwrap().len(), 1);
    let gone = day(store, 4).await;
    assert!(gone.is_tallied && gone.version == 0);
}

/// Whoever is recognised is counted through, on each site, while they have visits that are over.
pub async fn visitors_are_counted_through(store: &dyn Store) {
    let [ada, bob, stranger] = [visitor(1, true), visitor(2, true), visitor(3, false)];
    for closed in
        [closed(ada, 1, &[4]), closed(bob, 1, &[4, 5]), closed(ada, 1, &[5]), closed(stranger, 1, &[4])]
    {
        change(store, vec![closed]).await;
    }
    let ordinals = async |day| {
        let visits = store.visits(&site(1), day).await.unwrap();
        let mut found: Vec<_> = visits.iter().map(|visit| (visit.visitor, visit.ordinal)).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(ordinals(4).await, [(ada, Some(0)), (bob, Some(1)), (stranger, None)]);
    assert_eq!(ordinals(5).await, [(ada, Some(0)), (bob, Some(1))]);
    change(
        store,
        vec![Change::AddHits(vec![
            hit(1, ada, 9),
            hit(1, visitor(9, true), 9),
            hit(1, visitor(2, false), 9),
        ])],
    )
    .await;
    assert_eq!(store.ordinals_of_open(&site(1)).await.unwrap(), [(1, 0)].into());
    assert_eq!(store.recognised(&site(1)).await.unwrap(), [1, 2, 9]);
    // Whoever has another visit keeps theirs when a day's time is over.
    change(store, vec![Change::RemoveVisitor(site(1), bob), Change::RemoveVisits(site(1), 4)]).await;
    change(store, vec![closed(bob, 1, &[6])]).await;
    assert_eq!([ordinals(5).await, ordinals(6).await], [[(ada, Some(0))], [(bob, Some(1))]]);
    change(store, vec![Change::RemoveVisits(site(1), 5)]).await;
    assert_eq!(store.ordinals_of_open(&site(1)).await.unwrap(), [].into(), "nothing of theirs is left");
}

/// A stretch is added up of days as they are; when one of them is added up anew, it is again.
pub async fn a_stretch_is_added_up_as_its_days_are(store: &dyn Store) {
    change(store, vec![closed(visitor(1, false), 1, &[27, 28, 30, 56])]).await;
    for number in [27, 28, 30, 56] {
        change(store, vec![tally(day(store, number).await, 1)]).await;
    }
    let days = store.visit_days(&site(1), Period::of_stretch(1)).await.unwrap();
    assert_eq!(days.iter().map(|day| day.day).collect::<Vec<_>>(), [28, 30]);
    let put = |days: &[VisitDay]| {
        let figures = vec![("page".to_owned(), vec![1]), ("total".to_owned(), vec![2])];
        Change::PutStretch(NewStretch { site: site(1), stretch: 1, days: days.to_vec(), figures })
    };
    refused(store, vec![put(&days[1..])], Conflict::Visit).await;
    change(store, vec![put(&days)]).await;
    change(store, vec![put(&days)]).await;
    let made = async || {
        let found = store.stretches(&site(1), 1..2, &["page", "other"]).await.unwrap();
        found.into_iter().map(|row| (row.stretch, row.dimension, row.facts)).collect::<Vec<_>>()
    };
    assert_eq!(made().await, [(1, "page".to_owned(), vec![1])]);
    assert!(store.stretches(&site(1), 2..9, &["page"]).await.unwrap().is_empty());
    change(store, vec![tally(day(store, 27).await, 2), tally(day(store, 56).await, 2)]).await;
    assert_eq!(made().await.len(), 1, "days of other stretches");
    change(store, vec![closed(visitor(2, false), 1, &[30])]).await;
    refused(store, vec![put(&days)], Conflict::Visit).await;
    change(store, vec![tally(day(store, 30).await, 2)]).await;
    assert_eq!(made().await, []);
}

/// Once, and only where no visit is or was.
pub async fn a_whole_day_is_added_once(store: &dyn Store) {
    let visits = [1, 2].map(|number| VisitRow {
        visitor: visitor(number, false),
        day: -2,
        facts: vec![3],
        ordinal: None,
    });
    let whole = |day| Change::AddWholeDay(WholeDay { site: site(1), day, visits: visits.to_vec() });
    change(store, vec![whole(-2)]).await;
    refused(store, vec![whole(-2)], Conflict::Visit).await;
    assert_eq!(store.visits(&site(1), -2).await.unwrap().len(), 2);
    assert!(!day(store, -2).await.is_tallied);
    change(store, vec![tally(day(store, -2).await, 1), Change::RemoveVisits(site(1), -2)]).await;
    refused(store, vec![whole(-2)], Conflict::Visit).await;
    change(store, vec![closed(visitor(1, true), 1, &[4])]).await;
    refused(store, vec![whole(4)], Conflict::Visit).await;
}

/// They add up by day and reason.
pub async fn what_is_not_counted_is_counted(store: &dyn Store) {
    let dropped = |day, reason: &str, hits| Dropped { day, reason: reason.to_owned(), hits };
    for one in
        [dropped(4, "robot", 2), dropped(4, "robot", 3), dropped(4, "malformed", 1), dropped(5, "robot", 1)]
    {
        change(store, vec![Change::CountDropped(site(1), one)]).await;
    }
    let found = store.dropped(&site(1), Period { from: 4, until: 5 }).await.unwrap();
    assert_eq!(found, [dropped(4, "malformed", 1), dropped(4, "robot", 5)]);
}
