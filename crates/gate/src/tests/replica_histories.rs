//! Whatever two processes do in whatever order, what was acknowledged is there and what was erased stays away.

use std::{collections::HashMap, sync::Arc};

use domain::{RecordId, SubjectId};
use serde_json::{Value, json};

use super::{
    choices_of_a_seed::Choices,
    rotation::no_key_has_a_copy,
    world::{POLICY, Process, World, new_record},
};
use crate::GateError;

/// How many histories; each is told by its number.
const HISTORIES: u64 = 12;
/// How many things happen in one, two at a time.
const LENGTH: usize = 40;

/// What has been acknowledged.
#[derive(Default)]
struct Known {
    people: Vec<SubjectId>,
    records: HashMap<RecordId, (SubjectId, Value)>,
    erased: Vec<SubjectId>,
    written: usize,
}

impl Known {
    /// Somebody, erased or not.
    fn anyone(&self, choices: &mut Choices) -> SubjectId {
        self.people[choices.below(self.people.len())]
    }
}

/// Something that a process does, and what it has acknowledged.
enum Deed {
    Nothing,
    Person(SubjectId),
    Record(RecordId, SubjectId, Value),
    Erased(SubjectId),
}

type Doing = tokio::task::JoinHandle<Deed>;

/// Lets a process do something, at the same time as the other.
fn begin(process: &Process, known: &mut Known, choices: &mut Choices) -> Doing {
    let (gate, operator) = (Arc::clone(&process.gate), process.operator.clone());
    let (deed, person) = (choices.below(10), known.anyone(choices));
    known.written += 1;
    let number = known.written;
    tokio::spawn(async move {
        match deed {
            0 => {
                let new = super::world::new_subject("client");
                Deed::Person(gate.create_subject(&operator, &new, None).await.unwrap().0.id)
            }
            1..=5 => {
                let fields = json!({ "body": format!("message {number}") });
                let new = new_record("message", fields.clone());
                match gate.create_record(&operator, person, "support", &new, None).await {
                    Ok(stored) => Deed::Record(stored.record.id, person, fields),
                    Err(GateError::Gone(_) | GateError::NotFound(_)) => Deed::Nothing,
                    Err(error) => panic!("deed {number}: {error}"),
                }
            }
            6 => {
                gate.erase(&operator, person).await.unwrap();
                Deed::Erased(person)
            }
            7 => match gate.rotate_account(&operator, operator.account_id()).await {
                // Another rotation was under way.
                Ok(_) | Err(GateError::Exists) => Deed::Nothing,
                Err(error) => panic!("deed {number}: {error}"),
            },
            8 => {
                gate.publish_policy(&operator, POLICY, None).await.unwrap();
                Deed::Nothing
            }
            _ => {
                gate.finish_shredding().await.unwrap();
                gate.advance_log().await.unwrap();
                Deed::Nothing
            }
        }
    })
}

fn acknowledge(known: &mut Known, deed: Deed) {
    match deed {
        Deed::Nothing => {}
        Deed::Person(person) => known.people.push(person),
        Deed::Record(record, person, fields) => drop(known.records.insert(record, (person, fields))),
        Deed::Erased(person) => known.erased.push(person),
    }
}

/// What must be so at the end, asked of either process.
async fn check(process: &Process, known: &Known) {
    for (record, (person, fields)) in &known.records {
        let read = process.read(*record).await;
        if known.erased.contains(person) {
            assert!(matches!(read, Err(GateError::Gone(_) | GateError::NotFound(_))), "{read:?}");
        } else {
            assert_eq!(read.unwrap(), *fields);
        }
    }
    while process.advance_log().await.unwrap() > 0 {}
    assert_eq!(process.log_size().await.unwrap(), process.entries().await as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_two_do_at_once_nothing_acknowledged_is_lost_and_nothing_erased_comes_back() {
    for history in 0..HISTORIES {
        let world = World::new().await;
        let [one, other] = world.open_two().await;
        let (mut known, mut choices) = (Known::default(), Choices(history));
        known.people.push(one.person().await.id);
        for _ in 0..LENGTH / 2 {
            let both = [begin(&one, &mut known, &mut choices), begin(&other, &mut known, &mut choices)];
            for doing in both {
                let deed = doing.await.unwrap_or_else(|error| panic!("history {history}: {error}"));
                acknowledge(&mut known, deed);
            }
        }
        check(&one, &known).await;
        check(&other, &known).await;
        one.finish_shredding().await.unwrap();
        other.finish_shredding().await.unwrap();
        no_key_has_a_copy(&one).await;
        assert!(one.stores.data.condemned_slots(9).await.unwrap().is_empty(), "history {history}");
    }
}
