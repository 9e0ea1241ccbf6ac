//! Incidents and their steps.

use domain::{
    Incident,
    incident::{Risk, Step},
};

use super::{change, refused, sample};
use crate::{Change, Conflict, Store, Unit};

/// The incident after a step.
fn after(incident: Incident, step: Step) -> Incident {
    incident.take(step, sample::time(9)).unwrap()
}

async fn incidents(store: &dyn Store) -> Vec<Incident> {
    store.incidents(sample::account_id(1), None, 9).await.unwrap()
}

/// With its sealed report, and the entry of its last step.
pub async fn incidents_read_back_with_their_entry(store: &dyn Store) {
    let opened = sample::incident(1);
    assert_eq!(store.incident(opened.id).await.unwrap(), None);
    let with_entry = |change, number| Unit {
        changes: vec![change],
        entries: vec![sample::entry(None, number)],
        ..Unit::default()
    };
    let committed = store.commit(with_entry(Change::AddIncident(opened.clone()), 1)).await.unwrap();
    let expected = Incident { entry: committed.entries.first().copied(), ..opened.clone() };
    assert_eq!(store.incident(opened.id).await.unwrap(), Some(expected.clone()));
    assert_eq!(incidents(store).await, std::slice::from_ref(&expected));
    let assessed = after(expected, Step::Assess(Risk::High));
    let committed = store.commit(with_entry(Change::ReplaceIncident(assessed.clone()), 2)).await.unwrap();
    let expected = Incident { entry: committed.entries.first().copied(), ..assessed };
    assert_eq!(store.incident(opened.id).await.unwrap(), Some(expected));
}

/// By its id.
pub async fn an_incident_is_added_once(store: &dyn Store) {
    change(store, vec![Change::AddIncident(sample::incident(1))]).await;
    refused(store, vec![Change::AddIncident(sample::incident(1))], Conflict::Exists).await;
}

/// Of two who take a step at the same time one does; what was reported stays.
pub async fn an_incident_moves_on_from_its_version(store: &dyn Store) {
    let opened = sample::incident(1);
    let assessed = after(opened.clone(), Step::Assess(Risk::Unlikely));
    refused(store, vec![Change::ReplaceIncident(assessed.clone())], Conflict::Incident).await;
    change(store, vec![Change::AddIncident(opened.clone())]).await;
    let forged = Incident { report: Vec::new(), aware_at: sample::time(8), ..assessed.clone() };
    change(store, vec![Change::ReplaceIncident(forged)]).await;
    refused(store, vec![Change::ReplaceIncident(assessed.clone())], Conflict::Incident).await;
    assert_eq!(store.incident(opened.id).await.unwrap(), Some(assessed));
}

/// Page by page, and only those of the account.
pub async fn incidents_come_newest_first_and_by_account(store: &dyn Store) {
    for number in 1..=5 {
        change(store, vec![Change::AddIncident(sample::incident(number))]).await;
        let of_another = Incident { account: sample::account_id(2), ..sample::incident(number + 10) };
        change(store, vec![Change::AddIncident(of_another)]).await;
    }
    let expected: Vec<Incident> = (1..=5).rev().map(sample::incident).collect();
    for limit in [1, 2, 5, 9] {
        let (mut listed, mut before) = (Vec::new(), None);
        loop {
            let page = store.incidents(sample::account_id(1), before, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.id);
            listed.extend(page);
        }
        assert_eq!(listed, expected, "{limit} at a time");
    }
}

/// All others are, whosever they are.
pub async fn what_is_closed_is_not_walked(store: &dyn Store) {
    for number in 1..=4 {
        let incident = Incident { account: sample::account_id(number), ..sample::incident(number) };
        change(store, vec![Change::AddIncident(incident)]).await;
    }
    let assessed = after(sample::incident(1), Step::Assess(Risk::Unlikely));
    change(store, vec![Change::ReplaceIncident(assessed.clone())]).await;
    let closed = after(assessed, Step::Close);
    change(store, vec![Change::ReplaceIncident(closed.clone())]).await;
    let (mut walked, mut last) = (Vec::new(), None);
    loop {
        let page = store.unclosed_incidents(last, 2).await.unwrap();
        let Some(end) = page.last() else { break };
        last = Some(end.id);
        walked.extend(page.into_iter().map(|incident| incident.account));
    }
    assert_eq!(walked, [2, 3, 4].map(sample::account_id));
    change(store, vec![Change::ReplaceIncident(after(closed, Step::Reopen))]).await;
    assert_eq!(store.unclosed_incidents(None, 9).await.unwrap().len(), 4);
}
