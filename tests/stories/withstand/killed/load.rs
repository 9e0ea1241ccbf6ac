//! A worker that writes, reads and erases, and remembers what it was answered.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use stories::{Actor, Call, Chance, Reply};

/// A person that a worker made, or began to make.
pub(in crate::withstand) struct Person {
    /// Also the beginning of the idempotency keys.
    pub(in crate::withstand) name: String,
    /// Once it was answered.
    pub(in crate::withstand) subject: Option<String>,
    /// Once it was answered.
    pub(in crate::withstand) record: Option<String>,
    pub(in crate::withstand) erasure: Erasure,
}

/// What is known of a person's erasure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::withstand) enum Erasure {
    NotAsked,
    Asked,
    Answered,
}

pub(in crate::withstand) struct Worker {
    pub(in crate::withstand) client: Actor,
    pub(in crate::withstand) people: Vec<Person>,
    /// Audit entries that were answered and not yet proved.
    pub(in crate::withstand) entries: Vec<String>,
    chance: Chance,
    number: u64,
}

impl Worker {
    pub(in crate::withstand) fn new(client: Actor, number: u64) -> Self {
        Self { client, people: Vec::new(), entries: Vec::new(), chance: Chance::of(number), number }
    }

    /// Works until the server answers no more.
    pub(in crate::withstand) fn work_until_broken_off(&mut self, answers: &AtomicU64) {
        while self.step().is_some() {
            answers.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn step(&mut self) -> Option<()> {
        let whole: Vec<usize> = (0..self.people.len()).filter(|place| self.is_whole(*place)).collect();
        match (self.chance.below(10), &whole[..]) {
            (0..=4, _) | (_, []) => {
                let name = format!("Person {} of worker {}", self.people.len(), self.number);
                let erasure = Erasure::NotAsked;
                self.people.push(Person { name, subject: None, record: None, erasure });
                self.finish(self.people.len() - 1)
            }
            (5..=7, some) => {
                let place = some[usize::try_from(self.chance.below(some.len() as u64)).unwrap_or_default()];
                let record = self.people[place].record.clone().expect("a whole person has a record");
                let target = format!("/v1/records/{record}?purpose=service_for_client");
                let reply = answered(self.client.get(&target))?;
                self.remember(&reply.expect(200));
                Some(())
            }
            (_, some) => {
                let place = some[usize::try_from(self.chance.below(some.len() as u64)).unwrap_or_default()];
                self.erase(place)
            }
        }
    }

    fn is_whole(&self, place: usize) -> bool {
        let person = &self.people[place];
        person.record.is_some() && person.erasure == Erasure::NotAsked
    }

    /// Makes a person, or what is still missing of them. Asking again is the same request.
    pub(in crate::withstand) fn finish(&mut self, place: usize) -> Option<()> {
        let (name, known) = (self.people[place].name.clone(), self.people[place].subject.clone());
        let subject = match known {
            Some(subject) => subject,
            None => {
                let call = self.client.post("/v1/subjects", &json!({ "role": "end_user" }));
                self.made(&answered(call.header("Idempotency-Key", format!("{name}, subject")))?)
            }
        };
        self.people[place].subject = Some(subject.clone());
        let call = self.client.profile_call(&subject, &json!({ "full_name": name }));
        let record = self.made(&answered(call.header("Idempotency-Key", format!("{name}, record")))?);
        self.people[place].record = Some(record);
        Some(())
    }

    fn made(&mut self, reply: &Reply) -> String {
        let made = reply.expect(201);
        self.remember(&made);
        made["id"].as_str().expect("what was made has an id").to_owned()
    }

    fn erase(&mut self, place: usize) -> Option<()> {
        let person = &mut self.people[place];
        person.erasure = Erasure::Asked;
        let subject = person.subject.clone().expect("a whole person has a subject");
        let reply = answered(self.client.call("POST", &format!("/v1/subjects/{subject}/erasure")))?;
        self.remember(&reply.expect(200)["certificate"]);
        self.people[place].erasure = Erasure::Answered;
        Some(())
    }

    fn remember(&mut self, answer: &Value) {
        self.entries.push(answer["entry"].as_str().expect("every answer names its entry").to_owned());
    }
}

/// An answer. Being told to come back is none, and says when.
fn answered(call: Call) -> Option<Reply> {
    let reply = call.attempt()?;
    if reply.status == 503 {
        assert!(reply.header("retry-after").is_some(), "{}", reply.everything());
        return None;
    }
    Some(reply)
}
