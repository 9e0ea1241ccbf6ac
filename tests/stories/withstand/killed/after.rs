//! What must hold after every kill.

use std::collections::BTreeSet;

use audit_log::Checkpoint;
use serde_json::json;
use stories::{Actor, PublishedLog, eventually, proof_of};

use super::load::{Erasure, Person, Worker};

/// All that must hold. `known` is the checkpoint from before, which the one returned extends.
pub(in crate::withstand) fn all_is_there(
    client: &Actor,
    log: &PublishedLog,
    known: &Checkpoint,
    workers: &mut [Worker],
) -> Checkpoint {
    workers.iter_mut().for_each(check);
    nobody_is_there_twice(client, workers);
    everything_answered_is_proved(client, log, workers);
    log.verify(Some(known)).unwrap_or_else(|fault| unreachable!("{fault}")).checkpoint
}

/// Each person of a worker is as it was answered; what was not answered is finished by asking again.
fn check(worker: &mut Worker) {
    for place in 0..worker.people.len() {
        if worker.people[place].record.is_none() {
            worker.finish(place).expect("the server answers again");
        }
        let person = &worker.people[place];
        match person.erasure {
            Erasure::NotAsked => is_whole(&worker.client, person),
            Erasure::Answered => is_gone(&worker.client, person),
            Erasure::Asked => is_one_or_the_other(&worker.client, person),
        }
        if worker.people[place].erasure == Erasure::Asked {
            settle(worker, place);
        }
    }
}

fn subject(person: &Person) -> &str {
    person.subject.as_deref().expect("the person was made")
}

/// The person has exactly one record, which opens.
fn is_whole(client: &Actor, person: &Person) {
    let target = format!("/v1/subjects/{}/records?purpose=service_for_client", subject(person));
    let held = client.get(&target).send().expect(200);
    let items = held["items"].as_array().expect("a page has items");
    assert_eq!(items.len(), 1, "{}: {held}", person.name);
    assert_eq!(items[0]["fields"], json!({ "full_name": person.name }));
    assert_eq!(items[0]["id"].as_str(), person.record.as_deref());
}

fn is_gone(client: &Actor, person: &Person) {
    let record = person.record.as_deref().expect("only whole people are erased");
    let status = client.read(record).status;
    assert!(status == 410 || status == 404, "{} is erased and answers with {status}", person.name);
    let target = format!("/v1/subjects/{}/records?purpose=service_for_client", subject(person));
    // Once the rows are purged too, there is nothing left that could be called gone.
    let status = client.get(&target).send().status;
    assert!(status == 410 || status == 404, "{} is erased and answers with {status}", person.name);
}

/// An erasure that was not answered was begun, and is then finished without being asked again, or was not.
fn is_one_or_the_other(client: &Actor, person: &Person) {
    let state = eventually("an erasure that is begun or not", || {
        let read = client.get(&format!("/v1/subjects/{}", subject(person))).send();
        if read.status == 404 {
            return Some("purged".to_owned());
        }
        read.expect(200)["state"].as_str().filter(|state| *state != "erasing").map(str::to_owned)
    });
    if state == "active" { is_whole(client, person) } else { is_gone(client, person) }
}

/// Asks once more, so that later rounds know what to expect.
fn settle(worker: &mut Worker, place: usize) {
    let person = &mut worker.people[place];
    let erased = worker.client.erase(subject(person)).expect(200);
    person.erasure = Erasure::Answered;
    let entry = erased["certificate"]["entry"].as_str().expect("a certificate names its entry");
    worker.entries.push(entry.to_owned());
    is_gone(&worker.client, &worker.people[place]);
}

/// Asking again made no one a second time.
fn nobody_is_there_twice(client: &Actor, workers: &[Worker]) {
    let people = || workers.iter().flat_map(|worker| &worker.people);
    let made: BTreeSet<String> = people().map(|person| subject(person).to_owned()).collect();
    let alive = people().filter(|person| person.erasure == Erasure::NotAsked);
    let alive: BTreeSet<String> = alive.map(|person| subject(person).to_owned()).collect();
    let (mut there, mut target) = (BTreeSet::new(), "/v1/subjects".to_owned());
    loop {
        let page = client.get(&target).send().expect(200);
        let items = page["items"].as_array().expect("a page has items");
        there.extend(items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)));
        let Some(next) = page["next"].as_str() else { break };
        target = format!("/v1/subjects?after={next}");
    }
    assert!(there.is_subset(&made), "made twice: {:?}", there.difference(&made));
    assert!(alive.is_subset(&there), "lost: {:?}", alive.difference(&there));
}

/// Every entry that an answer named is in the log, and anyone can check it offline.
fn everything_answered_is_proved(client: &Actor, log: &PublishedLog, workers: &mut [Worker]) {
    for entry in workers.iter_mut().flat_map(|worker| worker.entries.drain(..)) {
        let proof = proof_of(client, &entry);
        proof.verify(&log.key).unwrap_or_else(|error| unreachable!("{entry}: {error}"));
    }
}
