//! Events, and their order.

use domain::{Event, EventId, NewEvent, event::Place};

use super::{change, commit, log::advance, sample};
use crate::{Change, Store, Unit};

/// Commits so many entries with events.
pub(super) async fn told(store: &dyn Store, entries: u64, events: Vec<NewEvent>) -> EventId {
    let entries = (0..entries).map(|number| sample::entry(None, number)).collect();
    let unit = Unit { changes: vec![Change::AddEvents(events)], entries, ..Unit::default() };
    EventId { entry: commit(store, unit).await.entries[0], ordinal: 0 }
}

async fn events(store: &dyn Store, account: u64, from: Place, limit: u32) -> Vec<Event> {
    store.events(sample::account_id(account), from, limit).await.unwrap()
}

fn place(index: u64, ordinal: u32) -> Place {
    Place { index, ordinal }
}

/// Until then nobody sees them, so that none appears before one that was read.
pub async fn events_are_seen_once_their_entry_has_its_place(store: &dyn Store) {
    let id = told(store, 2, vec![sample::event(1, 1), sample::event(2, 2), sample::event(1, 3)]).await;
    assert_eq!(events(store, 1, Place::default(), 9).await, []);
    change(store, vec![advance(vec![(id.entry.bundle, 40)], 42)]).await;
    let expected = [(0, 1), (2, 3)].map(|(ordinal, number)| Event {
        id: EventId { ordinal, ..id },
        place: place(40, ordinal),
        told: sample::event(1, number),
    });
    assert_eq!(events(store, 1, Place::default(), 9).await, expected);
    assert_eq!(events(store, 2, Place::default(), 9).await.len(), 1);
    assert_eq!(events(store, 3, Place::default(), 9).await, []);
}

/// Whatever the order in which they were committed, page by page.
pub async fn events_come_in_the_order_of_the_log(store: &dyn Store) {
    let first = told(store, 1, vec![sample::event(1, 1)]).await;
    let second = told(store, 3, vec![sample::event(1, 2), sample::event(1, 3)]).await;
    change(store, vec![advance(vec![(second.entry.bundle, 0), (first.entry.bundle, 3)], 4)]).await;
    let third = told(store, 1, vec![sample::event(1, 4)]).await;
    change(store, vec![advance(vec![(third.entry.bundle, 4)], 5)]).await;
    for limit in [1, 2, 9] {
        let (mut found, mut from) = (Vec::new(), Place::default());
        loop {
            let page = events(store, 1, from, limit).await;
            let Some(last) = page.last() else { break };
            from = last.place.next();
            found.extend(page.into_iter().map(|event| (event.place, event.told.facts.version)));
        }
        let expected = [(0, 0, 2), (0, 1, 3), (3, 0, 1), (4, 0, 4)];
        assert_eq!(found, expected.map(|(index, ordinal, number)| (place(index, ordinal), Some(number))));
    }
}

/// It would never get a place.
pub async fn an_event_without_an_entry_is_refused(store: &dyn Store) {
    let changes = vec![Change::AddEvents(vec![sample::event(1, 1)])];
    assert!(store.commit(Unit { changes, ..Unit::default() }).await.is_err());
}

/// And those that are younger stay.
pub async fn old_events_are_forgotten(store: &dyn Store) {
    let id = told(store, 1, vec![sample::event(1, 1), sample::event(1, 2), sample::event(2, 1)]).await;
    change(store, vec![advance(vec![(id.entry.bundle, 0)], 1)]).await;
    change(store, vec![Change::RemoveEventsBefore(sample::time(2))]).await;
    let left = events(store, 1, Place::default(), 9).await;
    assert_eq!(left.iter().map(|event| event.id.ordinal).collect::<Vec<_>>(), [1]);
    assert_eq!(events(store, 2, Place::default(), 9).await, []);
}
